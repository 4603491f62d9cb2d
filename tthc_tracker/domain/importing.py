"""The life of a file that somebody sent to be read in: judged, agreed to, written, perhaps taken back."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class BatchState(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"  # sent; its rows are to be judged
    CHECKED = "checked"  # judged: somebody has to agree
    UNUSABLE = "unusable"  # no export at all
    DROPPED = "dropped"  # nobody agreed
    CONFIRMED = "confirmed"  # agreed to; being written
    DONE = "done"
    FAILED = "failed"  # broken off; what was written stands
    UNDOING = "undoing"
    UNDONE = "undone"


# What the timed work takes up; in all other states a file waits for a person, or for nothing.
TO_WORK_ON = frozenset({BatchState.WAITING, BatchState.CONFIRMED, BatchState.UNDOING})

SCREEN_ROWS = 50_000
SCREEN_BYTES = 20 * 1024 * 1024
PREVIEWED = 20
FILES_KEPT = timedelta(days=30)
