"""How long dossiers took against their limits, on the page of an agency: by procedure, and in bands."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.bands import LIMIT_USED
from tthc_tracker.domain.dailyfacts import Took
from tthc_tracker.domain.performance import percentiles
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Procedure, ProcedureVersion
from tthc_tracker.queries import factends, factsums, statisticsodd, statisticstransfers
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsends as ends
from tthc_tracker.queries import statisticsportions as portions
from tthc_tracker.queries.factends import Ended
from tthc_tracker.queries.factsources import took_of
from tthc_tracker.queries.statisticscells import Question, Span, span_of

MOST_PROCEDURES = 40
_TENTH = portions.WORKING_DAY // 10
_UNMEASURED = -1


@dataclass(frozen=True)
class Lengths:
    """How long the finished of a procedure took, in working days of 8 hours.

    limit: what most of them had, of those whose limit is known.
    past: whether nine of ten were done within that limit; None where it is not of working time.
    """

    code: str
    name: str
    number: int
    limit: TimeLimit | None
    p50: Decimal
    p80: Decimal
    p90: Decimal
    past: bool | None


@dataclass(frozen=True)
class Taken:
    """The procedures with the most finished dossiers; how many more; the shares of the limits they took."""

    procedures: tuple[Lengths, ...]
    left_out: int
    used: tuple[int, ...]  # by the place of the band
    unmeasured: int  # their limit is not of working time, or not known


def lengths(session: Session, question: Question, now: dt.datetime) -> Taken:
    """By procedure, the most frequent first: from the daily facts, however many the dossiers are.

    What a unit held is counted from the dossiers: the facts do not sum its procedures.
    """
    if question.unit:
        return counted_live(session, question, now)
    span = span_of(question.start, question.end, now)
    found = factends.read(session, question, span, now, _in_facts)
    return counted_live(session, question, now) if found is None else found


def counted_live(session: Session, question: Question, now: dt.datetime) -> Taken:
    """The same from the dossiers alone: what the facts are held against. Two queries."""
    span, counts = span_of(question.start, question.end, now), _Counts()
    for procedure, took, number in _counted(session, question, span):
        counts.add_limit(procedure, took, number)
        counts.tenths[procedure][took.tenths] += number
    return _taken(session, counts, counts.most())


def _in_facts(ended: Ended) -> Taken:
    """Limits of all procedures, lengths of those that are shown. Three queries."""
    counts, odd = _Counts(), []
    for procedure, *limit, number in ended.lengths(factsums.LIMITS):
        counts.add_limit(procedure, Took(0, *limit), number)
    if ended.odd:
        odd = list(_counted(ended.session, ended.question, ended.span, ended.odd))
    for procedure, took, number in odd:
        counts.add_limit(procedure, took, number)
        counts.tenths[procedure][took.tenths] += number
    most = counts.most()
    for procedure, tenths, number in ended.lengths(factsums.LENGTHS, most):
        counts.tenths[procedure][tenths] += number
    return _taken(ended.session, counts, most)


@dataclass
class _Counts:
    """How many of each procedure: which limit they had, how much of it they took, how long that was."""

    finished: Counter[int] = field(default_factory=Counter)
    limits: dict[int, Counter[tuple[str, int]]] = field(default_factory=lambda: defaultdict(Counter))
    used: Counter[int] = field(default_factory=Counter)
    tenths: dict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def add_limit(self, procedure: int, took: Took, number: int) -> None:
        """Count some more with a limit."""
        self.finished[procedure] += number
        self.used[took.used] += number
        if took.unit:
            self.limits[procedure][took.unit, took.hundredths] += number

    def most(self) -> list[int]:
        """The procedures that are shown."""
        return sorted(+self.finished, key=lambda one: (-self.finished[one], one))[:MOST_PROCEDURES]


def _counted(
    session: Session, question: Question, span: Span, only: Sequence[int] | None = None
) -> Iterator[tuple[int, Took, int]]:
    """By procedure. only: of these dossiers alone."""
    for row in session.execute(_lengths(session, question, span, only)):
        took = took_of(row.tenths, row.limit_amount, row.limit_unit, row.used)
        yield row.procedure_id, took, row.number


def _lengths(session: Session, question: Question, span: Span, only: Sequence[int] | None) -> Select[Any]:
    took = ((Dossier.worked_minutes + _TENTH // 2) // _TENTH).label("tenths")
    used = case((portions.has_length_of_limit(), portions.limit_used()), else_=_UNMEASURED).label("used")
    marked = (
        select(Dossier.procedure_id, took, Dossier.limit_amount, Dossier.limit_unit, used)
        .where(
            ends.measured(span), statisticsodd.one_of(only),
            cells.resolved_by(session, question, statisticstransfers.resolver_of(session, span)),
        )
        .subquery("marked")
    )  # fmt: skip
    return select(*marked.c, func.count().label("number")).group_by(*marked.c)


def _taken(session: Session, counts: _Counts, most: Sequence[int]) -> Taken:
    names = _procedures(session, most)
    return Taken(
        tuple(_of_procedure(*names[one], counts.tenths[one], counts.limits[one]) for one in most),
        len(+counts.finished) - len(most),
        tuple(counts.used[place] for place in range(len(LIMIT_USED))),
        counts.used[_UNMEASURED],
    )


def _procedures(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Code and latest name."""
    if not ids:
        return {}
    statement = (
        select(Procedure.id, Procedure.code, ProcedureVersion.name)
        .join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
        .where(Procedure.id.in_(ids))
        .order_by(Procedure.id, ProcedureVersion.valid_from)
    )
    return {row.id: (row.code, row.name) for row in session.execute(statement)}


def _of_procedure(
    code: str, name: str, found: Mapping[int, int], limits: Mapping[tuple[str, int], int]
) -> Lengths:
    tenths = {each: number for each, number in found.items() if number}
    limit = _most_common(limits)
    p50, p80, p90 = (Decimal(each or 0).scaleb(-1) for each in percentiles(tenths, (50, 80, 90)))
    room = portions.days_of(limit)
    number = sum(tenths.values())
    return Lengths(code, name, number, limit, p50, p80, p90, None if room is None else p90 > room)


def _most_common(limits: Mapping[tuple[str, int], int]) -> TimeLimit | None:
    """Of as many the shorter number, by the name of its unit: one answer, in whatever order they come."""
    common = [(-number, *limit) for limit, number in limits.items() if number]
    if not common:
        return None
    _number, unit, hundredths = min(common)
    return TimeLimit(Decimal(hundredths).scaleb(-2), LimitUnit(unit))
