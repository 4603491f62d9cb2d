"""What portals publish beside our own rate under each rule: by which due date, withdrawn in or out."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from tthc_tracker.domain.performance import Rate, RateName
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.indicator import PublishedFigure
from tthc_tracker.queries import statistics
from tthc_tracker.queries.statisticscells import By, Question

_WITHOUT = {False: RateName.ON_TIME, True: RateName.ON_TIME_COMPLETED}


@dataclass(frozen=True)
class Ours:
    """Our rate by one rule. second: by the date of a re-appointment; without: no withdrawn and stopped."""

    second: bool
    without: bool
    rate: Rate


@dataclass(frozen=True)
class Published:
    """What a portal shows, and ours under each rule; nearest: the rule that gives the least difference."""

    agency_code: str
    agency: str
    publisher: str
    value: Decimal
    num: int | None
    den: int | None
    seen_on: dt.date
    evidence: str
    entered_at: dt.datetime
    entered_by: str
    ours: tuple[Ours, ...]
    nearest: Ours | None

    @property
    def gap(self) -> Decimal | None:
        """By how many points theirs is above the nearest of ours."""
        ours = self.nearest.rate.percent if self.nearest else None
        return None if ours is None else self.value - ours

    @property
    def num_gap(self) -> int:
        """By how many dossiers their numerator is above the nearest of ours; 0 where they do not say it."""
        return 0 if self.num is None or self.nearest is None else self.num - self.nearest.rate.num

    @property
    def den_gap(self) -> int:
        """The same of the denominator."""
        return 0 if self.den is None or self.nearest is None else self.den - self.nearest.rate.den


def of_period(session: Session, scope: Scope, period: Period, now: dt.datetime) -> tuple[Published, ...]:
    """Every figure that holds for this period of an agency in scope, by agency and portal."""
    within = true() if scope.all else PublishedFigure.agency_id.in_(sorted(scope.agency_ids))
    statement = (
        select(PublishedFigure, Agency.code, Agency.name, User.full_name)
        .join(Agency, Agency.id == PublishedFigure.agency_id)
        .join(User, User.id == PublishedFigure.entered_by_id)
        .where(
            within, PublishedFigure.period_start == period.start, PublishedFigure.period_end == period.end,
            PublishedFigure.replaced_at.is_(None),
        )
        .order_by(Agency.code, PublishedFigure.publisher)
    )  # fmt: skip
    known: dict[str, tuple[Ours, ...]] = {}
    found = []
    for row, code, agency, person in session.execute(statement):
        if code not in known:
            known[code] = rules(session, scope, code, period, now)
        found.append(
            Published(
                code, agency, row.publisher, row.value, row.num, row.den, row.seen_on, row.evidence,
                row.entered_at, person, known[code], _nearest(row, known[code]),
            )
        )  # fmt: skip
    return tuple(found)


def rules(
    session: Session, scope: Scope, agency_code: str, period: Period, now: dt.datetime
) -> tuple[Ours, ...]:
    """Our on-time rate of an agency and all below it under each of the four rules."""
    found = []
    for second in (False, True):
        question = Question(period.start, period.end, By.AGENCY, scope, agency_code, second)
        rates = statistics.statutory(session, question, now).total.rates
        found += [Ours(second, without, rates[name]) for without, name in _WITHOUT.items()]
    return tuple(found)


def _nearest(row: PublishedFigure, ours: tuple[Ours, ...]) -> Ours | None:
    """The least difference in points; among equals the one whose denominator is nearest, then the first."""
    known = [one for one in ours if one.rate.percent is not None]
    return min(
        known,
        key=lambda one: (
            abs(row.value - (one.rate.percent or 0)),
            abs(row.den - one.rate.den) if row.den is not None else 0,
        ),
        default=None,
    )
