"""How each unit of time comes from a start to a due date, in local minutes (docs/law.md, counting)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from calendar import monthrange
from datetime import date, time

from tthc_tracker.domain import ledger
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.ledger import Step, StepReason, StepUnit
from tthc_tracker.domain.localtime import DAY, HOUR, clock_minute, date_of
from tthc_tracker.domain.minutetable import clamped
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit, whole_minutes
from tthc_tracker.domain.workcalendar import WorkCalendar


class DueRule(ABC):
    """One limit on one calendar.

    A clock is kept as its *raw* minute, which pauses move; `settle` gives the due minute it stands for.
    """

    def __init__(self, limit: TimeLimit, calendar: WorkCalendar) -> None:
        self.limit = limit
        self.calendar = calendar

    @abstractmethod
    def begin(self, start: int) -> int:
        """The raw minute of a clock started at `start`."""

    def restart(self, resumed: int, _origin: int) -> int:
        """The raw minute of a clock first started at `_origin` and begun again at `resumed`."""
        return self.begin(resumed)

    @abstractmethod
    def settle(self, raw: int) -> int:
        """The due minute of a raw one."""

    @abstractmethod
    def pause_length(self, start: int, end: int) -> int:
        """What a pause takes from the clock, in the minutes this rule counts."""

    @abstractmethod
    def resume(self, raw: int, length: int) -> int:
        """The raw minute after a pause of that length."""

    @abstractmethod
    def explain(self, start: int, raw: int) -> list[Step]:
        """The steps from a start to the due minute."""


class WorkingTime(DueRule):
    """Rules that count in working time: the raw minute is the due minute."""

    def settle(self, raw: int) -> int:
        return raw

    def pause_length(self, start: int, end: int) -> int:
        return self.calendar.worked(start, end)

    def resume(self, raw: int, length: int) -> int:
        if length == 0:
            return raw
        table = self.calendar.table_of(raw // DAY)
        due = table.add(raw, length)
        if table.is_opening(raw) and table.is_closing(due):
            return table.next_opening(due + 1)
        return due


class WholeWorkingDays(WorkingTime):
    """n ≥ 1: the n-th working day after the start day, at the start's clock time."""

    def __init__(self, limit: TimeLimit, calendar: WorkCalendar) -> None:
        super().__init__(limit, calendar)
        self._count = int(limit.amount)

    def begin(self, start: int) -> int:
        table = self.calendar.table_of(start // DAY)
        snapped = table.snap(start)
        day = table.nth_after(snapped // DAY, self._count)
        return day * DAY + clamped(table.days[day - table.first], snapped % DAY)

    def explain(self, start: int, raw: int) -> list[Step]:
        snapped = self.calendar.table_of(start // DAY).snap(start)
        return [
            *ledger.snap_steps(self.calendar, start, snapped),
            *ledger.working_day_steps(self.calendar, snapped, raw),
            *ledger.clock_steps(raw // DAY * DAY + snapped % DAY, raw),
        ]


class SameWorkingDay(WorkingTime):
    """n = 0: the closing of the day, or of the next working day after the cutoff."""

    def __init__(self, limit: TimeLimit, calendar: WorkCalendar, cutoff: int) -> None:
        super().__init__(limit, calendar)
        self._cutoff = cutoff

    def begin(self, start: int) -> int:
        table = self.calendar.table_of(start // DAY)
        day, clock = divmod(table.snap(start), DAY)
        if clock > self._cutoff:
            day = table.nth_after(day, 1)
        return day * DAY + table.days[day - table.first][-1][1]

    def explain(self, start: int, raw: int) -> list[Step]:
        snapped = self.calendar.table_of(start // DAY).snap(start)
        steps = ledger.snap_steps(self.calendar, start, snapped)
        if raw // DAY == snapped // DAY:
            return [*steps, ledger.step(snapped, raw, StepReason.SAME_DAY, StepUnit.WORKING_DAY, due=raw)]
        midnight = (snapped // DAY + 1) * DAY
        steps.append(ledger.step(snapped, midnight, StepReason.AFTER_CUTOFF, StepUnit.WORKING_DAY))
        return [*steps, *ledger.run_of_days(self.calendar, midnight // DAY, raw)]


class WorkingDayFraction(WorkingTime):
    """n = w + f: the whole days as such, then that share of the normal day of the start date."""

    def __init__(self, limit: TimeLimit, calendar: WorkCalendar) -> None:
        super().__init__(limit, calendar)
        self._whole = limit.amount // 1
        self._part = limit.amount % 1
        self._minutes: dict[int, int] = {}  # of the part, by normal day
        self._days = (
            WholeWorkingDays(TimeLimit(self._whole, LimitUnit.WORKING_DAY), calendar) if self._whole else None
        )

    def begin(self, start: int) -> int:
        return self.restart(start, start)

    def restart(self, resumed: int, origin: int) -> int:
        whole = self._after_days(resumed)
        normal = self.calendar.normal_of(origin // DAY)
        minutes = self._minutes.get(normal)
        if minutes is None:
            minutes = self._minutes[normal] = whole_minutes(self._part, normal)
        return self.calendar.table_of(whole // DAY).add(whole, minutes)

    def _after_days(self, start: int) -> int:
        if self._days is not None:
            return self._days.begin(start)
        return self.calendar.table_of(start // DAY).snap(start)

    def explain(self, start: int, raw: int) -> list[Step]:
        whole = self._after_days(start)
        if self._days is not None:
            steps = self._days.explain(start, whole)
        else:
            steps = ledger.snap_steps(self.calendar, start, whole)
        return [*steps, *ledger.working_minute_steps(self.calendar, whole, raw)]


class WorkingHours(WorkingTime):
    """n × 60 working minutes."""

    def __init__(self, limit: TimeLimit, calendar: WorkCalendar) -> None:
        super().__init__(limit, calendar)
        self._minutes = whole_minutes(limit.amount, HOUR)

    def begin(self, start: int) -> int:
        table = self.calendar.table_of(start // DAY)
        return table.add(table.snap(start), self._minutes)

    def explain(self, start: int, raw: int) -> list[Step]:
        snapped = self.calendar.table_of(start // DAY).snap(start)
        return [
            *ledger.snap_steps(self.calendar, start, snapped),
            *ledger.working_minute_steps(self.calendar, snapped, raw),
        ]


class CalendarTime(DueRule):
    """Rules that count days as they are: a due date on a day off moves, its clock time is clamped."""

    unit = StepUnit.CALENDAR_DAY

    def settle(self, raw: int) -> int:
        day, clock = divmod(raw, DAY)
        table = self.calendar.table_of(day)
        day = table.on_or_after(day)
        return day * DAY + clamped(table.days[day - table.first], clock)

    def pause_length(self, start: int, end: int) -> int:
        return end - start

    def resume(self, raw: int, length: int) -> int:
        return raw + length

    def explain(self, start: int, raw: int) -> list[Step]:
        due = self.settle(raw)
        counted = ledger.step(
            start, raw, StepReason.CALENDAR_TIME, self.unit, counted=int(self.limit.amount), due=raw
        )
        return [
            counted,
            *ledger.off_day_steps(self.calendar, raw, due // DAY),
            *ledger.clock_steps(due // DAY * DAY + raw % DAY, due),
        ]


class CalendarDays(CalendarTime):
    """n days later."""

    def __init__(self, limit: TimeLimit, calendar: WorkCalendar) -> None:
        super().__init__(limit, calendar)
        self._minutes = int(limit.amount) * DAY

    def begin(self, start: int) -> int:
        return start + self._minutes


class Months(CalendarTime):
    """The same day of the n-th next month, or that month's last day."""

    unit = StepUnit.MONTH

    def __init__(self, limit: TimeLimit, calendar: WorkCalendar) -> None:
        super().__init__(limit, calendar)
        self._count = int(limit.amount)
        self._moved: dict[int, int] = {}  # the raw day of a start day

    def begin(self, start: int) -> int:
        day, clock = divmod(start, DAY)
        moved = self._moved.get(day)
        if moved is None:
            moved = self._moved[day] = self._months_after(day)
        return moved * DAY + clock

    def _months_after(self, ordinal: int) -> int:
        on = date_of(ordinal)
        years, month = divmod(on.month - 1 + self._count, 12)
        year = on.year + years
        if year > date.max.year:
            raise CalendarHorizonError(year=year)
        day = min(on.day, monthrange(year, month + 1)[1])
        return date(year, month + 1, day).toordinal()


def rule_of(limit: TimeLimit, calendar: WorkCalendar, cutoff: time) -> DueRule:
    """The rule for a limit; the cutoff concerns a limit of 0 working days."""
    if limit.unit is LimitUnit.WORKING_HOUR:
        return WorkingHours(limit, calendar)
    if limit.unit is LimitUnit.CALENDAR_DAY:
        return CalendarDays(limit, calendar)
    if limit.unit is LimitUnit.MONTH:
        return Months(limit, calendar)
    if limit.is_same_day:
        return SameWorkingDay(limit, calendar, clock_minute(cutoff))
    return WholeWorkingDays(limit, calendar) if limit.is_whole else WorkingDayFraction(limit, calendar)
