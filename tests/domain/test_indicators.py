"""Indicators of the session: figures against targets, trends, what is owed and by which day."""

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.calendars import OFFICE
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.conclusions import Progress, progress
from tthc_tracker.domain.indicators import (
    Direction,
    Entry,
    Figure,
    Outcome,
    Trend,
    count,
    entry,
    entry_due_on,
    number_of,
    outcome,
    parts_owed,
    period_of_number,
    share,
    trend,
)
from tthc_tracker.domain.periods import Period, half_year, month, quarter, statutory_year

HIGHER, LOWER = Direction.HIGHER, Direction.LOWER
THIRD = quarter(2026, 3)  # 15/6/2026 to 14/9/2026, a Monday


def percent(text: str) -> Figure:
    return Figure(Decimal(text))


@pytest.mark.parametrize(
    ("figure", "target", "direction", "expected"),
    [
        pytest.param(percent("96"), "95", HIGHER, Outcome.EXCEEDED, id="above the target"),
        pytest.param(percent("95"), "95", HIGHER, Outcome.MET, id="at the target"),
        pytest.param(percent("94.99"), "95", HIGHER, Outcome.NOT_MET, id="just below it"),
        pytest.param(count(4), "5", LOWER, Outcome.EXCEEDED, id="fewer is better: below"),
        pytest.param(count(5), "5", LOWER, Outcome.MET, id="fewer is better: at it"),
        pytest.param(count(6), "5", LOWER, Outcome.NOT_MET, id="fewer is better: above"),
        pytest.param(share(185, 185), "100", HIGHER, Outcome.MET, id="all of them"),
        pytest.param(
            share(99_999, 100_000), "100", HIGHER, Outcome.NOT_MET, id="what rounds to the target misses it"
        ),
        pytest.param(None, "95", HIGHER, Outcome.NO_DATA, id="nothing entered"),
        pytest.param(share(0, 0), "95", HIGHER, Outcome.NO_DATA, id="a share of nothing"),
        pytest.param(percent("96"), None, HIGHER, Outcome.NO_TARGET, id="no target set"),
        pytest.param(None, None, LOWER, Outcome.NO_DATA, id="neither"),
    ],
)
def test_a_figure_stands_to_its_target(
    figure: Figure | None, target: str | None, direction: Direction, expected: Outcome
) -> None:
    assert outcome(figure, Decimal(target) if target else None, direction) is expected


@pytest.mark.parametrize(
    ("now", "before", "direction", "expected"),
    [
        pytest.param(percent("76"), percent("70"), HIGHER, Trend.BETTER, id="up is better"),
        pytest.param(percent("76"), percent("70"), LOWER, Trend.WORSE, id="up is worse"),
        pytest.param(percent("70"), percent("76"), HIGHER, Trend.WORSE, id="down is worse"),
        pytest.param(count(48), count(40), Direction.NEITHER, Trend.MORE, id="more is no merit"),
        pytest.param(count(40), count(48), Direction.NEITHER, Trend.LESS, id="less is none"),
        pytest.param(share(1, 3), share(2, 6), HIGHER, Trend.SAME, id="the same share of other numbers"),
        pytest.param(None, percent("76"), HIGHER, Trend.UNKNOWN, id="nothing now"),
        pytest.param(percent("76"), None, HIGHER, Trend.UNKNOWN, id="nothing before"),
    ],
)
def test_a_figure_stands_to_the_one_before(
    now: Figure | None, before: Figure | None, direction: Direction, expected: Trend
) -> None:
    assert trend(now, before, direction) is expected


def test_levels_are_owed_while_they_exist() -> None:
    levels = (Level.XA, Level.HUYEN, Level.TINH)
    assert parts_owed(levels, quarter(2024, 1)) == ("tinh", "huyen", "xa")
    assert parts_owed(levels, quarter(2025, 3)) == ("tinh", "xa")  # ends after 30/6/2025
    assert parts_owed((), quarter(2024, 1)) == ("",)


@pytest.mark.parametrize(
    ("today", "entered", "expected"),
    [
        pytest.param(date(2026, 9, 14), False, Entry.NOT_ASKED, id="the quarter has not ended"),
        pytest.param(date(2026, 9, 15), False, Entry.OPEN, id="four working days are left"),
        pytest.param(date(2026, 9, 17), False, Entry.DUE_SOON, id="two are left"),
        pytest.param(date(2026, 9, 21), False, Entry.DUE_SOON, id="on its day it is not late"),
        pytest.param(date(2026, 9, 22), False, Entry.OVERDUE, id="late from the day after"),
        pytest.param(date(2026, 9, 22), True, Entry.ENTERED, id="entered, however late"),
    ],
)
def test_entering_is_due_after_the_period_as_a_day_limit_is(
    today: date, entered: bool, expected: Entry
) -> None:
    due_on = entry_due_on(THIRD, 5, OFFICE)
    assert due_on == date(2026, 9, 21)
    assert entry(THIRD, due_on, 2, today, OFFICE, entered=entered) is expected


@pytest.mark.parametrize(
    ("done_on", "today", "expected"),
    [
        pytest.param(None, date(2026, 11, 10), Progress.OPEN, id="time enough"),
        pytest.param(None, date(2026, 11, 18), Progress.DUE_SOON, id="two working days left"),
        pytest.param(None, date(2026, 11, 20), Progress.DUE_SOON, id="on its day"),
        pytest.param(None, date(2026, 11, 21), Progress.OVERDUE, id="the day after"),
        pytest.param(date(2026, 11, 20), date(2026, 12, 1), Progress.DONE, id="done on its day"),
        pytest.param(date(2026, 11, 21), date(2026, 12, 1), Progress.DONE_LATE, id="done a day late"),
    ],
)
def test_a_conclusion_is_kept_or_late_by_its_day(
    done_on: date | None, today: date, expected: Progress
) -> None:
    assert progress(date(2026, 11, 20), done_on, 2, today, OFFICE) is expected


@pytest.mark.parametrize(
    ("period", "number"),
    [
        pytest.param(quarter(2026, 3), 20263, id="a quarter, as alerts have always known it"),
        pytest.param(month(2026, 11), 2026111, id="a month"),
        pytest.param(half_year(2026, 1), 2026201, id="a half-year"),
        pytest.param(statutory_year(2026), 2026301, id="a year"),
    ],
)
def test_a_period_and_its_number_lead_to_each_other(period: Period, number: int) -> None:
    assert number_of(period) == number
    assert period_of_number(number) == period
