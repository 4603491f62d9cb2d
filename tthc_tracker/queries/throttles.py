"""Tries that were counted, and whether one more may be made."""

import datetime as dt
import hashlib
from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import TooManyTries
from tthc_tracker.domain.throttles import NO_WAIT, Counted, Throttle, wait
from tthc_tracker.models.account import RateBucket


def key_hash(key: str) -> str:
    """What is kept of a key: its SHA-256."""
    return hashlib.sha256(key.encode()).hexdigest()


def counted(session: Session, throttles: Sequence[Throttle], now: dt.datetime) -> dict[str, Counted]:
    """The tries of each throttle's key as far back as its limits reach, by scope; one query."""
    rows = [
        and_(
            RateBucket.scope == throttle.scope,
            RateBucket.key_hash == key_hash(throttle.key),
            RateBucket.window_start > now - throttle.reach,
        )
        for throttle in throttles
    ]
    statement = select(RateBucket.scope, RateBucket.window_start, RateBucket.count).where(or_(*rows))
    found: dict[str, list[tuple[dt.datetime, int]]] = {throttle.scope: [] for throttle in throttles}
    for scope, minute, tries in session.execute(statement.order_by(RateBucket.window_start)):
        found[scope].append((minute, tries))
    return dict(found)


def refuse_beyond(
    session: Session, throttles: Sequence[Throttle], *, now: dt.datetime, included: bool = False
) -> None:
    """Let one more try pass. included: it is counted already.

    Raises:
        TooManyTries: beyond a limit of one of the throttles; the longest wait of all of them.
    """
    found = counted(session, throttles, now)
    longest = max(
        (wait(found[each.scope], each.limits, now, included=included) for each in throttles), default=NO_WAIT
    )
    if longest > NO_WAIT:
        raise TooManyTries(longest)
