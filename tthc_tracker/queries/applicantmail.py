"""What a letter to an applicant says, read at the moment it leaves: no name, number or phone of anybody."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import ApologyState, LatenessCause
from tthc_tracker.domain.applicantletters import TRUE_IN, ApplicantLetter
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureComponent, ProcedureVersion
from tthc_tracker.models.reception import SupplementRequest
from tthc_tracker.queries import pauses, settings


@dataclass(frozen=True)
class Asked:
    """A supplement request. papers: those that the catalogue names; what was typed may name people, so it
    is only counted (`others`)."""

    papers: tuple[str, ...]
    others: int
    reply_by: dt.date


@dataclass(frozen=True)
class Held:
    """The open pause: why, until which day its answer is expected, whether it holds the clock."""

    reason: PauseReason
    until: dt.date | None
    counts: bool


@dataclass(frozen=True)
class Place:
    """An office to turn to."""

    name: str
    address: str
    phone: str


@dataclass(frozen=True)
class ApplicantMail:
    """The content of a letter, and where it goes."""

    letter: ApplicantLetter
    to_address: str
    code: str
    token_hash: str | None
    procedure: str
    procedure_code: str
    desk: str
    receiving: Place
    returning: Place
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    provisional: bool
    closed_at: dt.datetime | None
    asked: Asked | None
    held: Held | None = None
    by_post: bool = False
    by_portal: bool = False
    corrected: bool = False  # the promise has moved with a correction, not with the end of a pause
    by_calendar: bool = False  # … but with the calendar
    cause: LatenessCause | None = None  # of an apology: a word of the list, never what was typed


def key(letter: ApplicantLetter, dossier_id: int, seq: int) -> str:
    """What makes a letter the same letter: its kind, its dossier, and the event that it tells of."""
    return f"{letter}:{dossier_id}:{seq}"


def keys_of(letter: ApplicantLetter, dossier: Dossier) -> list[str]:
    """The keys that letters of one kind about a dossier can have by now."""
    return [key(letter, dossier.id, seq) for seq in range(1, dossier.version + 1)]


def last_sent(session: Session, letter: ApplicantLetter, dossier: Dossier) -> dt.datetime | None:
    """When the last letter of a kind left; None while none has."""
    sent = select(OutboxMessage.sent_at).where(
        OutboxMessage.dedup_key.in_(keys_of(letter, dossier)), OutboxMessage.sent_at.is_not(None)
    )
    return session.execute(sent.order_by(OutboxMessage.id.desc()).limit(1)).scalar_one_or_none()


def content(session: Session, letter: ApplicantLetter, dossier_id: int) -> ApplicantMail | None:
    """What the letter says now; None when it is no longer true or there is nobody to tell."""
    statement = (
        select(Dossier, Person.email, ProcedureVersion.name, Procedure.code)
        .join(Person, Person.id == Dossier.applicant_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .where(Dossier.id == dossier_id)
    )
    row = session.execute(statement).one_or_none()
    if row is None or not row.email or row.Dossier.state not in TRUE_IN[letter]:
        return None
    dossier: Dossier = row.Dossier
    asked = _asked(session, dossier) if letter is ApplicantLetter.SUPPLEMENT else None
    day = (dossier.accepted_at or dossier.recorded_at).date()
    return ApplicantMail(
        letter=letter,
        to_address=row.email,
        by_post=dossier.by_post,
        by_portal=dossier.by_portal,
        code=dossier.code,
        token_hash=dossier.receipt_token_hash,
        procedure=row.name,
        procedure_code=row.code,
        desk=settings.setting(session, "desk_name", dossier.receiving_agency_id, day),
        receiving=_place(session, dossier.receiving_agency_id),
        returning=_place(session, dossier.returning_agency_id),
        accepted_at=dossier.accepted_at,
        due_at=dossier.current_due_at,
        provisional=dossier.due_provisional,
        closed_at=dossier.closed_at,
        asked=asked,
        held=_held(session, dossier),
        corrected=letter is ApplicantLetter.NEW_DATE and _moved_by_correction(session, dossier),
        by_calendar=letter is ApplicantLetter.NEW_DATE and _moved_by_calendar(session, dossier),
        cause=_cause(session, dossier) if letter is ApplicantLetter.APOLOGY else None,
    )


def _moved_by_correction(session: Session, dossier: Dossier) -> bool:
    """Whether the last that could move its promise put its reception right."""
    moving = DossierEvent.kind.in_((EventKind.CORRECTED_AT_WORK, EventKind.RESUMED))
    last = select(DossierEvent.kind).where(DossierEvent.dossier_id == dossier.id, moving)
    found = session.execute(last.order_by(DossierEvent.seq.desc()).limit(1)).scalar_one_or_none()
    return found is EventKind.CORRECTED_AT_WORK


def _moved_by_calendar(session: Session, dossier: Dossier) -> bool:
    """Whether its promise moved last because the calendar did."""
    moved = select(DossierEvent.facts).where(
        DossierEvent.dossier_id == dossier.id, DossierEvent.kind == EventKind.DUE_CHANGED
    )
    last = session.execute(moved.order_by(DossierEvent.seq.desc()).limit(1)).scalar_one_or_none()
    return last is not None and "calendar" in last


@dataclass(frozen=True)
class Told:
    """A letter that an event of a dossier has called for, and what became of it (status of the outbox)."""

    letter: ApplicantLetter
    status: str
    at: dt.datetime  # sent, or written and not sent yet


def told(session: Session, dossier: Dossier) -> list[Told]:
    """The letters about a dossier, the latest first."""
    keys = [one for letter in ApplicantLetter for one in keys_of(letter, dossier)]
    return [
        Told(ApplicantLetter(kind), status, sent_at or created_at)
        for kind, status, sent_at, created_at in session.execute(_letters(), {"keys": keys})
    ]


@cache
def _letters() -> Select[*tuple[Any, ...]]:
    """The letters with these `keys`, the latest first."""
    letter = OutboxMessage
    return (
        select(letter.kind, letter.status, letter.sent_at, letter.created_at)
        .where(letter.dedup_key.in_(bindparam("keys", expanding=True)))
        .order_by(letter.id.desc())
    )


def _asked(session: Session, dossier: Dossier) -> Asked:
    latest = (
        select(SupplementRequest)
        .where(SupplementRequest.dossier_id == dossier.id)
        .order_by(SupplementRequest.seq.desc())
        .limit(1)
    )
    request = session.execute(latest).scalar_one()
    named = select(ProcedureComponent.name).where(
        ProcedureComponent.version_id == dossier.procedure_version_id
    )
    known = frozenset(session.execute(named).scalars())
    papers = [str(paper["name"]) for paper in request.papers]
    shown = tuple(name for name in papers if name in known)
    return Asked(shown, len(papers) - len(shown) + bool(request.content), request.reply_by)


def _held(session: Session, dossier: Dossier) -> Held | None:
    row = pauses.open_on(session, dossier.id)
    if row is None:
        return None
    last = row.expires_at and (row.expires_at - dt.timedelta(minutes=1)).date()
    return Held(PauseReason(row.reason), last, dossier.paused_since is not None)


def _cause(session: Session, dossier: Dossier) -> LatenessCause | None:
    its = Apology.dossier_id == dossier.id
    approved = select(Apology.cause).where(its, Apology.state == ApologyState.APPROVED)
    return session.execute(approved).scalar_one_or_none()


def _place(session: Session, agency_id: int) -> Place:
    agency = session.get_one(Agency, agency_id)
    return Place(agency.name, agency.address or "", agency.phone or "")
