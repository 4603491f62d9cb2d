"""How often something may be tried: limits over sliding windows, and how long one has to wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
NO_WAIT = timedelta(0)

Counted = Sequence[tuple[datetime, int]]
"""Tries by the minute in which they were made."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries within any `window`."""

    most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Throttle:
    """What is counted together: a scope and a key in it, which keeps all of its limits."""

    scope: str
    key: str
    limits: tuple[Limit, ...]

    @property
    def reach(self) -> timedelta:
        """How far back its counts matter."""
        return max(limit.window for limit in self.limits) + MINUTE


def wait(counted: Counted, limits: Iterable[Limit], now: datetime, *, included: bool = False) -> timedelta:
    """How long until one more try keeps every limit; nothing when it may be made now.

    A minute leaves a window when all of it has. included: that try is among those counted.
    """
    own = 1 if included else 0
    return max((_wait(counted, limit, now, own) for limit in limits), default=NO_WAIT)


def _wait(counted: Counted, limit: Limit, now: datetime, own: int) -> timedelta:
    room = limit.most - 1 + own
    for minute, tries in sorted(counted, reverse=True):
        leaves_at = minute + MINUTE + limit.window
        if leaves_at <= now:
            break
        room -= tries
        if room < 0:
            return leaves_at - now
    return NO_WAIT
