"""The statutory table: counts by SQL, rows and rates by domain.performance, dossiers behind every number."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, union_all
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.performance import (
    Rate,
    RateName,
    ReceptionRow,
    StatutoryRow,
    percentile,
    rate,
    rates_of,
)
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Sector
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsseconds, statisticstransfers
from tthc_tracker.queries.revisions import Remembered
from tthc_tracker.queries.statisticscells import By, Question, Span, span_of
from tthc_tracker.wording.labels import label

WORKING_DAY = 480  # minutes: the unit of processing times, said wherever one is shown
_TENTH = WORKING_DAY // 10
_STATUTORY = frozenset(each.name for each in fields(StatutoryRow))
_RECEPTION = tuple(each.name for each in fields(ReceptionRow))
_OPEN = frozenset({"open_within", "open_overdue"})


@dataclass(frozen=True)
class Line:
    """One row of the table with everything that is shown beside it. Lengths: working days of 480 minutes."""

    key: str | None
    label: str
    row: StatutoryRow
    reception: ReceptionRow
    electronic: Rate
    electronic_unknown: int
    online_payment: Rate
    median_days: Decimal | None
    p90_days: Decimal | None

    @property
    def rates(self) -> dict[RateName, Rate]:
        """Every rate of the row."""
        return rates_of(self.row) | {
            RateName.RECEPTION: self.reception.on_time,
            RateName.ELECTRONIC: self.electronic,
            RateName.ONLINE_PAYMENT: self.online_payment,
        }


@dataclass(frozen=True)
class Statistics:
    """A table. `as_of` is the day its open dossiers are looked at, `reckoned_at` when that was done."""

    start: dt.date
    end: dt.date
    as_of: dt.date
    by: By
    reckoned_at: dt.datetime
    rows: tuple[Line, ...]
    reception_rows: tuple[Line, ...]  # rows with an online reception due: by the receiving agency
    total: Line
    sums: "Mapping[int, _Sums]" = field(repr=False, compare=False)  # by id, to be put in other rows


@dataclass
class _Sums:
    """What is counted for one key before it becomes a Line."""

    counts: Counter[str] = field(default_factory=Counter)
    tenths: Counter[int] = field(default_factory=Counter)  # tenths of a working day → dossiers

    def take(self, other: "_Sums") -> None:
        self.counts.update(other.counts)
        self.tenths.update(other.tenths)


@dataclass(frozen=True)
class Heading:
    """What a key is called, and where its row stands."""

    key: str
    label: str
    place: tuple[Any, ...]


def statutory(session: Session, question: Question, now: dt.datetime) -> Statistics:
    """The table of a period. Three queries over what the period holds, none over one dossier.

    Two more tell what was transferred, where anything was since the period began.
    """
    span = span_of(question.start, question.end, now)
    sums: defaultdict[int, _Sums] = defaultdict(_Sums)
    moved = statisticstransfers.any_since(session, span.start)
    resolver = statisticstransfers.resolver(span, moved=moved)
    for row in session.execute(_cells(session, question, span, resolver)):
        _tally(sums[row.key].counts, row)
    if question.second:
        counts = {key: one.counts for key, one in sums.items()}
        statisticsseconds.count_again(session, question, span, resolver, counts)
    for key, tenths, number in session.execute(_lengths(session, question, span, resolver)):
        sums[key].tenths[int(tenths)] += number
    if moved:
        for key, cell, number in statisticstransfers.counted(session, question, span):
            sums[key].counts[cell.value] += number
    _count_receptions(session, question, span, now, sums)
    return _arranged(session, question, span, now, sums)


def levels_of(session: Session, table: Statistics, question: Question) -> Statistics:
    """The table by level of the same dossiers, from the one by agency: nothing is counted again."""
    span = span_of(question.start, question.end, table.reckoned_at)
    return _arranged(session, question, span, table.reckoned_at, table.sums)


def _arranged(
    session: Session, question: Question, span: Span, now: dt.datetime, sums: Mapping[int, _Sums]
) -> Statistics:
    rows = _rows(session, question.by, sums)
    total = _Sums()
    for each in sums.values():
        total.take(each)
    return Statistics(
        start=question.start,
        end=question.end,
        as_of=span.end,
        by=question.by,
        reckoned_at=now,
        rows=tuple(line for line in rows if line.row != StatutoryRow()),
        reception_rows=tuple(line for line in rows if line.reception.due),
        total=_line(None, "Tổng cộng", total),
        sums=sums,
    )


def _cells(session: Session, question: Question, span: Span, resolver: ColumnElement[int]) -> Select[Any]:
    """One grouped query: the dossiers of the period by key, cells and memo marks, counted."""
    pauses = cells.open_pauses(span)
    marks = (
        select(
            cells.key_column(question.by, resolver).label("key"),
            cells.received_cell(span).label("received"),
            cells.result_cell(span, pauses).label("result"),
            cells.closing(span).label("closing"),
            case((Dossier.current_due_at != Dossier.due_at, 1), else_=0).label("reappointed"),
            case((pauses.c.dossier_id.is_(None), 0), else_=1).label("paused"),
            case((Dossier.closed_on <= span.end, Dossier.fully_electronic)).label("electronic"),
            case((cells.paid_online(span), 2), (cells.has_fee(span), 1), else_=0).label("payment"),
        )
        .select_from(Dossier)
        .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
        .where(cells.resolved_by(session, question, resolver))
    )
    marked = union_all(*(marks.where(part) for part in cells.parts_of(span))).subquery("marked")
    return select(*marked.c, func.count().label("number")).group_by(*marked.c)


def _tally(counts: Counter[str], row: Any) -> None:
    """Add one group of dossiers: two cells, its memo columns and what the rates need."""
    number = row.number
    if row.payment:
        counts["fee_due"] += number
        counts["paid_online"] += number if row.payment == 2 else 0
    if row.result == cells.Cell.NO_DUE_DATE:
        counts["no_due_date"] += number
        return
    counts[row.received] += number
    if row.result is not None:
        counts[row.result] += number
    if row.reappointed:
        counts["reappointed"] += number
    if row.result in _OPEN:
        counts["paused"] += number if row.paused else 0
        return
    _tally_closed(counts, row, number)


def _tally_closed(counts: Counter[str], row: Any, number: int) -> None:
    if row.closing is not None:
        counts[row.closing] += number
        if row.closing != "refused" and row.result in {"early", "on_time"}:
            counts["set_aside_in_time"] += number
    if row.electronic is None:
        counts["electronic_unknown"] += number
    else:
        counts["electronic_known"] += number
        counts["electronic"] += number if row.electronic else 0


def _lengths(session: Session, question: Question, span: Span, resolver: ColumnElement[int]) -> Select[Any]:
    """How long the finished took, to a tenth of a working day."""
    took = ((Dossier.worked_minutes + _TENTH // 2) // _TENTH).label("tenths")
    finished = (
        select(cells.key_column(question.by, resolver).label("key"), took)
        .where(
            Dossier.closed_on.between(span.start, span.end),
            Dossier.state.in_([State.FINISHED, State.RETURNED]),
            Dossier.worked_minutes.is_not(None),
            cells.resolved_by(session, question, resolver),
        )
        .subquery("finished")
    )
    return select(finished.c.key, finished.c.tenths, func.count()).group_by(*finished.c)


def _count_receptions(
    session: Session, question: Question, span: Span, now: dt.datetime, sums: defaultdict[int, _Sums]
) -> None:
    """Rounds of online dossiers by the desk they were sent to: a second submission hides no first answer."""
    key = cells.key_column(question.by, Dossier.receiving_agency_id.expression)
    columns = tuple(cells.OF_RECEPTION)
    numbers = (
        func.count(case((and_(cells.round_in_cell(cell, now), cells.dossier_of_round(cell)), 1)))
        for cell in columns
    )
    statement = (
        select(key, *numbers)
        .select_from(ReceptionRound)
        .join(Dossier, Dossier.id == ReceptionRound.dossier_id)
        .where(
            cells.round_falls_in(span, question.end),
            cells.counts_at_reception(),
            cells.received_by(session, question),
        )
        .group_by(key)
    )
    for found, *counted in session.execute(statement):
        sums[found].counts.update(dict(zip(columns, counted, strict=True)))


# --- rows


def _rows(session: Session, by: By, sums: Mapping[int, _Sums]) -> list[Line]:
    named = headings(session, by)
    found: dict[Heading, _Sums] = {}
    for key, each in sums.items():
        found.setdefault(named[key], _Sums()).take(each)
    return [
        _line(heading.key, heading.label, found[heading])
        for heading in sorted(found, key=lambda heading: heading.place)
    ]


def _line(key: str | None, words: str, sums: _Sums) -> Line:
    counts = sums.counts
    return Line(
        key=key,
        label=words,
        row=StatutoryRow(**{name: counts[name] for name in _STATUTORY if counts[name]}),
        reception=ReceptionRow(**{name: counts[f"reception_{name}"] for name in _RECEPTION}),
        electronic=rate(counts["electronic"], counts["electronic_known"]),
        electronic_unknown=counts["electronic_unknown"],
        online_payment=rate(counts["paid_online"], counts["fee_due"]),
        median_days=_days(percentile(sums.tenths, 50)),
        p90_days=_days(percentile(sums.tenths, 90)),
    )


def _days(tenths: int | None) -> Decimal | None:
    return None if tenths is None else Decimal(tenths).scaleb(-1)


_agencies: Remembered[dict[int, tuple[str, str, Level]]] = Remembered("agencies")
_LEVELS = tuple(Level)


def headings(session: Session, by: By) -> dict[int, Heading]:
    """What the keys of a grouping are called, in the order of the catalogue."""
    match by:
        case By.SECTOR:
            return dict(_sectors(session))
        case By.PROCEDURE:
            return dict(_procedures(session))
    found = {}
    for agency_id, (code, name, level) in _agencies_by_id(session).items():
        place = _LEVELS.index(level)
        found[agency_id] = (
            Heading(level.value, label(level), (place,))
            if by is By.LEVEL
            else Heading(code, name, (place, code))
        )
    return found


def heading_of(session: Session, by: By, key: str) -> str:
    """What the row named `key` is called; the key itself where nothing is called so."""
    return next((each.label for each in headings(session, by).values() if each.key == key), key)


def _agencies_by_id(session: Session) -> dict[int, tuple[str, str, Level]]:
    statement = select(Agency.id, Agency.code, Agency.name, Agency.level)
    return _agencies.get(
        session,
        "agencies",
        lambda: {row.id: (row.code, row.name, row.level) for row in session.execute(statement)},
    )


def _sectors(session: Session) -> Iterable[tuple[int, Heading]]:
    statement = select(Sector.id, Sector.code, Sector.name, Sector.name_folded)
    for row in session.execute(statement):
        yield row.id, Heading(row.code, row.name, (row.name_folded, row.code))


def _procedures(session: Session) -> Iterable[tuple[int, Heading]]:
    """Under the name of the latest version."""
    statement = (
        select(Procedure.id, Procedure.code, ProcedureVersion.name)
        .join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
        .order_by(Procedure.id, ProcedureVersion.valid_from)
    )
    for row in session.execute(statement):
        yield row.id, Heading(row.code, row.name, (row.code,))
