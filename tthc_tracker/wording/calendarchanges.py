"""Words for changes of the calendar: what is asked, what it comes to, what becomes of it."""

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from tthc_tracker.domain.calendarchanges import ChangeState, Effect, Notice
from tthc_tracker.wording.columns import Column, Columns, See, dated
from tthc_tracker.wording.formats import day, moment, number

OVERTAKEN = "Lịch hoặc cài đặt vừa đổi sau khi tính. Hệ quả đang được tính lại; hãy xem rồi xác nhận lần nữa."
NO_DECISION = "Hãy ghi căn cứ: số, ngày văn bản hoặc nội dung quyết định."
LONG_DECISION = "Căn cứ dài nhất 300 ký tự. Hãy rút gọn."
NO_ROWS = "Tệp không có dòng nào để nạp."
NOT_COMPARED = "Đây là gợi ý chưa xác nhận. Hãy đối chiếu với văn bản chính thức rồi đánh dấu vào ô này."
BAD_ROWS = "Không đọc được nội dung thay đổi: danh mục cơ quan đã đổi từ khi đề nghị. Hãy đề nghị lại."
NOT_NOW = "Thay đổi này đã được người khác xử lý. Trang đã tải lại."
REUSED = "Biểu mẫu này đã gửi với nội dung khác. Hãy mở lại trang rồi đề nghị lại."
NOT_YOURS = "Chỉ đổi được lịch của cơ quan mình và đơn vị trực thuộc. Hãy ghi mã cơ quan."
NATIONS = "Lịch cả nước do quản trị viên cấp cao nhất đổi. Hãy ghi mã cơ quan của mình."
ODD_RANGE = "Ngày cuối phải từ ngày đầu trở đi, nhiều nhất 31 ngày."
NO_DAY = "Hãy ghi ngày, dạng ngày/tháng/năm."
NO_FILE = "Hãy chọn tệp CSV."
TOO_LONG = "Tệp quá lớn: lịch dài nhất 256 KiB."
NOT_UTF8 = "Tệp không phải UTF-8. Hãy lưu lại dạng «CSV UTF-8»."
NO_HOURS = "Hãy ghi giờ làm việc của ít nhất một thứ."
NO_YEAR = "Hãy ghi năm, bốn chữ số."
PROPOSED = "Đã ghi đề nghị. Hệ quả đang được tính; chưa có gì thay đổi."
AGREED = "Đã xác nhận. Lịch và ngày hẹn được ghi trong một lần."
DROPPED = "Đã bỏ đề nghị. Lịch không đổi."

FROM_COMMAND = "Tệp lịch nạp bằng lệnh"

STATES = {
    ChangeState.WAITING: "Đang tính hệ quả",
    ChangeState.JUDGED: "Chờ xác nhận",
    ChangeState.AGREED: "Đang ghi",
    ChangeState.DONE: "Đã có hiệu lực",
    ChangeState.DROPPED: "Đã bỏ",
    ChangeState.FAILED: "Không đọc được",
}
TONES = {
    ChangeState.WAITING: "info",
    ChangeState.JUDGED: "warning",
    ChangeState.AGREED: "info",
    ChangeState.DONE: "ok",
    ChangeState.DROPPED: "neutral",
    ChangeState.FAILED: "danger",
}

KINDS = {
    "nghi-le": "Nghỉ lễ, tết",
    "hoan-doi": "Hoán đổi ngày nghỉ",
    "lam-bu": "Làm bù",
    "ngay-thuong": "Trả về ngày thường",
    "gio-lam-viec": "Giờ làm việc",
    "gio-tiep-nhan": "Giờ tiếp nhận",
    "tiep-nhan-them": "Tiếp nhận thêm",
    "nam": "Công bố năm",
    "tep": "Nhập tệp CSV",
    "goi-y": "Gợi ý ngày nghỉ",
}
HINTS = {
    "nghi-le": "Các ngày nghỉ liền nhau, kể cả ngày nghỉ bù; có thể gồm cả ngày nghỉ hằng tuần.",
    "hoan-doi": "Nghỉ một ngày làm việc và làm bù vào ngày nghỉ hằng tuần; ngày làm bù có giờ riêng.",
    "lam-bu": "Một ngày nghỉ thành ngày làm việc, với giờ của ngày đó.",
    "ngay-thuong": "Xoá ngày nghỉ, hoán đổi hoặc làm bù đã ghi: ngày trở lại như mọi tuần.",
    "gio-lam-viec": "Cả tuần, từ ngày có hiệu lực. Để trống một thứ: nghỉ. Giờ này dùng để tính thời hạn.",
    "gio-tiep-nhan": "Giờ mở quầy hằng tuần, từ ngày có hiệu lực. Không làm thay đổi ngày hẹn trả.",
    "tiep-nhan-them": "Mở quầy thêm một ngày, ngoài tuần làm việc. Ngày ấy không tính vào thời hạn.",
    "nam": "Công bố: đã có lịch nghỉ chính thức. Tạm tính: mới có ngày nghỉ theo luật.",
    "tep": "Cột: date, kind, windows, basis; thêm agency, weekdays nếu cần. Mỗi dòng có căn cứ riêng.",
    "goi-y": "Từ thư viện holidays: thiếu hoán đổi, có thể sai. Năm được ghi «tạm tính» đến khi có văn bản.",
}
SUGGESTED = "Gợi ý từ thư viện holidays {version}, chưa đối chiếu"

COUNTS = (
    ("moves", "Đổi ngày hẹn", "neutral"),
    ("later", "Lùi ngày", "neutral"),
    ("earlier", "Sớm hơn", "warn"),
    ("late", "Sẽ thành quá hạn", "danger"),
    ("relieved", "Thôi quá hạn", "ok"),
    ("letters", "Thư báo chờ duyệt", "neutral"),
)


def decision(mark: str, signed: dt.date | None, text: str) -> str:
    """A decision as every row cites it: `Quyết định 12/QĐ-UBND ngày 01/11/2026: nghỉ Tết`."""
    head = " ".join(filter(None, (mark.strip(), f"ngày {day(signed)}" if signed else "")))
    return ": ".join(filter(None, (head, text.strip())))


def reason(decided: str) -> str:
    """Why a date moved, in the history of each dossier."""
    return f"Lịch làm việc thay đổi. {decided}"[:500].strip()


ROW_KINDS = {
    "holiday": "Nghỉ lễ, tết",
    "swap_off": "Nghỉ hoán đổi",
    "make_up": "Làm bù",
    "ordinary": "Ngày thường",
    "hours": "Giờ làm việc",
    "intake_hours": "Giờ tiếp nhận",
    "intake_day": "Tiếp nhận thêm",
    "year_published": "Năm công bố",
    "year_provisional": "Năm tạm tính",
}
_WEEKDAYS = {"mon": "Hai", "tue": "Ba", "wed": "Tư", "thu": "Năm", "fri": "Sáu", "sat": "Bảy", "sun": "CN"}


def weekdays(text: str) -> str:
    """Weekdays as a calendar file names them: `Thứ Hai, Ba`."""
    named = [_WEEKDAYS[part] for part in text.split(",") if part in _WEEKDAYS]
    return f"Thứ {', '.join(named)}" if named else ""


# --- the list of what moves

TITLE = "Hồ sơ đổi ngày hẹn do lịch"
EMPTY = "Không có hồ sơ nào ở phần này."
PARTS = {
    "all": "Tất cả",
    "late": "Sẽ thành quá hạn",
    "relieved": "Thôi quá hạn",
    "earlier": "Hẹn sớm hơn",
    "letters": "Có thư báo",
    "silent": "Không có thư điện tử",
}
EFFECTS = {
    Effect.NONE: "Không đổi tình trạng",
    Effect.LATE: "Sẽ quá hạn",
    Effect.RELIEVED: "Thôi quá hạn",
    Effect.UNKNOWN: "Chưa tính được",
}
NOTICES = {
    Notice.NONE: "Không có thư",
    Notice.DRAFT: "Thư chờ duyệt",
    Notice.APPROVED: "Thư đã duyệt",
    Notice.SENT: "Thư đã chuyển gửi",
    Notice.DROPPED: "Thư không gửi",
}


class MovedLine(Protocol):
    """What a row of the list has to give."""

    was: dt.datetime
    becomes: dt.datetime
    lawful: dt.datetime | None
    effect: Effect
    notice: Notice


def _lawful(row: MovedLine, _see: See) -> str:
    return f"theo luật {moment(row.lawful)}" if row.lawful and row.lawful != row.becomes else ""


def _columns() -> Columns:
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    holder = Column("holder", "Người, đơn vị giữ", lambda row, _: row.holder)
    lawful = dated("lawful", "Hạn theo luật mới", lambda row: row.lawful, quiet=_lawful)
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(procedure_code,)),
        procedure_code,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency, parts=(holder,)),
        holder,
        dated("was", "Hẹn trả cũ", lambda row: row.was),
        dated("becomes", "Hẹn trả mới", lambda row: row.becomes, parts=(lawful,)),
        lawful,
        Column("effect", "Hệ quả", lambda row, _: EFFECTS[row.effect] if row.effect else ""),
        Column("notice", "Báo người nộp", lambda row, _: NOTICES[row.notice] if row.notice else ""),
    )
    unasked = ("code", "procedure", "owner", "agency", "was", "becomes", "effect", "notice")
    return Columns("calendar_moves", TITLE, "doi-ngay-hen", every, unasked)


COLUMNS = _columns()


def moved(counts: Mapping[str, int]) -> str:
    """What a change comes to, in a line for a command."""
    return (
        f"{number(counts['moves'])} hồ sơ đang mở đổi ngày hẹn ({number(counts['late'])} sẽ thành quá hạn, "
        f"{number(counts['relieved'])} thôi quá hạn; {number(counts['letters'])} thư báo chờ duyệt)"
    )


NOT_CONFIRMED = (
    "Chưa nạp gì cả. Muốn nạp và đổi ngày hẹn: thêm --confirm, hoặc xem từng hồ sơ ở Lịch làm việc."
)


def letters(many: int, *, sent: bool) -> str:
    """What a decision on letters came to."""
    if not many:
        return "Không còn thư nào chờ duyệt."
    return f"Đã duyệt {number(many)} thư." if sent else f"Đã bỏ {number(many)} thư, không gửi."
