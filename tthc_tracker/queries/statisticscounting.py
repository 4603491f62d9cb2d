"""The statutory table counted from the dossiers themselves: what the facts do not tell, and how to check."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import (
    CTE,
    ColumnElement,
    Executable,
    Select,
    and_,
    bindparam,
    case,
    func,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import State
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsrounds as rounds
from tthc_tracker.queries import statisticsseconds, statisticstransfers
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.statisticscells import Condition, Question, Span
from tthc_tracker.queries.statisticsrows import key_column

WORKING_DAY = 480  # minutes: the unit of processing times, said wherever one is shown
_TENTH = WORKING_DAY // 10
_OPEN = frozenset({"open_within", "open_overdue"})


Key = TypeVar("Key", str, int)


class Numbers(dict[Key, int]):
    """How many of each; none of what is not named. To make a `Counter` takes ten times as long."""

    def __missing__(self, key: Key) -> int:
        return 0


@dataclass(slots=True)
class Sums:
    """What is counted for one key before it becomes a line of a table."""

    counts: Numbers[str] = field(default_factory=Numbers)
    tenths: Numbers[int] = field(default_factory=Numbers)  # tenths of a working day → dossiers

    def take(self, other: "Sums") -> None:
        """Count the other's too."""
        _add(self.counts, other.counts)
        _add(self.tenths, other.tenths)


def _add(to: Numbers[Key], numbers: Mapping[Key, int]) -> None:
    had = to.get
    for key, number in numbers.items():
        to[key] = had(key, 0) + number


def added(parts: Collection[Sums]) -> Sums:
    """What they come to together; of one alone, that one."""
    if len(parts) == 1:
        return next(iter(parts))
    whole = Sums()
    for each in parts:
        whole.take(each)
    return whole


_ONLY = bindparam("only", type_=Ids())


def count(
    session: Session,
    question: Question,
    span: Span,
    now: dt.datetime,
    *,
    moved: bool,
    only: Sequence[int] | None = None,
    receptions: bool = False,
) -> defaultdict[int, Sums]:
    """What a period comes to by key. Three queries over what it holds, none over one dossier.

    moved: whether anything was transferred since the period began (the numbers of transfers themselves are no
    part of it: queries.statisticstransfers). only: of these dossiers alone. receptions: nothing but those.
    """
    sums: defaultdict[int, Sums] = defaultdict(Sums)
    asked = _Asked(session, question, span, only)
    if not receptions:
        _count_dossiers(asked, sums, statisticstransfers.resolver(span, moved=moved))
    of_rounds = _receptions(session, question, span, now).where(asked.mine)
    for found, *counted in asked.run(of_rounds):
        _add(sums[found].counts, dict(zip(cells.OF_RECEPTION, counted, strict=True)))
    return sums


def _count_dossiers(asked: "_Asked", sums: defaultdict[int, Sums], resolver: ColumnElement[int]) -> None:
    session, question, span = asked.session, asked.question, asked.span
    for row in asked.run(_cells(asked, resolver)):
        _tally(sums[row.key].counts, row)
    if question.second:
        again = statisticsseconds.reappointed(session, question, span, resolver).where(asked.mine)
        counts = {key: one.counts for key, one in sums.items()}
        statisticsseconds.count_again(asked.run(again), span, counts)
    for key, tenths, number in asked.run(_lengths(session, question, span, resolver, asked.mine)):
        sums[key].tenths[int(tenths)] += number


@dataclass(frozen=True)
class _Asked:
    """A question, of all dossiers or of some alone."""

    session: Session
    question: Question
    span: Span
    only: Sequence[int] | None

    @property
    def mine(self) -> Condition:
        """The condition that leaves the others out."""
        return true() if self.only is None else and_(true(), among(Dossier.id, _ONLY))

    @property
    def pauses(self) -> CTE:
        """The pauses that were open at the end: of a few dossiers no more than theirs are looked at."""
        theirs = true() if self.only is None else and_(true(), among(Pause.dossier_id, _ONLY))
        return cells.open_pauses(self.span, theirs)

    @property
    def parts(self) -> tuple[Condition, ...]:
        """What ran in the period, for a planner: a few dossiers are found by their numbers at once."""
        return cells.parts_of(self.span) if self.only is None else (cells.runs_in(self.span),)

    def run(self, statement: Executable) -> Any:
        """The answer of the database."""
        return self.session.execute(statement, {} if self.only is None else {"only": self.only})


def _cells(asked: _Asked, resolver: ColumnElement[int]) -> Select[Any]:
    """One grouped query: the dossiers of the period by key, cells and memo marks, counted."""
    question, span, pauses = asked.question, asked.span, asked.pauses
    marks = (
        select(
            key_column(question.by, resolver).label("key"),
            cells.received_cell(span).label("received"),
            cells.result_cell(span, pauses).label("result"),
            cells.closing(span).label("closing"),
            case((cells.reappointed(span), 1), else_=0).label("reappointed"),
            case((pauses.c.dossier_id.is_(None), 0), else_=1).label("paused"),
            case((cells.closed_on(span) <= span.end, Dossier.fully_electronic)).label("electronic"),
            case((cells.closed_on(span) <= span.end, Dossier.result_digitised)).label("digitised"),
            case((Dossier.accepted_on >= span.start, Dossier.components_digitised)).label("papers"),
            case((cells.paid_online(span), 2), (cells.has_fee(span), 1), else_=0).label("payment"),
        )
        .select_from(Dossier)
        .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
        .where(cells.resolved_by(asked.session, question, resolver), asked.mine)
    )
    marked = union_all(*(marks.where(part) for part in asked.parts)).subquery("marked")
    return select(*marked.c, func.count().label("number")).group_by(*marked.c)


def _tally(counts: Numbers[str], row: Any) -> None:
    """Add one group of dossiers: two cells, its memo columns and what the rates need."""
    number = row.number
    if row.payment:
        counts["fee_due"] += number
        counts["paid_online"] += number if row.payment == 2 else 0
    if row.result == cells.Cell.NO_DUE_DATE:
        counts["no_due_date"] += number
        return
    counts[row.received] += number
    if row.papers is not None:
        counts["papers_digitised" if row.papers else "papers_undigitised"] += number
    if row.result is not None:
        counts[row.result] += number
    if row.reappointed:
        counts["reappointed"] += number
    if row.result in _OPEN:
        counts["paused"] += number if row.paused else 0
        return
    _tally_closed(counts, row, number)


def _tally_closed(counts: Numbers[str], row: Any, number: int) -> None:
    if row.closing is not None:
        counts[row.closing] += number
        if row.closing != "refused" and row.result in {"early", "on_time"}:
            counts["set_aside_in_time"] += number
    if row.result is not None and row.digitised is not None:
        counts["result_digitised" if row.digitised else "result_undigitised"] += number
    if row.electronic is None:
        counts["electronic_unknown"] += number
    else:
        counts["electronic_known"] += number
        counts["electronic"] += number if row.electronic else 0


def _lengths(
    session: Session, question: Question, span: Span, resolver: ColumnElement[int], mine: Condition
) -> Select[Any]:
    """How long the finished took, to a tenth of a working day."""
    took = ((Dossier.worked_minutes + _TENTH // 2) // _TENTH).label("tenths")
    finished = (
        select(key_column(question.by, resolver).label("key"), took)
        .where(
            cells.closed_on(span).between(span.start, span.end),
            Dossier.state.in_([State.FINISHED, State.RETURNED]),
            Dossier.worked_minutes.is_not(None),
            cells.resolved_by(session, question, resolver),
            mine,
        )
        .subquery("finished")
    )
    return select(finished.c.key, finished.c.tenths, func.count()).group_by(*finished.c)


def _receptions(session: Session, question: Question, span: Span, now: dt.datetime) -> Select[Any]:
    """Rounds of online dossiers by the desk they were sent to: a second submission hides no first answer."""
    key = key_column(question.by, Dossier.receiving_agency_id.expression)
    numbers = (
        func.count(case((and_(rounds.round_in_cell(cell, now), rounds.dossier_of_round(cell)), 1)))
        for cell in cells.OF_RECEPTION
    )
    return (
        select(key, *numbers)
        .select_from(ReceptionRound)
        .join(Dossier, Dossier.id == ReceptionRound.dossier_id)
        .where(
            rounds.round_falls_in(span, question.end),
            rounds.counts_at_reception(),
            cells.received_by(session, question),
        )
        .group_by(key)
    )
