"""Sign the report of a period, and open a signed one again. Neither changes what was signed before."""

import datetime as dt
import zlib
from dataclasses import dataclass, replace

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tthc_tracker.domain import signedreports
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.permissions import Membership, Permission
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.signedreport import ReportReopening, SignedMark, SignedReport
from tthc_tracker.queries import signatures
from tthc_tracker.queries import signedreports as reads
from tthc_tracker.services import audit
from tthc_tracker.services.acting import Person
from tthc_tracker.services.supplements import LONGEST
from tthc_tracker.services.supplements import words as checked
from tthc_tracker.wording import signedreports as words
from tthc_tracker.wording.formats import day


@dataclass(frozen=True)
class SignReport:
    """The report of an agency and all below it. edition, seen: of the draft that the signer has read."""

    agency_id: int
    period: Period
    edition: int
    seen: str


@dataclass(frozen=True)
class ReopenReport:
    """A signed report that shall no longer hold, and why."""

    report_id: int
    reason: str


def signs_for(person: Person) -> list[int]:
    """The agencies whose reports this person signs."""
    held = (one for one in person.memberships if Permission.SIGN_REPORTS in one.permissions)
    return list(dict.fromkeys(one.agency_id for one in held))


def not_ended(period: Period, now: dt.datetime) -> str:
    """Why a period cannot be signed yet; "" once it can."""
    if period.end < now.date():
        return ""
    return words.NOT_ENDED.format(day=day(period.end + dt.timedelta(days=1)))


def sign(session: Session, command: SignReport, *, person: Person, now: dt.datetime) -> int:
    """Freeze the figures of a period with every dossier behind them; the id of the report.

    Raises:
        NotAllowed: not this agency's. InvalidInput: the period has not ended, or its figures do not balance.
        StaleVersion: it has been signed meanwhile, or the figures are others than those that were read.
    """
    right, period = _right(person, command.agency_id), command.period
    if fault := not_ended(period, now):
        raise InvalidInput("period", fault)
    agency = _hold(session, command.agency_id)
    latest = reads.latest(session, agency.code, period, person.scope)
    found = reads.draft(session, agency.code, period, now)
    if (latest is not None and latest.holds) or (found.edition, found.seen) != (
        command.edition,
        command.seen,
    ):
        raise StaleVersion
    if any(table.faults for table in found.tables.values()):
        raise InvalidInput("period", words.BROKEN)
    signature = signatures.signature(session, person.user_id, right.deputyship)
    head = replace(
        reads.head_of(session, agency.code, period, now.date()),
        signed_as=signature.lines, signer=signature.name,
    )  # fmt: skip
    content = reads.content(head, found.tables)
    row = SignedReport(
        agency_id=agency.id, period_start=period.start, period_end=period.end, edition=found.edition,
        signed_at=now, signed_by_id=person.user_id, deputyship_id=right.deputyship, dossiers=found.dossiers,
        content=zlib.compress(content, 9), sha256=signedreports.seal(content, found.marks),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _keep_marks(session, row.id, found)
    _note(session, "report_signed", row, person, now)
    return row.id


def reopen(session: Session, command: ReopenReport, *, person: Person, now: dt.datetime) -> None:
    """Have a signed report hold no longer, so that its period may be signed anew. It stays as it was signed.

    Raises:
        NotFound: no such report. NotAllowed: not this agency's. InvalidInput: without a reason.
        StaleVersion: it was opened again already.
    """
    row = session.get(SignedReport, command.report_id)
    if row is None:
        raise NotFound(str(command.report_id))
    _right(person, row.agency_id)
    reason = checked("reason", command.reason, LONGEST, missing=words.NO_REASON)
    _hold(session, row.agency_id)
    if session.get(ReportReopening, row.id) is not None:
        raise StaleVersion
    session.add(
        ReportReopening(report_id=row.id, reopened_at=now, reopened_by_id=person.user_id, reason=reason)
    )
    _note(session, "report_reopened", row, person, now)


def _right(person: Person, agency_id: int) -> Membership:
    """By which of his roles somebody signs here: by his own before one that he holds in a head's place."""
    held = [
        one
        for one in person.memberships
        if one.agency_id == agency_id and Permission.SIGN_REPORTS in one.permissions
    ]
    if not held:
        raise NotAllowed("signs the reports of another agency")
    return min(held, key=lambda one: one.deputyship is not None)


def _hold(session: Session, agency_id: int) -> Agency:
    """The agency, held: whoever signs for it at the same moment waits."""
    statement = select(Agency).where(Agency.id == agency_id).with_for_update()
    return session.execute(statement).scalar_one()


def _keep_marks(session: Session, report_id: int, found: reads.Draft) -> None:
    rows = [
        {"report_id": report_id, "name": name, "number": len(ids), "ids": signedreports.packed(ids)}
        for name, ids in found.marks.items()
    ]
    if rows:
        session.execute(insert(SignedMark), rows)


def _note(session: Session, action: str, row: SignedReport, person: Person, now: dt.datetime) -> None:
    facts = {
        "from": row.period_start.isoformat(), "to": row.period_end.isoformat(), "edition": row.edition,
        "dossiers": row.dossiers, "sha256": row.sha256,
    }  # fmt: skip
    audit.note(
        session, action, actor_id=person.user_id, now=now, object_type="signed_report", object_id=row.id,
        agency_id=row.agency_id, facts=facts,
    )  # fmt: skip
