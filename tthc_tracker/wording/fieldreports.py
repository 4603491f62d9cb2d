"""The words of field reports."""

import datetime as dt
from collections.abc import Mapping
from enum import Enum
from typing import Any

from tthc_tracker.domain.fieldreports import ReportAct, ReportChannel, ReportOutcome, ReportState
from tthc_tracker.wording.formats import number

TITLE = "Phản ánh hiện trường"
STATES = {
    ReportState.RECEIVED: "Chờ cơ quan nhận xử lý",
    ReportState.ACCEPTED: "Đang xử lý",
    ReportState.ANSWERED: "Đã trả lời",
}
CHANNELS = {
    ReportChannel.DESK: "Ghi tại quầy",
    ReportChannel.API: "Hệ thống khác gửi",
    ReportChannel.FILE: "Nạp từ tệp",
}
ACTS = {
    ReportAct.ACCEPT: "Nhận xử lý",
    ReportAct.FORWARD: "Chuyển cơ quan khác",
    ReportAct.HAND_BACK: "Trả lại nơi chuyển đến",
    ReportAct.ANSWER: "Trả lời",
    ReportAct.PUBLISH: "Công khai",
    ReportAct.WITHDRAW: "Thôi công khai",
    ReportAct.RATE: "Ghi mức hài lòng",
}
OUTCOMES = {
    ReportOutcome.ON_TIME: "Trả lời đúng hạn",
    ReportOutcome.LATE: "Trả lời quá hạn",
    ReportOutcome.WITHIN: "Chưa trả lời, trong hạn",
    ReportOutcome.OVERDUE: "Chưa trả lời, quá hạn",
}
FIELD_REPORT_LABELS: dict[type[Enum], dict[Any, str]] = {
    ReportOutcome: OUTCOMES,
    ReportState: STATES, ReportChannel: CHANNELS, ReportAct: ACTS,
}  # fmt: skip

DONE = {
    ReportAct.ACCEPT: "Đã nhận xử lý. Hạn trả lời không đổi.",
    ReportAct.FORWARD: "Đã chuyển. Hạn trả lời người dân không đổi.",
    ReportAct.HAND_BACK: "Đã trả lại. Hạn trả lời người dân không đổi.",
    ReportAct.ANSWER: "Đã ghi câu trả lời.",
    ReportAct.PUBLISH: "Đã đánh dấu công khai.",
    ReportAct.WITHDRAW: "Đã thôi công khai.",
    ReportAct.RATE: "Đã ghi mức hài lòng.",
}
TAKEN = "Đã ghi phản ánh. Hãy đọc mã cho người phản ánh."
REUSED = "Biểu mẫu này đã gửi với nội dung khác. Hãy mở lại trang rồi ghi lại."
NOT_NOW = "Việc này không làm được nữa: phản ánh đã ở bước khác. Hãy xem lại rồi làm tiếp."
STALE = "Có người vừa xử lý phản ánh này. Hãy xem lại rồi làm tiếp."
CONTACT_ERASED = "Đã xoá liên hệ, nội dung, câu trả lời và ảnh của phản ánh."
ERASED_WHEN_ANSWERED = "Phản ánh chưa trả lời thì còn cần liên hệ: chỉ xoá sau khi đã trả lời."
BY_A_SYSTEM = "Hệ thống"
NOT_UTF8 = "Tệp không phải UTF-8. Hãy lưu lại dạng «CSV UTF-8» rồi nạp lại."
NO_FILE = "Hãy chọn tệp CSV có nội dung."
SATISFIED_PUBLIC = {True: "hài lòng", False: "chưa hài lòng", None: "chưa có ý kiến"}
KEPT = {True: "đúng hạn", False: "quá hạn"}
PUBLIC_LEAD = "Phản ánh của người dân về đời sống, trật tự, môi trường; trả lời gần nhất xếp trước"
NONE_PUBLIC = "Chưa có phản ánh nào được công khai. Gửi phản ánh tại bộ phận một cửa của xã, phường."
READ_FIRST = (
    "Công khai là ai cũng đọc được nơi xảy ra, nội dung và câu trả lời. Hãy đọc lại: không nêu tên, nhà ở, "
    "hoàn cảnh của ai. Tên người phản ánh, số điện thoại, địa chỉ thư tự được xoá; ảnh không công khai."
)
SATISFIED = {True: "Hài lòng", False: "Không hài lòng", None: "Chưa ghi"}

# --- what is refused

NO_PLACE = "Hãy ghi nơi xảy ra."
NO_WORDS = "Hãy ghi nội dung phản ánh."
NO_KIND = "Hãy chọn loại phản ánh có trong danh mục."
NO_AGENCY = "Hãy chọn cơ quan đang hoạt động có trong danh mục."
SAME_AGENCY = "Phản ánh đang ở cơ quan này. Hãy chọn cơ quan khác."
NO_ANSWER = "Hãy ghi câu trả lời."
NO_REASON = "Hãy ghi lý do để nơi nhận biết."
NO_RATING = "Hãy chọn hài lòng hay không hài lòng."
IN_THE_FUTURE = "Thời điểm nhận không thể ở tương lai."
UNKNOWN_YEAR = "Lịch làm việc chưa có năm này, không tính được hạn. Hãy báo quản trị viên."
BAD_PHONE = "Số điện thoại không đúng. Hãy ghi 9 đến 15 chữ số, hoặc để trống."
BAD_EMAIL = "Địa chỉ thư điện tử không đúng. Hãy sửa, hoặc để trống."
BAD_CODE = "Mã gồm 3 đến 40 chữ cái không dấu, chữ số, dấu chấm, gạch nối, và có ít nhất một chữ số."
OTHER_SOURCE = "Mã này đã có từ nguồn khác."
OTHER_CONTENT = "Mã này đã có với nội dung khác. Phản ánh đã nhận không bị ghi đè."
BAD_PHOTO = "Không phải ảnh JPEG hay PNG, hoặc tệp bị hỏng. Hãy chọn ảnh khác."
LARGE_PHOTO = "Ảnh lớn quá 5 MB. Hãy chọn ảnh nhỏ hơn."
BAD_STAMP = "Không phải thời điểm. Hãy gửi dạng yyyyMMddHHmmss."
BAD_MOMENT = "không phải thời điểm; hãy viết như 23/11/2026 14:05 hoặc 2026-11-23 14:05."
NO_SUCH_PHOTO = "không có trong các ảnh gửi kèm tệp. Hãy chọn thêm ảnh này, hoặc để trống ô."


HANDLING = "Cơ quan xử lý"
RECEIVED = "field_report_received"
ACTIONS = {
    RECEIVED: "Tiếp nhận phản ánh",
    "field_report_accepted": "Nhận xử lý",
    "field_report_forwarded": "Chuyển cơ quan khác",
    "field_report_handed_back": "Trả lại nơi chuyển đến",
    "field_report_answered": "Trả lời",
    "field_report_published": "Công khai",
    "field_report_withdrawn": "Thôi công khai",
    "field_report_rated": "Ghi mức hài lòng",
    "field_report_photo": "Nhận ảnh từ hệ thống gửi",
    "field_report_contact_shown": "Xem liên hệ đầy đủ của người phản ánh",
    "field_report_erased": "Xoá dữ liệu cá nhân của phản ánh",
    "field_reports_imported": "Nạp phản ánh từ tệp",
    "field_report_kinds_loaded": "Nạp loại phản ánh",
}


def event(action: str) -> str:
    """A line of a report's history in words."""
    return ACTIONS[action]


def noted(action: str, facts: Mapping[str, Any]) -> str:
    """What a line notes besides."""
    if action == "field_report_rated":
        return SATISFIED[bool(facts.get("satisfied"))]
    if action == "field_report_answered":
        return "quá hạn" if facts.get("late") else "đúng hạn"
    if action == RECEIVED:
        return CHANNELS[ReportChannel(facts["channel"])]
    return ""


def how_late(late_from: dt.datetime, now: dt.datetime) -> str:
    """By how much an open report is overdue."""
    days = (now.date() - late_from.date()).days
    return f"quá {number(days)} ngày" if days else "quá hạn hôm nay"


def imported(added: int, known: int) -> str:
    """What a file of reports came to."""
    return f"Đã nạp {number(added)} phản ánh mới, {number(known)} phản ánh đã có từ trước."
