"""What the paper says that goes with the dossiers a desk hands to a unit."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.models.reception import DossierComponent
from tthc_tracker.queries import settings
from tthc_tracker.queries.dayclosing import given_by
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
    quantity: int | None = None


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


@dataclass(frozen=True)
class Taker:
    """To whom papers go: a unit, or (None) the whole of an agency."""

    agency_id: int
    unit_id: int | None


def handover_sheet(
    session: Session, desk_id: int, taker: Taker, day: dt.date, *, clerk: str, now: dt.datetime
) -> HandoverSheet:
    """The slip for what a desk gave to a unit or agency on a day, by code.

    Raises:
        NotFound: it gave nothing there on that day.
    """
    lines = _lines(session, desk_id, taker, day, now.tzinfo)
    if not lines:
        raise NotFound(f"{taker} on {day}")
    desk, agency = session.get_one(Agency, desk_id), session.get_one(Agency, taker.agency_id)
    unit = session.get_one(Unit, taker.unit_id) if taker.unit_id is not None else None
    return HandoverSheet(
        heading=heading_on(session, SLIP, day),
        superior=desk.name,
        desk=settings.setting(session, "desk_name", desk_id, day),
        unit=unit.name if unit else agency.name,
        unit_agency=agency.name if unit else "",
        day=day,
        made_at=now,
        clerk=clerk,
        lines=lines,
    )


def _lines(
    session: Session, desk_id: int, taker: Taker, day: dt.date, zone: dt.tzinfo | None
) -> tuple[SlipLine, ...]:
    papers = (
        select(func.count())
        .where(DossierComponent.dossier_id == Dossier.id)
        .correlate(Dossier)
        .scalar_subquery()
    )
    statement = (
        select(
            Dossier.code, ProcedureVersion.name, Person.full_name, Dossier.accepted_at,
            Dossier.current_due_at, Dossier.sets, papers, Dossier.quantity,
        )
        .select_from(Handover)
        .join(Dossier, Dossier.id == Handover.dossier_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Person, Person.id == Dossier.owner_id)
        .where(
            Handover.to_agency_id == taker.agency_id,
            Handover.to_unit_id.is_not_distinct_from(taker.unit_id),
            given_by(desk_id, day, zone),
        )
        .order_by(Dossier.code)
    )  # fmt: skip
    return tuple(SlipLine(*row) for row in session.execute(statement))
