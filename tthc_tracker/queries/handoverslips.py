"""What the paper says that goes with the dossiers a desk hands to a unit."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.models.reception import DossierComponent
from tthc_tracker.queries import settings
from tthc_tracker.queries.dayclosing import day_of
from tthc_tracker.queries.printouts import Heading, heading_on

SLIP = "handover_slip"


@dataclass(frozen=True)
class SlipLine:
    """One dossier on the slip; papers: how many kinds of paper go with it."""

    code: str
    procedure: str
    owner: str
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    sets: int
    papers: int


@dataclass(frozen=True)
class HandoverSheet:
    """Giấy bàn giao hồ sơ: from which desk to which unit, on which day, and the dossiers."""

    heading: Heading
    superior: str
    desk: str
    unit: str
    unit_agency: str
    day: dt.date
    made_at: dt.datetime
    clerk: str
    lines: tuple[SlipLine, ...]


def handover_sheet(
    session: Session, desk_id: int, unit_id: int, day: dt.date, *, clerk: str, now: dt.datetime
) -> HandoverSheet:
    """The slip for what a unit took from a desk on a day and has not finished, by code.

    Raises:
        NotFound: no such unit, or it took nothing on that day.
    """
    lines = _lines(session, desk_id, unit_id, day, now.tzinfo)
    unit = session.get(Unit, unit_id)
    if unit is None or not lines:
        raise NotFound(f"unit {unit_id} on {day}")
    desk = session.get_one(Agency, desk_id)
    return HandoverSheet(
        heading=heading_on(session, SLIP, day),
        superior=desk.name,
        desk=settings.setting(session, "desk_name", desk_id, day),
        unit=unit.name,
        unit_agency=session.get_one(Agency, unit.agency_id).name,
        day=day,
        made_at=now,
        clerk=clerk,
        lines=lines,
    )


def _lines(
    session: Session, desk_id: int, unit_id: int, day: dt.date, zone: dt.tzinfo | None
) -> tuple[SlipLine, ...]:
    start, end = day_of(day, zone)
    papers = (
        select(func.count())
        .where(DossierComponent.dossier_id == Dossier.id)
        .correlate(Dossier)
        .scalar_subquery()
    )
    statement = (
        select(
            Dossier.code, ProcedureVersion.name, Person.full_name, Dossier.accepted_at,
            Dossier.current_due_at, Dossier.sets, papers,
        )
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Person, Person.id == Dossier.owner_id)
        .where(
            Dossier.holding_unit_id == unit_id,
            Dossier.receiving_agency_id == desk_id,
            Dossier.closed_at.is_(None),
            Dossier.accepted_at.is_not(None),
            Dossier.held_since >= start,
            Dossier.held_since < end,
        )
        .order_by(Dossier.code)
    )  # fmt: skip
    return tuple(SlipLine(*row) for row in session.execute(statement))
