"""The law once more, as slowly and plainly as it can be said: it walks the worked minutes one by one.

Written from docs/law.md alone and sharing nothing with the product, so that the two can be compared.
Naive datetimes are clocks of Hà Nội.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal

MINUTE = timedelta(minutes=1)
FOR_EVER = datetime.combine(date.max, time())
Hours = list[tuple[time, time]]


class BeyondTheHorizonError(Exception):
    """A date of an unknown year had to be looked at."""


@dataclass
class SlowCalendar:
    """week(date) gives the days of the hours in force; special days override them; years are known."""

    week: Callable[[date], list[Hours]]
    special: dict[date, Hours]
    years: set[int]
    provisional: set[int]

    def __post_init__(self) -> None:
        self.leaned = False

    def hours(self, on: date) -> Hours:
        if on.year not in self.years:
            raise BeyondTheHorizonError(on)
        self.leaned |= on.year in self.provisional
        return self.special[on] if on in self.special else self.week(on)[on.weekday()]

    def normal_day(self, on: date) -> int:
        return max(
            sum(len(list(minutes_of_window(on, opening, closing))) for opening, closing in day)
            for day in self.week(on)
        )

    def minutes(self, start: datetime, until: datetime = FOR_EVER) -> Iterator[datetime]:
        """Every worked minute from `start` on, before `until`."""
        on = start.date()
        while datetime.combine(on, time()) < until:
            for opening, closing in self.hours(on):
                for minute in minutes_of_window(on, opening, closing):
                    if start <= minute < until:
                        yield minute
            on = tomorrow(on)

    def snap(self, start: datetime) -> datetime:
        return next(self.minutes(start))

    def add(self, start: datetime, count: int) -> datetime:
        end = start
        if count:
            for number, minute in enumerate(self.minutes(start), 1):
                end = minute + MINUTE
                if number == count:
                    break
        return end

    def next_working_day(self, on: date) -> date:
        on = tomorrow(on)
        while not self.hours(on):
            on = tomorrow(on)
        return on

    def clamp(self, on: date, clock: time) -> datetime:
        for opening, closing in self.hours(on):
            if clock < opening:
                return datetime.combine(on, opening)
            if opening <= clock < closing:
                return datetime.combine(on, clock)
        return self.closing(on)

    def closing(self, on: date) -> datetime:
        return datetime.combine(on, self.hours(on)[-1][1])

    def is_opening(self, moment: datetime) -> bool:
        return moment.time() in [opening for opening, _ in self.hours(moment.date())]

    def is_closing(self, moment: datetime) -> bool:
        return moment.time() in [closing for _, closing in self.hours(moment.date())]


def tomorrow(on: date) -> date:
    return on + timedelta(days=1)


def minutes_of_window(on: date, opening: time, closing: time) -> Iterator[datetime]:
    minute, end = datetime.combine(on, opening), datetime.combine(on, closing)
    while minute < end:
        yield minute
        minute += MINUTE


@dataclass
class SlowPause:
    start: datetime
    end: datetime
    policy: str


@dataclass
class SlowAnswer:
    first_due: datetime
    due: datetime
    late_from: datetime
    leaned: bool


def slow_due(
    start: datetime,
    amount: Decimal,
    unit: str,
    calendar: SlowCalendar,
    pauses: list[SlowPause],
    end_of_day: bool,
    cutoff: time,
) -> SlowAnswer:
    """The dates of a clock, by the letter."""
    calendar.leaned = False
    hour_limit = unit == "working_hour" or amount % 1 != 0
    raw = _raw(start, amount, unit, calendar, cutoff, start)
    due = _lawful(raw, unit, calendar)
    first = due
    for pause in pauses:
        late = due if hour_limit else datetime.combine(tomorrow(due.date()), time())
        if pause.policy == "runs" or pause.start >= late:
            continue
        if pause.policy == "restart":
            raw = _raw(pause.end, amount, unit, calendar, cutoff, start)
        elif unit in {"calendar_day", "month"}:
            raw += pause.end - pause.start
        else:
            raw = _resumed(due, len(list(calendar.minutes(pause.start, pause.end))), calendar)
        due = _lawful(raw, unit, calendar)
    if end_of_day and not hour_limit:
        first, due = calendar.closing(first.date()), calendar.closing(due.date())
    late = due if hour_limit else datetime.combine(tomorrow(due.date()), time())
    return SlowAnswer(first, due, late, calendar.leaned)


def _resumed(due: datetime, lost: int, calendar: SlowCalendar) -> datetime:
    if lost == 0:
        return due
    moved = calendar.add(due, lost)
    if calendar.is_opening(due) and calendar.is_closing(moved):
        return calendar.snap(moved)
    return moved


def _raw(
    start: datetime, amount: Decimal, unit: str, calendar: SlowCalendar, cutoff: time, origin: datetime
) -> datetime:
    if unit == "calendar_day":
        return start + timedelta(days=int(amount))
    if unit == "month":
        return _months_later(start, int(amount))
    snapped = calendar.snap(start)
    if unit == "working_hour":
        return calendar.add(snapped, int((amount * 60).to_integral_value(ROUND_CEILING)))
    if amount == 0:
        on = snapped.date()
        return calendar.closing(calendar.next_working_day(on) if snapped.time() > cutoff else on)
    reached = snapped
    if amount >= 1:
        on = snapped.date()
        for _ in range(int(amount)):
            on = calendar.next_working_day(on)
        reached = calendar.clamp(on, snapped.time())
    share = amount % 1 * calendar.normal_day(origin.date())
    return calendar.add(reached, int(share.to_integral_value(ROUND_CEILING)))


def _months_later(start: datetime, count: int) -> datetime:
    year, month = start.year, start.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def _lawful(raw: datetime, unit: str, calendar: SlowCalendar) -> datetime:
    if unit not in {"calendar_day", "month"}:
        return raw
    on = raw.date()
    if not calendar.hours(on):
        on = calendar.next_working_day(on)
    return calendar.clamp(on, raw.time())
