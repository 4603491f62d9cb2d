"""Tries that are counted before they are looked at, in the database: one count for all processes."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.domain.throttles import MINUTE, Throttle
from tthc_tracker.models.account import RateBucket
from tthc_tracker.queries.throttles import key_hash, refuse_beyond

_KEPT = dt.timedelta(days=1)


def take(
    session: Session, scope: str, key: str, *, limit: int, window: dt.timedelta, now: dt.datetime
) -> bool:
    """Count one try; False when more than `limit` were counted within any `window` that ends now.

    Roll the transaction back on False: a refused try does not prolong the wait, so nobody is
    locked out for good. Commit on True before the try is looked at: tries at the same instant wait
    for each other at this row.
    """
    return taken(session, scope, key, window=window, now=now) <= limit


def taken(session: Session, scope: str, key: str, *, window: dt.timedelta, now: dt.datetime) -> int:
    """Count one try; how many there are with it within any `window` that ends now (see `take`)."""
    _count(session, scope, key, now)
    counted = select(func.sum(RateBucket.count)).where(
        RateBucket.scope == scope,
        RateBucket.key_hash == key_hash(key),
        RateBucket.window_start > _minute(now) - window - MINUTE,
    )
    return int(session.execute(counted).scalar_one())


def claim(session: Session, throttles: Iterable[Throttle], *, now: dt.datetime) -> None:
    """Count one try under each throttle, in their order; commit before the try is looked at.

    Raises:
        TooManyTries: beyond a limit. Let the transaction roll back: a refused try prolongs nobody's wait.
    """
    throttles = tuple(throttles)
    for throttle in throttles:
        _count(session, throttle.scope, throttle.key, now)
    refuse_beyond(session, throttles, now=now, included=True)


def give_back(session: Session, throttles: Iterable[Throttle], *, now: dt.datetime) -> None:
    """Take a try out of the count again, because it was right; `now` is the moment it was counted at."""
    for throttle in throttles:
        session.execute(
            update(RateBucket)
            .where(
                RateBucket.scope == throttle.scope,
                RateBucket.key_hash == key_hash(throttle.key),
                RateBucket.window_start == _minute(now),
                RateBucket.count > 0,
            )
            .values(count=RateBucket.count - 1)
        )


def _count(session: Session, scope: str, key: str, now: dt.datetime) -> None:
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(RateBucket)
    statement = insert.values(scope=scope, key_hash=key_hash(key), window_start=_minute(now), count=1)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["scope", "key_hash", "window_start"], set_={"count": RateBucket.count + 1}
        )
    )


def _minute(now: dt.datetime) -> dt.datetime:
    return now.replace(second=0, microsecond=0)


def forgive(session: Session, scope: str, key: str) -> None:
    """Forget the tries of a key: the last one was right."""
    session.execute(delete(RateBucket).where(RateBucket.scope == scope, RateBucket.key_hash == key_hash(key)))


def sweep(session: Session, now: dt.datetime) -> None:
    """Remove counts that no window reaches any more."""
    session.execute(delete(RateBucket).where(RateBucket.window_start < now - _KEPT))
