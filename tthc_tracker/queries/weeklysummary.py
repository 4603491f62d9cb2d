"""What the weekly summary of an agency says: its rates, those of the week before, and how its units stand."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import FinishClass, State
from tthc_tracker.domain.performance import FEWEST_TO_RANK, Rate, RateName, rank, rate
from tthc_tracker.domain.periods import Period, PeriodKind, days_from, parse_period, period_of, previous
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import settings, statistics
from tthc_tracker.queries.scoping import scope_of, subtree
from tthc_tracker.queries.statistics import Line
from tthc_tracker.queries.statisticscells import By, Question

WEEKS_DRAWN = 8
WEEKS_RANKED = 4
RATES = (RateName.ON_TIME, RateName.RECEPTION, RateName.OVERDUE_OPEN, RateName.ONLINE)
_IN_TIME = (FinishClass.EARLY, FinishClass.ON_TIME)


@dataclass(frozen=True)
class Compared:
    """A rate of the week beside that of the week before; target: in per cent, where one is set."""

    name: RateName
    rate: Rate
    before: Rate
    target: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """By how many points it went up or down."""
        if self.rate.percent is None or self.before.percent is None:
            return None
        return self.rate.percent - self.before.percent


@dataclass(frozen=True)
class UnitRank:
    """A unit with its place; None where it resolved too few to be ranked. low, high: in per cent."""

    place: int | None
    name: str
    rate: Rate
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class WeekRate:
    """The on-time rate of what was resolved in one week."""

    week: Period
    rate: Rate


@dataclass(frozen=True)
class WeeklySummary:
    """The content of one weekly summary."""

    name: str
    agency: str
    agency_code: str
    week: Period
    total: Line
    before: Line
    rates: tuple[Compared, ...]
    ranked_over: Period
    units: tuple[UnitRank, ...]  # ranked ones first
    of_agencies: bool
    weeks: tuple[WeekRate, ...]  # oldest first
    target: Decimal
    reckoned_at: dt.datetime


def content(
    session: Session, user_id: int, context: dict[str, Any], now: dt.datetime
) -> WeeklySummary | None:
    """The summary; None for an agency that had nothing to do in either week."""
    week = parse_period(context["week"])
    if week is None:
        raise ValueError("no such week")
    agency = session.execute(
        select(Agency.id, Agency.code, Agency.name).where(Agency.id == int(context["agency_id"]))
    ).one()
    scope = scope_of(session, [agency.id])

    def total(period: Period) -> Line:
        question = Question(period.start, period.end, By.AGENCY, scope, agency.code)
        return statistics.statutory(session, question, now).total

    this, last = total(week), total(previous(week))
    if not this.row.received and not last.row.received:
        return None
    over = days_from(week.end - dt.timedelta(days=7 * WEEKS_RANKED - 1), week.end)
    agencies = subtree(session, agency.id)
    of_agencies = _has_others_below(session, agency.id, agencies)
    target = Decimal(settings.setting(session, "on_time_target", agency.id, week.end))
    return WeeklySummary(
        name=session.execute(select(User.full_name).where(User.id == user_id)).scalar_one(),
        agency=agency.name, agency_code=agency.code, week=week, total=this, before=last,
        rates=tuple(
            Compared(one, this.rates[one], last.rates[one], target if one is RateName.ON_TIME else None)
            for one in RATES
        ),
        ranked_over=over, units=_units(session, agencies, over, of_agencies=of_agencies),
        of_agencies=of_agencies,
        weeks=_weeks(session, agencies, week), target=target, reckoned_at=now,
    )  # fmt: skip


def _has_others_below(session: Session, agency_id: int, agencies: frozenset[int]) -> bool:
    """Whether agencies that still work stand below one; its predecessors are in its subtree too."""
    others = select(Agency.id).where(
        Agency.id.in_(sorted(agencies - {agency_id})), Agency.active_to.is_(None)
    )
    return session.execute(others.limit(1)).first() is not None


def _units(
    session: Session, agencies: frozenset[int], over: Period, *, of_agencies: bool
) -> tuple[UnitRank, ...]:
    """The units of an agency, or where others stand below it these, by what they resolved in time."""
    key = Dossier.resolving_agency_id if of_agencies else Dossier.holding_unit_id
    shares = {
        str(found): (in_time, resolved)
        for found, in_time, resolved in session.execute(
            select(key, _in_time(), func.count())
            .where(*_resolved(agencies, over), key.is_not(None))
            .group_by(key)
        )
    }
    names = _names(session, shares, of_agencies=of_agencies)
    ranked = [
        UnitRank(one.place, names[one.key], one.rate, _percent(one.low), _percent(one.high))
        for one in rank(shares)
    ]
    few = [
        UnitRank(None, names[key], rate(*share)) for key, share in shares.items() if share[1] < FEWEST_TO_RANK
    ]
    return (*ranked, *sorted(few, key=lambda unit: (-unit.rate.den, unit.name)))


def _resolved(agencies: frozenset[int], over: Period) -> tuple[Any, ...]:
    """As the tables count what is resolved: by the day it ended, with a class, not entered by mistake."""
    return (
        Dossier.closed_on.between(over.start, over.end),
        Dossier.resolving_agency_id.in_(sorted(agencies)),
        Dossier.accepted_at.is_not(None),
        Dossier.due_at.is_not(None),
        Dossier.finish_class.is_not(None),
        Dossier.state != State.CANCELLED,
    )


def _in_time() -> Any:
    return func.count(case((Dossier.finish_class.in_(_IN_TIME), 1)))


def _names(session: Session, keys: Iterable[str], *, of_agencies: bool) -> dict[str, str]:
    table = Agency if of_agencies else Unit
    ids = sorted(int(key) for key in keys)
    found = session.execute(select(table.id, table.name).where(table.id.in_(ids)).order_by(table.id))
    return {str(row.id): row.name for row in found}


def _percent(share: float) -> Decimal:
    return Decimal(str(round(100 * share, 1)))


def _weeks(session: Session, agencies: frozenset[int], week: Period) -> tuple[WeekRate, ...]:
    first = week.start - dt.timedelta(days=7 * (WEEKS_DRAWN - 1))
    by_day = (
        select(Dossier.closed_on, _in_time(), func.count())
        .where(*_resolved(agencies, days_from(first, week.end)))
        .group_by(Dossier.closed_on)
    )
    found: dict[str, list[int]] = {}
    for day, in_time, resolved in session.execute(by_day):
        sums = found.setdefault(period_of(PeriodKind.WEEK, day).key, [0, 0])
        sums[0], sums[1] = sums[0] + in_time, sums[1] + resolved
    weeks = [
        period_of(PeriodKind.WEEK, first + dt.timedelta(days=7 * number)) for number in range(WEEKS_DRAWN)
    ]
    return tuple(WeekRate(one, rate(*found.get(one.key, (0, 0)))) for one in weeks)
