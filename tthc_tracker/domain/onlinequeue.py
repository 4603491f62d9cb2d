"""The parts of the online queue, and how the reception clock of one of its dossiers stands."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    """What of the queue is shown."""

    UNANSWERED = "unanswered"
    LATE = "late"
    SOON = "soon"
    APPLICANT = "applicant"  # waits for a supplement or a payment
    MARKED = "marked"  # answered in its own source, whose file has not come yet


class Urgency(StrEnum):
    """How a reception clock stands."""

    LATE = "late"
    SOON = "soon"  # at most 2 working hours left (docs/law.md, flags)
    IN_TIME = "in_time"
    NO_CLOCK = "no_clock"
