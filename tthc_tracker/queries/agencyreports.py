"""What the page of one agency shows beside its table: 24 months, late receptions, apologies.

From the daily facts, so that a page costs the same with many dossiers. Lengths against limits:
queries.agencylengths; whose the time was: queries.holdershares, of the latest dossiers alone.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.performance import Rate, ReceptionRow, rate
from tthc_tracker.domain.periods import Period
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import factends, statistics, statisticsodd, statisticstransfers
from tthc_tracker.queries import statisticsbymonth as months
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsends as ends
from tthc_tracker.queries import statisticsrounds as rounds
from tthc_tracker.queries.factends import Ended
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.queries.statisticscells import By, Cell, Question, Span, span_of

MONTHS = 24
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
        func.count(case((and_(rounds.round_in_cell(cell, now), rounds.dossier_of_round(cell)), 1)))
        for cell in _RECEPTION
    )
    statement = (
        select(Source.code, Source.name, *numbers)
        .select_from(ReceptionRound)
        .join(Dossier, Dossier.id == ReceptionRound.dossier_id)
        .join(Source, Source.id == Dossier.source_id)
        .where(
            rounds.round_falls_in(span, question.end), rounds.counts_at_reception(),
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
    """What the agency apologised for, and what it did not; from the daily facts."""
    span = span_of(question.start, question.end, now)
    found = factends.read(session, question, span, now, _apologies_in_facts)
    return apologies_counted_live(session, question, now) if found is None else found


def _apologies_in_facts(ended: Ended) -> Apologised:
    numbers = ended.measures(("apologised", "apologised_late", "late_unapologised"))
    found = Apologised(*numbers.values())
    if not ended.odd:
        return found
    odd = _apologies(ended.session, ended.question, ended.span, ended.odd)
    return Apologised(found.in_time + odd.in_time, found.late + odd.late, found.without + odd.without)


def apologies_counted_live(session: Session, question: Question, now: dt.datetime) -> Apologised:
    """The same from the dossiers alone: what the facts are held against."""
    return _apologies(session, question, span_of(question.start, question.end, now))


def _apologies(
    session: Session, question: Question, span: Span, only: Sequence[int] | None = None
) -> Apologised:
    """Two queries and a look at the transfers. only: of these dossiers alone."""
    mine = cells.resolved_by(session, question, statisticstransfers.resolver_of(session, span))
    mine = and_(mine, statisticsodd.one_of(only))
    by_lateness = (
        select(Apology.late, func.count())
        .join(Dossier, Dossier.id == Apology.dossier_id)
        .where(ends.signed(span), ends.counts_with_apology(), mine)
        .group_by(Apology.late)
    )
    signed: dict[bool, int] = dict(session.execute(by_lateness).all())
    none = select(func.count()).select_from(Dossier).where(ends.in_cell(Cell.LATE_UNAPOLOGISED, span), mine)
    return Apologised(signed.get(False, 0), signed.get(True, 0), session.execute(none).scalar_one())
