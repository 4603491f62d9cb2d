"""Which mails the standing alerts call for: one at once per head and scan, one digest per head and morning.

Both are derived from what stands, so a run that ended half-way is completed by the next one.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alertrules import Delivery
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.alert import STANDS_OPEN, Alert, AlertRecipient, OutboxMessage
from tthc_tracker.queries import settings
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.services import outbox

MOST_OFTEN = dt.timedelta(hours=1)

# Clerks and officers have their screens; those who answer for others get mail. Administrators stand in.
MAILED = (Role.HEAD_OF_AGENCY, Role.HEAD_OF_UNIT, Role.CONTROLLER, Role.ADMINISTRATOR)


@dataclass
class Mailing:
    """What became of a morning, in heads: whose hour had come, who got a digest, had nothing, was off."""

    due: int = 0
    written: int = 0
    nothing: int = 0
    day_off: int = 0


def heads(session: Session) -> dict[int, int]:
    """Everybody who gets mail about alerts, with the agency whose hours he keeps."""
    statement = (
        select(Membership.user_id, Membership.agency_id, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(User.active, Membership.role.in_(MAILED))
        .order_by(Membership.user_id, Membership.id)
    )
    found: dict[int, tuple[int, int]] = {}
    for user_id, agency_id, role in session.execute(statement):
        rank = MAILED.index(role)
        if user_id not in found or rank < found[user_id][0]:
            found[user_id] = (rank, agency_id)
    return {user_id: agency_id for user_id, (_, agency_id) in found.items()}


# --- at once


def announce(session: Session, *, now: dt.datetime, domain: str) -> int:
    """Write one mail to each head about the alerts he has not been told of; at most one an hour. How many.

    What is held back by the hour goes with the next mail. Alerts taken over by an import wait for the digest.
    """
    told, recently = _told(session, now)
    mailed, written = heads(session), 0
    for user_id, newest in _newest_at_once(session).items():
        after = told.get(user_id, 0)
        if newest <= after or user_id in recently or user_id not in mailed:
            continue
        written += outbox.enqueue(
            session,
            dedup_key=f"at_once:{user_id}:{newest}",
            kind="at_once",
            user_id=user_id,
            context={"after": after, "upto": newest},
            domain=domain,
            now=now,
        )
    return written


def _newest_at_once(session: Session) -> dict[int, int]:
    """The newest standing alert to be told at once, by whom it concerns."""
    statement = (
        select(AlertRecipient.user_id, func.max(Alert.id))
        .join(Alert, Alert.id == AlertRecipient.alert_id)
        .where(STANDS_OPEN, Alert.closed_at.is_(None), ~Alert.from_before, Alert.delivery == Delivery.AT_ONCE)
        .group_by(AlertRecipient.user_id)
        .order_by(AlertRecipient.user_id)
    )
    return dict(session.execute(statement).all())


def _told(session: Session, now: dt.datetime) -> tuple[dict[int, int], frozenset[int]]:
    """The last alert each person was told of at once, and who got such a mail within the hour."""
    last = select(func.max(OutboxMessage.id)).where(OutboxMessage.kind == "at_once")
    last = last.group_by(OutboxMessage.user_id)
    statement = select(OutboxMessage.user_id, OutboxMessage.context, OutboxMessage.created_at)
    told: dict[int, int] = {}
    recently = set()
    for user_id, context, created_at in session.execute(statement.where(OutboxMessage.id.in_(last))):
        told[user_id or 0] = int(context["upto"])
        if now - MOST_OFTEN < created_at <= now:
            recently.add(user_id or 0)
    return told, frozenset(recently)


# --- each morning


def write_digests(session: Session, *, since: dt.datetime | None, now: dt.datetime, domain: str) -> Mailing:
    """Write the morning's digest to every head whose hour has come since `since` (None: whatever the hour).

    Nothing on a day off of the head's agency, nothing without an alert, never twice a day. A morning missed
    by hours is made up for the same day; by days it is not: the next digest says all that stands.
    """
    mailing, waiting = Mailing(), _with_alerts(session)
    previous = _previous_digests(session)
    for user_id, agency_id in heads(session).items():
        slot = _slot(session, agency_id, now)
        if since is not None and not since < slot <= now:
            continue
        mailing.due += 1
        if not _works_today(session, agency_id, now.date()):
            mailing.day_off += 1
        elif user_id not in waiting:
            mailing.nothing += 1
        else:
            mailing.written += outbox.enqueue(
                session,
                dedup_key=f"digest:{user_id}:{now.date()}",
                kind="digest",
                user_id=user_id,
                context={"since": (previous.get(user_id) or now - dt.timedelta(days=1)).isoformat()},
                domain=domain,
                now=now,
            )
    return mailing


def _slot(session: Session, agency_id: int, now: dt.datetime) -> dt.datetime:
    """The moment of today's digest by the agency's setting."""
    clock = dt.time.fromisoformat(settings.setting(session, "digest_time", agency_id, now.date()))
    return dt.datetime.combine(now.date(), clock, now.tzinfo)


def _works_today(session: Session, agency_id: int, on: dt.date) -> bool:
    try:
        return work_calendar(session, agency_id).is_working_day(on)
    except CalendarHorizonError:
        return on.weekday() < 5  # an unknown year must not silence the alerts


def _with_alerts(session: Session) -> frozenset[int]:
    """Who has anything that a mail may say: what is for the screen alone is none of it."""
    mine = select(AlertRecipient.user_id).join(Alert, Alert.id == AlertRecipient.alert_id)
    mine = mine.where(STANDS_OPEN, Alert.delivery != Delivery.SCREEN).distinct()
    return frozenset(session.execute(mine).scalars())


def _previous_digests(session: Session) -> dict[int | None, dt.datetime]:
    """When each person's last digest was written: what was raised since is new to him."""
    statement = (
        select(OutboxMessage.user_id, func.max(OutboxMessage.created_at))
        .where(OutboxMessage.kind == "digest")
        .group_by(OutboxMessage.user_id)
    )
    return dict(session.execute(statement.order_by(OutboxMessage.user_id)).all())
