"""The working of a due date: steps that a person can follow, and the runs of days they are made of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

from tthc_tracker.domain.localtime import DAY, date_of, midnight_after, midnight_of, moment_of
from tthc_tracker.domain.workcalendar import DayKind, WorkCalendar


class StepReason(StrEnum):
    """Why a stretch of time was counted, skipped, added or moved."""

    # counted or skipped while counting
    OUTSIDE_HOURS = "outside_hours"
    START_DAY = "start_day"
    ORDINARY_DAYS = "ordinary_days"
    HOLIDAY = "holiday"
    SWAP_OFF = "swap_off"
    MAKE_UP = "make_up"
    OTHER_HOURS = "other_hours"
    CALENDAR_TIME = "calendar_time"
    # moved
    SAME_DAY = "same_day"
    AFTER_CUTOFF = "after_cutoff"
    OFF_DAY = "off_day"
    CLOCK_TIME = "clock_time"
    END_OF_DAY = "end_of_day"
    # pauses and the second date
    RESUMED = "resumed"
    RESTARTED = "restarted"
    CLOCK_RUNS = "clock_runs"
    PAUSED_TOO_LATE = "paused_too_late"
    REAPPOINTED = "reappointed"


class StepUnit(StrEnum):
    """What `counted` of a step is a number of. `skipped` always counts days off."""

    WORKING_DAY = "working_day"
    WORKING_MINUTE = "working_minute"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    MINUTE = "minute"


class Step(NamedTuple):
    """One run of the working, between two moments: how much of it counted, how much was skipped, why.

    due_at: the date as it stands after this step, on the steps that settle or move it.
    """

    from_at: datetime
    to_at: datetime
    counted: int
    skipped: int
    unit: StepUnit
    reason: StepReason
    due_at: datetime | None = None

    @property
    def first_on(self) -> date:
        """The first date the run touches."""
        return self.from_at.date()

    @property
    def last_on(self) -> date:
        """The last date the run touches: a run to midnight ends the day before."""
        if self.to_at <= self.from_at:
            return self.to_at.date()
        return date_of(self.to_at.toordinal() - (self.to_at.hour == self.to_at.minute == 0))


_REASONS = {
    DayKind.HOLIDAY: StepReason.HOLIDAY,
    DayKind.SWAP_OFF: StepReason.SWAP_OFF,
    DayKind.MAKE_UP: StepReason.MAKE_UP,
    DayKind.OTHER_HOURS: StepReason.OTHER_HOURS,
}


_LAST_DAY = itemgetter(1)


def step(
    start: int,
    end: int,
    reason: StepReason,
    unit: StepUnit,
    *,
    counted: int = 0,
    skipped: int = 0,
    due: int | None = None,
) -> Step:
    """A step between two local minutes."""
    due_at = None if due is None else moment_of(due)
    return Step(moment_of(start), moment_of(end), counted, skipped, unit, reason, due_at)


def day_runs(calendar: WorkCalendar, first: int, last: int) -> list[tuple[int, int, StepReason]]:
    """The days from ordinal `first` to `last` as runs (first, last, reason).

    Ordinary weeks are one run however long; special days that stand together for the same reason are one. So
    there are as many runs as the calendar has exceptions in between, not as many as days.
    """
    runs: list[tuple[int, int, StepReason]] = []
    begun = first
    special = calendar.special_runs
    for place in range(bisect_left(special, first, key=_LAST_DAY), len(special)):
        run_first, run_last, kind = special[place]
        if run_first > last:
            break
        if begun < run_first:
            runs.append((begun, run_first - 1, StepReason.ORDINARY_DAYS))
        begun = run_last + 1
        runs.append((max(run_first, first), min(run_last, last), _REASONS[kind]))
    if begun <= last:
        runs.append((begun, last, StepReason.ORDINARY_DAYS))
    return runs


def snap_steps(calendar: WorkCalendar, start: int, snapped: int) -> list[Step]:
    """Received outside hours: the way from the reception to the next opening."""
    return [] if snapped == start else list(_stretch(calendar, start, snapped, StepReason.OUTSIDE_HOURS))


def working_day_steps(calendar: WorkCalendar, snapped: int, due: int) -> list[Step]:
    """The start day, which is not counted, and the days up to the due date."""
    midnight = midnight_after(snapped)
    start_day = step(snapped, midnight, StepReason.START_DAY, StepUnit.WORKING_DAY)
    return [start_day, *run_of_days(calendar, midnight // DAY, due)]


def run_of_days(calendar: WorkCalendar, first_day: int, due: int) -> Iterator[Step]:
    """Whole days from a day ordinal up to the due minute."""
    table = calendar.table_of(first_day)
    workdays, offset = table.workdays, table.first
    due_day = due // DAY
    for first, last, reason in day_runs(calendar, first_day, due_day):
        counted = workdays[last + 1 - offset] - workdays[first - offset]
        end = moment_of(due) if last == due_day else midnight_of(last + 1)
        skipped = last + 1 - first - counted
        yield Step(midnight_of(first), end, counted, skipped, StepUnit.WORKING_DAY, reason)


def working_minute_steps(calendar: WorkCalendar, start: int, due: int) -> list[Step]:
    """Working minutes from one local minute to a later one."""
    return [] if due == start else list(_stretch(calendar, start, due, StepReason.ORDINARY_DAYS))


def off_day_steps(calendar: WorkCalendar, raw: int, due_day: int) -> Iterator[Step]:
    """A date that fell on a day off: the days off up to the next working day, at the same clock time."""
    for first, last, reason in day_runs(calendar, raw // DAY, due_day - 1):
        yield step(
            max(raw, first * DAY),
            due_day * DAY + raw % DAY if last == due_day - 1 else (last + 1) * DAY,
            StepReason.OFF_DAY if reason is StepReason.ORDINARY_DAYS else reason,
            StepUnit.CALENDAR_DAY,
            skipped=last + 1 - first,
        )


def clock_steps(wanted: int, due: int) -> list[Step]:
    """A clock time outside the windows of the due date, moved into them."""
    if wanted == due:
        return []
    return [step(wanted, due, StepReason.CLOCK_TIME, StepUnit.MINUTE, due=due)]


def _stretch(calendar: WorkCalendar, start: int, end: int, ordinary: StepReason) -> Iterator[Step]:
    table = calendar.table_of(start // DAY)
    workdays, offset = table.workdays, table.first
    for first, last, reason in day_runs(calendar, start // DAY, end // DAY):
        run_start, run_end = max(start, first * DAY), min(end, (last + 1) * DAY)
        worked = calendar.worked(run_start, run_end)
        skipped = last + 1 - first - (workdays[last + 1 - offset] - workdays[first - offset])
        named = ordinary if reason is StepReason.ORDINARY_DAYS else reason
        yield step(run_start, run_end, named, StepUnit.WORKING_MINUTE, counted=worked, skipped=skipped)
