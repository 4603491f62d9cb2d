"""The fenced lease of a duty: one owner at a time, and a token by which a late writer is known.

Expiry goes by the clock of the database, so that machines with other clocks agree (decision 0003).
"""

import datetime as dt
from collections.abc import Callable

from sqlalchemy import select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.models.job import JobLease
from tthc_tracker.queries.operations import database_now

LASTS = dt.timedelta(seconds=90)
_LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class LeaseLost(Exception):
    """Somebody else owns the duty now: whatever this transaction was to write must not be written."""


def _nobody_is_gone(_owner: str) -> bool:
    return False


def acquire(
    session: Session, name: str, owner: str, is_gone: Callable[[str], bool] = _nobody_is_gone
) -> int | None:
    """Take or renew a lease for 90 seconds; its token, or None while another owner holds it.

    The token rises whenever the lease was free or expired, and stays while it is renewed in time. An owner
    that `is_gone` for certain has left it free.
    """
    now = database_now(session)
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(JobLease)
    blank = {"name": name, "owner": "", "token": 0, "expires_at": _LONG_AGO}
    session.execute(insert.values(blank).on_conflict_do_nothing())
    found = select(JobLease).where(JobLease.name == name).with_for_update()
    lease = session.execute(found.execution_options(populate_existing=True)).scalar_one()
    alive = lease.expires_at > now and not (lease.owner != owner and is_gone(lease.owner))
    if alive and lease.owner != owner:
        return None
    if not alive:
        lease.token += 1
    lease.owner, lease.expires_at, lease.heartbeat_at = owner, now + LASTS, now
    session.flush()
    return lease.token


def hold(session: Session, name: str, token: int) -> None:
    """Be the first statement of a fenced transaction: until its end nobody can take the lease.

    Raises:
        LeaseLost: the token is not the present one, or the lease has run out.
    """
    if session.get_bind().dialect.name == "postgresql":
        # A process that is stopped in the middle must not keep the row for ever.
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '30s'"))
    statement = select(JobLease.token, JobLease.expires_at).where(JobLease.name == name)
    row = session.execute(statement.with_for_update(read=True)).first()
    if row is None or row.token != token or row.expires_at <= database_now(session):
        raise LeaseLost(f"{name}: token {token} is no longer the owner's")


def release(session: Session, name: str, owner: str, token: int) -> None:
    """Give the lease up at once; a lease that is no longer ours stays as it is."""
    mine = (JobLease.name == name, JobLease.owner == owner, JobLease.token == token)
    session.execute(update(JobLease).where(*mine).values(expires_at=_LONG_AGO))


def give_up(session: Session, name: str, owner: str) -> None:
    """Give up whatever this owner holds of that name, whichever its token."""
    mine = (JobLease.name == name, JobLease.owner == owner)
    session.execute(update(JobLease).where(*mine).values(expires_at=_LONG_AGO))


def is_free(session: Session, name: str) -> bool:
    """Whether nobody holds the lease at this moment."""
    alive = select(JobLease.name).where(JobLease.name == name, JobLease.expires_at > database_now(session))
    return session.execute(alive).first() is None
