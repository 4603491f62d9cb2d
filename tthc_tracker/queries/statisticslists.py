"""The dossiers behind a number of the tables, a page at a time."""

import datetime as dt
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self, overload

from sqlalchemy import CTE, ColumnElement, Select, and_, bindparam, func, literal_column, null, or_, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.lifecycle import Channel, State
from tthc_tracker.domain.people import listed_name
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierTransfer, Pause
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import (
    deskcounts,
    listing,
    statisticsends,
    statisticsmonths,
    statisticsportions,
    statisticsseconds,
    statisticstransfers,
)
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsrounds as rounds
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.listing import Count, Page
from tthc_tracker.queries.statistics import heading_of
from tthc_tracker.queries.statisticscells import OF_RECEPTION, OF_TRANSFER, By, Cell, Question, Span, span_of
from tthc_tracker.queries.statisticsportions import Portion
from tthc_tracker.queries.statisticsrows import in_row
from tthc_tracker.queries.statisticsseconds import Moved


@dataclass(frozen=True)
class Behind:
    """What stands behind one number: its table, its row ('' the total), its cell, which part of that."""

    question: Question
    key: str
    cell: Cell
    portion: Portion | None = None


MOST_LINES = 300_000
"""Of so many a file holds where they stand, in 5 MB."""
Line = tuple[int, int]
"""A dossier, and which of its rounds or transfers is counted (0: itself)."""


class Lines(Sequence[Line]):
    """Lines, 16 bytes each."""

    def __init__(self, ids: Sequence[int] = (), nths: Sequence[int] = ()) -> None:
        self._ids, self._nths = array("q", ids), array("q", nths)

    def add(self, dossier_id: int, nth: int) -> None:
        """One more at the end."""
        self._ids.append(dossier_id)
        self._nths.append(nth)

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, place: int) -> Line: ...
    @overload
    def __getitem__(self, place: slice) -> Self: ...
    def __getitem__(self, place: int | slice) -> Line | Self:
        if isinstance(place, slice):
            return type(self)(self._ids[place], self._nths[place])
        return self._ids[place], self._nths[place]


class Row(NamedTuple):
    """A dossier behind a number. `standing` is what it was at the end of the period, as badges name it, and
    `agency` whose it was then.

    The reception clock is that of the round that was counted, or of the last.
    """

    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency_code: str
    agency: str
    channel: Channel
    submitted_at: dt.datetime | None
    reception_due_at: dt.datetime | None
    reception_answered_at: dt.datetime | None
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    told_due_at: dt.datetime | None
    closed_at: dt.datetime | None
    standing: str


def count(session: Session, behind: Behind, now: dt.datetime) -> Count:
    """How many there are, exactly up to ten thousand."""
    return listing.count(session, _lines(session, _asked(session, behind, now), now))


def total(session: Session, behind: Behind, now: dt.datetime) -> int:
    """How many there are, however many."""
    lines = _lines(session, _asked(session, behind, now), now).subquery()
    return session.execute(select(func.count()).select_from(lines)).scalar_one()


def page(
    session: Session, behind: Behind, now: dt.datetime, *, after: str = "", size: int = listing.PAGE
) -> Page[Row]:
    """One page, in the order in which the dossiers were first known; paged by key. Two queries, by the second
    date a third.

    A dossier stands in it as often as its number counts it: once for each of its rounds or transfers.
    """
    asked = _asked(session, behind, now)
    lines, column = _lines(session, asked, now).limit(size + 1), _nth_of(behind.cell)
    lines = lines.order_by(Dossier.id) if column is None else lines.order_by(Dossier.id, column)
    match listing.decode_cursor(after):
        case [int(last), int(nth)]:
            lines = lines.where(_after(behind.cell, last, nth))
    chosen = [(dossier_id, nth) for dossier_id, nth in session.execute(lines)]
    more, chosen = len(chosen) > size, chosen[:size]
    return Page(_of(session, asked, chosen, now), listing.encode_cursor(*chosen[-1]) if more else "")


def all_lines(session: Session, behind: Behind, now: dt.datetime) -> Sequence[Line] | None:
    """Every line behind a number, in the order of its pages; None where they are more than MOST_LINES.

    For a file: each of its batches would look for its own among all dossiers there are otherwise.
    """
    asked, found = _asked(session, behind, now), Lines()
    column = _nth_of(behind.cell)
    place: ColumnElement[int] = literal_column("+dossier.id")
    # Not by the bare key: SQLite would go along it through ten million dossiers, to save itself the sorting.
    order = (place,) if column is None else (place, column)
    statement = _lines(session, asked, now).order_by(*order).limit(MOST_LINES + 1)
    for dossier_id, nth in session.connection().execute(statement):
        found.add(dossier_id, nth)
    return found if len(found) <= MOST_LINES else None


def of_lines(session: Session, behind: Behind, lines: Sequence[Line], now: dt.datetime) -> tuple[Row, ...]:
    """What stands in these lines of a number now; a dossier that is gone since has no row."""
    return _of(session, _asked(session, behind, now), lines, now)


def _after(cell: Cell, last: int, nth: int) -> ColumnElement[bool]:
    """What comes after a line; the bound on the dossier alone is what an index serves."""
    column = _nth_of(cell)
    if column is None:
        return Dossier.id > last
    return and_(Dossier.id >= last, or_(Dossier.id > last, column > nth))


def _repeated(found: Sequence[Any], chosen: Sequence[Any], *, of_round: bool) -> list[Any]:
    """The details in the lines' order, as often as each is counted; of a round its own clock."""
    by = {(row.id, row.nth if of_round else 0): row for row in found}
    keys = [(dossier_id, nth if of_round else 0) for dossier_id, nth in chosen]
    return [by[key] for key in keys if key in by]


def _told(behind: Behind) -> Behind:
    """The number of a month is the total of its own table."""
    question = behind.question
    if question.by is not By.MONTH:
        return behind
    return replace(behind, question=statisticsmonths.of_row(question, behind.key), key="")


def span_of_question(behind: Behind, now: dt.datetime) -> Span:
    """The part of the asked period that has passed."""
    return span_of(behind.question.start, behind.question.end, now, behind.question.known_on)


@dataclass(frozen=True)
class _Asked:
    """What is read to list a number: its table and row, the part of the period that has passed, by which
    agency a dossier stands in its row, and what the second date moves (None: it goes by the lawful one)."""

    behind: Behind
    span: Span
    agency: ColumnElement[int]
    moved: Moved | None

    def result(self, pauses: CTE) -> ColumnElement[str | None]:
        """The result cell of each dossier."""
        return statisticsseconds.result_cell(self.span, pauses, self.moved or {})


def _asked(session: Session, behind: Behind, now: dt.datetime) -> _Asked:
    behind = _told(behind)
    span = span_of_question(behind, now)
    agency, moved = _agency(session, behind, span), None
    if by_second(behind):
        moved = statisticsseconds.moved(session, behind.question, span, agency)
    return _Asked(behind, span, agency, moved)


def _of(session: Session, asked: _Asked, lines: Sequence[Line], now: dt.datetime) -> tuple[Row, ...]:
    # Past the session: what comes back are plain values, twenty thousand of them for a file.
    ids = list(dict.fromkeys(dossier_id for dossier_id, _ in lines))
    found = session.connection().execute(_details(asked, now), {"ids": ids}).all()
    cell = asked.behind.cell
    if _nth_of(cell) is not None:
        found = _repeated(found, lines, of_round=cell in OF_ROUNDS)
    return tuple(_row(row, asked.span, now) for row in found)


def by_second(behind: Behind) -> bool:
    """Whether the dossiers of a number are told by their second date: rounds, transfers, apologies and what
    desks do know no other than the lawful one."""
    return behind.question.second and behind.cell not in _LAWFUL_ONLY


def _agency(session: Session, behind: Behind, span: Span) -> ColumnElement[int]:
    """By which agency a dossier stands in its row."""
    if behind.cell in OF_ROUNDS | deskcounts.CELLS:
        return Dossier.receiving_agency_id.expression
    return statisticstransfers.resolver_of(session, span)


def _counted_round(cell: Cell, span: Span, end: dt.date, now: dt.datetime) -> ColumnElement[bool]:
    """The rounds that were counted in a cell, each with its dossier. end: the period's, come or not."""
    parts = _PAST if cell is Cell.RECEPTION_PAST else (cell,)
    counted = (and_(rounds.dossier_of_round(part), rounds.round_in_cell(part, now)) for part in parts)
    mine = and_(rounds.counts_at_reception(), ReceptionRound.dossier_id == Dossier.id)
    return and_(mine, rounds.round_falls_in(span, end), or_(*counted))


_PAST = (Cell.RECEPTION_LATE, Cell.RECEPTION_WAITING_LATE)
OF_ROUNDS = OF_RECEPTION | {Cell.RECEPTION_PAST}
"""What counts rounds: the cells of receptions, and what the working tables add up of them."""
_LAWFUL_ONLY = OF_ROUNDS | OF_TRANSFER | statisticsends.CELLS | deskcounts.CELLS
_ITSELF: ColumnElement[int] = literal_column("0")


def _nth_of(cell: Cell) -> ColumnElement[int] | None:
    """Which of a dossier's rounds or transfers a line stands for; None: for itself."""
    if cell in OF_ROUNDS:
        return ReceptionRound.round.expression
    return DossierTransfer.seq.expression if cell in OF_TRANSFER else None


def _lines(session: Session, asked: _Asked, now: dt.datetime) -> Select[Any]:
    """The lines behind a number: of each its dossier, and which of its rounds or transfers (0: none)."""
    behind, span, agency = asked.behind, asked.span, asked.agency
    question, pauses = behind.question, cells.open_pauses(span)
    if behind.cell in OF_TRANSFER:
        return statisticstransfers.lines(session, question, behind.key, span, behind.cell)
    if behind.cell in OF_ROUNDS:
        counted = _counted_round(behind.cell, span, question.end, now)
        statement: Any = select(Dossier.id, ReceptionRound.round.label("nth")).where(
            counted, cells.received_by(session, question)
        )
    elif behind.cell in deskcounts.CELLS:
        mine = cells.received_by(session, question)
        statement = select(Dossier.id, _ITSELF.label("nth")).where(
            deskcounts.in_cell(session, behind.cell, span), mine
        )
    else:
        ends = behind.cell in statisticsends.CELLS
        statement = (
            select(Dossier.id, _ITSELF.label("nth"))
            .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
            .where(
                statisticsends.in_cell(behind.cell, span)
                if ends
                else cells.in_cell(behind.cell, span, pauses, asked.result(pauses)),
                cells.resolved_by(session, question, agency),
            )
        )
    if behind.portion:
        statement = statement.where(statisticsportions.condition(behind.portion, span))
    if behind.key:
        statement = statement.where(in_row(question.by, behind.key, agency))
    found: Select[Any] = statement
    return found


_IDS = bindparam("ids", type_=Ids())


def _details(asked: _Asked, now: dt.datetime) -> Any:
    """What a line shows, of the dossiers `ids`."""
    behind, span = asked.behind, asked.span
    # Of these dossiers alone: for each batch of a file every pause there is would be read else.
    owner, pauses = aliased(Person), cells.open_pauses(span, among(Pause.dossier_id, _IDS))
    of_round = behind.cell in OF_ROUNDS
    due, answered, nth = (
        (ReceptionRound.due_at, ReceptionRound.answered_at, ReceptionRound.round)
        if of_round
        else (Dossier.reception_due_at, Dossier.reception_answered_at, _ITSELF)
    )
    late, ended = (
        (Dossier.late_from, Dossier.finish_class)
        if asked.moved is None
        else (Dossier.overdue_from, asked.result(pauses))
    )
    # What tells how one stands that was never accepted: the cells of resolution count none.
    late_from, answered_at = (
        (Dossier.reception_late_from, Dossier.reception_answered_at)
        if of_round or behind.cell in OF_TRANSFER
        else (null(), null())
    )
    statement = (
        select(
            Dossier.id, Dossier.code, Dossier.version, Dossier.channel, Dossier.state, Dossier.submitted_at,
            due.label("clock_due"), answered.label("clock_answered"),
            late_from.label("reception_late_from"), answered_at.label("reception_answered_at"),
            Dossier.accepted_at, Dossier.due_at, Dossier.current_due_at, late, Dossier.closed_at,
            cells.closed_on(span).label("closed_on"),
            ended.label("ended"), Procedure.code.label("procedure_code"),
            ProcedureVersion.name.label("procedure"), owner.full_name.label("owner"),
            owner.kind.label("owner_kind"), Agency.code.label("agency_code"), Agency.name.label("agency"),
            pauses.c.held_since, nth.label("nth"),
        )
        .where(among(Dossier.id, _IDS))
        .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(owner, owner.id == Dossier.owner_id)
        .join(Agency, Agency.id == asked.agency)
        .order_by(Dossier.id)
    )  # fmt: skip
    if of_round:
        counted = _counted_round(behind.cell, span, behind.question.end, now)
        return statement.join(ReceptionRound, counted)
    return statement


def _row(row: Any, span: Span, now: dt.datetime) -> Row:
    # By place, in the order of `_details`: by name it costs files of twenty thousand rows five times as much.
    (
        _, code, version, channel, state, submitted_at, clock_due, clock_answered, reception_late_from,
        reception_answered_at, accepted_at, due_at, told_due_at, late_from, closed_at, closed_on, ended,
        procedure_code, procedure, owner, owner_kind, agency_code, agency, held_since, _,
    ) = row  # fmt: skip
    if accepted_at is None:
        standing = _unaccepted(state, closed_at, reception_answered_at, reception_late_from, now)
    else:
        standing = _standing(state, closed_on, ended, due_at, late_from, held_since, span)
    return Row(
        code, version, procedure_code, procedure, listed_name(owner, owner_kind),
        agency_code, agency, channel,
        submitted_at, clock_due, clock_answered, accepted_at, due_at, told_due_at, closed_at,
        standing,
    )  # fmt: skip


def _unaccepted(
    state: State,
    closed_at: dt.datetime | None,
    answered_at: dt.datetime | None,
    late_from: dt.datetime | None,
    now: dt.datetime,
) -> str:
    if closed_at is not None:
        return "withdrawn" if state is State.WITHDRAWN else "refused"
    if answered_at is not None:
        return "awaiting_applicant"
    return "late_reception" if late_from is not None and late_from <= now else "waiting"


def _standing(
    state: State,
    closed_on: dt.date | None,
    ended: str | None,
    due_at: dt.datetime | None,
    late_from: dt.datetime | None,
    held_since: dt.datetime | None,
    span: Span,
) -> str:
    if closed_on is not None and closed_on <= span.end:
        if state in {State.WITHDRAWN, State.STOPPED}:
            return state.value
        return str(ended) if ended else "finished"
    if due_at is None or late_from is None:
        return "no_due_date"
    if held_since is not None and held_since < late_from:
        return "paused"
    return "overdue" if late_from < span.closes else "on_track"


def row_label(session: Session, behind: Behind) -> str:
    """What the row of the table is called, and the unit; '' of the total."""
    keys = ((behind.question.by, behind.key), (By.UNIT, behind.question.unit))
    return "; ".join(heading_of(session, by, key) for by, key in keys if key)
