"""Where a dossier stands at a moment, in one word: what lists, pages and mails say about its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tthc_tracker.domain.lifecycle import WAITING, FinishClass, State
from tthc_tracker.domain.performance import finish_class


class Standing(StrEnum):
    """The standing of a dossier; of several that hold, the first that asks for something."""

    AWAITING_RECEPTION = "awaiting_reception"
    RECEPTION_LATE = "reception_late"
    AWAITING_APPLICANT = "awaiting_applicant"
    REFUSED = "refused"
    NO_DUE_DATE = "no_due_date"
    PAUSED = "paused"
    OVERDUE = "overdue"
    REAPPOINTED = "reappointed"
    PAST_HOUR = "past_hour"
    DUE_SOON = "due_soon"
    IN_TIME = "in_time"
    FINISHED_EARLY = "finished_early"
    FINISHED_ON_TIME = "finished_on_time"
    FINISHED_LATE = "finished_late"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What a standing is told from; moments are aware, dates as services.deadlines projected them.

    late_from belongs to due_at, overdue_from to current_due_at; paused_since is the start of the *valid*
    pause that is open; closed_at the finish or the decision that ended it.
    """

    state: State
    accepted: bool
    is_hour_limit: bool = False
    reception_late_from: datetime | None = None
    due_at: datetime | None = None
    current_due_at: datetime | None = None
    late_from: datetime | None = None
    overdue_from: datetime | None = None
    due_soon_from: datetime | None = None
    paused_since: datetime | None = None
    closed_at: datetime | None = None


_ENDED = {
    State.REFUSED: Standing.REFUSED,
    State.WITHDRAWN: Standing.WITHDRAWN,
    State.STOPPED: Standing.STOPPED,
    State.CANCELLED: Standing.CANCELLED,
}
_FINISHED = {
    FinishClass.EARLY: Standing.FINISHED_EARLY,
    FinishClass.ON_TIME: Standing.FINISHED_ON_TIME,
    FinishClass.LATE: Standing.FINISHED_LATE,
}


def standing(facts: ClockFacts, now: datetime) -> Standing:
    """Where the dossier stands at `now` (docs/law.md, three dates, and late, exactly)."""
    if facts.state in _ENDED:
        return _ENDED[facts.state]
    if not facts.accepted:
        return _before_acceptance(facts, now)
    if facts.due_at is None:
        return Standing.NO_DUE_DATE
    if facts.closed_at is not None:
        return _FINISHED[finish_class(facts.due_at, facts.closed_at, is_hour_limit=facts.is_hour_limit)]
    if facts.paused_since is not None:
        return Standing.PAUSED
    return _running(facts, now)


def is_overdue(facts: ClockFacts, now: datetime) -> bool:
    """Open, not validly paused, and past `overdue_from`: derived, never stored."""
    return (
        facts.closed_at is None
        and facts.paused_since is None
        and facts.overdue_from is not None
        and facts.overdue_from <= now
    )


def _before_acceptance(facts: ClockFacts, now: datetime) -> Standing:
    if facts.state in WAITING:
        return Standing.AWAITING_APPLICANT
    if _reached(facts.reception_late_from, now):
        return Standing.RECEPTION_LATE
    return Standing.AWAITING_RECEPTION


def _running(facts: ClockFacts, now: datetime) -> Standing:
    if is_overdue(facts, now):
        return Standing.OVERDUE
    if _reached(facts.late_from, now):
        return Standing.REAPPOINTED
    # Day limits only: an hour limit is overdue at its hour.
    if facts.current_due_at is not None and facts.current_due_at < now:
        return Standing.PAST_HOUR
    return Standing.DUE_SOON if _reached(facts.due_soon_from, now) else Standing.IN_TIME


def _reached(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
