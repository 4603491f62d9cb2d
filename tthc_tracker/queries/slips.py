"""What the slips of an answer say, frozen: what is missing, not accepted or not granted, stopped."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.lifecycle import EventKind, ResultKind, State
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.personaldata import REASON
from tthc_tracker.domain.receptionfacts import Paper
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent, EventPrivate
from tthc_tracker.models.reception import SupplementRequest
from tthc_tracker.queries import dossiers, printouts, settings
from tthc_tracker.queries.printouts import Heading, SheetParty


class Slip(StrEnum):
    """Which slip; the value is the key of its title in the catalogue."""

    SUPPLEMENT = "supplement_request"
    REFUSAL = "refusal"
    STOP = "stop_notice"


@dataclass(frozen=True)
class Request:
    """What an applicant is asked for."""

    papers: tuple[Paper, ...]
    content: str
    basis: str
    reply_by: dt.date


@dataclass(frozen=True)
class Stopped:
    """What a notice of a stop says besides its reason."""

    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    basis: str
    request: str
    given_back: str


@dataclass(frozen=True)
class SlipSheet:
    """Everything on a slip. request: of a supplement request only, stopped: of the notice of a stop only;
    at_appraisal: after the acceptance. `qr` and `lookup_url` are the edge's to fill in."""

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
    at_appraisal: bool = False
    stopped: Stopped | None = None
    qr: str = ""
    lookup_url: str = ""


def slip_sheet(session: Session, slip: Slip, code: str, scope: Scope) -> SlipSheet:
    """The slip of a dossier: the last supplement request, the refusal, or the notice of its stop.

    Raises:
        NotFound: no such dossier in this scope, or nothing was asked for, refused or stopped.
    """
    dossier_id = dossiers.id_of_code(session, code, scope) if "\0" not in code else None
    dossier = session.get(Dossier, dossier_id) if dossier_id is not None else None
    if dossier is None:
        raise NotFound(code)
    if slip is Slip.SUPPLEMENT:
        return _supplement(session, dossier)
    return _stop(session, dossier) if slip is Slip.STOP else _refusal(session, dossier)


def slip_of(session: Session, code: str, scope: Scope) -> SlipSheet:
    """The slip that belongs to where a dossier stands: its refusal, its stop, else what was asked for last.

    Raises:
        NotFound: no such dossier in this scope, or none of these was written.
    """
    dossier_id = dossiers.id_of_code(session, code, scope) if "\0" not in code else None
    if dossier_id is None:
        raise NotFound(code)
    return slip_of_id(session, dossier_id)


def slip_of_id(session: Session, dossier_id: int) -> SlipSheet:
    """The same of a dossier that this person was found to see.

    Raises:
        NotFound: none of these slips was written.
    """
    dossier = session.get_one(Dossier, dossier_id)
    if dossier.state is State.REFUSED or dossier.result_kind is ResultKind.REFUSED:
        return _refusal(session, dossier)
    return _stop(session, dossier) if dossier.state is State.STOPPED else _supplement(session, dossier)


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
    """Before acceptance, or as the result of an appraisal: the slip serves both (forms.md A.3)."""
    result = dossier.result_kind is ResultKind.REFUSED
    event = _last(session, dossier, EventKind.FINISHED if result else EventKind.REFUSED)
    if event is None or not (result or dossier.state is State.REFUSED):
        raise NotFound(dossier.code)
    return _sheet(session, dossier, Slip.REFUSAL, event.occurred_at, _reason(session, event), event.actor_id)


def _stop(session: Session, dossier: Dossier) -> SlipSheet:
    event = _last(session, dossier, EventKind.STOPPED)
    if event is None or dossier.state is not State.STOPPED:
        raise NotFound(dossier.code)
    private = session.get(EventPrivate, (event.dossier_id, event.seq))
    said = private.payload if private else {}
    stopped = Stopped(
        dossier.accepted_at, dossier.current_due_at, str(event.facts.get("basis", "")),
        str(said.get("request", "")), str(said.get("given_back", "")),
    )  # fmt: skip
    return _sheet(
        session,
        dossier,
        Slip.STOP,
        event.occurred_at,
        _reason(session, event),
        event.actor_id,
        stopped=stopped,
    )


def _last(session: Session, dossier: Dossier, kind: EventKind) -> DossierEvent | None:
    events = select(DossierEvent).where(DossierEvent.dossier_id == dossier.id, DossierEvent.kind == kind)
    return session.execute(events.order_by(DossierEvent.seq.desc()).limit(1)).scalar_one_or_none()


def _reason(session: Session, event: DossierEvent) -> str:
    """The reason as it was given: one that names somebody is kept with the personal part of the event."""
    private = session.get(EventPrivate, (event.dossier_id, event.seq))
    return str((private.payload if private else {}).get(REASON, event.reason))


def _sheet(
    session: Session,
    dossier: Dossier,
    slip: Slip,
    at: dt.datetime,
    reason: str,
    clerk_id: int | None,
    *,
    request: Request | None = None,
    stopped: Stopped | None = None,
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
        at_appraisal=dossier.accepted_at is not None and at >= dossier.accepted_at,
        stopped=stopped,
        token_hash=dossier.receipt_token_hash,
    )
