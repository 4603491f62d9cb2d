"""What the charts draw besides the table: the last twelve months, and how old the overdue are."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc_tracker.domain import periods
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.periods import PeriodKind
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries.statisticscells import Cell, Question, Span, span_of

MONTHS = 12
# The last day of each band of calendar days past the due date; the last band has no end.
BANDS: tuple[int | None, ...] = (5, 10, 30, 90, None)


@dataclass(frozen=True)
class Month:
    """What a calendar month received and resolved, and what was open at its end (or now)."""

    year: int
    number: int
    received: int
    resolved: int
    open: int


@dataclass(frozen=True)
class Band:
    """How many open dossiers were overdue from `first` to `last` calendar days (None: and more)."""

    first: int
    last: int | None
    number: int


def months(session: Session, question: Question, now: dt.datetime) -> tuple[Month, ...]:
    """Twelve calendar months up to the end of the period. Dossiers without a due date stand outside.

    What was open at the end of a month is what is open now, less what came and more what went since.
    """
    span = span_of(question.start, question.end, now)
    wanted = [periods.period_of(PeriodKind.MONTH, span.end)]
    while len(wanted) < MONTHS:
        wanted.insert(0, periods.previous(wanted[0]))
    came = _by_month(session, question, Dossier.accepted_on, wanted[0].start)
    went = _by_month(session, question, Dossier.closed_on, wanted[0].start)
    left = _open_now(session, question)
    for key in [key for key in {*came, *went} if key > (span.end.year, span.end.month)]:
        left += went[key] - came[key]
    found = []
    for month in reversed(wanted):
        key = (month.year, month.number)
        found.append(Month(*key, received=came[key], resolved=went[key], open=left))
        left += went[key] - came[key]
    return tuple(reversed(found))


def _counted() -> Any:
    return Dossier.accepted_at.is_not(None) & Dossier.due_at.is_not(None) & (Dossier.state != State.CANCELLED)


def _by_month(
    session: Session, question: Question, day: InstrumentedAttribute[Any], start: dt.date
) -> Counter[tuple[int, int]]:
    statement = (
        select(day, func.count())
        .where(day >= start, _counted(), cells.resolved_by(session, question))
        .group_by(day)
    )
    found: Counter[tuple[int, int]] = Counter()
    for on, number in session.execute(statement):
        found[on.year, on.month] += number
    return found


def _open_now(session: Session, question: Question) -> int:
    statement = select(func.count()).where(
        Dossier.closed_at.is_(None), _counted(), cells.resolved_by(session, question)
    )
    number: int = session.execute(statement).scalar_one()
    return number


def overdue_by_age(session: Session, question: Question, now: dt.datetime) -> tuple[Band, ...]:
    """The open overdue of the end of the period by how many calendar days their due date has passed."""
    span = span_of(question.start, question.end, now)
    numbers: Counter[int] = Counter()
    for due_on, number in session.execute(_overdue_by_day(session, question, span, now)):
        numbers[_band((span.end - due_on).days)] += number
    firsts = (0, *(last + 1 for last in BANDS if last is not None))
    return tuple(
        Band(first, last, numbers[place])
        for place, (first, last) in enumerate(zip(firsts, BANDS, strict=True))
    )


def _overdue_by_day(session: Session, question: Question, span: Span, now: dt.datetime) -> Any:
    pauses = cells.open_pauses(span)
    _closed_within, *left_open = cells.parts_of(span)
    return (
        select(Dossier.due_on, func.count())
        .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
        .where(
            or_(*left_open),
            cells.in_cell(Cell.OPEN_OVERDUE, span, question.end, pauses, now),
            cells.resolved_by(session, question),
        )
        .group_by(Dossier.due_on)
    )


def _band(days: int) -> int:
    return next(place for place, last in enumerate(BANDS) if last is None or days <= last)
