"""Letters that tell applicants of a date that a change of the calendar moved: drafts until somebody approves.

A draft is a word in `calendar_move`; an approved one becomes a message of the outbox, which reads address and
words when it leaves. Nothing is ever sent unasked.
"""

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.calendarchanges import ChangeState, Notice
from tthc_tracker.domain.errors import NotAllowed
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Permission
from tthc_tracker.models.calendarchange import CalendarChange, CalendarMove
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.services import applicantmails, audit
from tthc_tracker.services.acting import Person

BATCH = 500


def decides_for(person: Person) -> frozenset[int]:
    """The agencies whose letters this person approves: those where he signs apologies."""
    may = Permission.DECIDE_APOLOGIES
    return frozenset(held.agency_id for held in person.memberships if may in PERMISSIONS_OF[held.role])


def decide(
    session: Session, change_id: int, agency_id: int, *, send: bool, person: Person, now: dt.datetime
) -> int:
    """Approve, or give up, the letters of a change that wait at an agency. How many.

    Raises:
        NotAllowed: not this person's agency.
    """
    if agency_id not in decides_for(person):
        raise NotAllowed("letters of an agency where this person signs nothing")
    waiting = (
        CalendarMove.change_id == change_id, CalendarMove.agency_id == agency_id,
        CalendarMove.notice == Notice.DRAFT,
        select(CalendarChange.id)
        .where(CalendarChange.id == change_id, CalendarChange.state == ChangeState.DONE)
        .exists(),
    )  # fmt: skip
    decided = update(CalendarMove).where(*waiting)
    decided = decided.values(notice=Notice.APPROVED if send else Notice.DROPPED)
    result = session.execute(
        decided.returning(CalendarMove.dossier_id).execution_options(synchronize_session=False)
    )
    many = len(result.all())
    if many:
        action = "calendar_letters_approved" if send else "calendar_letters_dropped"
        audit.note(
            session, action, actor_id=person.user_id, now=now, object_type="calendar_change",
            object_id=change_id, agency_id=agency_id, facts={"letters": many},
        )  # fmt: skip
    return many


def send_next(session: Session, *, now: dt.datetime, domain: str) -> tuple[int, bool]:
    """Hand the next approved letters to the outbox: how many, and whether more wait.

    One whose dossier has ended, or whose date has moved on since, is not sent: it would no longer be true.
    """
    approved = (
        select(CalendarMove, Dossier)
        .join(Dossier, Dossier.id == CalendarMove.dossier_id)
        .where(CalendarMove.notice == Notice.APPROVED)
        .order_by(CalendarMove.agency_id, CalendarMove.change_id, CalendarMove.dossier_id)
        .limit(BATCH)
        .with_for_update(of=CalendarMove)
    )
    sent, rows = 0, session.execute(approved.execution_options(populate_existing=True)).all()
    for move, dossier in rows:
        still = _still_true(dossier, move)
        done = still and applicantmails.tell(
            session, dossier, ApplicantLetter.NEW_DATE, domain=domain, now=now
        )
        move.notice = Notice.SENT if done else Notice.DROPPED
        sent += done
    return sent, len(rows) == BATCH


def _still_true(dossier: Dossier, move: CalendarMove) -> bool:
    """Whether what a letter would say still holds."""
    return dossier.closed_at is None and dossier.current_due_at == move.current_due_at
