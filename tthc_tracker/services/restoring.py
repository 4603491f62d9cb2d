"""After a backup has been put in place: what must be so before anybody works with it again (decision 0003).

Numbers already printed on receipts are not given out again, mails of that time do not leave a second time,
whoever was signed in signs in anew, and systems that read on or are called go on behind what they were told.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import literal, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.models.account import LoginSession
from tthc_tracker.models.api import ChangeCounter
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.reception import CodeCounter
from tthc_tracker.models.webhook import WebhookEndpoint
from tthc_tracker.queries import trailrows
from tthc_tracker.services import audit, outbox

MARGIN = 50  # numbers of each desk and day that may have been given out after the backup
TOLD = 10**9  # changes and calls, of each source and receiver, that may have been told after it


@dataclass(frozen=True)
class Restored:
    """What was done, for the report."""

    skipped_numbers: int
    held_mails: int
    ended_sessions: int


def settle(session: Session, *, made_at: dt.datetime, now: dt.datetime, file_name: str) -> Restored:
    """Skip numbers, hold mails, end sessions, write the event; in that order, in one transaction."""
    _tell_on_behind_what_was_told(session)
    done = Restored(
        skipped_numbers=_skip_numbers(session, made_at, now),
        held_mails=outbox.hold_all(session),
        ended_sessions=_end_sessions(session, now),
    )
    facts = {
        "file": file_name, "made_at": made_at.isoformat(), "skipped": done.skipped_numbers,
        "chains": trailrows.reached(session),  # what seals know beyond was lost with the restore
    }  # fmt: skip
    audit.note(session, "database_restored", actor_id=None, now=now, facts=facts)
    return done


def _skip_numbers(session: Session, made_at: dt.datetime, now: dt.datetime) -> int:
    """Let every desk's series go on 50 numbers later, from the day of the backup to today."""
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(CodeCounter)
    columns = CodeCounter.agency_id, CodeCounter.series
    desks = session.execute(select(*columns).distinct().order_by(*columns))
    first = made_at.astimezone(now.tzinfo).date()
    days = [first + dt.timedelta(days=offset) for offset in range((now.date() - first).days + 1)]
    rows = [
        {"agency_id": desk, "day": day, "series": series, "last": MARGIN}
        for desk, series in desks.all()
        for day in days
    ]
    later = insert.on_conflict_do_update(
        index_elements=["agency_id", "day", "series"], set_={"last": CodeCounter.last + MARGIN}
    )
    if rows:
        session.execute(later, rows)
    return MARGIN * len(rows)


def _tell_on_behind_what_was_told(session: Session) -> None:
    """A cursor or a sequence of the time that is lost must not stand above what comes now: nobody would read
    the changes below it."""
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(ChangeCounter)
    sources = select(Source.id, literal(TOLD)).order_by(Source.id)
    later = insert.from_select(["source_id", "last"], sources.where(true())).on_conflict_do_update(
        index_elements=["source_id"], set_={"last": ChangeCounter.last + TOLD}
    )
    session.execute(later)
    session.execute(update(WebhookEndpoint).values(sequence=WebhookEndpoint.sequence + TOLD))


def _end_sessions(session: Session, now: dt.datetime) -> int:
    ended = update(LoginSession).where(LoginSession.revoked_at.is_(None)).values(revoked_at=now)
    return len(session.execute(ended.returning(LoginSession.id_hash)).all())
