"""Values that an agency may set for itself and its subtree, with effect from a day."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alertrules import SHIPPED, as_json
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.models.agency import AgencyScope
from tthc_tracker.models.setting import Setting
from tthc_tracker.queries.revisions import Remembered

# What holds while no row says otherwise (docs/law.md names the source of each).
DEFAULTS: dict[str, Any] = {
    "code_pattern": "{agency}-{yymmdd}-{seq:04}",
    "reception_limit": {"amount": "8", "unit": "working_hour"},
    "rounding": "same_hour",
    "same_day_cutoff": "15:00",
    "digest_time": "07:00",
    "text_channel": "",
    "desk_name": "Bộ phận Tiếp nhận và Trả kết quả",
    "on_time_target": "95",
}
# The terms of the rules of alerts have a screen of their own (queries.alertrules).
_RULES: dict[str, Any] = {f"alert.{rule.value}": as_json(terms) for rule, terms in SHIPPED.items()}

_rows: Remembered[list[tuple[int, dt.date, Any]]] = Remembered("settings")
_chains: Remembered[list[int]] = Remembered("agencies")


def setting(session: Session, name: str, agency_id: int | None, on: dt.date) -> Any:
    """The value in force at an agency on a day: its own, else the nearest superior's, else the default."""
    rows = [row for row in _rows_of(session, name) if row[1] <= on]
    default = _RULES[name] if name in _RULES else DEFAULTS[name]
    if not rows:
        return default
    by_agency = {key: value for key, _, value in rows}
    for key in (*superiors(session, agency_id), 0):
        if key in by_agency:
            return by_agency[key]
    return default


def _rows_of(session: Session, name: str) -> list[tuple[int, dt.date, Any]]:
    """Every value of a setting: whose, from which day on, what; the oldest first."""

    def read() -> list[tuple[int, dt.date, Any]]:
        statement = select(Setting.agency_key, Setting.valid_from, Setting.value).where(Setting.name == name)
        return list(session.execute(statement.order_by(Setting.valid_from)))

    return _rows.get(session, name, read)


def set_at(session: Session, name: str, on: dt.date) -> frozenset[int]:
    """The agencies that have a value of their own on a day (0: for all)."""
    statement = select(Setting.agency_key).where(Setting.name == name, Setting.valid_from <= on).distinct()
    return frozenset(session.execute(statement).scalars())


def superiors(session: Session, agency_id: int | None) -> list[int]:
    """The agency and those above it, nearest first: the nearer one holds fewer agencies."""
    if agency_id is None:
        return []
    return _chains.get(session, agency_id, lambda: _chain(session, agency_id))


def _chain(session: Session, agency_id: int) -> list[int]:
    above = select(AgencyScope.ancestor_id).where(AgencyScope.descendant_id == agency_id).subquery()
    held = select(AgencyScope.ancestor_id).join(above, above.c.ancestor_id == AgencyScope.ancestor_id)
    sizes: dict[int, int] = {}
    for ancestor in session.execute(held).scalars():
        sizes[ancestor] = sizes.get(ancestor, 0) + 1
    return sorted(sizes, key=lambda ancestor: (sizes[ancestor], ancestor != agency_id))


def reception_limit(session: Session, agency_id: int | None, on: dt.date) -> TimeLimit:
    """How long a desk has to answer what arrives online or by post."""
    value = setting(session, "reception_limit", agency_id, on)
    return TimeLimit(Decimal(value["amount"]), LimitUnit(value["unit"]))


def reception_limits(session: Session, agency_id: int | None) -> tuple[tuple[dt.date, TimeLimit], ...]:
    """How long a desk has to answer, by the days from which on it has that long; first those since ever."""
    days = sorted({dt.date.min, *(row[1] for row in _rows_of(session, "reception_limit"))})
    return tuple((day, reception_limit(session, agency_id, day)) for day in days)


def reception_is_set(session: Session) -> frozenset[int]:
    """The agencies that have ever set a limit of their own for their desks (0: for all)."""
    return frozenset(row[0] for row in _rows_of(session, "reception_limit"))


def same_day_cutoff(session: Session, agency_id: int | None, on: dt.date) -> dt.time:
    """Until when a same-day dossier is due the same day."""
    return dt.time.fromisoformat(setting(session, "same_day_cutoff", agency_id, on))
