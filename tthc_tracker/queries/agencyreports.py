"""What the page of one agency shows beside its table: 24 months, lengths against limits, holders, apologies.

Each read is grouped in the database, so that a page costs the same with many dossiers; only of custody the
rows come out, and those of the latest dossiers alone (`MOST_HELD`).
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.bands import LIMIT_USED
from tthc_tracker.domain.performance import Rate, ReceptionRow, percentiles, rate
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Source
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import statistics, statisticstransfers
from tthc_tracker.queries import statisticsbymonth as months
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsends as ends
from tthc_tracker.queries import statisticsportions as portions
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.queries.statisticscells import By, Cell, Question, Span, span_of

MONTHS = 24
MOST_PROCEDURES = 40
_TENTH = portions.WORKING_DAY // 10
_RECEPTION = tuple(Cell(f"reception_{each.name}") for each in fields(ReceptionRow))


@dataclass(frozen=True)
class Place:
    """An agency by its code, as far as somebody may see it; unit: the name of one of its units, '' of all."""

    id: int
    code: str
    name: str
    below: int  # agencies that count with it
    unit: str = ""


def agency(session: Session, question: Question) -> Place | None:
    """The agency that a question is about; None if there is none of that code within the scope."""
    statement = select(Agency.id, Agency.code, Agency.name).where(Agency.code == question.agency)
    found = session.execute(statement).one_or_none()
    if found is None or not (question.scope.all or found.id in question.scope.agency_ids):
        return None
    return Place(*found, below=len(subtree(session, found.id)) - 1)


def unit(session: Session, question: Question) -> Place | None:
    """The unit that a question is about; None if its agency has none of that code, or is out of scope."""
    place = agency(session, question)
    called = select(Unit.name).where(Unit.id.in_(cells.units_called(question.unit)))
    name = session.execute(called).scalar_one_or_none()
    return None if place is None or name is None else replace(place, below=0, unit=name)


# --- the last two years


@dataclass(frozen=True)
class MonthRates:
    """What a calendar month resolved in time, and how many receptions due in it were answered in time."""

    month: Period
    on_time: Rate
    reception: Rate


def rates_by_month(
    session: Session, question: Question, now: dt.datetime, many: int = MONTHS
) -> tuple[MonthRates, ...]:
    """The months up to the end of the period, oldest first."""
    wanted = months.last_months(question, now, many)
    resolved, answered = months.rates(session, question, wanted, now)
    none = (0, 0)
    return tuple(
        MonthRates(month, rate(*resolved.get((0, place), none)), rate(*answered.get((0, place), none)))
        for place, month in enumerate(wanted)
    )


# --- how long it takes, against the limit


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
    """How long the finished of the period took, by procedure. Two queries and a look at the transfers."""
    span = span_of(question.start, question.end, now)
    tenths: dict[int, Counter[int]] = defaultdict(Counter)
    limits: dict[int, Counter[tuple[Decimal, LimitUnit]]] = defaultdict(Counter)
    used, unmeasured = Counter[int](), 0
    for row in session.execute(_lengths(session, question, span)):
        tenths[row.procedure_id][int(row.tenths)] += row.number
        if row.limit_unit is not None:
            limits[row.procedure_id][row.limit_amount, row.limit_unit] += row.number
        if row.used is None:
            unmeasured += row.number
        else:
            used[row.used] += row.number
    most = sorted(tenths, key=lambda one: (-tenths[one].total(), one))[:MOST_PROCEDURES]
    names = _procedures(session, most)
    return Taken(
        tuple(_of_procedure(*names[one], tenths[one], limits[one]) for one in most),
        len(tenths) - len(most),
        tuple(used[place] for place in range(len(LIMIT_USED))),
        unmeasured,
    )


def _lengths(session: Session, question: Question, span: Span) -> Select[Any]:
    took = ((Dossier.worked_minutes + _TENTH // 2) // _TENTH).label("tenths")
    used = case((portions.has_length_of_limit(), portions.limit_used())).label("used")
    marked = (
        select(Dossier.procedure_id, took, Dossier.limit_amount, Dossier.limit_unit, used)
        .where(
            ends.measured(span),
            cells.resolved_by(session, question, statisticstransfers.resolver_of(session, span)),
        )
        .subquery("marked")
    )
    return select(*marked.c, func.count().label("number")).group_by(*marked.c)


def _procedures(session: Session, ids: list[int]) -> dict[int, tuple[str, str]]:
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
    code: str, name: str, tenths: Mapping[int, int], limits: "Counter[tuple[Decimal, LimitUnit]]"
) -> Lengths:
    common = limits.most_common(1)
    limit = TimeLimit(*common[0][0]) if common else None
    p50, p80, p90 = (Decimal(each or 0).scaleb(-1) for each in percentiles(tenths, (50, 80, 90)))
    room = portions.days_of(limit)
    number = sum(tenths.values())
    return Lengths(code, name, number, limit, p50, p80, p90, None if room is None else p90 > room)


# --- late reception by source


@dataclass(frozen=True)
class SourceReceptions:
    """The receptions of a source that fall into the period."""

    code: str
    name: str
    row: ReceptionRow


def receptions_by_source(
    session: Session, question: Question, now: dt.datetime
) -> tuple[SourceReceptions, ...]:
    """Each source of online dossiers with its receptions, the most late ones first; from the daily facts."""
    if question.unit:
        return receptions_counted_live(session, question, now)
    table = statistics.of_receptions(session, replace(question, by=By.SOURCE), now)
    return _latest_first(
        SourceReceptions(line.key or "", line.label, line.reception) for line in table.reception_rows
    )


def receptions_counted_live(
    session: Session, question: Question, now: dt.datetime
) -> tuple[SourceReceptions, ...]:
    """The same from the rounds alone: what the facts are held against, and what a unit held. One query."""
    span = span_of(question.start, question.end, now)
    numbers = (
        func.count(case((and_(cells.round_in_cell(cell, now), cells.dossier_of_round(cell)), 1)))
        for cell in _RECEPTION
    )
    statement = (
        select(Source.code, Source.name, *numbers)
        .select_from(ReceptionRound)
        .join(Dossier, Dossier.id == ReceptionRound.dossier_id)
        .join(Source, Source.id == Dossier.source_id)
        .where(
            cells.round_falls_in(span, question.end), cells.counts_at_reception(),
            cells.received_by(session, question),
        )
        .group_by(Source.code, Source.name)
    )  # fmt: skip
    return _latest_first(
        SourceReceptions(code, name, ReceptionRow(*counted))
        for code, name, *counted in session.execute(statement)
    )


def _latest_first(found: Iterable[SourceReceptions]) -> tuple[SourceReceptions, ...]:
    return tuple(sorted(found, key=lambda one: (-one.row.late - one.row.waiting_late, one.code)))


# --- apologies


@dataclass(frozen=True)
class Apologised:
    """Apologies signed in the period in time and late; the late of the period with none."""

    in_time: int
    late: int
    without: int


def apologies(session: Session, question: Question, now: dt.datetime) -> Apologised:
    """What the agency apologised for, and what it did not. Two queries and a look at the transfers."""
    span = span_of(question.start, question.end, now)
    mine = cells.resolved_by(session, question, statisticstransfers.resolver_of(session, span))
    by_lateness = (
        select(Apology.late, func.count())
        .join(Dossier, Dossier.id == Apology.dossier_id)
        .where(ends.signed(span), ends.counts_with_apology(), mine)
        .group_by(Apology.late)
    )
    signed: dict[bool, int] = dict(session.execute(by_lateness).all())
    none = select(func.count()).select_from(Dossier).where(ends.in_cell(Cell.LATE_UNAPOLOGISED, span), mine)
    return Apologised(signed.get(False, 0), signed.get(True, 0), session.execute(none).scalar_one())
