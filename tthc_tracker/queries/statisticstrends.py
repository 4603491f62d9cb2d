"""What the charts draw besides the table: the last twelve months, and how old the overdue are."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc_tracker.domain import periods
from tthc_tracker.domain.bands import OVERDUE_DAYS, band_of, edges
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.performance import resolver_on
from tthc_tracker.domain.periods import Period, PeriodKind
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierTransfer
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticstransfers
from tthc_tracker.queries.scoping import resolved_within
from tthc_tracker.queries.statisticscells import Cell, Question, Span, span_of

MONTHS = 12


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

    What was open at the end of a month is what is open now, less what came and more what went since. Of an
    agency, each month goes by whose a dossier was at its own end: those transferred meanwhile are counted one
    by one, the others as they lie.
    """
    span = span_of(question.start, question.end, now)
    wanted = [periods.period_of(PeriodKind.MONTH, span.end)]
    while len(wanted) < MONTHS:
        wanted.insert(0, periods.previous(wanted[0]))
    start = wanted[0].start
    moved = _moved(session, question, start)
    mine = cells.resolved_by(session, question, Dossier.resolving_agency_id.expression)
    mine = and_(mine, Dossier.id.not_in(_moved_ids(start)) if moved else true())
    came = _by_month(session, mine, Dossier.accepted_on, start)
    went = _by_month(session, mine, Dossier.closed_on, start)
    left = _open_now(session, mine)
    for key in [key for key in {*came, *went} if key > (span.end.year, span.end.month)]:
        left += went[key] - came[key]
    found = []
    for month in reversed(wanted):
        key = (month.year, month.number)
        own = [sum(numbers) for numbers in zip(*(one.counts(month) for one in moved), strict=True)]
        received, resolved, still_open = own or (0, 0, 0)
        found.append(Month(*key, came[key] + received, went[key] + resolved, left + still_open))
        left += went[key] - came[key]
    return tuple(reversed(found))


@dataclass
class _Moved:
    """A dossier that has been transferred; below: the agencies that are asked about."""

    accepted_on: dt.date
    closed_on: dt.date | None
    present: int
    below: frozenset[int]
    moves: list[tuple[dt.date, int]] = field(default_factory=list)

    def counts(self, month: Period) -> tuple[bool, bool, bool]:
        """Whether the month received it, resolved it, left it open, at one of the agencies."""
        day = month.end if self.closed_on is None else min(self.closed_on, month.end)
        if self.accepted_on > day or resolver_on(day, self.present, self.moves) not in self.below:
            return False, False, False
        resolved = self.closed_on is not None and month.holds(self.closed_on)
        still_open = self.closed_on is None or self.closed_on > month.end
        return month.holds(self.accepted_on), resolved, still_open


def _moved_ids(start: dt.date) -> Any:
    return select(DossierTransfer.dossier_id).where(DossierTransfer.moved_on >= start)


def _moved(session: Session, question: Question, start: dt.date) -> list[_Moved]:
    """What has been transferred since; nothing where no agency is asked about, for then all is one row."""
    below = cells.asked_agencies(session, question)
    if below is None or not statisticstransfers.any_since(session, start):
        return []
    statement = (
        select(
            Dossier.id, Dossier.accepted_on, Dossier.closed_on, Dossier.resolving_agency_id,
            DossierTransfer.moved_on, DossierTransfer.from_agency_id,
        )
        .join(DossierTransfer, DossierTransfer.dossier_id == Dossier.id)
        .where(DossierTransfer.moved_on >= start, _counted(), resolved_within(question.scope),
            cells.of_unit(question))
        .order_by(Dossier.id, DossierTransfer.seq)
    )  # fmt: skip
    found: dict[int, _Moved] = {}
    for dossier_id, accepted_on, closed_on, present, moved_on, left in session.execute(statement):
        assert accepted_on is not None  # _counted
        one = found.setdefault(dossier_id, _Moved(accepted_on, closed_on, present, below))
        one.moves.append((moved_on, left))
    return list(found.values())


def _counted() -> Any:
    return Dossier.accepted_at.is_not(None) & Dossier.due_at.is_not(None) & (Dossier.state != State.CANCELLED)


def _by_month(
    session: Session, mine: ColumnElement[bool], day: InstrumentedAttribute[Any], start: dt.date
) -> Counter[tuple[int, int]]:
    statement = select(day, func.count()).where(day >= start, _counted(), mine).group_by(day)
    found: Counter[tuple[int, int]] = Counter()
    for on, number in session.execute(statement):
        found[on.year, on.month] += number
    return found


def _open_now(session: Session, mine: ColumnElement[bool]) -> int:
    statement = select(func.count()).where(Dossier.closed_at.is_(None), _counted(), mine)
    number: int = session.execute(statement).scalar_one()
    return number


def overdue_by_age(session: Session, question: Question, now: dt.datetime) -> tuple[Band, ...]:
    """The open overdue of the end of the period by how many calendar days their due date has passed."""
    span = span_of(question.start, question.end, now)
    numbers: Counter[int] = Counter()
    for due_on, number in session.execute(_overdue_by_day(session, question, span, now)):
        numbers[band_of((span.end - due_on).days, OVERDUE_DAYS)] += number
    return tuple(Band(first, last, numbers[place]) for place, (first, last) in enumerate(edges(OVERDUE_DAYS)))


def _overdue_by_day(session: Session, question: Question, span: Span, now: dt.datetime) -> Any:
    pauses = cells.open_pauses(span)
    _closed_within, *left_open = cells.parts_of(span)
    return (
        select(Dossier.due_on, func.count())
        .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
        .where(
            or_(*left_open),
            cells.in_cell(Cell.OPEN_OVERDUE, span, question.end, pauses, now),
            cells.resolved_by(session, question, statisticstransfers.resolver_of(session, span)),
        )
        .group_by(Dossier.due_on)
    )
