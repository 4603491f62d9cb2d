"""Apologies: of one dossier, those that wait for a signature, the dossiers whose date is near without one."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain import apologies as law
from tthc_tracker.domain.apologies import ApologyState, Ground, LatenessCause
from tthc_tracker.domain.deadlines import Pause, Rounding
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.lifecycle import OPEN
from tthc_tracker.domain.milestones import ApologyWindow, apology_window
from tthc_tracker.domain.performance import percentile
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.apology import Apology, Lateness
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause as PauseRow
from tthc_tracker.models.process import StepRun
from tthc_tracker.queries.calendars import national_calendar, work_calendar
from tthc_tracker.queries.dossiers import limit_of
from tthc_tracker.queries.scoping import visible
from tthc_tracker.queries.successions import promised_by

USUAL_DAYS = dt.timedelta(days=180)
# An agency may work on fewer days of a week than the national calendar: so many days more are looked at.
SLACK = dt.timedelta(days=4)

# --- of one dossier


@dataclass(frozen=True)
class ApologyView:
    """An apology as its dossier's page tells of it."""

    state: ApologyState
    ground: Ground
    cause: LatenessCause | None
    reason: str
    due_at: dt.datetime
    drafted_at: dt.datetime
    drafted_by: str | None
    decided_at: dt.datetime | None
    decided_by: str | None
    late: bool
    refused_because: str


def open_on(session: Session, dossier_id: int) -> Apology | None:
    """The draft that nobody has decided on."""
    return session.execute(_draft(), {"dossier_id": dossier_id}).scalar_one_or_none()


@cache
def _draft() -> Select[Apology]:
    its = Apology.dossier_id == bindparam("dossier_id")
    return select(Apology).where(its, Apology.state == ApologyState.DRAFT)


def of_dossier(session: Session, dossier_id: int) -> list[ApologyView]:
    """All apologies of a dossier, the latest first."""
    return [ApologyView(*row) for row in session.execute(_of_dossier(), {"dossier_id": dossier_id})]


@cache
def _of_dossier() -> Select[*tuple[Any, ...]]:
    """The apologies of the dossier `dossier_id`, as an ApologyView has them."""
    one, drafter, decider = Apology, aliased(User), aliased(User)
    return (
        select(
            one.state, one.ground, one.cause, one.reason, one.due_at, one.drafted_at, drafter.full_name,
            one.decided_at, decider.full_name, one.late, one.refused_because,
        )
        .outerjoin(drafter, drafter.id == one.drafted_by_id)
        .outerjoin(decider, decider.id == one.decided_by_id)
        .where(one.dossier_id == bindparam("dossier_id"))
        .order_by(one.drafted_at.desc(), one.id.desc())
    )  # fmt: skip


@dataclass(frozen=True)
class LatenessView:
    """Why a dossier is late, and who says so."""

    cause: LatenessCause
    note: str
    given_at: dt.datetime
    given_by: str | None


def lateness_of(session: Session, dossier_id: int) -> LatenessView | None:
    """The cause that was given; None while nobody has."""
    row = session.execute(_lateness(), {"dossier_id": dossier_id}).one_or_none()
    return LatenessView(*row) if row else None


@cache
def _lateness() -> Select[*tuple[Any, ...]]:
    """The cause of the dossier `dossier_id`."""
    its = Lateness.dossier_id == bindparam("dossier_id")
    by = User.id == Lateness.given_by_id
    shown = select(Lateness.cause, Lateness.note, Lateness.given_at, User.full_name)
    return shown.outerjoin(User, by).where(its)


def window_of(session: Session, dossier: Dossier) -> ApologyWindow | None:
    """When an apology of a dossier is drafted and signed; None: its limit allows none, or no calendar."""
    if dossier.due_at is None:
        return None
    calendar = work_calendar(session, promised_by(session, dossier))
    try:
        return apology_window(dossier.due_at, limit_of(dossier), calendar)
    except CalendarHorizonError:
        return None


def proposal(session: Session, dossier: Dossier, now: dt.datetime) -> dt.datetime | None:
    """The second date that the engine proposes; None where there is no first, or no calendar that far."""
    if dossier.due_at is None:
        return None
    calendar = work_calendar(session, promised_by(session, dossier))
    try:
        return law.proposed_due(now, dossier.due_at, limit_of(dossier), calendar, Rounding(dossier.rounding))
    except CalendarHorizonError:
        return None


# --- near their date


@dataclass(frozen=True)
class Near:
    """A dossier whose lawful date is near, that has no apology of any kind."""

    dossier: Dossier
    step_overdue: bool


def near_their_date(
    session: Session, now: dt.datetime, *, after: tuple[dt.datetime, int] | None, limit: int
) -> list[Near]:
    """The next ones in the order of their dates, locked; what somebody changes just now is left out.

    A wide net, by the national calendar: the law decides on each (domain.apologies.is_time_to_draft).
    """
    try:
        last = national_calendar(session).nth_working_day_after(now.date(), 2) + SLACK
    except CalendarHorizonError:  # nobody knows when people work: nothing to go by
        return []
    until = dt.datetime.combine(last, dt.time(), now.tzinfo)
    step_overdue = exists().where(
        StepRun.dossier_id == Dossier.id, StepRun.closed_at.is_(None), StepRun.late_from <= now
    )
    statement = select(Dossier, step_overdue).where(
        Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None), Dossier.paused_since.is_(None),
        Dossier.overdue_from > now, Dossier.overdue_from <= until, Dossier.reappointed_at.is_(None),
        Dossier.state.in_(OPEN), ~exists().where(Apology.dossier_id == Dossier.id),
    )  # fmt: skip
    if after is not None:
        statement = statement.where(tuple_(Dossier.overdue_from, Dossier.id) > after)
    ordered = statement.order_by(Dossier.overdue_from, Dossier.id).limit(limit)
    found = session.execute(ordered.with_for_update(of=Dossier, skip_locked=True))
    return [Near(dossier, bool(overdue)) for dossier, overdue in found]


def pauses_of(session: Session, dossier_ids: Sequence[int]) -> dict[int, tuple[Pause, ...]]:
    """The pauses of several dossiers, as the engine takes them."""
    statement = (
        select(PauseRow.dossier_id, PauseRow.started_at, PauseRow.ended_at, PauseRow.policy)
        .where(PauseRow.dossier_id.in_(dossier_ids), PauseRow.imported.is_(False))
        .order_by(PauseRow.dossier_id, PauseRow.started_at)
    )
    held: defaultdict[int, list[Pause]] = defaultdict(list)
    for dossier_id, start, end, policy in session.execute(statement):
        held[dossier_id].append(Pause(start, end, policy))
    return {dossier_id: tuple(rows) for dossier_id, rows in held.items()}


def usual_minutes(session: Session, agency_id: int, today: dt.date) -> dict[int, int]:
    """What each procedure usually takes at an agency: the P80 of the working minutes of half a year.

    Of fewer than law.USUAL_OF dossiers nothing is usual.
    """
    statement = (
        select(Dossier.procedure_id, Dossier.worked_minutes, func.count())
        .where(
            Dossier.resolving_agency_id == agency_id, Dossier.closed_on >= today - USUAL_DAYS,
            Dossier.finish_class.is_not(None),
        )
        .group_by(Dossier.procedure_id, Dossier.worked_minutes)
    )  # fmt: skip
    took: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for procedure_id, minutes, many in session.execute(statement):
        if minutes is not None:
            took[procedure_id][minutes] = many
    usual = {
        procedure_id: percentile(histogram, 80)
        for procedure_id, histogram in took.items()
        if sum(histogram.values()) >= law.USUAL_OF
    }
    return {procedure_id: minutes for procedure_id, minutes in usual.items() if minutes is not None}


# --- late without an apology


@dataclass(frozen=True)
class Unapologised:
    """How many open dossiers of a unit are late by their lawful date and have no apology."""

    agency_code: str
    agency: str
    unit_id: int | None
    unit: str | None
    number: int


def _too_short() -> ColumnElement[bool]:
    """A limit of a day or less, of a day of eight hours: there is no second date for it."""
    days = Dossier.limit_unit.in_((LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY))
    hours = Dossier.limit_unit == LimitUnit.WORKING_HOUR
    return or_(and_(days, Dossier.limit_amount <= 1), and_(hours, Dossier.limit_amount <= 8))


def without_apology() -> tuple[ColumnElement[bool], ...]:
    """That a late dossier has no apology, and is of those that can have one."""
    return Dossier.reappointed_at.is_(None), or_(Dossier.limit_unit.is_(None), ~_too_short())


def unapologised(session: Session, scope: Scope, now: dt.datetime, *, most: int = 100) -> list[Unapologised]:
    """Late without an apology that they could have, per resolving unit, the most first."""
    late = and_(
        Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None), Dossier.paused_since.is_(None),
        Dossier.overdue_from <= now, *without_apology(),
    )  # fmt: skip
    number = func.count().label("number")
    statement = (
        select(Agency.code, Agency.name, Dossier.holding_unit_id, Unit.name.label("unit"), number)
        .select_from(Dossier)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .outerjoin(Unit, Unit.id == Dossier.holding_unit_id)
        .where(late, visible(scope))
        .group_by(Agency.code, Agency.name, Dossier.holding_unit_id, Unit.name)
        .order_by(number.desc(), Agency.code, Dossier.holding_unit_id)
        .limit(most)
    )
    return [Unapologised(*row) for row in session.execute(statement)]
