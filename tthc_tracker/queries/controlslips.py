"""What the slip says that goes with a dossier from hand to hand (phiếu kiểm soát), frozen."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.errors import NotFound, NotNow
from tthc_tracker.domain.handovers import Direction, HandoverAnswer
from tthc_tracker.domain.lifecycle import FinishClass, SourceKind
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.process import StepRun
from tthc_tracker.queries import printouts, settings
from tthc_tracker.queries.printouts import Heading, SheetParty

FORM = "control_slip"


@dataclass(frozen=True)
class Passage:
    """One hand-over. result: how the giver kept his own limit; None where he has none or it still runs."""

    giver: str
    taker: str
    handed_at: dt.datetime
    handed_by: str
    answered_at: dt.datetime | None
    answered_by: str
    answer: HandoverAnswer | None
    result: FinishClass | None
    note: str
    reason: str


@dataclass(frozen=True)
class ControlSheet:
    """Everything on the slip of one dossier. It stays in the house: its QR holds the code alone."""

    heading: Heading
    dossier_id: int
    agency: str
    desk: str
    code: str
    accepted_at: dt.datetime
    due_at: dt.datetime | None
    owner: SheetParty
    procedure: str
    procedure_code: str
    passages: tuple[Passage, ...]
    qr: str = ""


def control_sheet(session: Session, dossier_id: int) -> ControlSheet:
    """The slip of a dossier as it stands now. Ask for the right to see it before.

    Raises:
        NotFound: no such dossier. NotNow: it was never accepted, or its papers are another system's.
    """
    dossier = session.get(Dossier, dossier_id)
    if dossier is None:
        raise NotFound(str(dossier_id))
    mirrored = session.get_one(Source, dossier.source_id).kind is SourceKind.MIRROR
    if dossier.accepted_at is None or mirrored:
        raise NotNow(dossier.code)
    day, desk = dossier.accepted_at.date(), session.get_one(Agency, dossier.receiving_agency_id)
    procedure, procedure_code = printouts.procedure_of(session, dossier)
    return ControlSheet(
        heading=printouts.heading_on(session, FORM, day),
        dossier_id=dossier.id,
        agency=desk.name,
        desk=settings.setting(session, "desk_name", desk.id, day),
        code=dossier.code,
        accepted_at=dossier.accepted_at,
        due_at=dossier.current_due_at,
        owner=printouts.party_of(session, dossier.owner_id),
        procedure=procedure,
        procedure_code=procedure_code,
        passages=_passages(session, dossier),
    )


def _passages(session: Session, dossier: Dossier) -> tuple[Passage, ...]:
    giver, taker, from_unit, to_unit = aliased(Agency), aliased(Agency), aliased(Unit), aliased(Unit)
    by, answerer = aliased(User), aliased(User)
    statement = (
        select(
            Handover, giver.name, from_unit.name, taker.name, to_unit.name, by.full_name, answerer.full_name
        )
        .join(giver, giver.id == Handover.from_agency_id)
        .join(taker, taker.id == Handover.to_agency_id)
        .outerjoin(from_unit, from_unit.id == Handover.from_unit_id)
        .outerjoin(to_unit, to_unit.id == Handover.to_unit_id)
        .outerjoin(by, by.id == Handover.handed_by_id)
        .outerjoin(answerer, answerer.id == Handover.answered_by_id)
        .where(Handover.dossier_id == dossier.id)
        .order_by(Handover.id)
    )
    runs = select(StepRun).where(StepRun.dossier_id == dossier.id).order_by(StepRun.seq)
    ran = session.execute(runs).scalars().all()
    return tuple(_passage(row, dossier, ran) for row in session.execute(statement))


def _passage(row: Any, dossier: Dossier, ran: Sequence[StepRun]) -> Passage:
    one, giver, from_unit, taker, to_unit, by, answerer = row
    return Passage(
        _place(giver, from_unit), _place(taker, to_unit), one.handed_at, by or "", one.answered_at,
        answerer or "", one.answer, _kept(one, dossier, ran), one.note, one.reason,
    )  # fmt: skip


def _place(agency: str, unit: str | None) -> str:
    return f"{unit}, {agency}" if unit else agency


def _kept(one: Handover, dossier: Dossier, ran: Sequence[StepRun]) -> FinishClass | None:
    """How the giver kept his limit: that of his step, else of handing over, else (a result) of the whole."""
    place = (one.from_agency_id, one.from_unit_id)
    own = [run for run in ran if (run.agency_id, run.unit_id) == place and run.opened_at <= one.handed_at]
    if own:
        return own[-1].finish_class
    if one.direction is Direction.RESULT:
        return dossier.finish_class
    if one.direction is Direction.FORWARD and dossier.handover_due_at and one.from_unit_id is None:
        late = one.handed_at > dossier.handover_due_at
        return FinishClass.LATE if late else FinishClass.ON_TIME
    return None
