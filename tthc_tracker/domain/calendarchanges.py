"""A change of the calendar on its way into force, and what it does to an open dossier."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class ChangeState(StrEnum):
    """How far a change is; whoever reads the calendar sees it from DONE on only."""

    WAITING = "waiting"  # its consequences are being reckoned
    JUDGED = "judged"  # somebody has to agree to them
    AGREED = "agreed"  # confirmed: the next run of the job writes it
    DONE = "done"
    DROPPED = "dropped"
    FAILED = "failed"


IN_WORK = frozenset({ChangeState.WAITING, ChangeState.AGREED})
UNDECIDED = IN_WORK | {ChangeState.JUDGED}


class Effect(StrEnum):
    """What moving its date does to a dossier at that moment."""

    NONE = ""
    LATE = "late"  # it would be overdue
    RELIEVED = "relieved"  # it would no longer be
    UNKNOWN = "unknown"  # cannot be reckoned by the changed calendar: stays as it is


class Notice(StrEnum):
    """What becomes of the letter that tells an applicant of his new date."""

    NONE = ""
    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"  # handed to the outbox
    DROPPED = "dropped"


def effect_of(was: datetime | None, becomes: datetime | None, now: datetime, *, paused: bool) -> Effect:
    """What it means at `now` that a dossier is overdue from another moment on. A paused one never is."""
    if paused or was is None or becomes is None or (was <= now) == (becomes <= now):
        return Effect.NONE
    return Effect.LATE if becomes <= now else Effect.RELIEVED
