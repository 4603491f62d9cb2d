"""Conclusions of a session (kết luận phiên họp): who owes what by which day, and whether it was kept."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tthc_tracker.domain.indicators import is_due_soon
from tthc_tracker.domain.workcalendar import WorkCalendar


class Progress(StrEnum):
    """Where a conclusion stands."""

    OPEN = "open"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DONE = "done"
    DONE_LATE = "done_late"


def progress(
    due_on: date, done_on: date | None, soon_days: int, today: date, calendar: WorkCalendar
) -> Progress:
    """By dates, as a day limit: late from 00:00 after the day it was due; kept by the day it was done."""
    if done_on is not None:
        return Progress.DONE if done_on <= due_on else Progress.DONE_LATE
    if today > due_on:
        return Progress.OVERDUE
    return Progress.DUE_SOON if is_due_soon(due_on, soon_days, today, calendar) else Progress.OPEN
