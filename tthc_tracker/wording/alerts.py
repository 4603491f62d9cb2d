"""The words of alerts, of the mails they leave by, and of the timed work behind them."""

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from tthc_tracker.domain.alerting import OF_REPORTS, Rule, Severity
from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.wording.formats import ago, day_month, moment, number
from tthc_tracker.wording.online import past

RULES = {
    Rule.RECEPTION_DUE_SOON: "Sắp quá hạn tiếp nhận",
    Rule.LATE_RECEPTION: "Chậm tiếp nhận",
    Rule.LATE_HANDOVER: "Chậm chuyển hồ sơ",
    Rule.DUE_SOON: "Sắp đến hạn",
    Rule.APOLOGY_DUE: "Chờ ký văn bản xin lỗi",
    Rule.OVERDUE: "Quá hạn",
    Rule.VERY_OVERDUE: "Quá hạn lâu",
    Rule.STEP_OVERDUE: "Quá hạn bước xử lý",
    Rule.STALLED: "Đứng yên",
    Rule.LONG_PAUSE: "Tạm dừng quá lâu",
    Rule.BACKLOG: "Tồn đọng",
    Rule.NO_DUE_DATE: "Không có ngày hẹn trả",
    Rule.FINISH_TYPED_LATE: "Nhập kết thúc muộn",
    Rule.DUE_CHANGED_LATE: "Đổi ngày hẹn sau khi đã quá",
    Rule.PAUSED_ON_LAST_DAY: "Tạm dừng vào ngày cuối",
    Rule.STATUS_BACKWARDS: "Trạng thái đi lùi",
    Rule.ENDED_AGENCY: "Cơ quan đã kết thúc còn hồ sơ mở",
    Rule.NO_RECIPIENT: "Đơn vị không có người nhận cảnh báo",
    Rule.SOURCE_STALE: "Nguồn chưa cập nhật",
    Rule.SOURCE_SILENT: "Nguồn im lặng bất thường",
    Rule.INDICATOR_DUE_SOON: "Sắp đến hạn nhập chỉ tiêu",
    Rule.INDICATOR_OVERDUE: "Quá hạn nhập chỉ tiêu",
    Rule.CONCLUSION_DUE_SOON: "Kết luận phiên họp sắp đến hạn",
    Rule.CONCLUSION_OVERDUE: "Kết luận phiên họp quá hạn",
    Rule.FIELD_REPORT_SOON: "Phản ánh sắp đến hạn",
    Rule.FIELD_REPORT_OVERDUE: "Phản ánh quá hạn",
}

SEVERITIES = {
    Severity.NOTICE: "Nhắc việc",
    Severity.WARNING: "Cần xem",
    Severity.SERIOUS: "Nghiêm trọng",
    Severity.CRITICAL: "Rất nghiêm trọng",
}

# What follows the number of dossiers (or units) in a sentence.
_COUNTED = {
    Rule.VERY_OVERDUE: "hồ sơ quá hạn lâu",
    Rule.OVERDUE: "hồ sơ quá hạn",
    Rule.LATE_RECEPTION: "hồ sơ chậm tiếp nhận",
    Rule.BACKLOG: "đơn vị tồn đọng",
    Rule.FIELD_REPORT_OVERDUE: "phản ánh hiện trường quá hạn",
    Rule.APOLOGY_DUE: "văn bản xin lỗi chờ ký",
    Rule.STEP_OVERDUE: "hồ sơ quá hạn bước xử lý",
    Rule.LATE_HANDOVER: "hồ sơ chậm chuyển",
    Rule.STALLED: "hồ sơ đứng yên",
    Rule.LONG_PAUSE: "hồ sơ tạm dừng quá lâu",
    Rule.NO_DUE_DATE: "hồ sơ không có ngày hẹn trả",
    Rule.DUE_CHANGED_LATE: "hồ sơ đổi ngày hẹn sau khi đã quá",
    Rule.FINISH_TYPED_LATE: "hồ sơ nhập kết thúc muộn",
    Rule.PAUSED_ON_LAST_DAY: "hồ sơ tạm dừng vào ngày cuối",
    Rule.STATUS_BACKWARDS: "hồ sơ có trạng thái đi lùi",
    Rule.ENDED_AGENCY: "cơ quan đã kết thúc còn hồ sơ mở",
    Rule.NO_RECIPIENT: "đơn vị không có người nhận cảnh báo",
    Rule.SOURCE_STALE: "nguồn chưa cập nhật",
    Rule.SOURCE_SILENT: "nguồn im lặng bất thường",
    Rule.CONCLUSION_OVERDUE: "kết luận phiên họp quá hạn",
    Rule.INDICATOR_OVERDUE: "kỳ chỉ tiêu quá hạn nhập",
    Rule.CONCLUSION_DUE_SOON: "kết luận phiên họp sắp đến hạn",
    Rule.INDICATOR_DUE_SOON: "kỳ chỉ tiêu sắp đến hạn nhập",
    Rule.DUE_SOON: "hồ sơ sắp đến hạn",
    Rule.FIELD_REPORT_SOON: "phản ánh hiện trường sắp đến hạn",
    Rule.RECEPTION_DUE_SOON: "hồ sơ sắp quá hạn tiếp nhận",
}

WORST_FIRST = tuple(_COUNTED)
ALL = "Tất cả"
STATES = {"open": "Chưa ghi nhận", "acknowledged": "Tôi đã ghi nhận"}

NO_RECIPIENT = "Đơn vị chưa có người nhận cảnh báo; gửi quản trị viên để phân công."
CLOCK_JUMPED = "Đồng hồ máy chủ nhảy {minutes} phút; thư cảnh báo tạm giữ một lượt."
INTERRUPTED = "Bị ngắt giữa chừng; lần chạy sau làm tiếp."
EXPIRED = "Quá 72 giờ chưa gửi được."
NO_LONGER_TRUE = "Nội dung thư không còn đúng: hồ sơ đã sang bước khác."
STALE_AFTER = dt.timedelta(minutes=15)

JOBS = {
    "scan-deadlines": "Rà soát thời hạn",
    "deliver-mail": "Gửi thư",
    "deliver-webhooks": "Báo tin cho hệ thống khác",
    "send-digests": "Soạn tổng hợp buổi sáng",
    "send-summaries": "Soạn tổng kết tuần",
    "assess-risk": "Đánh giá nguy cơ quá hạn",
    "draft-apologies": "Soạn dự thảo xin lỗi",
    "fold-facts": "Cộng dồn số liệu thống kê",
    "import-files": "Nạp tệp dữ liệu",
    "fetch-sources": "Lấy dữ liệu từ các nguồn",
    "propose-matches": "Tìm một hồ sơ ở hai hệ thống",
    "change-calendar": "Thay đổi lịch làm việc",
    "backup": "Sao lưu",
    "remind-results": "Nhắc nhận kết quả",
    "move-dossiers": "Chuyển hồ sơ của cơ quan đã kết thúc",
    "housekeeping": "Dọn dẹp",
    "write-exports": "Tạo tệp xuất",
    "seal-trail": "Niêm phong nhật ký",
    "scheduler": "Tiến trình định kỳ",
    "clock": "Đồng hồ máy chủ",
}

RUN_STATUSES = {"running": "Đang chạy", "ok": "Xong", "failed": "Lỗi"}

MAIL_STATUSES = {
    "pending": "Chờ gửi",
    "leased": "Đang gửi",
    "data": "Đang gửi",
    "sent": "Đã gửi",
    "dead": "Không gửi được",
    "held": "Tạm giữ",
    "cancelled": "Đã huỷ",
}

MAIL_KINDS = {
    "digest": "Tổng hợp buổi sáng",
    "at_once": "Cảnh báo tức thì",
    "text": "Tin nhắn cảnh báo tức thì",
    "weekly": "Tổng kết tuần",
    "refused": "Báo địa chỉ thư bị từ chối",
    "silence": "Báo cảnh báo và thư nhắc đã dừng",
    "reminder": "Nhắc người đang giữ hồ sơ",
    "seal": "Niêm phong nhật ký",
    ApplicantLetter.RECEIPT: "Báo người nộp: đã tiếp nhận",
    ApplicantLetter.SUPPLEMENT: "Báo người nộp: cần bổ sung",
    ApplicantLetter.PAYMENT: "Báo người nộp: cần nộp phí, lệ phí",
    ApplicantLetter.PAUSED: "Báo người nộp: tạm dừng tính thời hạn",
    ApplicantLetter.NEW_DATE: "Báo người nộp: ngày hẹn trả mới",
    ApplicantLetter.APOLOGY: "Báo người nộp: xin lỗi, hẹn lại ngày trả",
    ApplicantLetter.STOPPED: "Báo người nộp: dừng giải quyết",
    ApplicantLetter.REFUSAL: "Báo người nộp: từ chối tiếp nhận",
    ApplicantLetter.RESULT_READY: "Báo người nộp: đã có kết quả",
    ApplicantLetter.STILL_WAITING: "Báo người nộp: kết quả chờ nhận",
}
APPLICANT = "người nộp hồ sơ"

CHECKS = {
    "database": "Kết nối cơ sở dữ liệu",
    "schema": "Lược đồ đúng phiên bản",
    "write": "Ghi được",
    "disk": "Còn chỗ trên đĩa",
    "restored": "Không phải bản sao chờ khôi phục",
}


def counted(counts: Mapping[Rule, int]) -> str:
    """`3 hồ sơ quá hạn lâu, 2 hồ sơ chậm tiếp nhận`, worst first; empty for nothing."""
    return ", ".join(counted_by_rule(counts).values())


def counted_by_rule(counts: Mapping[Rule, int]) -> dict[Rule, str]:
    """The same rule by rule."""
    return {rule: f"{number(counts[rule])} {words}" for rule, words in _COUNTED.items() if counts.get(rule)}


def digest_subject(counts: Mapping[Rule, int], on: str, days: int | None = None) -> str:
    """The message itself (how many, and by how many days the worst is late), then what the mail is."""
    worst = f", lâu nhất {number(days)} ngày" if days else ""
    return f"{counted(counts)}{worst} (tổng hợp sáng {on})"


def overview_subject(sums: Mapping[str, int], units: int, days: int | None, on: str) -> str:
    """The same for who leads: how many, of how many units, how bad, how many new."""
    parts = []
    if sums["overdue"]:
        parts.append(f"{number(sums['overdue'])} hồ sơ quá hạn")
    if sums["late_reception"]:
        parts.append(f"{number(sums['late_reception'])} hồ sơ chậm tiếp nhận")
    said = f"{', '.join(parts)} ở {number(units)} đơn vị"
    if days:
        said += f", lâu nhất {number(days)} ngày"
    if sums["new"]:
        said += f", {number(sums['new'])} mới"
    return f"{said} (tổng hợp sáng {on})"


class UnitNumbers(Protocol):
    """What a unit has late and due."""

    @property
    def overdue(self) -> int: ...
    @property
    def new(self) -> int: ...
    @property
    def oldest(self) -> dt.datetime | None: ...
    @property
    def late_reception(self) -> int: ...
    @property
    def today(self) -> int: ...
    @property
    def next_day(self) -> int: ...
    @property
    def apologies(self) -> int: ...


UNIT_NUMBERS = {
    "overdue": "Quá hạn",
    "new": "Mới quá hạn",
    "late_reception": "Chậm tiếp nhận",
    "today": "Hạn hôm nay",
    "next_day": "Hạn ngày làm việc sau",
    "apologies": "Chờ xin lỗi",
}
"""The numbers of a unit's line, each before the address of its list."""


def unit_numbers(line: UnitNumbers, today: dt.date, next_day: dt.date) -> str:
    """A unit's line of the morning's table in words; only what is not nothing."""
    late = f"quá hạn {number(line.overdue)}" if line.overdue else ""
    if line.oldest:
        new = f", {number(line.new)} mới" if line.new else ""
        late += f" (lâu nhất {number((today - line.oldest.date()).days)} ngày{new})"
    counted = (
        (line.late_reception, "chậm tiếp nhận"), (line.today, "hạn hôm nay"),
        (line.next_day, f"hạn {day_month(next_day)}"), (line.apologies, "chờ xin lỗi"),
    )  # fmt: skip
    said = [late] * bool(late) + [f"{words} {number(many)}" for many, words in counted if many]
    return " · ".join(said)


def at_once_subject(counts: Mapping[Rule, int], code: str) -> str:
    """The message itself; a single dossier or field report by its code."""
    if sum(counts.values()) == 1:
        rule = next(rule for rule, many in counts.items() if many)
        return f"{RULES[rule]}: {code}" if rule in OF_REPORTS else f"{RULES[rule]}: hồ sơ {code}"
    return f"Cảnh báo: {counted(counts)}"


class Scan(Protocol):
    """A scan that came to its end."""

    @property
    def at(self) -> dt.datetime: ...
    @property
    def examined(self) -> int: ...
    @property
    def fault(self) -> str: ...


def scan_line(last: Scan | None, now: dt.datetime) -> str:
    """When all deadlines were last looked at, how many dossiers had come to one, whether all went well."""
    if last is None:
        return "Chưa rà soát lần nào"
    faults = "lần sau đó bị lỗi" if last.fault else "0 lỗi"
    return (
        f"Rà soát gần nhất {moment(last.at)} ({ago(last.at, now)}): "
        f"{number(last.examined)} hồ sơ đến lúc xem, {faults}"
    )


def scan_banner(last: Scan | None, now: dt.datetime) -> str:
    """What everybody should know when no scan has come to its end for three intervals; '' while all is well.

    An installation that has never scanned is starting: the foot of the page says so.
    """
    if last is None or now - last.at <= STALE_AFTER:
        return ""
    return (
        f"Cảnh báo và thư nhắc đang dừng từ {moment(last.at)}. Ngày hẹn và các danh sách vẫn đúng; "
        "hãy báo quản trị viên khởi động lại tiến trình định kỳ."
    )


_BEFOREHAND = (  # said before the day
    Rule.DUE_SOON, Rule.INDICATOR_DUE_SOON, Rule.CONCLUSION_DUE_SOON, Rule.FIELD_REPORT_SOON,
)  # fmt: skip


class Dated(Protocol):
    """What has a rule and perhaps a deadline."""

    @property
    def rule(self) -> Rule: ...
    @property
    def due_at(self) -> dt.datetime | None: ...


def lateness(line: Dated, today: dt.date, minutes: int | None = None) -> str:
    """What is wrong and by how much: `Quá hạn 6 ngày`, `Chậm tiếp nhận, quá 3 giờ làm việc`, `Tồn đọng`.

    minutes: of a late reception the working time since its deadline, where the calendar is known: its clock
    counts that, and the queue and its list say it so.
    """
    if line.due_at is None:
        return RULES[line.rule]
    if line.rule is Rule.LATE_RECEPTION and minutes is not None:
        return f"{RULES[line.rule]}, {past(minutes)}"
    days = (today - line.due_at.date()).days
    if line.rule in _BEFOREHAND:
        return f"{RULES[line.rule]}, còn {number(-days)} ngày" if days < 0 else f"{RULES[line.rule]}, hôm nay"
    return f"{RULES[line.rule]} {number(days)} ngày" if days > 0 else f"{RULES[line.rule]}, trong ngày"


# --- the page for administrators

FACTS = {
    "version": "Phiên bản",
    "database": "Cơ sở dữ liệu",
    "schema": "Lược đồ",
    "mail": "Thư đi",
    "backup": "Bản sao lưu mới nhất",
}
NONE = "chưa có"
MAIL_BY_SERVER = "qua máy chủ thư"
BACKUP_ELSEWHERE = "do công cụ của PostgreSQL đảm nhiệm"
BACKUP_LATE = dt.timedelta(hours=26)


def backup_age(made: dt.datetime | None, now: dt.datetime, name: str, embedded: bool) -> tuple[str, str]:
    """When the last backup was made, and its file; says so when that is too long ago."""
    if not embedded:
        return BACKUP_ELSEWHERE, ""
    if made is None:
        return (NONE, name)
    late = " – quá 26 giờ" if now - made > BACKUP_LATE else ""
    return f"{ago(made, now)}{late}", name


_DONE = {
    "examined": "hồ sơ đã xem",
    "raised": "cảnh báo mới",
    "closed": "cảnh báo đóng",
    "climbed": "cảnh báo lên cấp trên",
    "synced": "hồ sơ hết chờ đồng bộ",
    "woken": "cảnh báo hết hoãn",
    "lapsed": "lời hẹn đã qua ngày",
    "mails": "thư tức thì",
    "assessed": "hồ sơ đã đánh giá",
    "at_risk": "hồ sơ có nguy cơ quá hạn",
    "drafted": "dự thảo đã soạn",
    "proposed": "cặp được đề nghị ghép",
    "moved": "hồ sơ đã chuyển",
    "stuck": "hồ sơ chưa chuyển được",
    "mailed": "thư nhắc đã soạn",
    "unreachable": "người nộp không có thư điện tử",
    "sealed": "niêm phong mới",
    "checked": "tệp đã kiểm tra",
    "loaded": "tệp đã nạp",
    "undone": "tệp đã hoàn tác",
    "files": "tệp cũ đã xoá",
    "sent": "thư đã gửi",
    "later": "thư gửi lại sau",
    "never": "thư không gửi được",
    "nobody": "thư không còn ai nhận",
    "cancelled": "thư huỷ",
    "reclaimed": "thư nhận lại",
    "expired": "thư quá hạn gửi",
    "due": "người đến giờ nhận tổng hợp",
    "written": "tổng hợp đã soạn",
    "nothing": "người không có cảnh báo",
    "day_off": "người đang nghỉ",
    "sessions": "phiên đã xoá",
    "links": "liên kết đã xoá",
    "forms": "biểu mẫu đã xoá",
    "runs": "lần chạy đã xoá",
    "removed": "bản sao cũ đã xoá",
    "dossier": "hồ sơ trong bản sao",
}
# What a job means by a name that others use too.
_DONE_BY = {
    "deliver-webhooks": {"told": "tin đã nhận", "later": "tin gửi lại sau", "given_up": "tin không gửi được"},
    "write-exports": {"files": "tệp đã tạo", "rows": "dòng đã ghi"},
    "fetch-sources": {"taken": "tệp đã lấy", "settled": "tệp đã xong", "failed": "nguồn lỗi"},
    "change-calendar": {"judged": "thay đổi đã tính hệ quả", "written": "thay đổi đã ghi",
                        "settled": "lần rà lại", "letters": "thư báo đã chuyển gửi"},
    "seal-trail": {"mails": "thư niêm phong"},
    "send-summaries": {"due": "thủ trưởng đến giờ nhận tổng kết", "written": "tổng kết đã soạn"},
}  # fmt: skip


def seconds(length: float) -> str:
    """How long a run took: `0,4 giây`, `12 phút`."""
    return f"{number(length, 1)} giây" if length < 90 else f"{number(round(length / 60))} phút"


def retried(many: int) -> str:
    """What became of the wish to send again."""
    if many == 0:
        return "Không còn thư nào bị kẹt: thư đã đi, hoặc người khác vừa cho gửi lại."
    return f"Đã xếp {number(many)} thư vào hàng chờ; thư đi trong vòng nửa phút nếu máy chủ thư nhận."


def done(job: str, counts: Mapping[str, object]) -> str:
    """What a run of a job did: `12 hồ sơ đã xem, 3 cảnh báo mới`; only what is not nothing."""
    said = _DONE | _DONE_BY.get(job, {})
    parts = [
        f"{number(many)} {said[name]}"
        for name, many in counts.items()
        if name in said and isinstance(many, int) and many
    ]
    return ", ".join(parts) or "không có gì phải làm"
