"""Addresses that a mail server refuses for ever: marked, told to an administrator, cleared when mended."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.models.account import Membership, User
from tthc_tracker.queries import mailroutes
from tthc_tracker.queries.accounts import Identity
from tthc_tracker.services import audit, outbox
from tthc_tracker.services.accounts import person_to_manage

KIND = "refused"
_LONGEST_REPLY = 300


def mark(session: Session, address: str, *, reply: str, now: dt.datetime, domain: str) -> None:
    """Note that an address takes no mail, and tell the nearest administrators; once until it is cleared.

    Nothing for an address that no account has (any more).
    """
    user = session.execute(select(User).where(User.email == address).with_for_update()).scalar_one_or_none()
    if user is None or user.mail_bounced_at is not None:
        return
    user.mail_bounced_at, user.mail_bounced_reply = now, reply[:_LONGEST_REPLY]
    session.flush()
    home = select(Membership.agency_id).where(Membership.user_id == user.id).order_by(Membership.id).limit(1)
    audit.note(
        session, "address_refused", actor_id=None, now=now, object_type="user", object_id=user.id,
        agency_id=session.execute(home).scalar_one_or_none(),
    )  # fmt: skip
    for keeper in mailroutes.administrators(session, user.id):
        outbox.enqueue(
            session, dedup_key=f"{KIND}:{user.id}:{keeper}:{now.isoformat()}", kind=KIND, user_id=keeper,
            context={"user_id": user.id}, domain=domain, now=now,
        )  # fmt: skip


def clear(session: Session, user_id: int, *, actor: Identity, now: dt.datetime) -> None:
    """Say that an address takes mail again: what waits and what comes goes to its person.

    Nothing where it was not marked (any more).

    Raises:
        NotFound, NotAllowed.
    """
    user = person_to_manage(session, user_id, actor)
    if user.mail_bounced_at is None:
        return
    forget(user)
    audit.note(
        session, "address_cleared", actor_id=actor.user_id, now=now, object_type="user", object_id=user_id
    )


def forget(user: User) -> None:
    """Drop the mark: the account has another address, or this one was mended."""
    user.mail_bounced_at, user.mail_bounced_reply = None, ""
