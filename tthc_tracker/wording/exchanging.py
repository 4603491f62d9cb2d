"""What another system is told of a dossier that it sent, and of its key."""

import datetime as dt

from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.domain.rowfaults import Refusal
from tthc_tracker.domain.webhooks import WebhookEvent
from tthc_tracker.wording import importing
from tthc_tracker.wording.formats import day

SCOPES = {
    ApiScope.SUBMIT: "Gửi hồ sơ",
    ApiScope.UPDATE: "Cập nhật trạng thái",
    ApiScope.READ: "Đọc hồ sơ của nguồn",
    ApiScope.DEADLINE: "Hỏi ngày hẹn trả",
    ApiScope.FIELD_REPORTS: "Gửi phản ánh hiện trường",
    ApiScope.CATALOGUE: "Đọc danh mục và lịch làm việc",
    ApiScope.STATISTICS: "Đọc số liệu thống kê",
}

WEBHOOK_EVENTS = {
    WebhookEvent.RECEIVED: "Đã tiếp nhận",
    WebhookEvent.STATUS_CHANGED: "Đổi trạng thái",
    WebhookEvent.FINISHED: "Có kết quả",
    WebhookEvent.RETURNED: "Đã trả kết quả",
    WebhookEvent.DEADLINE_CHANGED: "Đổi ngày hẹn trả",
}

OTHER_CONTENT = "Mã hồ sơ này đã gửi với nội dung khác; không ghi đè. Đổi trạng thái bằng PATCH …/status."
DESK_DECIDES = "Hồ sơ nộp tại bộ phận một cửa: trạng thái do bộ phận một cửa quyết định, không gửi từ ngoài."
ONLY_REGISTRATIONS = (
    "Hồ sơ nộp tại bộ phận một cửa phải gửi ở trạng thái 1, chưa có ngày tiếp nhận: "
    "bộ phận một cửa sẽ tiếp nhận."
)

UNKNOWN_PROCEDURE = "Thủ tục này chưa có trong danh mục nên bộ phận một cửa chưa tiếp nhận được."

# One dossier is no row of a file, and nobody learns where another source's dossiers are.
_OWN_WORDS = {
    Refusal.UNCLEAN_TEXT: "Có ký tự điều khiển hoặc chữ hỏng mã; hãy gửi lại bằng UTF-8.",
    Refusal.UNKNOWN_AGENCY: "Cơ quan chưa có trong danh mục của hệ thống này.",
    Refusal.ARCHIVED: "Hồ sơ mang mã này đã chuyển vào kho lưu trữ; không tạo lại, không ghi đè.",
    Refusal.CONFLICT_WITH_SOURCE: "Mã hồ sơ này đã có ở hệ thống từ nguồn khác; không ghi đè.",
}


def refusal(reason: Refusal) -> str:
    """The sentence of a refusal."""
    return _OWN_WORDS.get(reason) or importing.refusal(reason)


def batch_name(at: dt.datetime) -> str:
    """What the dossiers of one day are called in the history of imports."""
    return f"Gửi qua API ngày {day(at.date())}"
