"""Field reports as they come in, at the desk, by wire, by file: one way in, one clock, one audit entry."""

import datetime as dt
from dataclasses import asdict, dataclass, replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tthc_tracker.domain import fieldreports as law
from tthc_tracker.domain.dossiercode import tidy_code
from tthc_tracker.domain.errors import (
    CalendarHorizonError,
    ConflictingDossier,
    DuplicateSubmission,
    InvalidInput,
    NotAllowed,
)
from tthc_tracker.domain.fieldreports import ReportChannel, ReportDeadline, ReportState
from tthc_tracker.domain.folding import clean_phone
from tthc_tracker.domain.permissions import Permission, may_act
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.fieldreport import FieldReport, FieldReportKind
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import audit, submissions
from tthc_tracker.services.acting import Person
from tthc_tracker.services.numbering import next_number
from tthc_tracker.services.supplements import words
from tthc_tracker.wording import fieldreports as said

LONGEST_PLACE, LONGEST_WORDS, LONGEST_NAME, LONGEST_EMAIL = 300, 2000, 200, 254
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Reported:
    """What a citizen tells. kind, agency: codes; agency: that is to answer ("": the one that takes it in).

    received_at None: just now. photo: its name under var.
    """

    kind: str
    place: str
    words: str
    agency: str = ""
    received_at: dt.datetime | None = None
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    photo: str | None = None


@dataclass(frozen=True)
class TakeReport:
    """A report told at a desk. agency_id: whose desk."""

    submission_key: str
    agency_id: int
    reported: Reported


@dataclass(frozen=True)
class Sender:
    """Who sends reports that have a code already: by which way, taken in for which agency."""

    channel: ReportChannel
    agency_id: int
    source_id: int | None = None
    user_id: int | None = None


def take(session: Session, command: TakeReport, *, person: Person, now: dt.datetime) -> str:
    """Put a report down at a desk; its code. The same form sent again gives the same.

    Raises:
        NotAllowed: another agency's desk. InvalidInput: a field, by its name in `Reported`.
    """
    content = submissions.fingerprint(asdict(replace(command.reported, photo=None)))
    try:
        submissions.claim(
            session, command.submission_key, user_id=person.user_id, action="field_report", content=content,
            now=now,
        )  # fmt: skip
    except DuplicateSubmission as again:
        return again.outcome or ""
    demand(session, person, Permission.RECEIVE_FIELD_REPORTS, command.agency_id)
    row = _written(session, command.reported, Sender(ReportChannel.DESK, command.agency_id), now)
    row.recorded_by_id = person.user_id
    row.code = _next_code(session, command.agency_id, row.received_at)
    _note(session, row, person.user_id, now)
    submissions.settle(session, command.submission_key, kind="field_report", result=row.code, now=now)
    return row.code


def take_sent(
    session: Session, code: str, reported: Reported, sender: Sender, *, now: dt.datetime
) -> tuple[FieldReport, bool]:
    """Put down a report that another system has numbered; whether it is new. Sent again, it is the same.

    Raises:
        InvalidInput: a field. ConflictingDossier: the code is known with other content, or of another source.
    """
    code = tidy_code(code)
    if not law.is_code(code):
        raise InvalidInput("code", said.BAD_CODE)
    content = submissions.fingerprint(asdict(reported))
    if (known := find(session, code)) is not None:
        return _same(known, sender, content), False
    row = _written(session, reported, sender, now)
    row.code, row.fingerprint, row.recorded_by_id = code, content, sender.user_id
    try:
        with session.begin_nested():
            _note(session, row, sender.user_id, now)
    except IntegrityError:  # somebody has brought it meanwhile
        if (known := find(session, code)) is None:
            raise
        return _same(known, sender, content), False
    return row, True


def find(session: Session, code: str) -> FieldReport | None:
    """The report of a code, whoever asks."""
    return session.execute(select(FieldReport).where(FieldReport.code == code)).scalar_one_or_none()


def demand(session: Session, person: Person, permission: Permission, agency_id: int) -> None:
    """Let nobody act for an agency where he holds no role that may.

    Raises:
        NotAllowed: he may not.
    """
    if not may_act(person.memberships, permission, {agency_id}, lambda agency: subtree(session, agency)):
        raise NotAllowed(f"agency {agency_id}")


def _same(known: FieldReport, sender: Sender, content: str) -> FieldReport:
    if known.channel is not sender.channel or known.source_id != sender.source_id:
        raise ConflictingDossier("code", said.OTHER_SOURCE)
    if known.fingerprint != content:
        raise ConflictingDossier("code", said.OTHER_CONTENT)
    return known


def _written(session: Session, reported: Reported, sender: Sender, now: dt.datetime) -> FieldReport:
    kind, handling = _kind(session, reported.kind), _handling(session, reported.agency, sender, now.date())
    received = _received(reported.received_at, now)
    found = _deadline(session, kind, handling, received)
    return FieldReport(
        channel=sender.channel, source_id=sender.source_id, kind_id=kind.id,
        receiving_agency_id=sender.agency_id, handling_agency_id=handling, state=ReportState.RECEIVED,
        passed_by_id=None if handling == sender.agency_id else sender.agency_id,
        place=words("place", reported.place, LONGEST_PLACE, missing=said.NO_PLACE),
        words=words("words", reported.words, LONGEST_WORDS, missing=said.NO_WORDS),
        received_at=received, recorded_at=now, limit_amount=kind.amount, limit_unit=kind.unit,
        due_at=found.due_at, soon_from=found.soon_from, late_from=found.late_from,
        contact_name=words("contact_name", reported.contact_name, LONGEST_NAME) or None,
        contact_phone=_phone(reported.contact_phone), contact_email=_email(reported.contact_email),
        photo=reported.photo, version=1,
    )  # fmt: skip


def _kind(session: Session, code: str) -> FieldReportKind:
    found = select(FieldReportKind).where(FieldReportKind.code == code, FieldReportKind.active)
    kind = session.execute(found).scalar_one_or_none() if code and "\0" not in code else None
    if kind is None:
        raise InvalidInput("kind", said.NO_KIND)
    return kind


def _handling(session: Session, code: str, sender: Sender, today: dt.date) -> int:
    return agency_of(session, code, today) if code else sender.agency_id


def agency_of(session: Session, code: str, today: dt.date) -> int:
    """The agency of a code that is there today.

    Raises:
        InvalidInput: `agency`: none.
    """
    wanted = select(Agency).where(Agency.code == code) if "\0" not in code else None
    found = session.execute(wanted).scalar_one_or_none() if wanted is not None else None
    if found is None or (found.active_to is not None and found.active_to < today):
        raise InvalidInput("agency", said.NO_AGENCY)
    return found.id


def _received(received_at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    received = received_at or now.replace(second=0, microsecond=0)
    if received > now + MINUTE:
        raise InvalidInput("received_at", said.IN_THE_FUTURE)
    return received


def _deadline(
    session: Session, kind: FieldReportKind, agency_id: int, received: dt.datetime
) -> ReportDeadline:
    try:
        return law.deadline(received, TimeLimit(kind.amount, kind.unit), work_calendar(session, agency_id))
    except CalendarHorizonError as horizon:
        raise InvalidInput("received_at", said.UNKNOWN_YEAR) from horizon


def _phone(typed: str) -> str | None:
    if not typed.strip():
        return None
    number = clean_phone(typed)
    if number is None:
        raise InvalidInput("contact_phone", said.BAD_PHONE)
    return number


def _email(typed: str) -> str | None:
    address = words("contact_email", typed, LONGEST_EMAIL)
    if address and ("@" not in address or " " in address):
        raise InvalidInput("contact_email", said.BAD_EMAIL)
    return address or None


def _next_code(session: Session, agency_id: int, received_at: dt.datetime) -> str:
    day = received_at.date()
    number = next_number(session, agency_id, day, law.SERIES)
    return law.own_code(session.get_one(Agency, agency_id).code, day, number)


def _note(session: Session, row: FieldReport, user_id: int | None, now: dt.datetime) -> None:
    session.add(row)
    session.flush()
    audit.note(
        session, "field_report_received", actor_id=user_id, now=now, object_type="field_report",
        object_id=row.code, agency_id=row.receiving_agency_id, facts={"channel": row.channel.value},
    )  # fmt: skip
