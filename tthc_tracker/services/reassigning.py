"""Several dossiers given into other hands by one form, and taken back again within the hour.

Each is assigned as if alone (services.processing), with its own event; a row keeps where it lay before.
"""

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotNow
from tthc_tracker.domain.handovers import HandoverAnswer
from tthc_tracker.domain.lifecycle import Action, EventKind
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.reassignment import Reassignment
from tthc_tracker.services import acting, handovers, processing
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.processing import AssignDossier
from tthc_tracker.wording.reassigning import FIRM, TOO_LATE, UNDONE

UNDONE_WITHIN = dt.timedelta(hours=1)


@dataclass(frozen=True)
class UndoAssignment:
    """Give one dossier of a batch back to where it lay before."""

    batch: str
    code: str


def assign(
    session: Session, command: AssignDossier, *, batch: str, person: Person, now: dt.datetime
) -> Dossier:
    """Assign, and keep where it lay. batch: the key of the form that does it to several.

    Raises what processing.assign raises.
    """
    before, waiting = _before(session, command.target.code)
    dossier = processing.assign(session, command, person=person, now=now)
    if before is None:
        return dossier
    before.batch, before.dossier_id, before.by_id, before.at = batch, dossier.id, person.user_id, now
    before.version = dossier.version
    before.firm = waiting is not None and waiting.answer is HandoverAnswer.TAKEN_BACK
    # Papers that had come by a hand-over have arrived, whoever gets them next.
    newly = not before.confirmed and dossier.handover_confirmed_at is not None
    before.confirmed = newly and waiting is None
    session.add(before)
    return dossier


def undo(session: Session, command: UndoAssignment, *, person: Person, now: dt.datetime) -> Dossier:
    """Put a dossier back where it lay before one's own assignment; what was done since stays, and forbids it.

    Raises:
        NotNow: none of this batch is this person's, or it was undone. InvalidInput: the hour is over, or it
        took back an earlier hand-over. StaleVersion: something has happened to it since. And what
        acting.begin raises.
    """
    row = _of_batch(session, command, person)
    if row is None or row.undone_at is not None:
        raise NotNow("nothing of this batch can be taken back")
    if now - row.at > UNDONE_WITHIN:
        raise InvalidInput("batch", TOO_LATE)
    if row.firm:
        raise InvalidInput("batch", FIRM)
    act = acting.begin(session, Target(command.code, row.version), Action.ASSIGN, person=person, now=now)
    before = processing.holders(session, act.dossier)
    if act.underway is not None:
        handovers.settle(session, act, HandoverAnswer.TAKEN_BACK, now=now)
    dossier = act.dossier
    dossier.holding_unit_id, dossier.officer_id = row.unit_id, row.officer_id
    dossier.step_agency_id = row.step_agency_id
    if row.confirmed:
        dossier.handover_confirmed_at = None
    row.undone_at = now
    act = replace(act, move=replace(act.move, event=EventKind.TAKEN_BACK))
    return processing.moved(session, act, before, awaits=False, note=UNDONE, now=now)


def _before(session: Session, code: str) -> tuple[Reassignment | None, Handover | None]:
    """Where a dossier lies, its row locked, and its hand-over that nobody has answered."""
    if "\0" in code:
        return None, None
    found = select(Dossier).join(DossierCode, DossierCode.dossier_id == Dossier.id)
    statement = found.where(DossierCode.code == code).with_for_update(of=Dossier)
    dossier = session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if dossier is None:
        return None, None
    row = Reassignment(
        unit_id=dossier.holding_unit_id, officer_id=dossier.officer_id,
        step_agency_id=dossier.step_agency_id, confirmed=dossier.handover_confirmed_at is not None,
    )  # fmt: skip
    return row, handovers.standing(session, dossier.id)


def _of_batch(session: Session, command: UndoAssignment, person: Person) -> Reassignment | None:
    statement = (
        select(Reassignment)
        .join(DossierCode, DossierCode.dossier_id == Reassignment.dossier_id)
        .where(
            Reassignment.batch == command.batch,
            DossierCode.code == command.code,
            Reassignment.by_id == person.user_id,
        )
        .with_for_update(of=Reassignment)
    )
    return session.execute(statement).scalar_one_or_none()
