"""The weekly summary: one mail to each head of an agency on the first working morning of the week."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.periods import PeriodKind, period_of, previous
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.services import outbox
from tthc_tracker.services.alertmails import slot, works_on

KIND = "weekly"


@dataclass
class Summaries:
    """What became of a run, in heads: whose hour has come, to whom it was written."""

    due: int = 0
    written: int = 0


def write_summaries(
    session: Session, *, now: dt.datetime, domain: str, whatever_the_hour: bool = False
) -> Summaries:
    """Write the summary of last week to every head of an agency who has not had it.

    On the first working day of his agency from its hour on; if nobody ran then, on the next working day of
    the same week. The key of the message is the week's: no second run writes it again.
    """
    summaries, week = Summaries(), previous(period_of(PeriodKind.WEEK, now.date())).key
    had = select(OutboxMessage.dedup_key).where(OutboxMessage.dedup_key.startswith(f"{KIND}:{week}:"))
    written = frozenset(session.execute(had).scalars())
    for user_id, agency_id in _heads_of_agencies(session).items():
        key = f"{KIND}:{week}:{user_id}"
        if key in written or not works_on(session, agency_id, now.date()):
            continue
        if now < slot(session, agency_id, now) and not whatever_the_hour:
            continue
        summaries.due += 1
        context = {"agency_id": agency_id, "week": week}
        summaries.written += outbox.enqueue(
            session, dedup_key=key, kind=KIND, user_id=user_id, context=context, domain=domain, now=now
        )
    return summaries


def _heads_of_agencies(session: Session) -> dict[int, int]:
    """Who leads an agency and wants its summary, with the first agency that he leads."""
    held = (
        select(Membership.user_id, Membership.agency_id)
        .join(User, User.id == Membership.user_id)
        .where(User.active, User.summary_mail, Membership.role == Role.HEAD_OF_AGENCY)
        .order_by(Membership.id.desc())
    )
    return dict(session.execute(held).all())
