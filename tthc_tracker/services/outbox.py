"""Messages that must leave: written with what causes them, claimed under a lease, settled one by one.

At least once: a crash before `data` is certainly unsent, one after it may have been taken, and is sent again
under the same Message-ID. Leases go by the database's clock, due times by the caller's moment.
"""

import datetime as dt
import secrets
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.models.account import User
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.queries.accounts import Identity
from tthc_tracker.queries.operations import database_now
from tthc_tracker.services import audit
from tthc_tracker.wording.outbox import EXPIRED, NO_LONGER_TRUE

LEASE = dt.timedelta(seconds=180)
SENDING = dt.timedelta(seconds=60)  # the longest a conversation may take; far shorter than the lease
EXPIRES = dt.timedelta(hours=72)
BACK_OFF = (1, 2, 5, 15, 30, 60)  # minutes after the first, second, … failure; then every hour
MOST_POISONED = 5
STUCK = ("dead", "held")
"""What does not leave until a person says so."""
GATHERING = dt.timedelta(minutes=1)
EMAIL = "email"
_LONGEST_ERROR = 500


@dataclass(frozen=True)
class Claimed:
    """A message leased to this sender."""

    id: int
    token: int
    kind: str
    user_id: int | None
    to_address: str
    context: dict[str, Any]
    message_id: str
    attempts: int
    created_at: dt.datetime
    channel: str = EMAIL


def enqueue(
    session: Session,
    *,
    dedup_key: str,
    kind: str,
    user_id: int | None,
    context: Mapping[str, Any],
    domain: str,
    now: dt.datetime,
    channel: str = EMAIL,
) -> bool:
    """Write a message in the transaction that decides on it; False if that very message was written before.

    user_id: None for somebody without an account, whose address is read when the letter leaves. context: ids
    and codes only, nothing personal. domain: of our sender, for the Message-ID. channel: the way it goes.
    """
    account = select(User.email).where(User.id == user_id)
    address = "" if user_id is None else session.execute(account).scalar_one()
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(OutboxMessage)
    row = {
        "dedup_key": dedup_key, "kind": kind, "user_id": user_id, "to_address": address,
        "context": dict(context), "message_id": f"<{kind}.{secrets.token_hex(12)}@{domain}>",
        "next_attempt_at": now, "expires_at": now + EXPIRES, "created_at": now, "channel": channel,
    }  # fmt: skip
    written = insert.values(row).on_conflict_do_nothing().returning(OutboxMessage.id)
    return session.execute(written).first() is not None


def gather(
    session: Session,
    *,
    dedup_key: str,
    kind: str,
    user_id: int,
    event: tuple[int, int],
    domain: str,
    now: dt.datetime,
) -> None:
    """Add an event (dossier, seq) to the message that gathers such events, or write the message with it.

    It leaves a minute after the first, so that what is done to many dossiers at once is one letter; an event
    that comes when it has left begins another.
    """
    waiting = select(OutboxMessage).where(
        OutboxMessage.dedup_key == dedup_key, OutboxMessage.status == "pending"
    )
    message = session.execute(waiting.with_for_update()).scalar_one_or_none()
    if message is not None:
        message.context = {"events": [*message.context["events"], list(event)]}
        return
    context = {"events": [list(event)]}
    for key in (dedup_key, f"{dedup_key}:{event[0]}:{event[1]}"):
        if enqueue(
            session, dedup_key=key, kind=kind, user_id=user_id, context=context, domain=domain,
            now=now + GATHERING,
        ):  # fmt: skip
            return


def reclaim(session: Session) -> int:
    """Put back what a sender left when it ended: its lease has run out. How many."""
    left = update(OutboxMessage).where(
        OutboxMessage.status.in_(("leased", "data")), OutboxMessage.lease_until < database_now(session)
    )
    put_back = left.values(status="pending", lease_until=None, lease_owner=None)
    return len(session.execute(put_back.returning(OutboxMessage.id)).all())


def expire(session: Session, now: dt.datetime) -> int:
    """Give up what could not leave within 72 hours. How many."""
    old = update(OutboxMessage).where(OutboxMessage.status == "pending", OutboxMessage.expires_at <= now)
    given_up = old.values(status="dead", last_error=EXPIRED)
    return len(session.execute(given_up.returning(OutboxMessage.id)).all())


def is_due(session: Session, kind: str, now: dt.datetime) -> bool:
    """Whether any message of a kind is due."""
    due = select(OutboxMessage.id).where(*_due(now), OutboxMessage.kind == kind)
    return session.execute(due.limit(1)).first() is not None


def _due(now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return (OutboxMessage.status == "pending", OutboxMessage.next_attempt_at <= now)


def claim(session: Session, owner: str, now: dt.datetime, *, kind: str = "") -> Claimed | None:
    """Lease the message that has waited longest among those due (of a kind); None when nothing is due."""
    due = (
        select(OutboxMessage.id)
        .where(*_due(now), *([OutboxMessage.kind == kind] if kind else []))
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    message_id = session.execute(due).scalar_one_or_none()
    if message_id is None:
        return None
    taken = update(OutboxMessage).where(OutboxMessage.id == message_id)
    taken = taken.values(
        status="leased",
        lease_owner=owner,
        lease_token=OutboxMessage.lease_token + 1,
        lease_until=database_now(session) + LEASE,
    )
    columns = (
        OutboxMessage.id, OutboxMessage.lease_token, OutboxMessage.kind, OutboxMessage.user_id,
        OutboxMessage.to_address, OutboxMessage.context, OutboxMessage.message_id, OutboxMessage.attempts,
        OutboxMessage.created_at, OutboxMessage.channel,
    )  # fmt: skip
    return Claimed(*session.execute(taken.returning(*columns)).one())


def readdress(session: Session, message: Claimed, to: str) -> None:
    """Note where it goes by now: its account has another address, or somebody else reads its mail."""
    mine = (OutboxMessage.id == message.id, OutboxMessage.lease_token == message.token)
    session.execute(update(OutboxMessage).where(*mine).values(to_address=to))


def enter_data(session: Session, message: Claimed) -> bool:
    """Mark that the letter is about to be handed over; False if the lease is lost: then do not send."""
    margin = database_now(session) + SENDING
    mine = update(OutboxMessage).where(
        OutboxMessage.id == message.id,
        OutboxMessage.lease_token == message.token,
        OutboxMessage.status == "leased",
        OutboxMessage.lease_until > margin,
    )
    return session.execute(mine.values(status="data").returning(OutboxMessage.id)).first() is not None


def _settle(session: Session, message: Claimed, **values: Any) -> bool:
    mine = update(OutboxMessage).where(
        OutboxMessage.id == message.id,
        OutboxMessage.lease_token == message.token,
        OutboxMessage.status.in_(("leased", "data")),
    )
    settled = mine.values(lease_until=None, lease_owner=None, **values)
    return session.execute(settled.returning(OutboxMessage.id)).first() is not None


def mark_sent(session: Session, message: Claimed, *, code: int | None, reply: str, now: dt.datetime) -> bool:
    """The server has taken it."""
    return _settle(
        session,
        message,
        status="sent",
        sent_at=now,
        attempts=message.attempts + 1,
        last_code=code,
        last_error=reply[:_LONGEST_ERROR],
    )


def postpone(session: Session, message: Claimed, *, code: int | None, reply: str, now: dt.datetime) -> bool:
    """Try again later: 1, 2, 5, 15, 30, 60, 60 … minutes, give or take a fifth."""
    return _settle(
        session,
        message,
        status="pending",
        attempts=message.attempts + 1,
        next_attempt_at=now + back_off(message.id, message.attempts),
        last_code=code,
        last_error=reply[:_LONGEST_ERROR],
    )


def put_back(session: Session, message: Claimed, *, code: int | None, reply: str, now: dt.datetime) -> bool:
    """Our own settings are at fault, not the message: it stays as it was, no attempt is counted."""
    return _settle(
        session,
        message,
        status="pending",
        next_attempt_at=now + dt.timedelta(minutes=BACK_OFF[0]),
        last_code=code,
        last_error=reply[:_LONGEST_ERROR],
    )


def bury(
    session: Session,
    message: Claimed,
    *,
    code: int | None,
    reply: str,
    now: dt.datetime,  # noqa: ARG001 (a verdict leads to one of four, and all are called alike: jobs.mailing)
) -> bool:
    """The server will never take it: it is shown to administrators."""
    return _settle(
        session,
        message,
        status="dead",
        attempts=message.attempts + 1,
        last_code=code,
        last_error=reply[:_LONGEST_ERROR],
    )


def poison(session: Session, message: Claimed, *, reply: str, now: dt.datetime) -> bool:
    """It cannot be made into a letter: tried five times, then given up; the others go on."""
    if message.attempts + 1 < MOST_POISONED:
        return postpone(session, message, code=None, reply=reply, now=now)
    return _settle(
        session, message, status="dead", attempts=message.attempts + 1, last_error=reply[:_LONGEST_ERROR]
    )


def cancel(session: Session, message: Claimed) -> bool:
    """What it was to say is no longer true."""
    return _settle(session, message, status="cancelled", last_error=NO_LONGER_TRUE)


def back_off(message_id: int, attempts: int) -> dt.timedelta:
    """How long to wait after that many earlier attempts; the same message waits the same time again.

    The spread of ± 20 % keeps a hundred messages from knocking at once.
    """
    minutes = BACK_OFF[min(attempts, len(BACK_OFF) - 1)]
    spread = zlib.crc32(f"{message_id}.{attempts}".encode()) % 401 / 1000 - 0.2
    return dt.timedelta(seconds=round(60 * minutes * (1 + spread)))


def hold_all(session: Session) -> int:
    """After a restore: nothing that waited in the backup leaves before an operator says so. How many."""
    waiting = OutboxMessage.status.in_(("pending", "leased", "data"))
    held = update(OutboxMessage).where(waiting).values(status="held", lease_until=None, lease_owner=None)
    return len(session.execute(held.returning(OutboxMessage.id)).all())


def release(session: Session, now: dt.datetime, message_ids: Collection[int] = ()) -> int:
    """An operator lets these held or dead messages go again, or, naming none, all held ones. How many."""
    stuck: ColumnElement[bool] = OutboxMessage.status == "held"
    if message_ids:
        stuck = OutboxMessage.id.in_(message_ids) & OutboxMessage.status.in_(("held", "dead"))
    values = {"status": "pending", "next_attempt_at": now, "expires_at": now + EXPIRES, "attempts": 0}
    again = update(OutboxMessage).where(stuck).values(values)
    return len(session.execute(again.returning(OutboxMessage.id)).all())


def retry(session: Session, *, actor: Identity, now: dt.datetime, message_id: int | None = None) -> int:
    """Let one message that was given up, or held after a restore, leave now, or all of them; how many.

    It is tried from the beginning and has 72 hours again. What it says is read when it leaves, so that one
    that is no longer true is not sent. Noted in the trail.
    """
    stuck = update(OutboxMessage).where(OutboxMessage.status.in_(STUCK))
    if message_id is not None:
        stuck = stuck.where(OutboxMessage.id == message_id)
    again = stuck.values(status="pending", attempts=0, next_attempt_at=now, expires_at=now + EXPIRES)
    many = len(session.execute(again.returning(OutboxMessage.id)).all())
    if many:
        audit.note(
            session, "mail_retried", actor_id=actor.user_id, now=now, object_type="outbox_message",
            object_id="" if message_id is None else message_id, facts={"mails": many},
        )  # fmt: skip
    return many
