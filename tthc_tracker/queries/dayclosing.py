"""What lies at a desk when its day closes: not yet handed over, and handed over to which unit."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.handovers import Direction, HandoverAnswer
from tthc_tracker.domain.lifecycle import AT_WORK, SourceKind
from tthc_tracker.domain.milestones import handover_due
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion, Source
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.scoping import with_predecessors

MOST = 200
"""How many dossiers a desk hands over at once; what is beyond follows when these are gone."""

HABITS = 500
"""How many dossiers back is looked for the unit that deals with a procedure, and for whom a desk receives."""

WHOLE_AGENCY = 0
"""As a choice of unit: the resolving agency itself, where it is another one than the desk's."""

_UNDONE = (HandoverAnswer.REJECTED, HandoverAnswer.TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dossier at the desk that no unit and no officer has, and that is not on its way to any.

    due_by: when it must be handed over (the hand-over clock); None where the calendar is not known.
    units: to whom it may go, as (id, name); `WHOLE_AGENCY` stands for the resolving agency itself.
    """

    code: str
    version: int
    procedure: str
    owner: str  # masked
    accepted_at: dt.datetime
    due_at: dt.datetime | None
    agency_id: int
    agency: str
    due_by: dt.datetime | None
    units: tuple[tuple[int, str], ...]
    unit_id: int | None
    quantity: int | None


@dataclass(frozen=True, slots=True)
class AtDesk:
    """What is handed over today, the most pressing first, and what may wait for the opening of tomorrow."""

    today: tuple[Waiting, ...]
    tomorrow: tuple[Waiting, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a unit, or (None) another agency, was handed on a day by this desk."""

    agency_id: int
    unit_id: int | None
    unit: str | None
    agency: str
    dossiers: int
    unconfirmed: int


def day_of(day: dt.date, zone: dt.tzinfo | None) -> tuple[dt.datetime, dt.datetime]:
    """A local day from its midnight to the next."""
    start = dt.datetime.combine(day, dt.time(), zone)
    return start, dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)


def at_desk(session: Session, desk_id: int, day: dt.date, zone: dt.tzinfo | None) -> AtDesk:
    """What was accepted at a desk up to a day and lies there still, by the hand-over clock.

    Accepted after 15:00 it is due an hour after the next opening, so it heads tomorrow's list
    (docs/law.md, clocks). Dossiers of mirrored sources are handed over in their own system.
    """
    _, end = day_of(day, zone)
    found = _found(session, desk_id, end)
    units = _units(session, {row.resolving_agency_id for row in found})
    habits = _habits(session, desk_id)
    calendar = work_calendar(session, desk_id)
    waiting = []
    for row in found[:MOST]:
        offered = units[row.resolving_agency_id]
        if row.resolving_agency_id != desk_id:
            offered = ((WHOLE_AGENCY, row.agency), *offered)
        waiting.append(
            Waiting(
                row.code, row.version, row.procedure, listed_name(row.owner, row.owner_kind), row.accepted_at,
                row.current_due_at, row.resolving_agency_id, row.agency, due_by(row, calendar), offered,
                _suggested(row, offered, habits), row.quantity,
            )
        )  # fmt: skip
    waiting.sort(key=lambda one: (one.due_by or one.accepted_at, one.accepted_at, one.code))
    later = [one for one in waiting if one.due_by is not None and one.due_by >= end]
    pressing = [one for one in waiting if one.due_by is None or one.due_by < end]
    return AtDesk(tuple(pressing), tuple(later), len(found) > MOST)


def due_by(row: Any, calendar: WorkCalendar) -> dt.datetime | None:
    """The hand-over clock of the law where it runs, and the same reckoning for the desk's own units."""
    if row.handover_due_at is not None:
        due: dt.datetime = row.handover_due_at
        return due
    try:
        return handover_due(row.accepted_at, calendar)
    except CalendarHorizonError:
        return None


def lies_at(session: Session, desk_id: int, end: dt.datetime) -> ColumnElement[bool]:
    """The condition on `dossier` and its `source` for what was accepted before a moment and lies there still.

    Neither with a unit or an officer nor on its way to any; mirrored sources hand over in their own system.
    """
    open_one = and_(Handover.dossier_id == Dossier.id, Handover.answered_at.is_(None))
    on_its_way = exists().where(open_one).correlate(Dossier)
    return and_(
        Dossier.receiving_agency_id.in_(with_predecessors(session, desk_id)),
        Dossier.state.in_(AT_WORK),
        Dossier.closed_at.is_(None),
        Dossier.accepted_at.is_not(None),
        Dossier.accepted_at < end,
        Dossier.holding_unit_id.is_(None),
        Dossier.officer_id.is_(None),
        Source.kind == SourceKind.HOME,
        ~on_its_way,
    )


def _found(session: Session, desk_id: int, end: dt.datetime) -> list[Any]:
    statement = (
        select(
            Dossier.code, Dossier.version, Dossier.accepted_at, Dossier.current_due_at,
            Dossier.handover_due_at, Dossier.quantity,
            Dossier.resolving_agency_id, Dossier.procedure_id, Dossier.sector_id,
            ProcedureVersion.name.label("procedure"), Person.full_name.label("owner"),
            Person.kind.label("owner_kind"),
            Agency.name.label("agency"),
        )
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Person, Person.id == Dossier.owner_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .join(Source, Source.id == Dossier.source_id)
        .where(lies_at(session, desk_id, end))
        .order_by(Dossier.accepted_at, Dossier.id)
        .limit(MOST + 1)
    )  # fmt: skip
    return list(session.execute(statement))


def _units(session: Session, agency_ids: Iterable[int]) -> dict[int, tuple[tuple[int, str], ...]]:
    """The working units of each agency as choices, by name."""
    statement = (
        select(Unit.agency_id, Unit.id, Unit.name)
        .where(Unit.agency_id.in_(sorted(agency_ids)), Unit.active)
        .order_by(Unit.name, Unit.id)
    )
    units: dict[int, tuple[tuple[int, str], ...]] = defaultdict(tuple)
    for agency_id, unit_id, name in session.execute(statement):
        units[agency_id] = (*units[agency_id], (unit_id, name))
    return units


def _habits(session: Session, desk_id: int) -> dict[tuple[int, str, int], int]:
    """The unit that last took a procedure, and a sector, of each agency, among the desk's latest dossiers."""
    latest = (
        select(Dossier.resolving_agency_id, Dossier.procedure_id, Dossier.sector_id, Dossier.holding_unit_id)
        .where(Dossier.receiving_agency_id == desk_id, Dossier.accepted_at.is_not(None))
        .order_by(Dossier.accepted_at.desc())
        .limit(HABITS)
    )
    habits: dict[tuple[int, str, int], int] = {}
    for agency_id, procedure_id, sector_id, unit_id in session.execute(latest):
        if unit_id is not None:  # the latest first, so the first one stays
            habits.setdefault((agency_id, "procedure", procedure_id), unit_id)
            habits.setdefault((agency_id, "sector", sector_id), unit_id)
    return habits


def _suggested(
    row: Any, units: tuple[tuple[int, str], ...], habits: dict[tuple[int, str, int], int]
) -> int | None:
    """The unit that has taken the like before, else the other agency, else the only unit there is."""
    agency_id = row.resolving_agency_id
    offered = {unit_id for unit_id, _ in units}
    for habit in ((agency_id, "procedure", row.procedure_id), (agency_id, "sector", row.sector_id)):
        if habits.get(habit) in offered:
            return habits[habit]
    if units and units[0][0] == WHOLE_AGENCY:
        return WHOLE_AGENCY
    return units[0][0] if len(units) == 1 else None


def late_handovers(found: AtDesk, desk_id: int, now: dt.datetime) -> tuple[Waiting, ...]:
    """Those accepted for another agency whose hand-over clock has run out (NĐ 309/2026 Đ9)."""
    return tuple(
        one
        for one in (*found.today, *found.tomorrow)
        if one.agency_id != desk_id and one.due_by is not None and one.due_by < now
    )


def given_by(desk_id: int, day: dt.date, zone: dt.tzinfo | None) -> ColumnElement[bool]:
    """The condition on `handover` for what a desk gave on a day and neither took back nor got back."""
    start, end = day_of(day, zone)
    return and_(
        Handover.from_agency_id == desk_id,
        Handover.from_unit_id.is_(None),
        Handover.direction == Direction.FORWARD,
        Handover.handed_at >= start,
        Handover.handed_at < end,
        or_(Handover.answer.is_(None), Handover.answer.not_in(_UNDONE)),
    )


def on_their_way(session: Session, codes: Sequence[str]) -> int:
    """How many of these dossiers wait for the other side; the others went to a unit of whoever gave them."""
    statement = (
        select(func.count())
        .select_from(Handover)
        .join(Dossier, Dossier.id == Handover.dossier_id)
        .where(Dossier.code.in_(codes), Handover.answered_at.is_(None))
    )
    return session.execute(statement).scalar_one()


def handed_over(
    session: Session, desk_id: int, day: dt.date, zone: dt.tzinfo | None
) -> tuple[HandedOver, ...]:
    """What a desk gave away on a day, by agency and unit; confirmed, or waiting for it."""
    unconfirmed = func.count().filter(Handover.answered_at.is_(None))
    statement = (
        select(Agency.id, Unit.id, Unit.name, Agency.name, func.count(), unconfirmed)
        .select_from(Handover)
        .join(Agency, Agency.id == Handover.to_agency_id)
        .outerjoin(Unit, Unit.id == Handover.to_unit_id)
        .where(given_by(desk_id, day, zone))
        .group_by(Agency.id, Unit.id, Unit.name, Agency.name)
        .order_by(Agency.name, Unit.name, Unit.id)
    )
    return tuple(HandedOver(*row) for row in session.execute(statement))
