"""What the reception page asks: desks, agencies to choose, open doubles, what a form has made already."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import Channel, EventKind
from tthc_tracker.domain.people import Sex
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Membership, Permission, Scope
from tthc_tracker.domain.receptionfacts import Fee, Paper, Party, ReceptionFacts
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import DossierEvent, EventPrivate
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, Source
from tthc_tracker.models.reception import DossierComponent, Submission
from tthc_tracker.queries.revisions import Remembered
from tthc_tracker.queries.scoping import visible

MOST = 12


@dataclass(frozen=True, slots=True)
class Desk:
    """An agency as the reception knows it."""

    id: int
    code: str
    name: str
    level: Level
    folded: str = ""
    active_from: dt.date | None = None
    active_to: dt.date | None = None

    def works_on(self, day: dt.date) -> bool:
        """Whether it exists on a day."""
        return (self.active_from is None or self.active_from <= day) and (
            self.active_to is None or day <= self.active_to
        )


@dataclass(frozen=True, slots=True)
class OpenDouble:
    """An open dossier of the same person and procedure."""

    code: str
    agency: str
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None


_agencies: Remembered[dict[int, Desk]] = Remembered("agencies")
_sources: Remembered[int] = Remembered("catalogue")


def agencies(session: Session) -> dict[int, Desk]:
    """Every agency by its id, in the order of codes; in memory until one changes."""

    def read() -> dict[int, Desk]:
        statement = select(
            Agency.id,
            Agency.code,
            Agency.name,
            Agency.level,
            Agency.name_folded,
            Agency.active_from,
            Agency.active_to,
        ).order_by(Agency.code)
        return {row[0]: Desk(*row) for row in session.execute(statement)}

    return _agencies.get(session, "reception", read)


def agencies_on(session: Session, day: dt.date) -> list[Desk]:
    """Every agency at work on a day, by code."""
    return [agency for agency in agencies(session).values() if agency.works_on(day)]


def desk_source(session: Session) -> int:
    """The id of the source that is the desk itself."""
    statement = select(Source.id).where(Source.code == "desk")
    return _sources.get(session, "desk", lambda: session.execute(statement).scalar_one())


def desks_of(session: Session, memberships: tuple[Membership, ...], day: dt.date) -> list[Desk]:
    """The desks at which somebody may receive, his first membership first."""
    ids = [one.agency_id for one in memberships if Permission.RECEIVE_DOSSIERS in PERMISSIONS_OF[one.role]]
    working = {agency.id: agency for agency in agencies_on(session, day)}
    return [working[agency_id] for agency_id in dict.fromkeys(ids) if agency_id in working]


def agency_by_code(session: Session, code: str, day: dt.date) -> Desk | None:
    """The agency of this code, if it is at work on a day."""
    return next((agency for agency in agencies_on(session, day) if agency.code == code), None)


def agency_by_words(session: Session, words: str, day: dt.date) -> Desk | None:
    """The one agency whose name or code this is, marks aside; None when there is none or several."""
    wanted = fold(words)
    hits = [
        agency
        for agency in agencies_on(session, day)
        if wanted and wanted in (agency.folded, agency.code.lower())
    ]
    return hits[0] if len(hits) == 1 else None


def suggest_agencies(session: Session, typed: str, day: dt.date) -> list[Desk]:
    """Agencies at work on a day that hold every word typed in name or code; names that begin so first."""
    wanted = fold(typed)
    if not wanted:
        return []
    words = wanted.split()
    found = [
        agency
        for agency in agencies_on(session, day)
        if all(word in agency.folded or word in agency.code.lower() for word in words)
    ]
    found.sort(key=lambda agency: (wanted not in agency.folded, agency.code))
    return found[:MOST]


def open_doubles(session: Session, scope: Scope, id_number: str, procedure_code: str) -> list[OpenDouble]:
    """Open dossiers of this person, as applicant or owner, under the same procedure; the newest first."""
    people = select(Person.id).where(Person.id_reversed == id_number[::-1], Person.id_number == id_number)
    statement = (
        select(Dossier.code, Agency.name, Dossier.accepted_at, Dossier.current_due_at)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .where(
            or_(Dossier.applicant_id.in_(people), Dossier.owner_id.in_(people)),
            Procedure.code == procedure_code[:8],
            Dossier.closed_at.is_(None),
            Dossier.accepted_at.is_not(None),
            visible(scope),
        )
        .order_by(Dossier.id.desc())
        .limit(5)
    )
    return [OpenDouble(*row) for row in session.execute(statement)]


def made_by(session: Session, submission_key: str, user_id: int) -> str | None:
    """The code of the dossier that a form of this person has made already."""
    statement = select(Submission.result).where(
        Submission.key == submission_key, Submission.user_id == user_id
    )
    return session.execute(statement).scalar_one_or_none()


# --- what was noted, to be put right

_SAYING = (
    EventKind.REGISTERED, EventKind.RECEIVED, EventKind.CORRECTED, EventKind.CORRECTED_AT_WORK,
)  # fmt: skip


@dataclass(frozen=True)
class Noted:
    """A reception as it was noted, with the version of its dossier."""

    code: str
    version: int
    accepted_at: dt.datetime
    receiving: Desk
    resolving: Desk
    returning: Desk
    facts: ReceptionFacts


def noted(session: Session, code: str, scope: Scope) -> Noted:
    """What was noted of a dossier when it was received.

    Raises:
        NotFound: none of that code in this scope, or one that was never accepted.
    """
    statement = (
        select(Dossier)
        .join(DossierCode, DossierCode.dossier_id == Dossier.id)
        .where(DossierCode.code == code, visible(scope), Dossier.accepted_at.is_not(None))
    )
    dossier = session.execute(statement).scalar_one_or_none()
    if dossier is None or dossier.accepted_at is None:
        raise NotFound(code)
    known = agencies(session)
    return Noted(
        dossier.code,
        dossier.version,
        dossier.accepted_at,
        known[dossier.receiving_agency_id],
        known[dossier.resolving_agency_id],
        known[dossier.returning_agency_id],
        facts_of(session, dossier),
    )


def facts_of(session: Session, dossier: Dossier) -> ReceptionFacts:
    """The facts of a stored dossier, in the form `checked` gives them."""
    said = _said(session, dossier.id)
    applicant = _party(session.get_one(Person, dossier.applicant_id), said.get("no_id_reason", ""))
    owner = None
    if dossier.owner_id != dossier.applicant_id:
        owner = _party(session.get_one(Person, dossier.owner_id), said.get("owner_no_id_reason", ""))
    code = select(Procedure.code).where(Procedure.id == dossier.procedure_id)
    return ReceptionFacts(
        procedure_code=session.execute(code).scalar_one(),
        applicant=applicant,
        owner=owner,
        channel=dossier.channel,
        arrived_at=dossier.submitted_at if dossier.channel is Channel.ONLINE else dossier.arrived_at,
        papers=papers_handed_in(session, dossier.id),
        fee=Fee(dossier.fee_due, dossier.fee_state, dossier.fee_method),
        abstract=dossier.abstract,
        sets=dossier.sets,
        quantity=dossier.quantity,
        note=said.get("note", ""),
        resolving_agency_id=dossier.resolving_agency_id,
        returning_agency_id=dossier.returning_agency_id,
        case_code=dossier.case_code,
        by_portal=dossier.by_portal,
    )


def _party(person: Person, no_id_reason: str) -> Party:
    return Party(
        full_name=person.full_name,
        kind=person.kind,
        id_number=person.id_number or "",
        no_id_reason=no_id_reason,
        birth_on=person.birth_on,
        sex=Sex(person.sex) if person.sex else None,
        address=person.address or "",
        phone=person.phone or "",
        email=person.email or "",
        post_address=person.post_address or "",
    )


def papers_handed_in(session: Session, dossier_id: int) -> tuple[Paper, ...]:
    """The papers of a dossier, in their order."""
    statement = select(DossierComponent).where(DossierComponent.dossier_id == dossier_id)
    return tuple(
        Paper(row.name, row.originals, row.certified, row.copies, row.digitised)
        for row in session.execute(statement.order_by(DossierComponent.position)).scalars()
    )


def _said(session: Session, dossier_id: int) -> dict[str, str]:
    """Remarks of the reception, which live in its events: the last word on each."""
    statement = (
        select(EventPrivate.payload)
        .join(
            DossierEvent,
            and_(DossierEvent.dossier_id == EventPrivate.dossier_id, DossierEvent.seq == EventPrivate.seq),
        )
        .where(
            EventPrivate.dossier_id == dossier_id,
            DossierEvent.kind.in_(_SAYING),
        )
        .order_by(DossierEvent.seq)
    )
    said: dict[str, str] = {}
    for payload in session.execute(statement).scalars():
        for name in ("note", "no_id_reason", "owner_no_id_reason"):
            if name in payload:
                value = payload[name]
                said[name] = (value[1] if isinstance(value, list) else value) or ""
    return said
