"""What the letter of apology (Mẫu số 04) says, frozen: printouts set it without asking anything more."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import ApologyState
from tthc_tracker.domain.deputies import Signature
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Sector
from tthc_tracker.queries import dossiers, printouts, settings, signatures
from tthc_tracker.queries.printouts import Heading, SheetParty

FORM = "apology"


@dataclass(frozen=True)
class ApologySheet:
    """Everything on a letter of apology. agency: above the one that resolves (`desk`), whose head signs.

    `qr` and `lookup_url` are the edge's to fill in.
    """

    heading: Heading
    agency: str
    desk: str
    code: str
    at: dt.datetime
    addressee: SheetParty
    sector: str
    procedure: str
    procedure_code: str
    received_at: str
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    reason: str
    second: dt.datetime
    signature: Signature
    token_hash: str | None
    qr: str = ""


def apology_sheet(session: Session, code: str, scope: Scope) -> ApologySheet:
    """The letter of a dossier whose apology was approved.

    Raises:
        NotFound: no such dossier in this scope, or no approved apology.
    """
    dossier_id = dossiers.id_of_code(session, code, scope) if "\0" not in code else None
    if dossier_id is None:
        raise NotFound(code)
    return apology_of_id(session, dossier_id)


def apology_of_id(session: Session, dossier_id: int) -> ApologySheet:
    """The same of a dossier that this person was found to see.

    Raises:
        NotFound: no approved apology.
    """
    approved = select(Apology).where(Apology.dossier_id == dossier_id, Apology.state == ApologyState.APPROVED)
    row = session.execute(approved).scalar_one_or_none()
    if row is None or row.decided_at is None:
        raise NotFound(str(dossier_id))
    dossier = session.get_one(Dossier, dossier_id)
    resolving = session.get_one(Agency, dossier.resolving_agency_id)
    procedure, procedure_code = printouts.procedure_of(session, dossier)
    day = row.decided_at.date()
    return ApologySheet(
        heading=printouts.heading_on(session, FORM, day),
        agency=printouts.agency_name(session, resolving.parent_id) or resolving.name,
        desk=resolving.name,
        code=dossier.code,
        at=row.decided_at,
        addressee=printouts.party_of(session, dossier.applicant_id),
        sector=session.get_one(Sector, dossier.sector_id).name,
        procedure=procedure,
        procedure_code=procedure_code,
        received_at=settings.setting(session, "desk_name", dossier.receiving_agency_id, day),
        accepted_at=dossier.accepted_at,
        due_at=row.moved_from,
        reason=row.reason,
        second=row.due_at,
        signature=signatures.of_apology(session, row),
        token_hash=dossier.receipt_token_hash,
    )
