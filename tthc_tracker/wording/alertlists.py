"""The words and the columns of the list behind the bell."""

import datetime as dt
from typing import Any

from tthc_tracker.domain.alerting import OF_SOURCES, Rule
from tthc_tracker.wording import alerts
from tthc_tracker.wording.columns import Column, Columns, See, dated, from_day
from tthc_tracker.wording.formats import day, moment, number

TITLE = "Cảnh báo"
TABS = {
    "mine": "Chờ tôi",
    "new": "Mới",
    "climbed": "Đã lên cấp trên",
    "unanswered": "Chưa ai trả lời",
    "answered": "Tôi đã ghi nhận",
    "asleep": "Đang hoãn",
    "disputed": "Chờ đồng bộ",
}
EMPTY = {
    "mine": "Không có cảnh báo nào chờ bạn.",
    "new": "Không có cảnh báo mới. Các cảnh báo cũ hơn ở mục «Chờ tôi».",
    "climbed": "Không có cảnh báo nào của bạn đã lên cấp trên.",
    "unanswered": "Mọi cảnh báo đã lên cấp trên đều có người ghi nhận.",
    "answered": "Bạn chưa ghi nhận cảnh báo nào còn mở.",
    "asleep": "Không có cảnh báo nào đang hoãn.",
    "disputed": "Không có hồ sơ nào chờ đồng bộ.",
}
LEADS = {
    "mine": "nặng nhất xếp trước; cảnh báo tự đóng khi hồ sơ được giải quyết",
    "new": "nêu sau {since}; không gồm tồn từ trước khi nạp nguồn",
    "climbed": "quá giờ ghi nhận nên đã chuyển cấp trên",
    "unanswered": "quá giờ ghi nhận, hoặc quá ngày đã hẹn mà cảnh báo còn mở",
    "answered": "quá ngày đã hẹn mà còn mở thì cảnh báo nhắc lại và lên cấp trên",
    "asleep": "không có trong thư và không lên cấp trên cho tới ngày nhắc lại",
    "disputed": "lãnh đạo báo đã giải quyết; hết hiệu lực khi nguồn gửi dữ liệu mới",
}
IN_MAIL = "Trong thư đã mở, còn chờ tôi"
PARTS = {"new": "Mới từ lần tổng hợp trước", "before": "Còn tồn từ trước"}
SILENT = "Ai chưa trả lời"
NO_SILENT = "Không ai để cảnh báo quá giờ mà chưa trả lời."
ACKNOWLEDGE = "Ghi nhận"
DONE = "Đã ghi nhận"
NOT_YOURS = "Cảnh báo này không phải của bạn, hoặc đã đóng."

# Which shape of the standings a rule has in a list.
SHAPES = {
    Rule.RECEPTION_DUE_SOON: "due_soon",
    Rule.LATE_RECEPTION: "late_reception",
    Rule.LATE_HANDOVER: "overdue",
    Rule.DUE_SOON: "due_soon",
    Rule.APOLOGY_DUE: "reappointed",
    Rule.OVERDUE: "overdue",
    Rule.VERY_OVERDUE: "very_overdue",
    Rule.STEP_OVERDUE: "overdue",
    Rule.STALLED: "waiting",
    Rule.LONG_PAUSE: "paused",
    Rule.BACKLOG: "very_overdue",
    Rule.SOURCE_STALE: "stale",
    Rule.SOURCE_SILENT: "stale",
    Rule.INDICATOR_DUE_SOON: "due_soon",
    Rule.INDICATOR_OVERDUE: "overdue",
    Rule.CONCLUSION_DUE_SOON: "due_soon",
    Rule.CONCLUSION_OVERDUE: "overdue",
    Rule.FIELD_REPORT_SOON: "due_soon",
    Rule.FIELD_REPORT_OVERDUE: "overdue",
}


def about(row: Any) -> str:
    """What an alert is about: a dossier or field report by its code, a source, unit or agency by name."""
    code = row.dossier_code or row.report_code
    names = (row.source if row.rule in OF_SOURCES else code, row.unit, row.agency)
    return next(str(name) for name in names if name)


def _subject(row: Any, _see: See) -> str:
    """The same in a word that never breaks a table: the names stand in columns of their own."""
    if row.rule in OF_SOURCES:
        return "Nguồn dữ liệu"
    return row.dossier_code or row.report_code or ("Đơn vị" if row.unit else "Cơ quan")


def state(row: Any, today: dt.date) -> str:
    """Where an alert stands between people."""
    if row.resolved_on:
        return f"Chờ đồng bộ: báo đã giải quyết {day(row.resolved_on)}"
    if row.asleep_until:
        return f"Hoãn đến {day(row.asleep_until)}"
    if row.answered_at and row.promised_on:
        return f"Hẹn xong {day(row.promised_on)}"
    if row.answered_at:
        return "Đã ghi nhận"
    if row.promised_on and row.promised_on < today:
        return f"Quá hẹn {day(row.promised_on)}, chưa xong"
    return "Chưa ghi nhận"


def came(one: Any) -> str:
    """How an alert has come to one of its recipients, if not as one whom its rule names."""
    ways = ("lên cấp trên" if one.climbed else "", "được chuyển" if one.handed else "")
    return ", ".join(filter(None, ways))


def answer_state(one: Any) -> str:
    """What one of its recipients, of now or of before, has answered and when."""
    if one.answered_at:
        by = f", hẹn xong {day(one.promised_on)}" if one.promised_on else ""
        return f"Đã trả lời {moment(one.answered_at)}{by}"
    if one.until:
        return "Không trả lời; không còn là người nhận"
    if one.rings:
        return "Đang chờ trả lời"
    return "Đã trả lời" if one.answered else "Không còn phải trả lời"


def _what(row: Any, see: See) -> str:
    return alerts.lateness(row, see.today, row.minutes_late)


def _before(row: Any, _see: See) -> str:
    return "tồn từ trước" if row.from_before else ""


def _climbed(row: Any, _see: See) -> str:
    return f"lên {number(row.rung)} cấp" if row.rung else ""


def _answer(row: Any, _see: See) -> str:
    said = ", ".join(filter(None, (row.answered_by, moment(row.answered_at) if row.answered_at else "")))
    return ": ".join(filter(None, (said, row.note)))


def _waits(row: Any, _see: See) -> str:
    return "chờ " + ", ".join(row.waits_for) if row.waits_for else ""


def _handed(row: Any, _see: See) -> str:
    return f"đã chuyển {row.handed_to}" if row.handed_to else ""


def fresh(row: Any, see: See) -> str:
    """How old what a source says is; empty for what is our own."""
    if row.source_as_of is None:
        return ""
    old = " (nguồn chưa cập nhật)" if row.source_as_of < see.stale_before else ""
    return f"dữ liệu lúc {moment(row.source_as_of)}{old}"


def _columns() -> Columns:
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code or "", "code")
    source = Column("source", "Nguồn", lambda row, _: row.source or "")
    source_as_of = dated("source_as_of", "Dữ liệu nguồn lúc", lambda row: row.source_as_of, quiet=fresh)
    owner = Column("owner", "Chủ hồ sơ", lambda row, _: row.owner or "")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or "")
    unit = Column("unit", "Phòng, đơn vị", lambda row, _: row.unit or "")
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    severity = Column("severity", "Mức độ", lambda row, _: alerts.SEVERITIES[row.severity])
    before = Column("before", "Tồn từ trước", _before)
    climbed = Column("climbed", "Đã lên cấp trên", _climbed)
    answer = Column("answer", "Lời ghi nhận", _answer, "long", quiet=_answer)
    waits = Column("waits", "Đang chờ ai", _waits)
    handed = Column("handed", "Đã chuyển cho", _handed)
    raised = dated(
        "raised", "Nêu lúc", lambda row: row.raised_at, sort=("oldest", "newest"),
        quiet=from_day("nêu", lambda row: row.raised_at),
    )  # fmt: skip
    every = (
        Column("code", "Hồ sơ, nơi", _subject, "code"),
        Column(
            "what", "Cảnh báo", _what, "mark", parts=(before, climbed),
            badge=lambda row: SHAPES.get(row.rule, "missing"),
        ),
        severity, before, climbed,
        Column(
            "procedure", "Thủ tục", lambda row, _: row.procedure or "", "long",
            parts=(owner, procedure_code, source, source_as_of),
        ),
        procedure_code, owner,
        Column("agency", "Đang ở", lambda row, _: row.agency, parts=(unit, officer)),
        unit, officer, agency_code,
        dated("due", "Hạn", lambda row: row.due_at, parts=(raised,)),
        raised,
        Column("state", "Trả lời", lambda row, see: state(row, see.today), parts=(answer, waits, handed)),
        answer, waits, handed, source, source_as_of,
    )  # fmt: skip
    unasked = ("code", "what", "procedure", "agency", "due", "state")
    return Columns("alerts", TITLE, "canh-bao", every, unasked)


COLUMNS = _columns()
