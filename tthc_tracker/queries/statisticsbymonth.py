"""How many were resolved in time, and answered in time, in each of some months: for charts over years.

From the sums of the daily facts, half-months of which make a month; where those cannot tell, counted from
the dossiers: that is what they are held against, too.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc_tracker.domain import periods
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.periods import Period, PeriodKind
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import factflows, statisticstransfers
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsends as ends
from tthc_tracker.queries import statisticsrounds as rounds
from tthc_tracker.queries.factflows import Flows
from tthc_tracker.queries.statisticscells import Cell, Question, Span, span_of

_DAY = dt.timedelta(days=1)
_RESOLVED = ("early", "on_time", "late")
_ANSWERED, _DUE = ("reception_in_time",), ("reception_due",)

Parts = dict[tuple[int, int], tuple[int, int]]
"""By agency (0 where they are not told apart) and place of the month: how many in time, of how many."""


def last_months(question: Question, now: dt.datetime, many: int) -> list[Period]:
    """That many calendar months, the last of them the one in which the period ends, or now."""
    end = span_of(question.start, question.end, now).end
    wanted = [periods.period_of(PeriodKind.MONTH, end)]
    while len(wanted) < many:
        wanted.insert(0, periods.previous(wanted[0]))
    return wanted


def stretches(wanted: Iterable[Period]) -> list[tuple[dt.date, dt.date]]:
    """The days of each month, as `factflows` is asked for them."""
    return [(one.start, one.end + _DAY) for one in wanted]


def month_of(day: InstrumentedAttribute[Any], wanted: Iterable[Period]) -> ColumnElement[int]:
    """The place of the month in which a day lies: both databases compare, neither reckons."""
    return _place(day, [one.end + _DAY for one in wanted])


def _month_of_moment(moment: InstrumentedAttribute[Any], wanted: Iterable[Period]) -> ColumnElement[int]:
    return _place(moment, [dt.datetime.combine(one.end + _DAY, dt.time(), VIETNAM) for one in wanted])


def _place(value: InstrumentedAttribute[Any], limits: Iterable[Any]) -> ColumnElement[int]:
    return case(*((value < limit, place) for place, limit in enumerate(limits)))


# --- resolved


def resolved(
    session: Session, question: Question, wanted: Sequence[Period], *, by_agency: bool = False
) -> Parts:
    """Of what each month resolved how many were in time, in the row of whom it was with at its end."""
    flows = factflows.count(session, question, stretches(wanted), _RESOLVED, by_agency=by_agency)
    if flows is None:
        return resolved_counted_live(session, question, wanted, by_agency=by_agency)
    return _parts_of(flows, _RESOLVED[:2], _RESOLVED)


def rates(
    session: Session, question: Question, wanted: Sequence[Period], now: dt.datetime
) -> tuple[Parts, Parts]:
    """The same of all agencies together, and of the receptions due in each month how many were answered in
    time, by the desk they were sent to. Both in as many statements as one."""
    flows = factflows.count(session, question, stretches(wanted), (*_RESOLVED, *_DUE, *_ANSWERED))
    if flows is None:
        resolved = resolved_counted_live(session, question, wanted)
        return resolved, answered_counted_live(session, question, wanted, now)
    return _parts_of(flows, _RESOLVED[:2], _RESOLVED), _parts_of(flows, _ANSWERED, _DUE)


def _parts_of(flows: Flows, good: Sequence[str], all_: Sequence[str]) -> Parts:
    found = {
        key: (sum(its[name] for name in good), sum(its[name] for name in all_)) for key, its in flows.items()
    }
    return {key: parts for key, parts in found.items() if parts[1]}


def resolved_counted_live(
    session: Session, question: Question, wanted: Sequence[Period], *, by_agency: bool = False
) -> Parts:
    """The same from the dossiers. One query and a look at the transfers."""
    span = _span(wanted)
    resolver = statisticstransfers.resolver_of(session, span)
    marked = (
        select(
            (resolver if by_agency else literal(0)).label("agency"),
            month_of(ends.CLOSED_ON, wanted).label("month"),
            ends.is_in_time().label("good"),
        )
        .where(ends.resolved_in(span), cells.resolved_by(session, question, resolver))
        .subquery()
    )
    by = (marked.c.agency, marked.c.month)
    statement = select(*by, func.sum(marked.c.good), func.count()).group_by(*by)
    return {(agency, month): (int(good), all_) for agency, month, good, all_ in session.execute(statement)}


def _span(wanted: Sequence[Period]) -> Span:
    """All of their days; nothing was closed on one that is to come."""
    start, end = wanted[0].start, wanted[-1].end
    return Span(start, end, dt.datetime.combine(end + _DAY, dt.time(), VIETNAM))


# --- receptions


def answered_counted_live(
    session: Session, question: Question, wanted: Sequence[Period], now: dt.datetime
) -> Parts:
    """What `rates` has of receptions, from their rounds. One query."""
    in_time = case((rounds.round_in_cell(Cell.RECEPTION_IN_TIME, now), 1), else_=0)
    marked = (
        select(_month_of_moment(ReceptionRound.due_at, wanted).label("month"), in_time.label("good"))
        .join(Dossier, Dossier.id == ReceptionRound.dossier_id)
        .where(
            rounds.round_falls_in(_span(wanted), wanted[-1].end), rounds.counts_at_reception(),
            cells.received_by(session, question),
        )
        .subquery()
    )  # fmt: skip
    statement = select(marked.c.month, func.sum(marked.c.good), func.count()).group_by(marked.c.month)
    return {(0, month): (int(good), all_) for month, good, all_ in session.execute(statement)}
