"""Statutory periods run from the 15th to the 14th; every kind of period tiles the days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.moments import on
from tthc_tracker.domain import periods
from tthc_tracker.domain.periods import Period, PeriodKind, parse_period, period_of

NAMED = {
    "the first quarter begins in the December before": ("2026-Q1", "Mon 2025-12-15", "Sat 2026-03-14"),
    "the second quarter": ("2026-Q2", "Sun 2026-03-15", "Sun 2026-06-14"),
    "the third quarter of the Vĩnh Phúc sample": ("2021-Q3", "Tue 2021-06-15", "Tue 2021-09-14"),
    "the fourth quarter ends in December": ("2026-Q4", "Tue 2026-09-15", "Mon 2026-12-14"),
    "the first half-year": ("2026-H1", "Mon 2025-12-15", "Sun 2026-06-14"),
    "the second half-year": ("2026-H2", "Mon 2026-06-15", "Mon 2026-12-14"),
    "the statutory year": ("2026", "Mon 2025-12-15", "Mon 2026-12-14"),
    "a month of 30 days": ("2026-11", "Sun 2026-11-01", "Mon 2026-11-30"),
    "a leap February": ("2024-02", "Thu 2024-02-01", "Thu 2024-02-29"),
    "a week from Monday to Sunday": ("2026-W48", "Mon 2026-11-23", "Sun 2026-11-29"),
    "week 53 of a long year": ("2026-W53", "Mon 2026-12-28", "Sun 2027-01-03"),
    "a range": ("2026-06-15..2026-09-14", "Mon 2026-06-15", "Mon 2026-09-14"),
    "a single day": ("2026-06-15..2026-06-15", "Mon 2026-06-15", "Mon 2026-06-15"),
}


@pytest.mark.parametrize(("key", "start", "end"), NAMED.values(), ids=NAMED)
def test_a_period_is_named_by_its_address(key: str, start: str, end: str) -> None:
    period = parse_period(key)
    assert period is not None
    assert (period.start, period.end) == (on(start), on(end))
    assert period.key == key


NOT_NAMED = {
    "no quarter 5": "2026-Q5",
    "no half-year 0": "2026-H0",
    "no month 13": "2026-13",
    "no week 53 in a short year": "2025-W53",
    "no week 0": "2026-W00",
    "no such day": "2026-02-30..2026-03-01",
    "a range that ends before it starts": "2026-03-02..2026-03-01",
    "a year of another century": "1999",
    "a range from the beginning of time": "0001-01-01..2026-03-01",
    "a range to the end of time": "2026-03-01..9999-12-31",
    "a line end behind it": "2026-Q1\n",
    "full-width digits": "２026",
    "nothing": "",
}


@pytest.mark.parametrize("key", NOT_NAMED.values(), ids=NOT_NAMED)
def test_other_text_names_no_period(key: str) -> None:
    assert parse_period(key) is None


BEFORE = {
    "a quarter": ("2026-Q1", "2025-Q4"),
    "a half-year": ("2026-H2", "2026-H1"),
    "a year": ("2026", "2025"),
    "a month": ("2026-01", "2025-12"),
    "a week": ("2027-W01", "2026-W53"),
    "a range, by as many days": ("2026-03-01..2026-03-10", "2026-02-19..2026-02-28"),
}


@pytest.mark.parametrize(("key", "before"), BEFORE.values(), ids=BEFORE)
def test_what_lies_just_before_and_just_after(key: str, before: str) -> None:
    later, earlier = _period(key), _period(before)
    assert periods.previous(later) == earlier
    assert periods.following(earlier) == later


A_YEAR_AGO = {
    "a quarter": ("2026-Q1", "2025-Q1"),
    "a half-year": ("2026-H2", "2025-H2"),
    "a year": ("2026", "2025"),
    "February of a leap year": ("2024-02", "2023-02"),
    "a week": ("2026-W48", "2025-W48"),
    "week 53 falls back to week 52": ("2026-W53", "2025-W52"),
    "a range": ("2026-06-15..2026-09-14", "2025-06-15..2025-09-14"),
    "29 February falls back to the 28th": ("2024-02-29..2024-03-01", "2023-02-28..2023-03-01"),
}


@pytest.mark.parametrize(("key", "a_year_ago"), A_YEAR_AGO.values(), ids=A_YEAR_AGO)
def test_the_same_period_a_year_ago(key: str, a_year_ago: str) -> None:
    assert periods.same_last_year(_period(key)) == _period(a_year_ago)


def test_a_quarter_has_its_days() -> None:
    quarter = periods.quarter(2026, 1)
    assert quarter.days == 90
    assert quarter.holds(on("Mon 2025-12-15"))
    assert quarter.holds(on("Sat 2026-03-14"))
    assert not quarter.holds(on("Sun 2026-03-15"))


_DAYS = st.dates(dt.date(2001, 1, 1), dt.date(2098, 12, 31))
_TILED = st.sampled_from([kind for kind in PeriodKind if kind is not PeriodKind.RANGE])


@given(st.sampled_from(PeriodKind), _DAYS)
def test_every_day_lies_in_its_period_and_periods_tile(kind: PeriodKind, day: dt.date) -> None:
    period = period_of(kind, day)
    assert period.holds(day)
    assert periods.following(period).start == period.end + dt.timedelta(days=1)
    assert periods.previous(period).end == period.start - dt.timedelta(days=1)


@given(_TILED, _DAYS)
def test_both_ends_lie_in_the_same_period_and_its_address_names_it(kind: PeriodKind, day: dt.date) -> None:
    period = period_of(kind, day)
    assert period_of(kind, period.start) == period_of(kind, period.end) == period
    assert parse_period(period.key) == period


@given(_DAYS)
def test_quarters_make_half_years_and_half_years_make_the_year(day: dt.date) -> None:
    year = period_of(PeriodKind.YEAR, day)
    quarters = [periods.quarter(year.year, number) for number in (1, 2, 3, 4)]
    halves = [periods.half_year(year.year, number) for number in (1, 2)]
    assert (year.start, year.end) == (quarters[0].start, quarters[3].end)
    assert [(half.start, half.end) for half in halves] == [
        (quarters[0].start, quarters[1].end),
        (quarters[2].start, quarters[3].end),
    ]


def _period(key: str) -> Period:
    period = parse_period(key)
    assert period is not None
    return period


def test_a_range_outside_the_years_that_can_be_asked_for_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the years"):
        periods.days_from(dt.date(2026, 3, 1), dt.date(9999, 12, 31))
