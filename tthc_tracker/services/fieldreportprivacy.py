"""Who reported: seen in full with a reason on record, erased when asked for or when the term is over."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotAllowed, NotNow
from tthc_tracker.domain.permissions import Permission, may_act
from tthc_tracker.domain.personaldata import SHOWING, Ground
from tthc_tracker.domain.retention import ErasureCause
from tthc_tracker.models.fieldreport import FieldReport
from tthc_tracker.queries import retention
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import audit, erasure
from tthc_tracker.services.acting import Person
from tthc_tracker.services.erasure import Erased
from tthc_tracker.services.fieldreporthandling import held
from tthc_tracker.services.personaldata import reasons

BATCH = 200


@dataclass(frozen=True)
class ShowContact:
    """Show who reported. said: in words; asked for where the ground is another one."""

    code: str
    ground: Ground | None
    said: str = ""


@dataclass(frozen=True)
class EraseReport:
    """Free an answered report of what is personal. said: who asked for it."""

    code: str
    said: str


def show(session: Session, command: ShowContact, *, person: Person, now: dt.datetime) -> None:
    """Note that somebody sees in full who reported, and why; the page shows it after.

    Raises:
        NotFound: none of this code in scope. NotAllowed: he may not. InvalidInput: no ground or no words.
    """
    report = held(session, command.code, person)
    _demand(session, person, Permission.VIEW_PERSONAL, report)
    audit.note(
        session, "field_report_contact_shown", actor_id=person.user_id, now=now, object_type="field_report",
        object_id=report.code, agency_id=report.handling_agency_id,
        facts=reasons(command.ground, command.said, SHOWING),
    )  # fmt: skip


def erase(session: Session, command: EraseReport, *, person: Person, now: dt.datetime) -> Erased:
    """Erase what is personal on one report at somebody's request; the caller then removes the photo.

    Raises:
        NotFound: none of this code in scope. NotAllowed: he may not. NotNow: not answered yet, so the work
        needs it still. InvalidInput: `said`.
    """
    report = held(session, command.code, person)
    _demand(session, person, Permission.ERASE_PERSONAL, report)
    if report.answered_at is None:
        raise NotNow(report.code)
    facts = reasons(Ground.OTHER, command.said, (Ground.OTHER,))
    return erasure.erase_field_reports(
        session, [report], ErasureCause.REQUEST, actor_id=person.user_id, reason=facts["reason"], now=now
    )


def erase_next(session: Session, *, now: dt.datetime, on: dt.date | None = None) -> Erased:
    """Erase the next reports whose term is over: the term of all procedures, from the answer on.

    on: the day that a long run goes by.
    """
    last = retention.last_answer_let_go(session, on or now.date())
    if last is None:
        return Erased()
    over = select(FieldReport).where(
        FieldReport.answered_at < last, FieldReport.answered_at.is_not(None), FieldReport.erased_at.is_(None)
    )
    over = over.order_by(FieldReport.answered_at, FieldReport.id).limit(BATCH)
    found = session.execute(over.with_for_update(of=FieldReport)).scalars().all()
    return erasure.erase_field_reports(session, found, ErasureCause.TERM, actor_id=None, now=now)


def _demand(session: Session, person: Person, permission: Permission, report: FieldReport) -> None:
    """Its handling agency's people and those above: as with dossiers, a superior may look and not erase."""
    places = {report.handling_agency_id}
    if not may_act(person.memberships, permission, places, lambda agency: subtree(session, agency)):
        raise NotAllowed(permission)
