"""Words about personal data: why it is looked at, and what the pages about it say."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from tthc_tracker.domain.personaldata import Ground
from tthc_tracker.domain.personalrequests import RequestKind, RequestStanding, Verdict
from tthc_tracker.domain.retention import ErasureCause, Hold
from tthc_tracker.wording.formats import number
from tthc_tracker.wording.outbox import MAIL_KINDS, MAIL_STATUSES
from tthc_tracker.wording.receptions import FIELDS as RECEPTION_FIELDS

FIELDS = RECEPTION_FIELDS | {
    "note": "ghi chú",
    "receiver": "người nhận",
    "request": "yêu cầu",
    "given_back": "trả lại",
}

_GROUNDS = {
    Ground.CONTACT: "Liên hệ người nộp",
    Ground.CHECK: "Đối chiếu giấy tờ",
    Ground.WORK: "Giải quyết hồ sơ",
    Ground.REQUEST: "Yêu cầu của chính người đó",
    Ground.COMPLAINT: "Giải quyết khiếu nại, tố cáo",
    Ground.INSPECTION: "Kiểm tra, thanh tra",
    Ground.OTHER: "Lý do khác",
}

ERASED = "(đã xoá)"
OF_ITSELF = "Hết thời hạn lưu"
ERASED_NOTICE = "Dữ liệu cá nhân của hồ sơ này đã được xoá; mã, ngày giờ và lịch sử còn nguyên."

HOLDS = {
    Hold.OPEN: "đang giải quyết: không xoá được",
    Hold.UNCOLLECTED: "kết quả chưa trả: không xoá được",
    Hold.UNSET: "chưa đặt thời hạn lưu: cần căn cứ",
    Hold.KEPT: "còn thời hạn lưu: cần căn cứ",
    Hold.OVER: "hết thời hạn lưu",
}
CAUSES = {ErasureCause.REQUEST: "Theo yêu cầu", ErasureCause.TERM: "Hết thời hạn lưu"}
NOT_YOURS = "không thuộc quyền xoá của bạn"

KINDS = {RequestKind.EXPORT: "Xuất dữ liệu", RequestKind.ERASURE: "Xoá dữ liệu"}
VERDICTS = {Verdict.APPROVED: "Đồng ý", Verdict.REJECTED: "Không đồng ý"}
STANDINGS = {
    RequestStanding.WAITING: "Chờ người thứ hai duyệt",
    RequestStanding.LAPSED: "Quá hạn chờ duyệt",
    RequestStanding.REJECTED: "Không được duyệt",
    RequestStanding.READY: "Đã duyệt, tải được",
    RequestStanding.OVER: "Đã duyệt, hết hạn tải",
    RequestStanding.ERASED: "Đã duyệt và xoá",
}
BADGES = {
    RequestStanding.WAITING: ("warn", "waiting"),
    RequestStanding.LAPSED: ("neutral", "closed"),
    RequestStanding.REJECTED: ("danger", "error"),
    RequestStanding.READY: ("ok", "check"),
    RequestStanding.OVER: ("neutral", "closed"),
    RequestStanding.ERASED: ("ok", "check"),
}
"""How a request stands, as a badge: tone and icon."""

PERSONAL_LABELS: dict[type[Enum], dict[Any, str]] = {
    Ground: _GROUNDS,
    Hold: HOLDS,
    ErasureCause: CAUSES,
    RequestKind: KINDS,
    RequestStanding: STANDINGS,
    Verdict: VERDICTS,
}

SHOWN = "Đang hiện đầy đủ số giấy tờ, điện thoại; lần xem này đã ghi vào nhật ký."
CORRECTING = "Mở biểu mẫu sửa tiếp nhận"
"""Why the numbers of a dossier were seen whose reception somebody set out to put right."""
NOTHING_FOUND = "Không có hồ sơ nào của số này trong phạm vi của bạn."
FORGOTTEN = "Số đã tìm không còn được nhớ. Hãy nhập lại."
ASKED = "Đã gửi yêu cầu. Một người khác có quyền phải duyệt trong 7 ngày."
APPROVED_EXPORT = "Đã duyệt. Người yêu cầu tải được trong 7 ngày."
REJECTED = "Đã ghi không duyệt."
EXPORT_NOTES = (
    "Lý do ghi trong lịch sử giữ nguyên như đã gõ.",
    "Lượt tra cứu công khai được đếm theo dấu không đảo ngược được, không gắn với ai nên không có ở đây.",
    "Bản in có tên người khác chỉ ghi là đã in, không ghi nội dung.",
)


def erased_words(dossiers: int, papers: int, lines: int) -> str:
    """What an erasure has taken, and what it could not."""
    said = f"Đã xoá dữ liệu cá nhân trong {number(dossiers)} hồ sơ, nội dung của {number(papers)} giấy đã in."
    if lines:
        said += (
            f" Còn {number(lines)} dòng lịch sử cũ có nhắc tên hoặc số: lịch sử là chuỗi không sửa được, "
            "hãy ghi điều này vào văn bản trả lời."
        )
    return said


def letter_words(kind: str, status: str) -> str:
    """A letter to the applicant, and what became of it."""
    return f"{MAIL_KINDS[kind].removeprefix('Báo người nộp: ')}, {MAIL_STATUSES[status].lower()}"


def ground_words(facts: Mapping[str, Any]) -> str:
    """Why somebody looked."""
    ground = _GROUNDS[Ground(facts["ground"])]
    return f"{ground}: {facts['reason']}" if facts.get("reason") else ground


def personal_words(personal: Mapping[str, Any]) -> str:
    """What an event keeps of a person, in one line."""
    return "; ".join(f"{FIELDS.get(name, name)}: {_pair(value)}" for name, value in personal.items())


def _pair(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        return " → ".join("–" if each in (None, "") else str(each) for each in value)
    return str(value)
