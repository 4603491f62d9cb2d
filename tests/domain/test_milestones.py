"""When somebody must act: soon due, very overdue, reception, hand-over, apology."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.domain.calendars import DAYS_2026, OFFICE, hours, office
from tests.support.moments import at
from tthc_tracker.domain.deadlines import Rounding, reckon
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.milestones import (
    RECEPTION_LIMIT,
    ApologyWindow,
    Thresholds,
    apology_window,
    due_soon_from,
    finish_is_typed_late,
    handover_due,
    limit_length,
    reception_dates,
    reception_deadline,
    stalled_from,
    very_overdue_from,
)
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.workcalendar import DayKind, SpecialDay

DAY, HOUR = LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR


def days(amount: str) -> TimeLimit:
    return TimeLimit(Decimal(amount), DAY)


def working_hours(amount: str) -> TimeLimit:
    return TimeLimit(Decimal(amount), HOUR)


@pytest.mark.parametrize(
    ("start", "limit", "soon"),
    [
        pytest.param(
            "Mon 2026-11-02 09:00", days("10"), "Thu 2026-11-12 09:00", id="a fifth of ten days is two"
        ),
        pytest.param(
            "Mon 2026-11-02 09:00", days("1"), "Mon 2026-11-02 16:30", id="two working hours at least"
        ),
        pytest.param(
            "Mon 2026-03-02 09:00", days("30"), "Wed 2026-04-08 09:00", id="three working days at most"
        ),
        pytest.param(
            "Mon 2026-11-02 09:00", working_hours("1"), "Mon 2026-11-02 09:00", id="never before the start"
        ),
        pytest.param(
            "Mon 2026-11-02 07:30", working_hours("30"), "Thu 2026-11-05 09:00", id="a fifth of the hours"
        ),
        pytest.param(
            "Mon 2026-11-02 09:00",
            TimeLimit(Decimal(11), LimitUnit.CALENDAR_DAY),
            "Wed 2026-11-11 10:30",
            id="a fifth of the working time in calendar days",
        ),
        pytest.param(
            "Mon 2026-05-04 09:00",
            TimeLimit(Decimal(1), LimitUnit.MONTH),
            "Mon 2026-06-01 09:00",
            id="three working days before the end of a month",
        ),
        pytest.param(
            "Mon 2026-11-02 09:00", days("0"), "Mon 2026-11-02 15:30", id="the same day at half past three"
        ),
        pytest.param(
            "Mon 2026-11-02 15:01", days("0"), "Tue 2026-11-03 15:30", id="the same day, after the cutoff"
        ),
    ],
)
def test_a_dossier_is_due_soon_in_the_last_fifth_of_its_limit(
    start: str, limit: TimeLimit, soon: str
) -> None:
    due = reckon(at(start), limit, OFFICE).due_at
    assert due_soon_from(at(start), due, limit, OFFICE) == at(soon)


def test_a_same_day_reminder_is_not_before_the_start_nor_after_the_due_moment() -> None:
    due = at("Mon 2026-11-02 17:00")
    assert due_soon_from(at("Mon 2026-11-02 16:10"), due, days("0"), OFFICE) == at("Mon 2026-11-02 16:10")
    noon = at("Mon 2026-11-02 11:30")
    assert due_soon_from(at("Mon 2026-11-02 09:00"), noon, days("0"), OFFICE) == noon


def test_an_imported_promise_without_a_limit_goes_by_its_own_length() -> None:
    start, due = at("Mon 2026-11-02 09:00"), at("Mon 2026-11-16 09:00")
    assert due_soon_from(start, due, None, OFFICE) == at("Thu 2026-11-12 09:00")


def test_a_promise_before_the_start_is_soon_at_once() -> None:
    start, due = at("Mon 2026-11-16 09:00"), at("Mon 2026-11-02 09:00")
    assert due_soon_from(start, due, None, OFFICE) == start


def test_the_thresholds_are_settings() -> None:
    wide = Thresholds(soon_share=Fraction(1, 2), soon_most_days=9, very_least_days=2)
    start, due = at("Mon 2026-11-02 09:00"), at("Mon 2026-11-16 09:00")
    assert due_soon_from(start, due, days("10"), OFFICE, wide) == at("Mon 2026-11-09 09:00")
    late = at("Tue 2026-11-17 00:00")
    assert very_overdue_from(late, days("1"), OFFICE, wide) == at("Wed 2026-11-18 17:00")


@pytest.mark.parametrize(
    ("limit", "very"),
    [
        pytest.param(days("1"), "Tue 2026-11-17 17:00", id="a day after a limit of a day"),
        pytest.param(days("3"), "Thu 2026-11-19 17:00", id="as long as the limit"),
        pytest.param(days("0"), "Wed 2026-11-18 17:00", id="two days after a limit of none"),
        pytest.param(working_hours("0"), "Wed 2026-11-18 17:00", id="two days after no hours"),
        pytest.param(working_hours("2"), "Tue 2026-11-17 17:00", id="at least a day"),
        pytest.param(working_hours("15"), "Wed 2026-11-18 17:00", id="as long as the hours"),
        pytest.param(days("30"), "Mon 2026-11-23 17:00", id="at most five days"),
        pytest.param(
            TimeLimit(Decimal(30), LimitUnit.CALENDAR_DAY),
            "Mon 2026-11-23 17:00",
            id="at most five of calendar days",
        ),
        pytest.param(TimeLimit(Decimal(1), LimitUnit.MONTH), "Mon 2026-11-23 17:00", id="five after a month"),
        pytest.param(None, "Mon 2026-11-23 17:00", id="five after a promise whose limit is not known"),
    ],
)
def test_a_dossier_is_very_overdue_one_to_five_working_days_later(limit: TimeLimit | None, very: str) -> None:
    assert very_overdue_from(at("Tue 2026-11-17 00:00"), limit, OFFICE) == at(very)


def test_milestones_past_the_known_years_are_refused() -> None:
    with pytest.raises(CalendarHorizonError):
        very_overdue_from(at("Thu 2026-12-31 00:00"), days("9"), OFFICE)


# --- reception


def test_eight_working_hours_are_late_at_the_minute() -> None:
    clock = reception_deadline(at("Mon 2026-11-16 09:00"), OFFICE)
    assert clock.due_at == clock.late_from == at("Tue 2026-11-17 09:30")
    assert clock.soon_from == at("Tue 2026-11-17 07:30")
    assert not clock.provisional


def test_one_working_day_is_late_from_midnight() -> None:
    clock = reception_deadline(at("Mon 2026-11-16 09:00"), OFFICE, days("1"))
    assert (clock.due_at, clock.late_from) == (at("Tue 2026-11-17 09:00"), at("Wed 2026-11-18 00:00"))


def test_submitted_in_the_night_the_clock_starts_in_the_morning() -> None:
    assert reception_deadline(at("Sat 2026-11-21 23:00"), OFFICE).due_at == at("Wed 2026-11-25 08:00")


def test_a_short_reception_limit_is_soon_from_the_submission() -> None:
    submitted = at("Mon 2026-11-16 09:00")
    assert reception_deadline(submitted, OFFICE, working_hours("2")).soon_from == submitted


def test_the_rounding_of_a_reception_day_is_a_setting() -> None:
    clock = reception_deadline(at("Mon 2026-11-16 09:00"), OFFICE, days("1"), Rounding.END_OF_DAY)
    assert clock.due_at == at("Tue 2026-11-17 17:00")


# --- hand-over


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        pytest.param(
            "Mon 2026-11-16 09:00", "Mon 2026-11-16 17:00", id="by the closing of the acceptance day"
        ),
        pytest.param("Mon 2026-11-16 15:00", "Mon 2026-11-16 17:00", id="the cutoff itself is the same day"),
        pytest.param("Mon 2026-11-23 15:01", "Wed 2026-11-25 08:30", id="an hour after the next opening"),
        pytest.param("Sat 2026-11-21 09:00", "Mon 2026-11-23 08:30", id="accepted on a day off"),
    ],
)
def test_a_dossier_for_another_agency_is_handed_over_in_time(accepted: str, due: str) -> None:
    assert handover_due(at(accepted), OFFICE) == at(due)


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        pytest.param("Sat 2026-08-22 11:29", "Sat 2026-08-22 11:30", id="before the closing of the half day"),
        pytest.param(
            "Sat 2026-08-22 11:30", "Mon 2026-08-24 08:30", id="at its closing nobody is there any more"
        ),
        pytest.param("Sat 2026-08-22 14:00", "Mon 2026-08-24 08:30", id="after it, though before 15:00"),
    ],
)
def test_what_is_accepted_after_a_half_day_has_closed_is_not_late_at_once(accepted: str, due: str) -> None:
    half_day = SpecialDay(hours("07:30-11:30"), DayKind.MAKE_UP)
    calendar = office({**DAYS_2026, date(2026, 8, 22): half_day})
    assert handover_due(at(accepted), calendar) == at(due)


# --- apology


def test_an_apology_is_drafted_two_working_days_before_and_signed_one_before() -> None:
    window = apology_window(at("Wed 2026-11-25 09:00"), days("10"), OFFICE)
    assert window == ApologyWindow(at("Fri 2026-11-20 07:30"), at("Mon 2026-11-23 17:00"))


@pytest.mark.parametrize(
    ("limit", "possible"),
    [
        pytest.param(days("1"), False, id="a day allows none"),
        pytest.param(days("1.5"), True, id="more than a day does"),
        pytest.param(working_hours("7.5"), False, id="a day in hours allows none"),
        pytest.param(working_hours("8"), True, id="more hours than a day do"),
        pytest.param(TimeLimit(Decimal(1), LimitUnit.CALENDAR_DAY), False, id="a calendar day allows none"),
        pytest.param(TimeLimit(Decimal(1), LimitUnit.MONTH), True, id="a month does"),
    ],
)
def test_limits_of_a_day_or_less_allow_no_apology(limit: TimeLimit, possible: bool) -> None:
    assert (apology_window(at("Wed 2026-11-25 09:00"), limit, OFFICE) is not None) == possible


@pytest.mark.parametrize("limit", [RECEPTION_LIMIT, days("1")], ids=["an hour limit", "a day limit"])
@pytest.mark.parametrize(
    "submitted",
    ["Mon 2026-11-16 09:00", "Sat 2026-11-21 23:00", "Fri 2026-11-20 11:30"],
)
def test_the_dates_of_many_receptions_are_those_of_one(submitted: str, limit: TimeLimit) -> None:
    clock = reception_deadline(at(submitted), OFFICE, limit)
    assert reception_dates(at(submitted), OFFICE, limit) == (clock.due_at, clock.late_from)


# --- standstill, and finishes typed late


@pytest.mark.parametrize(
    ("limit", "stalled"),
    [
        pytest.param(days("10"), "Mon 2026-11-09 09:00", id="five working days"),
        pytest.param(days("30"), "Wed 2026-11-11 14:45", id="a quarter of thirty days is longer"),
        pytest.param(None, "Mon 2026-11-09 09:00", id="a promise without a limit by its own length"),
    ],
)
def test_a_dossier_stands_still_after_five_working_days_or_a_quarter_of_its_limit(
    limit: TimeLimit | None, stalled: str
) -> None:
    start = at("Mon 2026-11-02 09:00")
    length = limit_length(start, at("Mon 2026-11-16 09:00"), limit, OFFICE)
    assert stalled_from(start, length, OFFICE) == at(stalled)


@pytest.mark.parametrize(
    ("closed", "recorded", "late"),
    [
        pytest.param("Mon 2026-11-16 15:00", "Tue 2026-11-17 09:30", False, id="two hours after the opening"),
        pytest.param("Mon 2026-11-16 15:00", "Tue 2026-11-17 09:31", True, id="a minute later"),
        pytest.param("Fri 2026-11-20 15:00", "Mon 2026-11-23 08:00", False, id="a weekend lies between"),
        pytest.param("Mon 2026-11-23 15:00", "Wed 2026-11-25 09:31", True, id="a holiday lies between"),
    ],
)
def test_a_finish_is_typed_by_two_hours_after_the_next_working_day_has_opened(
    closed: str, recorded: str, late: bool
) -> None:
    assert finish_is_typed_late(at(closed), at(recorded), OFFICE) is late
