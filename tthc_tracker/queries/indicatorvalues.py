"""What was entered of indicators and what was to be reached, as it is kept."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from tthc_tracker.domain.indicators import Figure
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.indicator import IndicatorTarget, IndicatorValue


@dataclass(frozen=True)
class Kept:
    """A figure that was entered. replaced_at: when a correction took its place, None while it holds."""

    part: str
    agency: str | None
    period_start: dt.date
    period_end: dt.date
    figure: Figure
    evidence: str
    reason: str
    entered_at: dt.datetime
    entered_by: str | None
    replaced_at: dt.datetime | None


Holding = Mapping[tuple[int, Period, str], Kept]  # indicator, quarter, part
Targets = Mapping[tuple[int, str], Sequence[tuple[dt.date, Decimal]]]  # indicator, part


def holding(session: Session, indicators: Sequence[int], quarters: Sequence[Period]) -> Holding:
    """What holds of these quarters, but for the figures of single agencies."""
    by_start = {(one.start, one.end): one for one in quarters}
    statement = _values(indicators, quarters).where(
        IndicatorValue.replaced_at.is_(None), IndicatorValue.agency_id.is_(None)
    )
    found = {}
    for row in session.execute(statement):
        one = _one(row)
        if period := by_start.get((one.period_start, one.period_end)):
            found[row.indicator_id, period, one.part] = one
    return found


def entered(session: Session, indicator: int, quarters: Sequence[Period], scope: Scope) -> tuple[Kept, ...]:
    """All that was ever entered for these quarters, the newest first; of single agencies those in scope."""
    within = true() if scope.all else IndicatorValue.agency_id.in_(sorted(scope.agency_ids))
    statement = _values([indicator], quarters).where(or_(IndicatorValue.agency_id.is_(None), within))
    return tuple(_one(row) for row in session.execute(statement))


def _values(indicators: Sequence[int], quarters: Sequence[Period]) -> Any:
    return (
        select(
            IndicatorValue.indicator_id, IndicatorValue.part, IndicatorValue.period_start,
            IndicatorValue.period_end, IndicatorValue.value, IndicatorValue.num, IndicatorValue.den,
            IndicatorValue.evidence, IndicatorValue.reason, IndicatorValue.entered_at,
            IndicatorValue.replaced_at, User.full_name.label("entered_by"), Agency.name.label("agency"),
        )
        .outerjoin(User, User.id == IndicatorValue.entered_by_id)
        .outerjoin(Agency, Agency.id == IndicatorValue.agency_id)
        .where(
            IndicatorValue.indicator_id.in_(indicators),
            IndicatorValue.period_start.in_([one.start for one in quarters]),
        )
        .order_by(IndicatorValue.period_start.desc(), IndicatorValue.id.desc())
    )  # fmt: skip


def _one(row: Any) -> Kept:
    return Kept(
        row.part, row.agency, row.period_start, row.period_end, Figure(row.value, row.num, row.den),
        row.evidence, row.reason, row.entered_at, row.entered_by, row.replaced_at,
    )  # fmt: skip


def targets(session: Session, indicators: Sequence[int]) -> Targets:
    """The targets that hold, the earliest first."""
    statement = (
        select(
            IndicatorTarget.indicator_id, IndicatorTarget.part, IndicatorTarget.since, IndicatorTarget.value
        )
        .where(
            IndicatorTarget.indicator_id.in_(indicators),
            IndicatorTarget.replaced_at.is_(None),
        )
        .order_by(IndicatorTarget.since)
    )
    found: dict[tuple[int, str], list[tuple[dt.date, Decimal]]] = {}
    for indicator, part, since, value in session.execute(statement):
        found.setdefault((indicator, part), []).append((since, value))
    return found
