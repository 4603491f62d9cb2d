"""What may be answered to an alert, and for how long an answer holds (docs/law.md, flags)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

FURTHEST_PROMISE = timedelta(days=30)
LONGEST_SNOOZE = timedelta(days=14)


class Fault(StrEnum):
    """Why a day cannot stand."""

    MISSING = "missing"
    PAST = "past"
    TOO_FAR = "too_far"


def promise_fault(by: date | None, today: date) -> Fault | None:
    """What is wrong with the day by which somebody says that a matter will be done; today is in time."""
    if by is None:
        return Fault.MISSING
    if by < today:
        return Fault.PAST
    return Fault.TOO_FAR if by > today + FURTHEST_PROMISE else None


def snooze_fault(until: date | None, today: date) -> Fault | None:
    """What is wrong with the day on which an alert that is put off is to stand again."""
    if until is None:
        return Fault.MISSING
    if until <= today:
        return Fault.PAST
    return Fault.TOO_FAR if until > today + LONGEST_SNOOZE else None


def dispute_fault(resolved_on: date | None, accepted_on: date | None, today: date) -> Fault | None:
    """What is wrong with the day on which a dossier is said to have been resolved elsewhere.

    accepted_on: before it nothing can have been resolved (TOO_FAR); None where the source has not said.
    """
    if resolved_on is None:
        return Fault.MISSING
    if resolved_on > today:
        return Fault.PAST
    return Fault.TOO_FAR if accepted_on is not None and resolved_on < accepted_on else None
