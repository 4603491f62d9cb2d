"""The statutory table: counts by SQL, rows and rates by domain.performance, dossiers behind every number."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from functools import partial
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain import periods
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.performance import (
    Rate,
    RateName,
    ReceptionRow,
    StatutoryRow,
    percentiles,
    rate,
    rates_of,
)
from tthc_tracker.domain.statutorytable import LETTERS
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Sector, Source
from tthc_tracker.queries import statisticscounting, statisticsfacts, statisticsmonths, statisticstransfers
from tthc_tracker.queries.factsources import CHANNELS
from tthc_tracker.queries.revisions import Remembered
from tthc_tracker.queries.statisticscells import By, Question, Span, span_of
from tthc_tracker.queries.statisticscounting import Sums, added
from tthc_tracker.queries.statisticsfacts import Wanted
from tthc_tracker.queries.statisticsrows import NO_UNIT
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.statistics import UNASSIGNED, period_name

_STATUTORY = tuple(each.name for each in fields(StatutoryRow))
_RECEPTION = tuple(f"reception_{each.name}" for each in fields(ReceptionRow))
_NOTHING = StatutoryRow()


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
    components: Rate
    components_unknown: int
    results: Rate
    results_unknown: int
    median_days: Decimal | None
    p90_days: Decimal | None

    @property
    def rates(self) -> dict[RateName, Rate]:
        """Every rate of the row."""
        return rates_of(self.row) | {
            RateName.RECEPTION: self.reception.on_time,
            RateName.ELECTRONIC: self.electronic,
            RateName.ONLINE_PAYMENT: self.online_payment,
            RateName.COMPONENTS: self.components,
            RateName.RESULTS: self.results,
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
    sums: "Mapping[int, Sums]" = field(repr=False, compare=False)  # by id, to be put in other rows


@dataclass(frozen=True)
class Heading:
    """What a key is called, and where its row stands."""

    key: str
    label: str
    place: tuple[Any, ...]


def statutory(session: Session, question: Question, now: dt.datetime) -> Statistics:
    """The table of a period, from the daily facts: as many rows whatever the number of dossiers.

    What the facts do not know yet is counted from the dossiers (queries.statisticsfacts); two queries more
    tell what was transferred, where anything was since the period began.
    """
    return _answered(session, question, now, _from_facts)


def of_the_form(session: Session, question: Question, now: dt.datetime) -> Statistics:
    """The same table with the columns of the statutory form alone: of receptions, payments and lengths it
    tells nothing that holds."""
    return _answered(session, question, now, partial(_from_facts, wanted=Wanted.FORM))


def of_receptions(session: Session, question: Question, now: dt.datetime) -> Statistics:
    """The same table with the columns of receptions alone: of what was resolved it tells nothing that
    holds."""
    return _answered(session, question, now, partial(_from_facts, wanted=Wanted.RECEPTIONS))


def levels_of_the_form(session: Session, question: Question, now: dt.datetime) -> list[Statistics]:
    """Of each level of the form, in its order, its fields: counted together where the facts can tell."""
    asked = [replace(question, by=By.SECTOR, level=level.value) for level in LETTERS]
    span = span_of(question.start, question.end, now, question.known_on)
    moved = statisticstransfers.any_since(session, span.start)
    known = _in_facts(question)
    form = Wanted.FORM
    found = statisticsfacts.count_each(session, asked, span, now, moved=moved, wanted=form) if known else None
    if found is None:
        return [counted_live(session, each, now) for each in asked]
    return [
        _table(session, each, span, now, sums, moved=moved) for each, sums in zip(asked, found, strict=True)
    ]


def counted_live(session: Session, question: Question, now: dt.datetime) -> Statistics:
    """The same table from the dossiers alone: what the facts are held against."""
    return _answered(session, question, now, statisticscounting.count)


class _Counting(Protocol):
    """A way to count what a period comes to by key."""

    def __call__(
        self, session: Session, question: Question, span: Span, now: dt.datetime, *, moved: bool
    ) -> defaultdict[int, Sums]: ...


def _in_facts(question: Question) -> bool:
    """The sums are not told apart by unit and by something else, and not by when things were recorded."""
    return not question.unit and question.known_on is None


def _from_facts(
    session: Session,
    question: Question,
    span: Span,
    now: dt.datetime,
    *,
    moved: bool,
    wanted: Wanted = Wanted.WHOLE,
) -> defaultdict[int, Sums]:
    known = _in_facts(question)
    facts = statisticsfacts.count
    sums = facts(session, question, span, now, moved=moved, wanted=wanted) if known else None
    return statisticscounting.count(session, question, span, now, moved=moved) if sums is None else sums


def _answered(session: Session, question: Question, now: dt.datetime, count: _Counting) -> Statistics:
    if question.by is By.MONTH:
        return _by_month(session, question, now, count)
    span = span_of(question.start, question.end, now, question.known_on)
    moved = statisticstransfers.any_since(session, span.start)
    sums = count(session, question, span, now, moved=moved)
    return _table(session, question, span, now, sums, moved=moved)


def _by_month(session: Session, question: Question, now: dt.datetime, count: _Counting) -> Statistics:
    """A table of its own each month that has begun, and the total of the whole period."""
    whole = _answered(session, statisticsmonths.of_row(question, ""), now, count)
    lines = [
        replace(_answered(session, part, now, count).total, key=month.key, label=period_name(month))
        for month, part in statisticsmonths.months(question, whole.as_of)
    ]
    rows = tuple(line for line in lines if line.row != _NOTHING)
    received = tuple(line for line in lines if line.reception.due)
    return replace(whole, by=By.MONTH, rows=rows, reception_rows=received)


def _table(
    session: Session,
    question: Question,
    span: Span,
    now: dt.datetime,
    sums: defaultdict[int, Sums],
    *,
    moved: bool,
) -> Statistics:
    if moved:
        for key, cell, number in statisticstransfers.counted(session, question, span):
            sums[key].counts[cell.value] += number
    return _arranged(session, question, span, now, sums)


def levels_of(session: Session, table: Statistics, question: Question) -> Statistics:
    """The table by level of the same dossiers, from the one by agency: nothing is counted again."""
    span = span_of(question.start, question.end, table.reckoned_at, question.known_on)
    return _arranged(session, question, span, table.reckoned_at, table.sums)


def _arranged(
    session: Session, question: Question, span: Span, now: dt.datetime, sums: Mapping[int, Sums]
) -> Statistics:
    rows = _rows(session, question.by, sums)
    return Statistics(
        start=question.start,
        end=question.end,
        as_of=span.end,
        by=question.by,
        reckoned_at=now,
        rows=tuple(line for line in rows if line.row != _NOTHING),
        reception_rows=tuple(line for line in rows if line.reception.due),
        total=_line(None, "Tổng cộng", added(sums.values())),
        sums=sums,
    )


# --- rows


def line_of(table: Statistics, key: str) -> Line:
    """The row of that key; one of nothing where the table has none."""
    lines = (line for line in (*table.rows, *table.reception_rows) if line.key == key)
    return next(lines, _line(key, key, Sums()))


def _rows(session: Session, by: By, sums: Mapping[int, Sums]) -> list[Line]:
    named = headings(session, by)
    found: dict[str, tuple[Heading, list[Sums]]] = {}
    for key, each in sums.items():
        heading = named[key]
        found.setdefault(heading.key, (heading, []))[1].append(each)
    return [
        _line(heading.key, heading.label, added(parts))
        for heading, parts in sorted(found.values(), key=lambda row: row[0].place)
    ]


def _line(key: str | None, words: str, sums: Sums) -> Line:
    number, (median, p90) = sums.counts.get, percentiles(sums.tenths, (50, 90))
    row = StatutoryRow(*[number(name, 0) for name in _STATUTORY])
    papers, kept = number("papers_digitised", 0), number("result_digitised", 0)
    papers_known = papers + number("papers_undigitised", 0)
    return Line(
        key=key,
        label=words,
        row=row,
        reception=ReceptionRow(*[number(name, 0) for name in _RECEPTION]),
        electronic=rate(number("electronic", 0), number("electronic_known", 0)),
        electronic_unknown=number("electronic_unknown", 0),
        online_payment=rate(number("paid_online", 0), number("fee_due", 0)),
        components=rate(papers, papers_known),
        components_unknown=row.online + row.direct - papers_known,
        results=rate(kept, row.resolved),
        results_unknown=row.resolved - kept - number("result_undigitised", 0),
        median_days=_days(median),
        p90_days=_days(p90),
    )


def _days(tenths: int | None) -> Decimal | None:
    return None if tenths is None else Decimal(tenths).scaleb(-1)


_agencies: Remembered[dict[int, tuple[str, str, Level]]] = Remembered("agencies")
_procedures: Remembered[dict[int, Heading]] = Remembered("catalogue")
_LEVELS = tuple(Level)


def headings(session: Session, by: By) -> dict[int, Heading]:
    """What the keys of a grouping are called, in the order of the catalogue."""
    match by:
        case By.SECTOR:
            return dict(_sectors(session))
        case By.PROCEDURE:
            return _procedures.get(session, "procedures", lambda: dict(_read_procedures(session)))
        case By.UNIT:
            return dict(_units(session))
        case By.CHANNEL:
            return {key: Heading(each.value, label(each), (key,)) for each, key in CHANNELS.items()}
        case By.SOURCE:
            return dict(_sources(session))
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
    month = periods.parse_period(key) if by is By.MONTH else None
    if month is not None:
        return period_name(month)
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


def _sources(session: Session) -> Iterable[tuple[int, Heading]]:
    statement = select(Source.id, Source.code, Source.name).order_by(Source.id)
    for row in session.execute(statement):
        yield row.id, Heading(row.code, row.name, (row.name, row.code))


def _units(session: Session) -> Iterable[tuple[int, Heading]]:
    """By agency; what no unit has been given stands last."""
    statement = (
        select(Unit.id, Unit.code, Unit.name, Agency.code.label("agency_code"), Agency.name.label("agency"))
        .join(Agency, Agency.id == Unit.agency_id)
        .order_by(Unit.id)
    )
    for row in session.execute(statement):
        place = (0, row.agency_code, row.code)
        yield row.id, Heading(f"{row.agency_code}/{row.code}", f"{row.name}, {row.agency}", place)
    yield 0, Heading(NO_UNIT, UNASSIGNED, (1,))


def _read_procedures(session: Session) -> Iterable[tuple[int, Heading]]:
    """Under the name of the latest version."""
    statement = (
        select(Procedure.id, Procedure.code, ProcedureVersion.name)
        .join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
        .order_by(Procedure.id, ProcedureVersion.valid_from)
    )
    for row in session.execute(statement):
        yield row.id, Heading(row.code, row.name, (row.code,))
