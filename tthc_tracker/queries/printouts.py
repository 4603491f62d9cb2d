"""What the slips say, frozen: printouts set it without asking anything more."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel
from tthc_tracker.domain.receipttoken import lookup_link
from tthc_tracker.domain.receptionfacts import Fee, Paper
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion
from tthc_tracker.models.setting import FormTitle
from tthc_tracker.queries import settings, stepplans
from tthc_tracker.queries.reception import papers_handed_in

RECEIPT = "receipt"
PAPERS_ANNEX = "papers_annex"


@dataclass(frozen=True)
class Heading:
    """What a form is called on a day, its number and its basis (empty where none is confirmed)."""

    title: str
    number: str
    basis: str


@dataclass(frozen=True)
class SheetParty:
    """Somebody as a slip names him."""

    name: str
    kind: ApplicantKind
    id_number: str
    address: str
    phone: str
    email: str


@dataclass(frozen=True)
class ReceiptSheet:
    """Everything on a receipt (Mẫu số 01), in its order. `owner` None: the applicant himself.

    annex: the title of the list of papers that do not fit on the page.
    resolving_due_at: by when the resolving agency is to be done, of a dossier that goes between agencies.
    `qr` and `lookup_url` are the edge's to fill in: they hold the installation's address and the token.
    """

    heading: Heading
    annex: str
    superior: str
    agency: str
    desk: str
    agency_phone: str
    code: str
    accepted_at: dt.datetime
    due_at: dt.datetime | None
    provisional: bool
    channel: Channel
    applicant: SheetParty
    owner: SheetParty | None
    procedure: str
    procedure_code: str
    abstract: str
    papers: tuple[Paper, ...]
    sets: int
    limit: TimeLimit | None
    resolving: str
    returning: str
    fee: Fee
    clerk: str
    prints: int
    token_hash: str | None
    qr: str = ""
    lookup_url: str = ""
    quantity: int | None = None
    resolving_due_at: dt.datetime | None = None
    post_address: str = ""
    by_portal: bool = False


def heading_on(session: Session, form_key: str, day: dt.date) -> Heading:
    """The title of a form on a day.

    Raises:
        NotFound: nobody has said what the form is called on that day.
    """
    statement = (
        select(FormTitle.title, FormTitle.number, FormTitle.basis)
        .where(
            FormTitle.form_key == form_key,
            FormTitle.valid_from <= day,
            FormTitle.valid_to.is_(None) | (FormTitle.valid_to >= day),
        )
        .order_by(FormTitle.valid_from.desc())
    )
    row = session.execute(statement).first()
    if row is None:
        raise NotFound(f"no title of form {form_key} on {day}")
    return Heading(*row)


def addressed(sheet: ReceiptSheet, public_url: str, secret: str) -> ReceiptSheet:
    """The sheet with the address of the public look-up, for its QR and its note."""
    link = lookup_link(public_url, secret, sheet.code, sheet.token_hash)
    if link is None:
        return replace(sheet, qr=sheet.code)
    return replace(sheet, qr=link, lookup_url=f"{public_url}/tra-cuu")


def receipt_sheet(session: Session, dossier_id: int) -> ReceiptSheet:
    """The receipt of a dossier as it stands now. Ask for the right to see it before.

    Raises:
        NotFound: no such dossier, or it was never accepted.
    """
    dossier = session.get(Dossier, dossier_id)
    if dossier is None or dossier.accepted_at is None:
        raise NotFound(str(dossier_id))
    day = dossier.accepted_at.date()
    desk = session.get_one(Agency, dossier.receiving_agency_id)
    procedure, procedure_code = procedure_of(session, dossier)
    own = dossier.owner_id == dossier.applicant_id
    return ReceiptSheet(
        heading=heading_on(session, RECEIPT, day),
        annex=heading_on(session, PAPERS_ANNEX, day).title,
        superior=agency_name(session, desk.parent_id),
        agency=desk.name,
        desk=settings.setting(session, "desk_name", desk.id, day),
        agency_phone=desk.phone or "",
        code=dossier.code,
        accepted_at=dossier.accepted_at,
        due_at=dossier.current_due_at,
        provisional=dossier.due_provisional,
        channel=dossier.channel,
        applicant=party_of(session, dossier.applicant_id),
        owner=None if own else party_of(session, dossier.owner_id),
        procedure=procedure,
        procedure_code=procedure_code,
        abstract=dossier.abstract,
        papers=papers_handed_in(session, dossier_id),
        sets=dossier.sets,
        quantity=dossier.quantity,
        limit=limit_of(dossier.limit_amount, dossier.limit_unit),
        resolving=agency_name(session, dossier.resolving_agency_id),
        returning=agency_name(session, dossier.returning_agency_id),
        fee=Fee(dossier.fee_due, dossier.fee_state, dossier.fee_method),
        clerk=clerk_name(session, dossier.received_by_id),
        prints=dossier.receipt_prints,
        token_hash=dossier.receipt_token_hash,
        resolving_due_at=stepplans.resolving_due(session, dossier),
        post_address=session.get_one(Person, dossier.applicant_id).post_address or "",
        by_portal=dossier.by_portal,
    )


@dataclass(frozen=True)
class DeskHead:
    """The head of a desk's own papers."""

    heading: Heading
    superior: str
    agency: str
    desk: str


def desk_head(session: Session, agency_id: int, form_key: str, day: dt.date) -> DeskHead:
    """What stands above a paper of a desk on a day.

    Raises:
        NotFound: nobody has said what the form is called on that day.
    """
    agency = session.get_one(Agency, agency_id)
    return DeskHead(
        heading_on(session, form_key, day),
        agency_name(session, agency.parent_id),
        agency.name,
        settings.setting(session, "desk_name", agency_id, day),
    )


def limit_of(amount: Decimal | None, unit: LimitUnit | None) -> TimeLimit | None:
    """The limit of a dossier from its two columns; None where a promise was taken as given."""
    return None if amount is None or unit is None else TimeLimit(amount, unit)


def procedure_of(session: Session, dossier: Dossier) -> tuple[str, str]:
    """Name and code of a dossier's procedure."""
    statement = (
        select(ProcedureVersion.name, Procedure.code)
        .join(Procedure, Procedure.id == ProcedureVersion.procedure_id)
        .where(ProcedureVersion.id == dossier.procedure_version_id)
    )
    name, code = session.execute(statement).one()
    return name, code


def agency_name(session: Session, agency_id: int | None) -> str:
    """The name of an agency; empty for none."""
    agency = session.get(Agency, agency_id) if agency_id is not None else None
    return agency.name if agency else ""


def clerk_name(session: Session, user_id: int | None) -> str:
    """The name of an account; empty for none."""
    user = session.get(User, user_id) if user_id is not None else None
    return user.full_name if user else ""


def party_of(session: Session, person_id: int) -> SheetParty:
    """Somebody as a slip names him."""
    person = session.get_one(Person, person_id)
    return SheetParty(
        person.full_name,
        person.kind,
        person.id_number or "",
        person.address or "",
        person.phone or "",
        person.email or "",
    )
