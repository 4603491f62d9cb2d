"""Outages of other systems: noted once, ended when it is back; what was logged here is entered there."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import DuplicateSubmission, InvalidInput, NotAllowed, NotFound
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.outages import OutsideSystem
from tthc_tracker.domain.permissions import Permission, may_act
from tthc_tracker.models.apology import Outage, OutageEntry
from tthc_tracker.models.procedure import Sector
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import acting, audit, events, submissions
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.supplements import LONGEST, words
from tthc_tracker.wording.labels import label

LONGEST_OUTAGE = dt.timedelta(days=31)


@dataclass(frozen=True)
class NoteOutage:
    """A system was, or is (ended_at None), down for an agency and all below it. sector: a code, or none."""

    submission_key: str
    agency_id: int
    system: OutsideSystem
    began_at: dt.datetime | None
    ended_at: dt.datetime | None
    sector: str = ""
    note: str = ""


def note(session: Session, command: NoteOutage, *, person: Person, now: dt.datetime) -> int:
    """Put an outage down; its number. The same form sent again gives the same.

    Raises:
        NotAllowed: another agency's. InvalidInput: moments that cannot be, no such sector.
    """
    content = submissions.fingerprint(asdict(command))
    try:
        submissions.claim(
            session, command.submission_key, user_id=person.user_id, action="outage", content=content, now=now
        )
    except DuplicateSubmission as again:
        return int(again.outcome or 0)
    _demand(session, person, command.agency_id)
    began = _began(command.began_at, now)
    row = Outage(
        agency_id=command.agency_id, system=command.system, sector_id=_sector(session, command.sector),
        began_at=began, ended_at=_ended(began, command.ended_at, now),
        note=words("note", command.note, LONGEST), recorded_at=now, recorded_by_id=person.user_id,
    )  # fmt: skip
    if row.system is OutsideSystem.OTHER and not row.note:
        raise InvalidInput("note", "Hãy ghi tên hệ thống gặp sự cố.")
    session.add(row)
    session.flush()
    _audit(session, "outage_noted", row, person, now)
    submissions.settle(session, command.submission_key, kind="outage", result=str(row.id), now=now)
    return row.id


def end(
    session: Session, outage_id: int, ended_at: dt.datetime | None, *, person: Person, now: dt.datetime
) -> None:
    """Note when the system was back; ended_at None: just now.

    Raises:
        NotFound: no such outage. NotAllowed: another agency's. InvalidInput: before it began, or ahead.
    """
    row = session.get(Outage, outage_id)
    if row is None:
        raise NotFound(str(outage_id))
    _demand(session, person, row.agency_id)
    row.ended_at = _ended(row.began_at, ended_at or now, now)
    _audit(session, "outage_ended", row, person, now)


def mark_entered(
    session: Session, outage_id: int, target: Target, *, person: Person, now: dt.datetime
) -> None:
    """Note that a dossier has been entered in the system that was down; noted before, nothing happens.

    Raises:
        NotFound: no such outage, or dossier in scope. And what acting.begin raises.
    """
    row = session.get(Outage, outage_id)
    if row is None:
        raise NotFound(str(outage_id))
    act = acting.begin(session, Target(target.code, None), Action.NOTE, person=person, now=now)
    if session.get(OutageEntry, (outage_id, act.dossier.id)) is not None:
        return
    session.add(
        OutageEntry(
            outage_id=outage_id, dossier_id=act.dossier.id, entered_at=now, entered_by_id=person.user_id
        )
    )
    events.append(
        session, act.dossier, act.move.event, actor=act.actor, now=now,
        reason=f"Đã nhập lại vào hệ thống sau sự cố: {label(row.system)}.",
    )  # fmt: skip


def _demand(session: Session, person: Person, agency_id: int) -> None:
    if not may_act(
        person.memberships, Permission.LOG_OUTAGES, {agency_id}, lambda agency: subtree(session, agency)
    ):
        raise NotAllowed(f"agency {agency_id}")


def _began(began_at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    if began_at is None:
        raise InvalidInput("began_at", "Hãy ghi sự cố bắt đầu lúc nào.")
    if began_at > now:
        raise InvalidInput("began_at", "Thời điểm bắt đầu không thể ở tương lai.")
    return began_at


def _ended(began: dt.datetime, ended_at: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    if ended_at is None:
        return None
    if not began < ended_at <= now:
        raise InvalidInput("ended_at", "Thời điểm hết sự cố phải sau lúc bắt đầu và không ở tương lai.")
    if ended_at - began > LONGEST_OUTAGE:
        raise InvalidInput("ended_at", "Một sự cố dài nhất 31 ngày. Hãy ghi thành nhiều lần.")
    return ended_at


def _sector(session: Session, code: str) -> int | None:
    if not code:
        return None
    found = session.execute(select(Sector.id).where(Sector.code == code)).scalar_one_or_none()
    if found is None:
        raise InvalidInput("sector", "Không có lĩnh vực này. Hãy chọn lại.")
    return found


def _audit(session: Session, action: str, row: Outage, person: Person, now: dt.datetime) -> None:
    facts = {"system": row.system.value, "from": row.began_at.isoformat()}
    facts |= {"to": row.ended_at.isoformat()} if row.ended_at else {}
    audit.note(
        session, action, actor_id=person.user_id, now=now, object_type="outage", object_id=row.id,
        agency_id=row.agency_id, facts=facts,
    )  # fmt: skip
