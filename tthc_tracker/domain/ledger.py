"""The working of a due date: steps that a person can follow, and the runs of days they are made of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tthc_tracker.domain.localtime import DAY, date_of, midnight_after, moment_of
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


@dataclass(frozen=True, slots=True)
class Step:
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
    DayKind.WORKING: StepReason.ORDINARY_DAYS,
    DayKind.WEEKLY_OFF: StepReason.ORDINARY_DAYS,
    DayKind.HOLIDAY: StepReason.HOLIDAY,
    DayKind.SWAP_OFF: StepReason.SWAP_OFF,
    DayKind.MAKE_UP: StepReason.MAKE_UP,
    DayKind.OTHER_HOURS: StepReason.OTHER_HOURS,
}


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

    def lay(run_first: int, run_last: int, reason: StepReason) -> None:
        if runs and runs[-1][2] is reason:
            run_first = runs.pop()[0]
        runs.append((run_first, run_last, reason))

    special, begun = calendar.special_days, first
    for ordinal in special[bisect_left(special, first) : bisect_left(special, last + 1)]:
        if begun < ordinal:
            lay(begun, ordinal - 1, StepReason.ORDINARY_DAYS)
        lay(ordinal, ordinal, _REASONS[calendar.kind_of(ordinal)])
        begun = ordinal + 1
    if begun <= last:
        lay(begun, last, StepReason.ORDINARY_DAYS)
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
    for first, last, reason in day_runs(calendar, first_day, due // DAY):
        counted = table.workdays[last + 1 - table.first] - table.workdays[first - table.first]
        yield step(
            first * DAY,
            min(due, (last + 1) * DAY),
            reason,
            StepUnit.WORKING_DAY,
            counted=counted,
            skipped=last + 1 - first - counted,
        )


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
    for first, last, reason in day_runs(calendar, start // DAY, end // DAY):
        run_start, run_end = max(start, first * DAY), min(end, (last + 1) * DAY)
        workdays = table.workdays[last + 1 - table.first] - table.workdays[first - table.first]
        yield step(
            run_start,
            run_end,
            ordinary if reason is StepReason.ORDINARY_DAYS else reason,
            StepUnit.WORKING_MINUTE,
            counted=calendar.worked(run_start, run_end),
            skipped=last + 1 - first - workdays,
        )
