"""What lies at a desk when its day closes: not yet handed over, and handed over to which unit."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.lifecycle import SourceKind, State
from tthc_tracker.domain.milestones import handover_due
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion, Source
from tthc_tracker.queries.calendars import work_calendar

MOST = 200
"""How many dossiers a desk hands over at once; what is beyond follows when these are gone."""

HABITS = 500
"""How many dossiers back is looked for the unit that deals with a procedure."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dossier at the desk that no unit and no officer has yet.

    due_by: when it must be handed over (the hand-over clock); None where the calendar is not known.
    """

    code: str
    version: int
    procedure: str
    owner: str
    accepted_at: dt.datetime
    due_at: dt.datetime | None
    agency_id: int
    agency: str
    due_by: dt.datetime | None
    units: tuple[tuple[int, str], ...]
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class AtDesk:
    """What is handed over today, the most pressing first, and what may wait for the opening of tomorrow."""

    today: tuple[Waiting, ...]
    tomorrow: tuple[Waiting, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a unit has been handed on a day by this desk and still has."""

    unit_id: int
    unit: str
    agency: str
    dossiers: int


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
        try:
            due_by = handover_due(row.accepted_at, calendar)
        except CalendarHorizonError:
            due_by = None
        offered = units[row.resolving_agency_id]
        waiting.append(
            Waiting(
                row.code, row.version, row.procedure, row.owner, row.accepted_at, row.current_due_at,
                row.resolving_agency_id, row.agency, due_by, offered, _suggested(row, offered, habits),
            )
        )  # fmt: skip
    waiting.sort(key=lambda one: (one.due_by or one.accepted_at, one.accepted_at, one.code))
    later = [one for one in waiting if one.due_by is not None and one.due_by >= end]
    pressing = [one for one in waiting if one.due_by is None or one.due_by < end]
    return AtDesk(tuple(pressing), tuple(later), len(found) > MOST)


def _found(session: Session, desk_id: int, end: dt.datetime) -> list[Any]:
    statement = (
        select(
            Dossier.code, Dossier.version, Dossier.accepted_at, Dossier.current_due_at,
            Dossier.resolving_agency_id, Dossier.procedure_id, Dossier.sector_id,
            ProcedureVersion.name.label("procedure"), Person.full_name.label("owner"),
            Agency.name.label("agency"),
        )
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Person, Person.id == Dossier.owner_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .join(Source, Source.id == Dossier.source_id)
        .where(
            Dossier.receiving_agency_id == desk_id,
            Dossier.state == State.RECEIVED,
            Dossier.closed_at.is_(None),
            Dossier.accepted_at < end,
            Dossier.holding_unit_id.is_(None),
            Dossier.officer_id.is_(None),
            Source.kind == SourceKind.HOME,
        )
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
    """The unit that has taken the like before, else the only one there is."""
    agency_id = row.resolving_agency_id
    offered = {unit_id for unit_id, _ in units}
    for habit in ((agency_id, "procedure", row.procedure_id), (agency_id, "sector", row.sector_id)):
        if habits.get(habit) in offered:
            return habits[habit]
    return units[0][0] if len(units) == 1 else None


def late_handovers(found: AtDesk, desk_id: int, now: dt.datetime) -> tuple[Waiting, ...]:
    """Those accepted for another agency whose hand-over clock has run out (NĐ 309/2026 Đ9)."""
    return tuple(
        one
        for one in (*found.today, *found.tomorrow)
        if one.agency_id != desk_id and one.due_by is not None and one.due_by < now
    )


def handed_over(
    session: Session, desk_id: int, day: dt.date, zone: dt.tzinfo | None
) -> tuple[HandedOver, ...]:
    """What the units have taken from a desk on a day and have not finished, by agency and unit."""
    start, end = day_of(day, zone)
    statement = (
        select(Unit.id, Unit.name, Agency.name, func.count())
        .select_from(Dossier)
        .join(Unit, Unit.id == Dossier.holding_unit_id)
        .join(Agency, Agency.id == Unit.agency_id)
        .where(
            Dossier.receiving_agency_id == desk_id,
            Dossier.closed_at.is_(None),
            Dossier.accepted_at.is_not(None),
            Dossier.held_since >= start,
            Dossier.held_since < end,
        )
        .group_by(Unit.id, Unit.name, Agency.name)
        .order_by(Agency.name, Unit.name, Unit.id)
    )
    return tuple(HandedOver(*row) for row in session.execute(statement))
