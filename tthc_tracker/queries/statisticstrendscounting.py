"""Months and ages counted from the dossiers themselves: what the facts do not tell, and how to check."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true, union
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.performance import resolver_on
from tthc_tracker.domain.periods import Period
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierTransfer, Pause
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsodd, statisticstransfers
from tthc_tracker.queries.scoping import resolved_within
from tthc_tracker.queries.statisticscells import Condition, Question, Span


def is_counted() -> Condition:
    """Accepted, with a due date, and not entered by mistake."""
    return and_(
        Dossier.accepted_at.is_not(None), Dossier.due_at.is_not(None), Dossier.state != State.CANCELLED
    )


def months(session: Session, question: Question, wanted: Sequence[Period]) -> list[tuple[int, int, int]]:
    """What each month received and resolved, and what was open at its end.

    That is what is open now, less what came and more what went since. What has been transferred meanwhile is
    counted one by one, the others as they lie.
    """
    start = wanted[0].start
    moved = _moved(session, question, start)
    mine = cells.resolved_by(session, question, Dossier.resolving_agency_id.expression)
    mine = and_(mine, Dossier.id.not_in(_moved_ids(start)) if moved else true())
    came = _by_month(session, mine, Dossier.accepted_on, start)
    went = _by_month(session, mine, Dossier.closed_on, start)
    resolved = _by_month(session, and_(mine, Dossier.finish_class.is_not(None)), Dossier.closed_on, start)
    left, end = _open_now(session, mine), (wanted[-1].year, wanted[-1].number)
    for key in [key for key in {*came, *went} if key > end]:
        left += went[key] - came[key]
    found = []
    for month in reversed(wanted):
        key = (month.year, month.number)
        own = [sum(numbers) for numbers in zip(*(one.counts(month) for one in moved), strict=True)]
        came_in, went_out, still_open = own or (0, 0, 0)
        found.append((came[key] + came_in, resolved[key] + went_out, left + still_open))
        left += went[key] - came[key]
    return found[::-1]


@dataclass
class _Moved:
    """A dossier that has been transferred; below: the agencies that are asked about."""

    accepted_on: dt.date
    closed_on: dt.date | None
    classed: bool  # or it is resolved in no column
    present: int
    below: frozenset[int]
    moves: list[tuple[dt.date, int]] = field(default_factory=list)

    def counts(self, month: Period) -> tuple[bool, bool, bool]:
        """Whether the month received it, resolved it, left it open, at one of the agencies."""
        day = month.end if self.closed_on is None else min(self.closed_on, month.end)
        if self.accepted_on > day or resolver_on(day, self.present, self.moves) not in self.below:
            return False, False, False
        resolved = self.classed and self.closed_on is not None and month.holds(self.closed_on)
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
            Dossier.id, Dossier.accepted_on, Dossier.closed_on, Dossier.finish_class,
            Dossier.resolving_agency_id, DossierTransfer.moved_on, DossierTransfer.from_agency_id,
        )
        .join(DossierTransfer, DossierTransfer.dossier_id == Dossier.id)
        .where(DossierTransfer.moved_on >= start, is_counted(), resolved_within(question.scope),
            cells.of_unit(question))
        .order_by(Dossier.id, DossierTransfer.seq)
    )  # fmt: skip
    found: dict[int, _Moved] = {}
    for dossier_id, accepted_on, closed_on, classed, present, moved_on, left in session.execute(statement):
        assert accepted_on is not None  # is_counted
        of = _Moved(accepted_on, closed_on, classed is not None, present, below)
        one = found.setdefault(dossier_id, of)
        one.moves.append((moved_on, left))
    return list(found.values())


def _by_month(
    session: Session, mine: ColumnElement[bool], day: InstrumentedAttribute[Any], start: dt.date
) -> Counter[tuple[int, int]]:
    statement = select(day, func.count()).where(day >= start, is_counted(), mine).group_by(day)
    found: Counter[tuple[int, int]] = Counter()
    for on, number in session.execute(statement):
        found[on.year, on.month] += number
    return found


def _open_now(session: Session, mine: ColumnElement[bool]) -> int:
    statement = select(func.count()).where(Dossier.closed_at.is_(None), is_counted(), mine)
    number: int = session.execute(statement).scalar_one()
    return number


# --- how old


def overdue_by_day(
    session: Session, question: Question, span: Span, parts: Sequence[Condition]
) -> dict[dt.date, int]:
    """How many of what was left open were overdue at the end, by the day of their due date.

    Which that is `statisticscells.result_cell` says too, from all pauses that were open then; here only those
    of what was late are looked at.
    """
    return _unheld_by_day(session, question, span, and_(or_(*parts), Dossier.late_from < span.closes))


def late_later_by_day(session: Session, question: Question, span: Span) -> dict[dt.date, int]:
    """The same of what runs and becomes overdue later on the last day."""
    _closed_within, still_open, _closed_since = cells.parts_of(span)
    by_second = statisticsodd.by_second(session, span)
    return _unheld_by_day(session, question, span, and_(still_open, _late_later(span, by_second)))


def _late_later(span: Span, by_second: Sequence[int]) -> Condition:
    """Whose hour comes later on the last day: found by the index of each date, for OR is served by none."""
    midnight = dt.datetime.combine(span.end + dt.timedelta(days=1), dt.time(), VIETNAM)
    one = aliased(Dossier)
    runs = and_(one.closed_at.is_(None), one.accepted_at.is_not(None), one.paused_since.is_(None))
    lawful = one.late_from >= span.closes, one.late_from < midnight
    by_hour = select(one.id).where(
        runs, one.overdue_from >= span.closes, one.overdue_from < midnight, *lawful
    )
    return Dossier.id.in_(
        union(by_hour, select(one.id).where(one.id.in_(by_second))) if by_second else by_hour
    )


def _unheld_by_day(session: Session, question: Question, span: Span, which: Condition) -> dict[dt.date, int]:
    holds = and_(Pause.policy != PausePolicy.RUNS, Pause.imported.is_(False))
    held = exists().where(
        Pause.dossier_id == Dossier.id, holds, Pause.started_at < span.closes,
        Pause.started_at < Dossier.late_from, or_(Pause.ended_at.is_(None), Pause.ended_at >= span.closes),
    )  # fmt: skip
    resolver = statisticstransfers.resolver_of(session, span)
    statement = (
        select(Dossier.due_on, func.count())
        .where(
            which, Dossier.due_at.is_not(None),
            ~held.correlate(Dossier), cells.resolved_by(session, question, resolver),
        )
        .group_by(Dossier.due_on)
    )  # fmt: skip
    return {due_on: number for due_on, number in session.execute(statement) if due_on is not None}
