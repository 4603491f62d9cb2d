"""The work calendar: office hours, days that differ from the week, and how far the years are known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import pairwise

from tthc_tracker.domain.errors import CalendarHorizonError, InvalidCalendar
from tthc_tracker.domain.localtime import DAY, clock_minute, date_of, minute_of, moment_of
from tthc_tracker.domain.minutetable import MinuteTable, Windows, clamped

FIRST_YEAR, LAST_YEAR = 1976, 2999
"""Before 1976 the clocks of Asia/Ho_Chi_Minh did not stand at +07:00 throughout."""


class DayKind(StrEnum):
    """Why a day is worked or not."""

    WORKING = "working"
    WEEKLY_OFF = "weekly_off"
    HOLIDAY = "holiday"
    SWAP_OFF = "swap_off"
    MAKE_UP = "make_up"
    OTHER_HOURS = "other_hours"

    __hash__ = str.__hash__  # an Enum's own is written in Python, and every run of a working asks for it


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Worked from start_minute (inclusive) to end_minute (exclusive), minutes of one day."""

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < self.end_minute < DAY:
            raise InvalidCalendar("a window starts before it ends, within one day")

    @classmethod
    def between(cls, opening: time, closing: time) -> Window:
        """The window from one clock time to another."""
        return cls(clock_minute(opening), clock_minute(closing))


DayWindows = tuple[Window, ...]

_MORNING_AND_AFTERNOON: DayWindows = (Window(7 * 60, 11 * 60 + 30), Window(13 * 60 + 30, 17 * 60))
DEFAULT_WEEK: tuple[DayWindows, ...] = (_MORNING_AND_AFTERNOON,) * 5 + ((), ())
"""Monday to Friday 07:00–11:30, 13:30–17:00 (docs/law.md)."""


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """The windows of Monday to Sunday, in force from a date on until a later row; None: from ever."""

    week: tuple[DayWindows, ...]
    effective_from: date | None = None

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise InvalidCalendar("a week has seven days")

    @property
    def longest_day(self) -> int:
        """The working minutes of the longest day of this week, the *normal day*."""
        return max(sum(window.end_minute - window.start_minute for window in day) for day in self.week)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that differs from its week; without `kind` the week tells which kind (off: a holiday)."""

    windows: DayWindows = ()
    kind: DayKind | None = None


class WorkCalendar:
    """When an agency works: for each date of a known year its windows, and counting over them.

    published and provisional are the known years (official schedule; statutory days only); every other year
    is unknown, and whatever must look at a date there raises CalendarHorizonError. `hours` must be in force
    from the first known day on. Raises InvalidCalendar for overlapping windows and the like. Windows that
    touch are one. Immutable; moments are aware, results in Asia/Ho_Chi_Minh. Source: docs/law.md, counting.
    """

    __slots__ = ("_hours", "_kinds", "_normal", "_provisional", "_starts", "_tables", "special_runs", "years")

    def __init__(
        self,
        hours: Sequence[WeeklyHours],
        days: Mapping[date, SpecialDay],
        published: Iterable[int],
        provisional: Iterable[int] = (),
    ) -> None:
        self._provisional = frozenset(provisional)
        self.years = tuple(sorted(self._provisional.union(published)))
        if self.years and not FIRST_YEAR <= self.years[0] <= self.years[-1] <= LAST_YEAR:
            raise InvalidCalendar(f"years lie between {FIRST_YEAR} and {LAST_YEAR}")
        self._hours = sorted(hours, key=lambda row: row.effective_from or date.min)
        self._normal = [row.longest_day for row in self._hours]
        self._starts = [(row.effective_from or date.min).toordinal() for row in self._hours]
        if not self._hours or (self.years and self._starts[0] > date(self.years[0], 1, 1).toordinal()):
            raise InvalidCalendar("no office hours are in force on the first known day")
        special = {on.toordinal(): day for on, day in days.items()}
        self._tables = [self._table(first, last, special) for first, last in _unbroken(self.years)]
        self._kinds = {ordinal: self._kind(ordinal, day) for ordinal, day in special.items()}
        self.special_runs = _runs(self._kinds)

    # --- building

    def _hours_on(self, ordinal: int) -> WeeklyHours:
        return self._hours[self._row_on(ordinal)]

    def _row_on(self, ordinal: int) -> int:
        return max(bisect_right(self._starts, ordinal) - 1, 0)

    def _table(self, first_year: int, last_year: int, special: Mapping[int, SpecialDay]) -> MinuteTable:
        first, end = date(first_year, 1, 1).toordinal(), date(last_year + 1, 1, 1).toordinal()
        days: list[Windows] = []
        changes = [first, *(start for start in self._starts if first < start < end), end]
        for start, until in pairwise(changes):
            week = [_checked(day) for day in self._hours_on(start).week]
            days.extend(week[(ordinal - 1) % 7] for ordinal in range(start, until))
        for ordinal, day in special.items():
            if first <= ordinal < end:
                days[ordinal - first] = _checked(day.windows)
        return MinuteTable(first, days)

    def _kind(self, ordinal: int, day: SpecialDay) -> DayKind:
        usual = self._hours_on(ordinal).week[(ordinal - 1) % 7]
        if day.kind is not None:
            return day.kind
        if day.windows:
            return DayKind.OTHER_HOURS if usual else DayKind.MAKE_UP
        return DayKind.HOLIDAY if usual else DayKind.WEEKLY_OFF

    # --- days

    def table_of(self, ordinal: int) -> MinuteTable:
        """The days around this day ordinal. Raises CalendarHorizonError if its year is unknown."""
        for table in self._tables:
            if table.first <= ordinal < table.end:
                return table
        if date.min.toordinal() <= ordinal <= date.max.toordinal():
            raise CalendarHorizonError(date_of(ordinal))
        raise CalendarHorizonError

    def windows_on(self, on: date) -> DayWindows:
        """The working windows of a date, in order; empty on a day off."""
        table = self.table_of(on.toordinal())
        return tuple(Window(a, b) for a, b in table.days[on.toordinal() - table.first])

    def is_working_day(self, on: date) -> bool:
        """Whether the date has any window."""
        ordinal = on.toordinal()
        table = self.table_of(ordinal)
        return bool(table.days[ordinal - table.first])

    def kind_on(self, on: date) -> DayKind:
        """Why the date is worked or not."""
        return self.kind_of(on.toordinal())

    def kind_of(self, ordinal: int) -> DayKind:
        """Why the day of this ordinal is worked or not."""
        table = self.table_of(ordinal)
        usual = DayKind.WORKING if table.days[ordinal - table.first] else DayKind.WEEKLY_OFF
        return self._kinds.get(ordinal, usual)

    def normal_day(self, on: date) -> int:
        """Working minutes of the longest day of the weekly hours in force on a date."""
        return self.normal_of(on.toordinal())

    def normal_of(self, ordinal: int) -> int:
        """The same for the day of an ordinal."""
        return self._normal[self._row_on(ordinal)]

    def is_provisional(self, on: date) -> bool:
        """Whether only the statutory days of the date's year are known."""
        return on.year in self._provisional

    def leans_on_provisional(self, first: int, last: int) -> bool:
        """Whether a provisional year lies between two day ordinals, both looked at."""
        if not self._provisional:
            return False
        return any(year in self._provisional for year in range(date_of(first).year, date_of(last).year + 1))

    def first_difference(self, other: WorkCalendar) -> date | None:
        """The first day on which another calendar counts otherwise than this one; None: it never does.

        A day that one of them knows and the other does not, or does provisionally, counts otherwise.
        """
        mine, theirs = self._as_counted(), other._as_counted()
        if mine == theirs:
            return None
        return date_of(min(day for day in mine.keys() | theirs.keys() if mine.get(day) != theirs.get(day)))

    def _as_counted(self) -> dict[int, tuple[Windows, int, bool]]:
        """All that counting asks of a day, by its ordinal."""
        return {
            ordinal: (windows, self.normal_of(ordinal), date_of(ordinal).year in self._provisional)
            for table in self._tables
            for ordinal, windows in enumerate(table.days, table.first)
        }

    def nth_working_day_after(self, on: date, count: int) -> date:
        """The count-th (≥ 1) working day after a date, which need not be one itself."""
        return date_of(self.table_of(on.toordinal()).nth_after(on.toordinal(), count))

    def nth_working_day_before(self, on: date, count: int) -> date:
        """The count-th (≥ 1) working day before a date."""
        return date_of(self.table_of(on.toordinal()).nth_before(on.toordinal(), count))

    def working_days_between(self, after: date, until: date) -> int:
        """Working days after one date up to and with another, negative if they stand the other way round."""
        table = self._table_of_both(after.toordinal(), until.toordinal())
        return (
            table.workdays[until.toordinal() + 1 - table.first]
            - table.workdays[after.toordinal() + 1 - table.first]
        )

    def first_opening(self, on: date) -> datetime:
        """The first opening of a working day."""
        return moment_of(on.toordinal() * DAY + self._worked(on)[0][0])

    def last_closing(self, on: date) -> datetime:
        """The last closing of a working day."""
        return moment_of(on.toordinal() * DAY + self._worked(on)[-1][1])

    def clamp(self, on: date, clock: time) -> datetime:
        """A clock time on a working day, moved into its windows (docs/law.md, clamp)."""
        return moment_of(on.toordinal() * DAY + clamped(self._worked(on), clock_minute(clock)))

    def _worked(self, on: date) -> Windows:
        table = self.table_of(on.toordinal())
        windows = table.days[on.toordinal() - table.first]
        if not windows:
            raise InvalidCalendar(f"{on} is a day off")
        return windows

    # --- moments

    def snap(self, moment: datetime) -> datetime:
        """The moment (to the minute) if it lies in a window, else the next opening."""
        minute = minute_of(moment)
        return moment_of(self.table_of(minute // DAY).snap(minute))

    def next_opening(self, moment: datetime) -> datetime:
        """The first opening at or after a moment."""
        minute = minute_of(moment)
        return moment_of(self.table_of(minute // DAY).next_opening(minute))

    def add(self, moment: datetime, minutes: int) -> datetime:
        """The earliest moment at which this many (≥ 0) working minutes after a moment are used up."""
        minute = minute_of(moment)
        return moment_of(self.table_of(minute // DAY).add(minute, minutes))

    def back(self, moment: datetime, minutes: int) -> datetime:
        """The latest moment from which this many (≥ 1) working minutes lead to a moment."""
        minute = minute_of(moment)
        return moment_of(self.table_of(minute // DAY).back(minute, minutes))

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Working minutes from one moment to a later one; negative if they stand the other way round."""
        return self.worked(minute_of(start), minute_of(end))

    def worked(self, start: int, end: int) -> int:
        """Working minutes between two local minutes."""
        # 00:00 after the last known day needs no look at the day it begins.
        table = self._table_of_both(start // DAY, (end - 1) // DAY if end > start else end // DAY)
        before_end = table.minutes[-1] if end == table.end * DAY else table.worked_before(end)
        return before_end - table.worked_before(start)

    def _table_of_both(self, first: int, last: int) -> MinuteTable:
        table = self.table_of(first)
        if not table.first <= last < table.end:
            raise CalendarHorizonError(date_of(table.end if last > first else table.first - 1))
        return table


def _unbroken(years: Sequence[int]) -> list[tuple[int, int]]:
    """First and last year of each run of years without a gap."""
    runs: list[tuple[int, int]] = []
    for year in years:
        if runs and runs[-1][1] == year - 1:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    return runs


_ORDINARY = (DayKind.WORKING, DayKind.WEEKLY_OFF)


def _runs(kinds: Mapping[int, DayKind]) -> list[tuple[int, int, DayKind]]:
    """First and last day of each unbroken run of special days of one kind that is not ordinary, in order."""
    runs: list[tuple[int, int, DayKind]] = []
    for ordinal, kind in sorted(kinds.items()):
        if kind in _ORDINARY:
            continue
        first = ordinal
        if runs and runs[-1][1] == ordinal - 1 and runs[-1][2] is kind:
            first = runs.pop()[0]
        runs.append((first, ordinal, kind))
    return runs


def _checked(windows: DayWindows) -> Windows:
    """The windows as pairs of minutes, in order, touching ones joined; InvalidCalendar if two overlap."""
    joined: list[tuple[int, int]] = []
    for window in sorted(windows):
        if joined and window.start_minute < joined[-1][1]:
            raise InvalidCalendar("two windows of a day overlap")
        if joined and window.start_minute == joined[-1][1]:
            joined[-1] = (joined[-1][0], window.end_minute)
        else:
            joined.append((window.start_minute, window.end_minute))
    return tuple(joined)
