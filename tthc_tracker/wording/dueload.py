"""The words and the columns of the load: what falls due which day, and at whose desk."""

import datetime as dt
from typing import Protocol

from tthc_tracker.wording.columns import Column, Columns, See, dated
from tthc_tracker.wording.formats import day
from tthc_tracker.wording.listings import NOBODY
from tthc_tracker.wording.promiseddates import told

TITLE = "Lịch đến hạn"
DAY_TITLE = "Hồ sơ hẹn trả ngày {day}"
SPAN_TITLE = "Hồ sơ hẹn trả từ {day} đến {until}"
EMPTY = "Không có hồ sơ nào đang mở hẹn trả trong ngày hay khoảng ngày này."
NO_UNIT = "Chưa giao đơn vị"
NO_LOAD = "Không có hồ sơ đang mở nào hẹn trả trong khoảng này."
SHAPES = ("", "▁", "▃", "▅", "▇")
LEVELS = ("không có", "ít", "vừa", "nhiều", "rất nhiều")


def title(on: dt.date, until: dt.date | None) -> str:
    """What the list of a day is called, or that of several."""
    return SPAN_TITLE.format(day=day(on), until=day(until)) if until else DAY_TITLE.format(day=day(on))


def days(on: dt.date, until: dt.date | None) -> dict[str, str]:
    """The same as filters, by their names in the address."""
    named = {"day": f"Ngày {day(on)}"}
    return named | {"until": f"Đến ngày {day(until)}"} if until else named


def level(many: int, most: int) -> int:
    """How full a day is beside the fullest (of few, beside eight): 0 (nothing) to 4."""
    return 0 if not many else -(-4 * many // max(most, 8))


class DueLine(Protocol):
    """What a row of the list has to give."""

    due_at: dt.datetime
    lawful_due_at: dt.datetime | None
    overdue_from: dt.datetime


def _standing(row: DueLine, see: See) -> str:
    if row.overdue_from <= see.now:
        return "Quá hạn"
    return "Quá giờ hẹn" if row.due_at <= see.now else "Trong hạn"


def _columns() -> Columns:
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or NOBODY)
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(procedure_code,)),
        procedure_code,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency),
        Column("unit", "Phòng, đơn vị", lambda row, _: row.unit or NO_UNIT, parts=(officer,)),
        officer,
        dated("accepted", "Tiếp nhận", lambda row: row.accepted_at),
        *told(),
        Column("standing", "Tình trạng", _standing),
    )
    unasked = ("code", "procedure", "owner", "agency", "unit", "accepted", "due", "standing")
    return Columns("due_day", "Hồ sơ hẹn trả trong ngày", "hen-tra-ngay", every, unasked)


COLUMNS = _columns()
