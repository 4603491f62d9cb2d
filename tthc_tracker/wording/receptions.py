"""The words of the reception: cards, people, fees, and the fields a correction may change."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.citizencard import CardWarning
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel
from tthc_tracker.domain.people import IdWarning, Sex
from tthc_tracker.wording.formats import number
from tthc_tracker.wording.lifecycle import LIFECYCLE_LABELS

SEXES = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ"}

CARD_WARNINGS = {
    CardWarning.OLD_ID_UNREADABLE: "Số chứng minh cũ trên thẻ không đọc được.",
    CardWarning.NAME_MISSING: "Thẻ không có họ tên; hãy gõ tay.",
    CardWarning.BIRTH_DATE_UNREADABLE: "Ngày sinh trên thẻ không đọc được; hãy gõ tay.",
    CardWarning.SEX_UNREADABLE: "Giới tính trên thẻ không đọc được; hãy chọn tay.",
    CardWarning.ISSUE_DATE_UNREADABLE: "Ngày cấp thẻ không đọc được.",
}

ID_WARNINGS = {
    IdWarning.CENTURY_MISMATCH: "Số định danh không khớp thế kỷ sinh; hãy đối chiếu với thẻ.",
    IdWarning.BIRTH_YEAR_MISMATCH: "Số định danh không khớp năm sinh; hãy đối chiếu với thẻ.",
    IdWarning.SEX_MISMATCH: "Số định danh không khớp giới tính; hãy đối chiếu với thẻ.",
    IdWarning.LEADING_ZERO_LOST: "Số giấy tờ có 11 chữ số, có thể mất số 0 ở đầu.",
    IdWarning.SPREADSHEET_DAMAGE: "Số giấy tờ bị bảng tính làm hỏng, không giữ lại được.",
    IdWarning.UNKNOWN_FORM: "Số giấy tờ không giống số căn cước, chứng minh hay mã số thuế.",
}

RECEPTION_LABELS: dict[type[Enum], dict[Any, str]] = {
    Sex: SEXES,
    CardWarning: CARD_WARNINGS,
    IdWarning: ID_WARNINGS,
}

FEE_STATES = {"none": "Không thu", "exempt": "Được miễn", "due": "Chưa nộp", "paid": "Đã nộp"}
RETURN_WAYS = {"desk": "Tại nơi trả kết quả", "post": "Qua bưu chính", "portal": "Trực tuyến, qua Cổng"}
"""How an applicant may ask for his result."""
FEE_METHODS = {"cash": "Tiền mặt", "transfer": "Chuyển khoản", "online": "Trực tuyến"}

_PARTY = {
    "full_name": "họ tên",
    "kind": "loại đối tượng",
    "id_number": "số giấy tờ",
    "no_id_reason": "lý do không có giấy tờ",
    "birth_on": "ngày sinh",
    "sex": "giới tính",
    "address": "địa chỉ",
    "post_address": "địa chỉ nhận kết quả qua bưu chính",
    "phone": "điện thoại",
    "email": "thư điện tử",
}

FIELDS = {
    "case": "Trường hợp",
    "arrived_at": "Bưu chính giao lúc",
    "sets": "Số bộ hồ sơ",
    "quantity": "Số bản kết quả",
    "by_portal": "Nhận kết quả trực tuyến",
    "fee_amount": "Phí, lệ phí",
    "fee_state": "Tình trạng phí, lệ phí",
    "fee_method": "Cách nộp phí, lệ phí",
    "papers": "Thành phần hồ sơ",
    "digitised": "Đã số hoá",
    "resolving_agency": "Cơ quan giải quyết",
    "returning_agency": "Nơi trả kết quả",
    "note": "Ghi chú",
    **{name: f"Người nộp, {words}" for name, words in _PARTY.items()},
    **{f"owner_{name}": f"Chủ hồ sơ, {words}" for name, words in _PARTY.items()},
}
"""What a correction may have changed, by its name in the event."""

_KINDS = LIFECYCLE_LABELS[ApplicantKind]

VALUES: dict[str, dict[Any, str]] = {
    "channel": {Channel.COUNTER: "Trực tiếp", Channel.ONLINE: "Trực tuyến", Channel.POST: "Bưu chính"},
    "fee_state": FEE_STATES,
    "fee_method": FEE_METHODS,
    "kind": _KINDS,
    "owner_kind": _KINDS,
    "sex": SEXES,
    "owner_sex": SEXES,
}
"""The words of values that events keep as codes."""


def copies(quantity: int | None) -> str:
    """How many copies of the result were asked for, where they are counted: `12 bản`."""
    return f"{number(quantity)} bản" if quantity else ""


def of_copies(words: str, quantity: int | None) -> str:
    """What is asked for on a paper, with how many copies of it: `Chứng thực bản sao (12 bản)`."""
    return f"{words} ({copies(quantity)})" if quantity else words
