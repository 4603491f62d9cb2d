"""Everything that is held on one person, dossier by dossier; of other people on the same dossier nothing.

Events stand as history has them, without the name of who acted: that is another person's. What is kept of
another party to the dossier (an owner, if the person filed for him; who collected the result) is left out.
"""

import datetime as dt
import json
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import ApplicantKind, EventKind, State
from tthc_tracker.domain.personaldata import REASON
from tthc_tracker.domain.ratings import Rating
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.applicant import DossierRating, ResultReminder
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import AuditEntry, DossierEvent, EventPrivate
from tthc_tracker.models.importing import ImportBatch, ImportedRow
from tthc_tracker.models.person import Person
from tthc_tracker.models.printing import PrintedAbout, PrintedContent, PrintedSlip
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Source
from tthc_tracker.models.reception import DossierComponent
from tthc_tracker.queries import applicantmail, printedslips
from tthc_tracker.queries.applicantmail import Told

PARTY = frozenset(
    {
        "full_name", "id_number", "no_id_reason", "birth_on", "sex", "address", "phone", "email", "kind",
        "post_address", "receiver",
    }
)  # fmt: skip
_OWNER = "owner_"


@dataclass(frozen=True)
class PartyRecord:
    """The person as a dossier names him."""

    kind: ApplicantKind
    full_name: str
    id_number: str | None
    birth_on: dt.date | None
    sex: str | None
    phone: str | None
    email: str | None
    address: str | None
    post_address: str | None


@dataclass(frozen=True)
class EventRecord:
    """What happened. personal: the part that is kept apart because it is about the person."""

    kind: EventKind
    occurred_at: dt.datetime
    reason: str
    personal: dict[str, Any]


@dataclass(frozen=True)
class SlipRecord:
    """A paper that was printed; `words` where it is about this dossier and nobody else."""

    title: str
    copy: int
    printed_at: dt.datetime
    words: Any


@dataclass(frozen=True)
class SourceRecord:
    """A system that sent the dossier, and when its data was of."""

    source: str
    data_as_of: dt.datetime


@dataclass(frozen=True)
class LookRecord:
    """That somebody looked at the person's numbers on this dossier, and why; action as the audit has it."""

    action: str
    at: dt.datetime
    facts: dict[str, Any]


@dataclass(frozen=True)
class DossierRecord:
    """All that is held of the person with one dossier."""

    code: str
    other_codes: list[str]
    owns: bool
    filed: bool
    person: PartyRecord
    procedure_code: str
    procedure: str
    agency: str
    state: State
    abstract: str
    submitted_at: dt.datetime | None
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    returned_at: dt.datetime | None
    papers: list[str]
    events: list[EventRecord]
    slips: list[SlipRecord]
    letters: list[Told]
    rating: Rating | None
    reminded_at: list[dt.datetime]
    sources: list[SourceRecord]
    looked_at: list[LookRecord]


def records(
    session: Session, dossier_ids: Collection[int], person_ids: Collection[int]
) -> Iterator[DossierRecord]:
    """The records of these dossiers in their order, read one after the other."""
    for dossier_id in dossier_ids:
        yield _record(session, dossier_id, frozenset(person_ids))


def _record(session: Session, dossier_id: int, person_ids: frozenset[int]) -> DossierRecord:
    statement = (
        select(Dossier, Procedure.code, ProcedureVersion.name, Agency.name)
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .where(Dossier.id == dossier_id)
    )
    dossier, procedure_code, procedure, agency = session.execute(statement).one()
    owns, filed = dossier.owner_id in person_ids, dossier.applicant_id in person_ids
    party = session.get_one(Person, dossier.owner_id if owns else dossier.applicant_id)
    codes = select(DossierCode.code).where(DossierCode.dossier_id == dossier_id).order_by(DossierCode.code)
    named = select(DossierComponent.name).where(DossierComponent.dossier_id == dossier_id)
    rating = session.get(DossierRating, dossier_id)
    reminded = select(ResultReminder.reminded_at).where(ResultReminder.dossier_id == dossier_id)
    return DossierRecord(
        code=dossier.code,
        other_codes=[code for code in session.execute(codes).scalars() if code != dossier.code],
        owns=owns, filed=filed,
        person=PartyRecord(
            party.kind, party.full_name, party.id_number, party.birth_on, party.sex, party.phone, party.email,
            party.address, party.post_address,
        ),
        procedure_code=procedure_code, procedure=procedure, agency=agency, state=dossier.state,
        abstract=dossier.abstract, submitted_at=dossier.submitted_at, accepted_at=dossier.accepted_at,
        due_at=dossier.current_due_at, closed_at=dossier.closed_at, returned_at=dossier.returned_at,
        papers=list(session.execute(named.order_by(DossierComponent.position)).scalars()),
        events=_events(session, dossier_id, fold(party.full_name), owns=owns, filed=filed),
        slips=_slips(session, dossier_id, alone=owns and dossier.owner_id == dossier.applicant_id),
        letters=applicantmail.told(session, dossier) if filed else [],
        rating=rating.rating if rating else None,
        reminded_at=list(session.execute(reminded.order_by(ResultReminder.band)).scalars()) if filed else [],
        sources=_sources(session, dossier_id),
        looked_at=_looks(session, dossier.code),
    )  # fmt: skip


def _events(session: Session, dossier_id: int, name: str, *, owns: bool, filed: bool) -> list[EventRecord]:
    statement = (
        select(DossierEvent.kind, DossierEvent.occurred_at, DossierEvent.reason, EventPrivate.payload)
        .outerjoin(
            EventPrivate,
            (EventPrivate.dossier_id == DossierEvent.dossier_id) & (EventPrivate.seq == DossierEvent.seq),
        )
        .where(DossierEvent.dossier_id == dossier_id)
        .order_by(DossierEvent.seq)
    )
    return [
        EventRecord(kind, at, reason, _theirs(private or {}, name, owns=owns, filed=filed))
        for kind, at, reason, private in session.execute(statement)
    ]


def _theirs(private: Mapping[str, Any], name: str, *, owns: bool, filed: bool) -> dict[str, Any]:
    """What of an event's personal part is this person's: his own facts, and remarks that name no party."""

    def is_theirs(key: str, value: Any) -> bool:
        if key == "receiver":
            return fold(str(value)) == name
        if key.startswith(_OWNER):
            return owns and not filed  # of whoever filed himself it speaks of an owner that there was
        if key == REASON:  # it names either party, or both
            return owns and filed
        return filed or key not in PARTY

    return {key: value for key, value in private.items() if is_theirs(key, value)}


def _slips(session: Session, dossier_id: int, *, alone: bool) -> list[SlipRecord]:
    found = []
    for slip in reversed(printedslips.of_dossier(session, dossier_id)):
        words = _words(session, slip.id) if alone and slip.kept else None
        found.append(SlipRecord(slip.title, slip.copy, slip.printed_at, words))
    return found


def _words(session: Session, slip_id: int) -> Any:
    """What a paper said; None where another dossier stands on it too."""
    about = select(func.count()).where(PrintedAbout.slip_id == slip_id)
    if session.execute(about).scalar_one() != 1:
        return None
    body = select(PrintedContent.body).join(PrintedSlip, PrintedSlip.content_id == PrintedContent.id)
    return json.loads(zlib.decompress(session.execute(body.where(PrintedSlip.id == slip_id)).scalar_one()))


def _sources(session: Session, dossier_id: int) -> list[SourceRecord]:
    statement = (
        select(Source.name, ImportBatch.data_as_of)
        .join(ImportedRow, ImportedRow.source_id == Source.id)
        .join(ImportBatch, ImportBatch.id == ImportedRow.batch_id)
        .where(ImportedRow.dossier_id == dossier_id)
        .order_by(Source.name)
    )
    return [SourceRecord(*row) for row in session.execute(statement)]


def _looks(session: Session, code: str) -> list[LookRecord]:
    statement = (
        select(AuditEntry.action, AuditEntry.at, AuditEntry.facts)
        .where(
            AuditEntry.object_type == "dossier",
            AuditEntry.object_id == code,
            AuditEntry.action == "personal_shown",
        )
        .order_by(AuditEntry.id)
    )
    return [LookRecord(*row) for row in session.execute(statement)]
