"""What the slips of an answer say, frozen: Mẫu số 02 (what is missing) and Mẫu số 03 (not accepted)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.lifecycle import EventKind, State
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.receptionfacts import Paper
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.reception import SupplementRequest
from tthc_tracker.queries import dossiers, printouts, settings
from tthc_tracker.queries.printouts import Heading, SheetParty


class Slip(StrEnum):
    """Which slip; the value is the key of its title in the catalogue."""

    SUPPLEMENT = "supplement_request"
    REFUSAL = "refusal"


@dataclass(frozen=True)
class Request:
    """What an applicant is asked for."""

    papers: tuple[Paper, ...]
    content: str
    basis: str
    reply_by: dt.date


@dataclass(frozen=True)
class SlipSheet:
    """Everything on a slip. request: of Mẫu số 02 only. `qr` and `lookup_url` are the edge's to fill in."""

    slip: Slip
    heading: Heading
    agency: str
    desk: str
    agency_phone: str
    code: str
    at: dt.datetime
    applicant: SheetParty
    procedure: str
    procedure_code: str
    reason: str
    clerk: str
    request: Request | None
    token_hash: str | None
    qr: str = ""
    lookup_url: str = ""


def slip_sheet(session: Session, slip: Slip, code: str, scope: Scope) -> SlipSheet:
    """The slip of a dossier: the last supplement request, or the refusal.

    Raises:
        NotFound: no such dossier in this scope, or nothing was asked for or refused.
    """
    dossier_id = dossiers.id_of_code(session, code, scope) if "\0" not in code else None
    dossier = session.get(Dossier, dossier_id) if dossier_id is not None else None
    if dossier is None:
        raise NotFound(code)
    if slip is Slip.SUPPLEMENT:
        return _supplement(session, dossier)
    return _refusal(session, dossier)


def _supplement(session: Session, dossier: Dossier) -> SlipSheet:
    requests = select(SupplementRequest).where(SupplementRequest.dossier_id == dossier.id)
    row = session.execute(requests.order_by(SupplementRequest.seq.desc()).limit(1)).scalar_one_or_none()
    if row is None:
        raise NotFound(dossier.code)
    papers = tuple(
        Paper(str(one["name"]), int(one["originals"]), int(one["certified"]), int(one["copies"]))
        for one in row.papers
    )
    request = Request(papers, row.content, row.basis, row.reply_by)
    return _sheet(
        session, dossier, Slip.SUPPLEMENT, row.asked_at, row.reason, row.asked_by_id, request=request
    )


def _refusal(session: Session, dossier: Dossier) -> SlipSheet:
    """Before acceptance only: afterwards a refusal is a result, with a document of its own."""
    events = (
        select(DossierEvent)
        .where(DossierEvent.dossier_id == dossier.id, DossierEvent.kind == EventKind.REFUSED)
        .order_by(DossierEvent.seq.desc())
        .limit(1)
    )
    event = session.execute(events).scalar_one_or_none()
    if event is None or dossier.state is not State.REFUSED:
        raise NotFound(dossier.code)
    return _sheet(session, dossier, Slip.REFUSAL, event.occurred_at, event.reason, event.actor_id)


def _sheet(
    session: Session,
    dossier: Dossier,
    slip: Slip,
    at: dt.datetime,
    reason: str,
    clerk_id: int | None,
    *,
    request: Request | None = None,
) -> SlipSheet:
    desk = session.get_one(Agency, dossier.receiving_agency_id)
    procedure, procedure_code = printouts.procedure_of(session, dossier)
    return SlipSheet(
        slip=slip,
        heading=printouts.heading_on(session, slip, at.date()),
        agency=desk.name,
        desk=settings.setting(session, "desk_name", desk.id, at.date()),
        agency_phone=desk.phone or "",
        code=dossier.code,
        at=at,
        applicant=printouts.party_of(session, dossier.applicant_id),
        procedure=procedure,
        procedure_code=procedure_code,
        reason=reason,
        clerk=printouts.clerk_name(session, clerk_id),
        request=request,
        token_hash=dossier.receipt_token_hash,
    )
