"""The life of a file that somebody sent to be read in: judged, agreed to, written, perhaps taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise


class BatchState(StrEnum):
    """Where a file stands."""

    UNMAPPED = "unmapped"  # sent; somebody has to say which column is what
    WAITING = "waiting"  # sent; its rows are to be judged
    CHECKED = "checked"  # judged: somebody has to agree
    UNUSABLE = "unusable"  # no export at all
    DROPPED = "dropped"  # nobody agreed
    CONFIRMED = "confirmed"  # agreed to; being written
    DONE = "done"
    FAILED = "failed"  # broken off; what was written stands
    UNDOING = "undoing"
    UNDONE = "undone"


class Sends(StrEnum):
    """What the files of a source hold."""

    CHANGES = "changes"  # what is new or has changed
    FULL = "full"  # everything it has that is open: what is missing is no longer there


class Whole(StrEnum):
    """Whether a file is a full list, as whoever sends it says."""

    AS_DECLARED = ""  # as its source does
    NO = "no"
    YES = "yes"
    SURE = "sure"  # however much is missing from it


def is_whole(said: Whole, sends: Sends) -> bool:
    """Whether what is missing from a file is no longer seen at its source."""
    return sends is Sends.FULL if said is Whole.AS_DECLARED else said is not Whole.NO


def is_too_much(missing: int, known: int, most: int) -> bool:
    """Whether so many of the known are missing, over `most` percent, that the file is rather cut short."""
    return missing * 100 > known * most


def next_refresh(told: Sequence[datetime], at_least: datetime) -> datetime:
    """When a source is expected to speak again: its usual gap after it spoke last, not before `at_least`.

    told: the moments of its data, the latest first. The usual gap is their median: one week without a file
    does not make a daily source a weekly one.
    """
    gaps = sorted(later - earlier for later, earlier in pairwise(told))
    return max(told[0] + gaps[(len(gaps) - 1) // 2], at_least) if gaps else at_least


RHYTHM_OF = 10
"""Files of a source by which its usual gap is told."""

MOST_UNSEEN = 20
"""Percent of its source's open dossiers that a full list may miss before somebody must say he is sure."""

# What the timed work takes up; in all other states a file waits for a person, or for nothing.
TO_WORK_ON = frozenset({BatchState.WAITING, BatchState.CONFIRMED, BatchState.UNDOING})

SCREEN_ROWS = 50_000
SCREEN_BYTES = 20 * 1024 * 1024
PREVIEWED = 20
FILES_KEPT = timedelta(days=30)
