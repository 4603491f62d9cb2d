"""What past dossiers took, which open ones are to be held against it, and the list of those at risk."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Role, Scope
from tthc_tracker.domain.risk import Usual
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.models.account import Membership
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.process import ProcessStep, StepRun
from tthc_tracker.models.risk import DossierRisk, UsualTime
from tthc_tracker.queries import deputies, listing
from tthc_tracker.queries.described import with_resolver
from tthc_tracker.queries.listing import Count, Filters, Page
from tthc_tracker.queries.scoping import subtree, visible

LOOKED_BACK = dt.timedelta(days=365)
WHOLE = 0
"""The stage of a dossier without an electronic process: from its acceptance."""

_OVER_ALL = (Role.HEAD_OF_AGENCY, Role.CONTROLLER)


class Stage(NamedTuple):
    """A stage of a procedure at an agency (None: in the whole province), from the opening of a step."""

    agency_id: int | None
    procedure_id: int
    position: int


class Took(NamedTuple):
    """How long dossiers of an agency took from their acceptance: so many of them so many minutes."""

    agency_id: int
    procedure_id: int
    minutes: int
    number: int


class PastStep(NamedTuple):
    """A step of a finished dossier, as it began."""

    dossier_id: int
    agency_id: int
    procedure_id: int
    position: int
    opened_at: dt.datetime
    closed_at: dt.datetime  # the finish of the dossier, not of the step


class OpenOne(NamedTuple):
    """An open dossier in time, and the beginning of the stage it is in."""

    id: int
    agency_id: int
    procedure_id: int
    overdue_from: dt.datetime
    position: int
    since: dt.datetime


def took(session: Session, first: dt.date, last: dt.date) -> Iterator[Took]:
    """What finished from one day to another, both included, by the minutes counted at its finish."""
    statement: Any = (
        select(Dossier.resolving_agency_id, Dossier.procedure_id, Dossier.worked_minutes, func.count())
        .where(_finished(first, last), Dossier.worked_minutes.is_not(None))
        .group_by(Dossier.resolving_agency_id, Dossier.procedure_id, Dossier.worked_minutes)
    )
    return (Took(*row) for row in session.execute(statement))


def past_steps(session: Session, first: dt.date, last: dt.date, *, after: int, limit: int) -> list[PastStep]:
    """The next steps, by the number of their row, of what finished within these days."""
    statement: Any = (
        select(
            Dossier.id, Dossier.resolving_agency_id, Dossier.procedure_id, ProcessStep.position,
            StepRun.opened_at, Dossier.closed_at,
        )
        .join(Dossier, Dossier.id == StepRun.dossier_id)
        .join(ProcessStep, ProcessStep.id == StepRun.step_id)
        .where(_finished(first, last), Dossier.id > after)
        .order_by(Dossier.id, StepRun.seq)
        .limit(limit)
    )  # fmt: skip
    return [PastStep(*row) for row in session.execute(statement)]


def _finished(first: dt.date, last: dt.date) -> ColumnElement[bool]:
    return and_(Dossier.closed_on >= first, Dossier.closed_on <= last, Dossier.finish_class.is_not(None))


def open_ones(session: Session, now: dt.datetime, *, after: int, limit: int) -> list[OpenOne]:
    """The next open dossiers that are not paused and not late, in the order of their numbers."""
    statement: Any = (
        select(
            Dossier.id, Dossier.resolving_agency_id, Dossier.procedure_id, Dossier.overdue_from,
            func.coalesce(ProcessStep.position, WHOLE), func.coalesce(StepRun.opened_at, Dossier.accepted_at),
        )
        .outerjoin(StepRun, and_(StepRun.dossier_id == Dossier.id, StepRun.closed_at.is_(None)))
        .outerjoin(ProcessStep, ProcessStep.id == StepRun.step_id)
        .where(_in_time(now), Dossier.id > after)
        .order_by(Dossier.id)
        .limit(limit)
    )  # fmt: skip
    return [OpenOne(*row) for row in session.execute(statement)]


def _in_time(now: dt.datetime) -> ColumnElement[bool]:
    return and_(
        Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None), Dossier.paused_since.is_(None),
        Dossier.overdue_from > now,
    )  # fmt: skip


class Past(NamedTuple):
    """A dossier whose deadline has passed. limit None: it came with a promise. ended_at None: open still."""

    id: int
    agency_id: int
    procedure_id: int
    accepted_at: dt.datetime
    due_at: dt.datetime  # as its applicant was told last
    overdue_from: dt.datetime
    limit: TimeLimit | None
    ended_at: dt.datetime | None


def past_deadlines(
    session: Session, first: dt.datetime, until: dt.datetime, *, after: int, limit: int
) -> list[Past]:
    """The next dossiers, by their number, whose deadline came from `first` on and before `until`.

    What was withdrawn or stopped is nobody's lateness and left out.
    """
    statement: Any = (
        select(
            Dossier.id, Dossier.resolving_agency_id, Dossier.procedure_id, Dossier.accepted_at,
            Dossier.current_due_at, Dossier.overdue_from, Dossier.limit_amount, Dossier.limit_unit,
            Dossier.closed_at,
        )
        .where(
            Dossier.overdue_from >= first, Dossier.overdue_from < until, Dossier.accepted_at.is_not(None),
            or_(Dossier.closed_at.is_(None), Dossier.finish_class.is_not(None)), Dossier.id > after,
        )
        .order_by(Dossier.id)
        .limit(limit)
    )  # fmt: skip
    return [_past(row) for row in session.execute(statement)]


def _past(row: Any) -> Past:
    limit = None if row.limit_unit is None else TimeLimit(row.limit_amount, row.limit_unit)
    return Past(
        row.id, row.resolving_agency_id, row.procedure_id, row.accepted_at, row.current_due_at,
        row.overdue_from, limit, row.closed_at,
    )  # fmt: skip


def stages_of(session: Session, dossier_ids: Sequence[int]) -> dict[int, list[tuple[dt.datetime, int]]]:
    """The beginnings of the steps of several dossiers, in order: (moment, position)."""
    statement = (
        select(StepRun.dossier_id, StepRun.opened_at, ProcessStep.position)
        .join(ProcessStep, ProcessStep.id == StepRun.step_id)
        .where(StepRun.dossier_id.in_(dossier_ids))
        .order_by(StepRun.dossier_id, StepRun.seq)
    )
    begun: defaultdict[int, list[tuple[dt.datetime, int]]] = defaultdict(list)
    for dossier_id, opened_at, position in session.execute(statement):
        begun[dossier_id].append((opened_at, position))
    return begun


def usual_times(session: Session) -> dict[Stage, Usual]:
    """What is known to be usual, of every stage of every agency and of the province."""
    columns = (
        UsualTime.agency_id, UsualTime.procedure_id, UsualTime.position, UsualTime.minutes, UsualTime.cases,
    )  # fmt: skip
    return {
        Stage(agency_id, procedure_id, position): Usual(tuple(minutes), cases, agency_id is None)
        for agency_id, procedure_id, position, minutes, cases in session.execute(select(*columns))
    }


# --- the list


class RiskRow(NamedTuple):
    """A line of the list. left, needed: working minutes when it was looked at; needed None: beyond any."""

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    position: int
    accepted_at: dt.datetime
    due_at: dt.datetime
    lawful_due_at: dt.datetime | None
    left: int
    needed: int | None
    cases: int
    of_province: bool
    assessed_at: dt.datetime
    margin: int


def count(session: Session, filters: Filters, scope: Scope, now: dt.datetime) -> Count:
    """How many rows the list has, exactly up to ten thousand."""
    resolving: Any = Dossier.resolving_agency_id
    joined = select(DossierRisk.dossier_id).join(Dossier, Dossier.id == DossierRisk.dossier_id)
    narrowed = listing.conditions(session, filters, resolving)
    return listing.count(session, joined.where(_in_time(now), visible(scope), *narrowed))


def page(
    session: Session,
    filters: Filters,
    scope: Scope,
    now: dt.datetime,
    *,
    after: str = "",
    size: int = listing.PAGE,
) -> Page[RiskRow]:
    """One page, the most time missing first. What ended, was paused or ran out meanwhile is left out."""
    resolving: Any = Dossier.resolving_agency_id
    narrowed = listing.conditions(session, filters, resolving)
    statement = _details().where(_in_time(now), visible(scope), *narrowed)
    if start := _place(after):
        statement = statement.where(tuple_(DossierRisk.margin, DossierRisk.dossier_id) > start)
    ordered = statement.order_by(DossierRisk.margin, DossierRisk.dossier_id).limit(size + 1)
    found = [_row(row) for row in session.execute(ordered)]
    rows = tuple(found[:size])
    return Page(rows, f"{rows[-1].margin}.{rows[-1].id}" if len(found) > size else "")


@dataclass(frozen=True)
class AtRisk:
    """What a head is told in the morning: how many there are, and those that miss the most."""

    number: int
    rows: tuple[RiskRow, ...]


def told(session: Session, user_id: int, now: dt.datetime, *, most: int = 5) -> AtRisk | None:
    """What is at risk in the units and agencies that somebody heads or controls; None of nothing.

    Whoever stands in for a head is told in his place.
    """
    held = select(Membership.role, Membership.agency_id, Membership.unit_id)
    held = held.where(Membership.user_id.in_(deputies.read_by(session, user_id, now.date())))
    within: list[ColumnElement[bool]] = []
    for role, agency_id, unit_id in session.execute(held.order_by(Membership.id)):
        if role is Role.HEAD_OF_UNIT and unit_id is not None:
            within.append(Dossier.holding_unit_id == unit_id)
        elif role in _OVER_ALL:
            within.append(Dossier.resolving_agency_id.in_(sorted(subtree(session, agency_id))))
    if not within:
        return None
    joined = select(func.count()).select_from(DossierRisk)
    joined = joined.join(Dossier, Dossier.id == DossierRisk.dossier_id)
    number = session.execute(joined.where(_in_time(now), or_(*within))).scalar_one()
    if not number:
        return None
    worst: Any = _details().where(_in_time(now), or_(*within))
    worst = worst.order_by(DossierRisk.margin, DossierRisk.dossier_id).limit(most)
    return AtRisk(number, tuple(_row(row) for row in session.execute(worst)))


def _details() -> Any:
    at_risk = select(DossierRisk, Dossier).select_from(DossierRisk)
    return with_resolver(at_risk.join(Dossier, Dossier.id == DossierRisk.dossier_id))


def _row(row: Any) -> RiskRow:
    dossier, risk = row.Dossier, row.DossierRisk
    return RiskRow(
        dossier.id, dossier.code, dossier.version, row.procedure_code, row.procedure,
        listed_name(row.owner, row.owner_kind), row.agency_code, row.agency, row.unit, row.officer,
        risk.position, dossier.accepted_at, dossier.current_due_at, dossier.due_at, risk.left_minutes,
        risk.needed_minutes, risk.cases, risk.of_province, risk.assessed_at, risk.margin,
    )  # fmt: skip


def _place(cursor: str) -> tuple[int, int] | None:
    margin, _, number = cursor.partition(".")
    if number.isascii() and number.isdigit() and margin.lstrip("-").isdigit() and margin.isascii():
        return int(margin), int(number)
    return None
