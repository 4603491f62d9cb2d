"""Tries that are counted before they are looked at, in the database: one count for all processes."""

import datetime as dt
import hashlib

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.models.account import RateBucket

_BUCKET = dt.timedelta(minutes=1)
_KEPT = dt.timedelta(days=1)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def take(
    session: Session, scope: str, key: str, *, limit: int, window: dt.timedelta, now: dt.datetime
) -> bool:
    """Count one try; False when more than `limit` were counted within any `window` that ends now.

    Roll the transaction back on False: a refused try does not prolong the wait, so nobody is
    locked out for good. Commit on True before the try is looked at: tries at the same instant wait
    for each other at this row.
    """
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(RateBucket)
    minute = now.replace(second=0, microsecond=0)
    statement = insert.values(scope=scope, key_hash=_hash(key), window_start=minute, count=1)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["scope", "key_hash", "window_start"], set_={"count": RateBucket.count + 1}
        )
    )
    counted = select(func.sum(RateBucket.count)).where(
        RateBucket.scope == scope,
        RateBucket.key_hash == _hash(key),
        RateBucket.window_start > minute - window - _BUCKET,
    )
    return int(session.execute(counted).scalar_one()) <= limit


def forgive(session: Session, scope: str, key: str) -> None:
    """Forget the tries of a key: the last one was right."""
    session.execute(delete(RateBucket).where(RateBucket.scope == scope, RateBucket.key_hash == _hash(key)))


def sweep(session: Session, now: dt.datetime) -> None:
    """Remove counts that no window reaches any more."""
    session.execute(delete(RateBucket).where(RateBucket.window_start < now - _KEPT))
