"""The words and the columns of the list of running steps."""

import datetime as dt
from typing import Protocol

from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.wording.columns import Column, Columns, See, dated, from_day
from tthc_tracker.wording.custody import is_short, left_words
from tthc_tracker.wording.formats import length, number
from tthc_tracker.wording.ledgers import limit_words
from tthc_tracker.wording.promiseddates import lawful_where_another

TITLE = "Bước đang chạy"
EMPTY = "Không có bước nào đang chạy khớp bộ lọc."
NOBODY = "Chưa phân công"
TABS = {
    "dated": "Đang chạy",
    "late": "Quá hạn bước",
    "short": "Nhận khi còn ít thời gian",
    "unknown": "Chưa tính được hạn",
}
NO_UNIT = "Một cửa hoặc cả cơ quan"


class RunningStep(Protocol):
    """What a row of the list has to give."""

    position: int
    step: str
    signature: bool
    at_desk: bool
    agency: str
    unit: str | None
    limit: TimeLimit
    opened_at: dt.datetime
    due_at: dt.datetime | None
    left_minutes: int | None
    paused: bool
    late: bool


def _place(row: RunningStep, _see: See) -> str:
    if row.at_desk:
        return f"Một cửa {row.agency}"
    return f"{row.unit}, {row.agency}" if row.unit else row.agency


def _step(row: RunningStep, _see: See) -> str:
    return f"{row.position}. {row.step}" + (" (ký duyệt)" if row.signature else "")


def _limit(row: RunningStep, _see: See) -> str:
    return limit_words(row.limit)


def _lasted(row: RunningStep, see: See) -> str:
    return length(see.now - row.opened_at)


def _left(row: RunningStep, _see: See) -> str:
    short = ", ít hơn thời hạn của bước" if is_short(row.left_minutes, row.limit) else ""
    return left_words(row.left_minutes) + short if row.left_minutes is not None else ""


def _badge(row: RunningStep) -> str:
    if row.paused:
        return "paused"
    if row.due_at is None:
        return "no_due_date"
    return "overdue" if row.late else "in_time"


def _standing(row: RunningStep, see: See) -> str:
    if row.late and row.due_at is not None:
        days = (see.today - row.due_at.date()).days
        return f"Quá hạn bước {number(days)} ngày" if days else "Quá hạn bước hôm nay"
    return {"paused": "Tạm dừng", "no_due_date": "Chưa tính được hạn"}.get(_badge(row), "Trong hạn bước")


def _columns() -> Columns:
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or NOBODY)
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    limit = Column("limit", "Thời hạn của bước", _limit)
    lasted = Column("lasted", "Đã giữ", _lasted, quiet=lambda row, see: f"đã {_lasted(row, see)}")
    promised = dated(
        "promised", "Hẹn trả", lambda row: row.promised_at,
        quiet=from_day("hẹn trả", lambda row: row.promised_at),
    )  # fmt: skip
    lawful = lawful_where_another(lambda row: row.promised_at)
    left = Column("left", "Còn lại khi nhận bước", _left)
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(procedure_code,)),
        procedure_code,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column("step", "Bước", _step, parts=(limit,)),
        limit,
        Column("place", "Nơi giữ bước", _place, parts=(officer,)),
        officer, agency_code,
        dated("since", "Nhận bước", lambda row: row.opened_at, parts=(lasted,)),
        lasted,
        # The order is that of the index (ix_step_run_late): over its limit longest first.
        dated("due", "Hạn bước", lambda row: row.due_at, parts=(promised, lawful)),
        promised, lawful,
        Column("standing", "Tình trạng", _standing, "mark", parts=(left,), badge=_badge),
        left,
    )  # fmt: skip
    unasked = ("code", "procedure", "step", "place", "since", "due", "standing")
    return Columns("steps", TITLE, "buoc-dang-chay", every, unasked)


COLUMNS = _columns()
