"""Indicators of the session (chỉ tiêu Đề án 06, chuyển đổi số): figures, targets, outcomes, when to enter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.performance import rate
from tthc_tracker.domain.periods import Period, PeriodKind, half_year, month, quarter, statutory_year
from tthc_tracker.domain.workcalendar import WorkCalendar

DISTRICTS_ENDED = date(2025, 7, 1)
"""The first day without a district level."""

WHOLE = ""
"""The part of an indicator that is no part: all of it."""


RHYTHMS = (PeriodKind.QUARTER, PeriodKind.MONTH, PeriodKind.HALF_YEAR, PeriodKind.YEAR)
"""Of which periods an indicator may be told; the session is of quarters."""

LOOKED_BACK = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4, PeriodKind.HALF_YEAR: 2, PeriodKind.YEAR: 1}
"""How many periods back what has not been entered is still asked for: those of a year."""


class Measure(StrEnum):
    """What a figure is: a share of something, or a number of things."""

    PERCENT = "percent"
    COUNT = "count"


class Direction(StrEnum):
    """Which side of the target is the good one."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"  # a number that is no merit and no fault; a target is then reached from below


class Computed(StrEnum):
    """What is reckoned from what the tracker holds; every other indicator is entered with its evidence."""

    ELECTRONIC = "electronic"
    ONLINE = "online"
    ONLINE_PAYMENT = "online_payment"
    ON_TIME = "on_time"
    RECEPTION = "reception"
    COMPONENTS = "components"
    RESULTS = "results"
    CITIZEN_CARD = "citizen_card"
    FIELD_REPORTS = "field_reports"


class Outcome(StrEnum):
    """How a figure stands to its target."""

    EXCEEDED = "exceeded"
    MET = "met"
    NOT_MET = "not_met"
    NO_DATA = "no_data"
    NO_TARGET = "no_target"


class Trend(StrEnum):
    """How a figure stands to that of the period before."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    MORE = "more"
    LESS = "less"
    UNKNOWN = "unknown"


class Entry(StrEnum):
    """Whether a period's figure has been entered, and how long there is still."""

    NOT_ASKED = "not_asked"  # computed, or the period has not ended
    ENTERED = "entered"
    OPEN = "open"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it is made of, where that is known. value: as shown; of a share in per cent."""

    value: Decimal
    num: int | None = None
    den: int | None = None

    @property
    def exact(self) -> Fraction:
        """What is compared: of a share with its parts their quotient, for 99,996 % is not 100 %."""
        if self.num is not None and self.den:
            return Fraction(100 * self.num, self.den)
        return Fraction(self.value)


def share(num: int, den: int) -> Figure | None:
    """A share with its two parts; of nothing there is none."""
    made = rate(num, den)
    return None if made.percent is None else Figure(made.percent, num, den)


def count(num: int) -> Figure:
    """A number of things."""
    return Figure(Decimal(num), num)


def outcome(figure: Figure | None, target: Decimal | None, direction: Direction) -> Outcome:
    """Met at the target, exceeded on its good side; compared before any rounding. No figure is no data."""
    if figure is None:
        return Outcome.NO_DATA
    if target is None:
        return Outcome.NO_TARGET
    ahead = _ahead(figure.exact, Fraction(target), direction)
    if ahead == 0:
        return Outcome.MET
    return Outcome.EXCEEDED if ahead > 0 else Outcome.NOT_MET


def trend(figure: Figure | None, before: Figure | None, direction: Direction) -> Trend:
    """Better or worse than the period before, by which side is the good one; more or less where none is."""
    if figure is None or before is None:
        return Trend.UNKNOWN
    ahead = _ahead(figure.exact, before.exact, direction)
    if ahead == 0:
        return Trend.SAME
    if direction is Direction.NEITHER:
        return Trend.MORE if ahead > 0 else Trend.LESS
    return Trend.BETTER if ahead > 0 else Trend.WORSE


def _ahead(value: Fraction, of: Fraction, direction: Direction) -> Fraction:
    return of - value if direction is Direction.LOWER else value - of


def parts_owed(levels: Collection[Level], period: Period) -> tuple[str, ...]:
    """The parts that a period's figures must be entered for: the levels there were, else the whole."""
    if not levels:
        return (WHOLE,)
    ended = period.end >= DISTRICTS_ENDED
    return tuple(one.value for one in Level if one in levels and not (ended and one is Level.HUYEN))


def number_of(period: Period) -> int:
    """The period of an indicator as one number, by which an alert knows it.

    20263 is the third quarter of 2026, 2026111 its November, 2026201 its first half, 2026301 the year.
    """
    if period.kind is PeriodKind.QUARTER:
        return 10 * period.year + period.number
    return 1000 * period.year + 100 * RHYTHMS.index(period.kind) + period.number


def period_of_number(number: int) -> Period:
    """The period that `number_of` gave the number of."""
    if number < 100_000:
        return quarter(number // 10, number % 10)
    year, rest = divmod(number, 1000)
    kind, which = divmod(rest, 100)
    return (quarter, month, half_year, statutory_year)[kind](year, which)


def entry_due_on(period: Period, days: int, calendar: WorkCalendar) -> date:
    """By which day the figures of a period are to be entered: so many working days after it has ended.

    Raises:
        CalendarHorizonError: the calendar does not reach so far.
    """
    return calendar.nth_working_day_after(period.end, days)


def entry(
    period: Period, due_on: date, soon_days: int, today: date, calendar: WorkCalendar, *, entered: bool
) -> Entry:
    """Where the entering of a period's figures stands; overdue from 00:00 after its day, as a day limit is.

    soon_days: on how many of the last working days it is due soon.
    """
    if entered:
        return Entry.ENTERED
    if today <= period.end:
        return Entry.NOT_ASKED
    if today > due_on:
        return Entry.OVERDUE
    return Entry.DUE_SOON if is_due_soon(due_on, soon_days, today, calendar) else Entry.OPEN


def is_due_soon(due_on: date, soon_days: int, today: date, calendar: WorkCalendar) -> bool:
    """Whether a day lies within the last so many working days before and on its due day."""
    return today <= due_on and calendar.working_days_between(today, due_on) <= soon_days
