"""Prefix sums over the days of known years: counting that costs the same for any length of limit."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.localtime import DAY, date_of

Windows = tuple[tuple[int, int], ...]
"""The working windows of a day, in order and apart, as minutes of the day: start inclusive, end exclusive."""


def clamped(windows: Windows, clock: int) -> int:
    """That clock time on a day with these windows, which are not empty (docs/law.md, clamp)."""
    for opening, closing in windows:
        if clock < opening:
            return opening
        if clock < closing:
            return clock
    return windows[-1][1]


class MinuteTable:
    """The days of one unbroken run of known years, from day ordinal `first` on.

    `minutes[i]` and `workdays[i]` are what lies before the i-th day; `working` the ordinals of working days.
    Methods take and give local minutes or day ordinals and raise CalendarHorizonError, naming the first day
    outside that they would have had to look at. What they start from lies inside.
    """

    __slots__ = ("days", "end", "first", "minutes", "workdays", "working")

    def __init__(self, first: int, days: Sequence[Windows]) -> None:
        self.first = first
        self.end = first + len(days)
        self.days = days
        self.minutes = [0, *accumulate(sum(b - a for a, b in windows) for windows in days)]
        self.workdays = [0, *accumulate(1 if windows else 0 for windows in days)]
        self.working = [ordinal for ordinal, windows in enumerate(days, first) if windows]

    def snap(self, minute: int) -> int:
        """The minute itself if it is worked, else the next opening."""
        ordinal, clock = divmod(minute, DAY)
        for opening, closing in self.days[ordinal - self.first]:
            if clock < closing:
                return minute if clock >= opening else ordinal * DAY + opening
        following = self.nth_after(ordinal, 1)
        return following * DAY + self.days[following - self.first][0][0]

    def worked_before(self, minute: int) -> int:
        """Working minutes from the first day of the table to this minute."""
        ordinal, clock = divmod(minute, DAY)
        total = self.minutes[ordinal - self.first]
        for opening, closing in self.days[ordinal - self.first]:
            if clock <= opening:
                break
            total += min(closing, clock) - opening
        return total

    def add(self, minute: int, amount: int) -> int:
        """The earliest minute at which `amount` working minutes after this one are used up; itself for 0."""
        if amount == 0:
            return minute
        ordinal, clock = divmod(minute, DAY)
        index, left = ordinal - self.first, amount
        for opening, closing in self.days[index]:
            if clock < closing:
                begun = max(opening, clock)
                if begun + left <= closing:
                    return ordinal * DAY + begun + left
                left -= closing - begun
        target = self.minutes[index + 1] + left
        after = bisect_left(self.minutes, target, index + 2)
        if after >= len(self.minutes):
            raise CalendarHorizonError(date_of(self.end))
        left = target - self.minutes[after - 1]
        windows = iter(self.days[after - 1])
        opening, closing = next(windows)
        while opening + left > closing:
            left -= closing - opening
            opening, closing = next(windows)
        return (self.first + after - 1) * DAY + opening + left

    def back(self, minute: int, amount: int) -> int:
        """The latest minute from which `amount` (more than 0) working minutes lead to this one."""
        target = self.worked_before(minute) - amount
        if target < 0:
            raise CalendarHorizonError(date_of(self.first - 1))
        index = bisect_right(self.minutes, target, 0, minute // DAY - self.first + 1) - 1
        left = target - self.minutes[index]
        windows = iter(self.days[index])
        opening, closing = next(windows)
        while opening + left >= closing:
            left -= closing - opening
            opening, closing = next(windows)
        return (self.first + index) * DAY + opening + left

    def nth_after(self, ordinal: int, count: int) -> int:
        """The `count`-th working day after this day, which need not be one itself; count ≥ 1."""
        place = self.workdays[ordinal - self.first + 1] + count - 1
        if place >= len(self.working):
            raise CalendarHorizonError(date_of(self.end))
        return self.working[place]

    def nth_before(self, ordinal: int, count: int) -> int:
        """The `count`-th working day before this day; count ≥ 1."""
        place = self.workdays[ordinal - self.first] - count
        if place < 0:
            raise CalendarHorizonError(date_of(self.first - 1))
        return self.working[place]

    def on_or_after(self, ordinal: int) -> int:
        """This day if it is a working day, else the next one."""
        return ordinal if self.days[ordinal - self.first] else self.nth_after(ordinal, 1)

    def next_opening(self, minute: int) -> int:
        """The first opening at or after this minute."""
        ordinal, clock = divmod(minute, DAY)
        for opening, _ in self.days[ordinal - self.first]:
            if clock <= opening:
                return ordinal * DAY + opening
        following = self.nth_after(ordinal, 1)
        return following * DAY + self.days[following - self.first][0][0]

    def is_opening(self, minute: int) -> bool:
        """Whether a window starts at this minute."""
        ordinal, clock = divmod(minute, DAY)
        return any(opening == clock for opening, _ in self.days[ordinal - self.first])

    def is_closing(self, minute: int) -> bool:
        """Whether a window ends at this minute."""
        ordinal, clock = divmod(minute, DAY)
        return any(closing == clock for _, closing in self.days[ordinal - self.first])
