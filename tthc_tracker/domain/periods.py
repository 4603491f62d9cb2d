"""Reporting periods: statutory ones from the 15th to the 14th, calendar ones, any range (domain rule 6)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# Beyond them a neighbouring period would leave what a date can hold.
YEARS = range(1900, 2200)


class PeriodKind(StrEnum):
    """How a period is cut; quarter, half-year and year are statutory."""

    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, both included. year and number name it in its kind (a range has none)."""

    kind: PeriodKind
    start: date
    end: date
    year: int = 0
    number: int = 0

    @property
    def key(self) -> str:
        """How addresses name it: 2026-Q4, 2026-H1, 2026, 2026-11, 2026-W48, 2026-06-15..2026-09-14."""
        match self.kind:
            case PeriodKind.QUARTER:
                return f"{self.year:04}-Q{self.number}"
            case PeriodKind.HALF_YEAR:
                return f"{self.year:04}-H{self.number}"
            case PeriodKind.YEAR:
                return f"{self.year:04}"
            case PeriodKind.MONTH:
                return f"{self.year:04}-{self.number:02}"
            case PeriodKind.WEEK:
                return f"{self.year:04}-W{self.number:02}"
            case _:  # a range
                return f"{self.start.isoformat()}..{self.end.isoformat()}"

    @property
    def days(self) -> int:
        """How many calendar days it has."""
        return (self.end - self.start).days + 1

    def holds(self, day: date) -> bool:
        """True if the day lies in it."""
        return self.start <= day <= self.end


def _statutory(kind: PeriodKind, year: int, number: int, months: int) -> Period:
    """`months` statutory months ending on the 14th of month number × months of that year."""
    last = number * months
    first = last - months  # 0 is December of the year before
    start = date(year, first, 15) if first else date(year - 1, 12, 15)
    return Period(kind, start, date(year, last, 14), year, number)


def quarter(year: int, number: int) -> Period:
    """Statutory quarter 1 to 4: Q1 is 15/12 of the year before to 14/3."""
    return _statutory(PeriodKind.QUARTER, year, number, 3)


def half_year(year: int, number: int) -> Period:
    """Statutory half-year 1 or 2: 15/12 to 14/6, 15/6 to 14/12."""
    return _statutory(PeriodKind.HALF_YEAR, year, number, 6)


def statutory_year(year: int, number: int = 1) -> Period:
    """Statutory year: 15/12 of the year before to 14/12. There is one a year: number is 1."""
    return _statutory(PeriodKind.YEAR, year, number, 12)


def month(year: int, number: int) -> Period:
    """Calendar month 1 to 12."""
    last = monthrange(year, number)[1]
    return Period(PeriodKind.MONTH, date(year, number, 1), date(year, number, last), year, number)


def week(year: int, number: int) -> Period:
    """ISO week, Monday to Sunday. Raises ValueError for a week 53 that the year does not have."""
    monday = date.fromisocalendar(year, number, 1)
    return Period(PeriodKind.WEEK, monday, monday + timedelta(days=6), year, number)


def days_from(start: date, end: date) -> Period:
    """Any range of days, both included, within YEARS. Raises ValueError if it ends before it starts."""
    if end < start:
        raise ValueError("a period ends before it starts")
    if start.year not in YEARS or end.year not in YEARS:
        raise ValueError("a period outside the years that can be asked for")
    return Period(PeriodKind.RANGE, start, end)


def period_of(kind: PeriodKind, day: date) -> Period:
    """The period of this kind that the day lies in; of kind range, the day alone."""
    if kind is PeriodKind.MONTH:
        return month(day.year, day.month)
    if kind is PeriodKind.WEEK:
        year, number, _ = day.isocalendar()
        return week(year, number)
    if kind is PeriodKind.RANGE:
        return days_from(day, day)
    # From the 15th on a day counts to the next statutory month; from 15/12 on, to the next year.
    months = day.month + (day.day >= 15)
    year, months = (day.year + 1, 1) if months == 13 else (day.year, months)
    length = _MONTHS_OF[kind]
    return _statutory(kind, year, (months - 1) // length + 1, length)


_MONTHS_OF = {PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6, PeriodKind.YEAR: 12}


def previous(period: Period) -> Period:
    """The one just before; of a range, as many days just before it."""
    if period.kind is PeriodKind.RANGE:
        return days_from(period.start - timedelta(days=period.days), period.start - timedelta(days=1))
    return period_of(period.kind, period.start - timedelta(days=1))


def following(period: Period) -> Period:
    """The one just after; of a range, as many days just after it."""
    if period.kind is PeriodKind.RANGE:
        return days_from(period.end + timedelta(days=1), period.end + timedelta(days=period.days))
    return period_of(period.kind, period.end + timedelta(days=1))


def same_last_year(period: Period) -> Period:
    """The period of the same name a year earlier; week 53 and 29/2 fall back to week 52 and 28/2."""
    match period.kind:
        case PeriodKind.RANGE:
            return days_from(_year_before(period.start), _year_before(period.end))
        case PeriodKind.WEEK:
            last = date(period.year - 1, 12, 28).isocalendar().week  # 28/12 is always in the last week
            return week(period.year - 1, min(period.number, last))
        case _:
            return _NAMED[period.kind](period.year - 1, period.number)


def _year_before(day: date) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))


_NAMED: dict[PeriodKind, Callable[[int, int], Period]] = {
    PeriodKind.QUARTER: quarter,
    PeriodKind.HALF_YEAR: half_year,
    PeriodKind.YEAR: statutory_year,
    PeriodKind.MONTH: month,
    PeriodKind.WEEK: week,
}

_YEAR = r"(?P<year>20[0-9]{2})"
_KEYS: tuple[tuple[PeriodKind, re.Pattern[str]], ...] = (
    (PeriodKind.QUARTER, re.compile(rf"\A{_YEAR}-Q(?P<number>[1-4])\Z")),
    (PeriodKind.HALF_YEAR, re.compile(rf"\A{_YEAR}-H(?P<number>[12])\Z")),
    (PeriodKind.YEAR, re.compile(rf"\A{_YEAR}(?P<number>)\Z")),
    (PeriodKind.MONTH, re.compile(rf"\A{_YEAR}-(?P<number>0[1-9]|1[0-2])\Z")),
    (PeriodKind.WEEK, re.compile(rf"\A{_YEAR}-W(?P<number>0[1-9]|[1-4][0-9]|5[0-3])\Z")),
)
_RANGE = re.compile(r"\A(20[0-9]{2}-[0-9]{2}-[0-9]{2})\.\.(20[0-9]{2}-[0-9]{2}-[0-9]{2})\Z")


def parse_period(text: str) -> Period | None:
    """The period that an address names (see `Period.key`), of the years 2000 to 2099, or None."""
    try:
        found = _RANGE.match(text)
        if found:
            return days_from(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
        for kind, key in _KEYS:
            named = key.match(text)
            if named:
                return _NAMED[kind](int(named["year"]), int(named["number"] or 1))
    except ValueError:  # a day or a week that this year does not have
        return None
    return None
