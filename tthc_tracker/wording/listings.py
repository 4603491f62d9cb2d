"""The words and the columns of the supervisor's lists."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from tthc_tracker.wording.columns import Column, Columns, See, dated, from_day
from tthc_tracker.wording.formats import moment, number
from tthc_tracker.wording.online import past


@dataclass(frozen=True)
class ListWords:
    """What one list is called and says."""

    title: str
    empty: str
    started: str  # what `started_at` is
    deadline: str  # what `due_at` is
    organisation: str
    file_name: str
    days: str  # what the number of days in a file counts


WORDS = {
    "overdue": ListWords(
        title="Hồ sơ quá hạn",
        empty="Không có hồ sơ quá hạn nào khớp bộ lọc.",
        started="Tiếp nhận",
        deadline="Hẹn trả",
        organisation="Nơi giải quyết",
        file_name="qua-han",
        days="Số ngày trễ",
    ),
    "late_reception": ListWords(
        title="Chậm tiếp nhận",
        empty="Không có hồ sơ trực tuyến nào chậm tiếp nhận.",
        started="Nộp lúc",
        deadline="Hạn tiếp nhận",
        organisation="Nơi tiếp nhận",
        file_name="cham-tiep-nhan",
        days="Số ngày trễ",
    ),
    "due_soon": ListWords(
        title="Sắp đến hạn",
        empty="Không có hồ sơ nào sắp đến hạn.",
        started="Tiếp nhận",
        deadline="Hẹn trả",
        organisation="Nơi giải quyết",
        file_name="sap-den-han",
        days="Số ngày còn lại",
    ),
    "reappointed": ListWords(
        title="Đã hẹn lại",
        empty="Không có hồ sơ nào đã hẹn lại mà trễ hạn theo luật.",
        started="Tiếp nhận",
        deadline="Hẹn lại",
        organisation="Nơi giải quyết",
        file_name="da-hen-lai",
        days="Số ngày còn lại",
    ),
}


TABS = {"overdue": "Quá hạn", "reappointed": "Đã hẹn lại"}
DATES = {
    "overdue": "theo ngày hẹn hiện nay, có hẹn lại",
    "due_soon": "theo ngày hẹn hiện nay, có hẹn lại",
    "reappointed": "trễ hạn theo luật, chưa đến ngày hẹn lại",
}
ALERT_STATES = {
    "open": "Chưa phản hồi",
    "acknowledged": "Đã phản hồi",
    "asleep": "Cảnh báo đang hoãn",
    "disputed": "Chờ đồng bộ",
    None: "Chưa có cảnh báo",
}
NOBODY = "Chưa phân công"


class ListedRow(Protocol):
    """What a row of a list has to give."""

    code: str
    procedure_code: str
    procedure: str
    owner: str
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    started_at: dt.datetime
    due_at: dt.datetime
    lawful_due_at: dt.datetime | None
    held_since: dt.datetime | None
    alert: str | None
    source: str
    mirrored: bool
    source_as_of: dt.datetime | None
    unseen_since: dt.datetime | None
    minutes_late: int | None
    urged: int

    def days_late(self, today: dt.date) -> int: ...


def _lateness(row: ListedRow, see: See) -> str:
    days = row.days_late(see.today)
    return f"Trễ {number(days)} ngày" if days else "Trễ trong ngày"


def _late_reception(row: ListedRow, see: See) -> str:
    """By the clock of receptions, which counts working time, as the queue says it."""
    if row.minutes_late is None:
        return _lateness(row, see)
    return past(row.minutes_late).capitalize()


def _nearness(row: ListedRow, see: See) -> str:
    days = -row.days_late(see.today)
    return f"Còn {number(days)} ngày" if days > 0 else "Hạn hôm nay"


def _freshness(row: ListedRow, see: See) -> str:
    if not row.mirrored or row.source_as_of is None:
        return ""
    if row.unseen_since is not None:
        return f"không còn thấy ở nguồn từ {moment(row.unseen_since)}"
    old = " (nguồn chưa cập nhật)" if row.source_as_of < see.stale_before else ""
    return f"dữ liệu lúc {moment(row.source_as_of)}{old}"


def _lawful(which: str) -> tuple[Column, ...]:
    """The other date: what statistics go by, shown unasked where it is not the one of the list."""
    if which == "late_reception":
        return ()

    def differs(row: ListedRow, _see: See) -> str:
        other = row.lawful_due_at
        return f"hạn theo luật {moment(other)}" if other and other != row.due_at else ""

    return (dated("lawful", "Hạn theo luật", lambda row: row.lawful_due_at, quiet=differs),)


def _columns(which: str, words: ListWords) -> Columns:
    """What a list can show. Dates are those of the list: of the reception where that is what is late."""
    tells = {"due_soon": _nearness, "reappointed": _nearness, "late_reception": _late_reception}.get(
        which, _lateness
    )
    near, lawful = which in {"due_soon", "reappointed"}, _lawful(which)
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    source = Column("source", "Nguồn", lambda row, _: row.source)
    source_as_of = dated(
        "source_as_of", "Dữ liệu nguồn lúc", lambda row: row.source_as_of if row.mirrored else None,
        quiet=_freshness,
    )  # fmt: skip
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or NOBODY)
    unit = Column("unit", "Phòng, đơn vị", lambda row, _: row.unit or "")
    held = dated(
        "held_since", "Giữ hồ sơ từ", lambda row: row.held_since,
        quiet=from_day("từ", lambda row: row.held_since),
    )  # fmt: skip
    started = dated(
        "started", words.started, lambda row: row.started_at,
        quiet=from_day(words.started, lambda row: row.started_at),
    )  # fmt: skip
    alert = Column("alert", "Cảnh báo", lambda row, _: ALERT_STATES[row.alert])
    days = Column(
        "days", words.days, lambda row, see: str((-1 if near else 1) * row.days_late(see.today)), "num",
        quiet=lambda _row, _see: "",
    )  # fmt: skip
    urged = Column(
        "urged", "Số lần đôn đốc", lambda row, _: number(row.urged), "num",
        quiet=lambda row, _: f"đã đôn đốc {number(row.urged)} lần" if row.urged else "",
    )  # fmt: skip
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column(
            "procedure", "Thủ tục", lambda row, _: row.procedure, "long",
            parts=(procedure_code, source, source_as_of),
        ),
        procedure_code,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column("agency", words.organisation, lambda row, _: row.agency, parts=(officer, unit, held)),
        agency_code, officer, unit, held, started,
        # The only order that an index serves with these conditions is that of the deadline
        # (ix_dossier_overdue, ix_dossier_waiting). Any other would sort all rows anew.
        dated("due", words.deadline, lambda row: row.due_at, parts=(started, *lawful), sort=("", "newest")),
        *lawful,
        Column(
            "standing", "Tình trạng", tells, "mark", parts=(days, alert, urged),
            badge=lambda _row: which,
        ),
        days, alert, urged, source, source_as_of,
    )  # fmt: skip
    unasked = ("code", "procedure", "owner", "agency", "due", "standing")
    return Columns(which, words.title, words.file_name, every, unasked)


def not_on_paper(shown: int, counted: int, *, more: bool) -> str:
    """What is said on a paper that is shorter than its list; "" where all of it stands there."""
    if counted <= shown and not more:
        return ""
    left = ("hơn " if more else "") + number(counted - shown)
    return f"Chỉ in {number(shown)} hồ sơ đứng đầu danh sách, còn {left} hồ sơ: hãy thu hẹp bộ lọc để in hết."


def part_of_list(after: int, last: int, total: int) -> str:
    """Which part of a list stands on one of several papers."""
    return f"Tệp này gồm hồ sơ {number(after + 1)}–{number(last)} trong {number(total)} hồ sơ của danh sách."


COLUMNS = {which: _columns(which, words) for which, words in WORDS.items()}
