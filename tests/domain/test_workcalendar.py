"""The work calendar: windows, kinds of days, and where it ends."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from tests.domain.calendars import MADE_UP, OFF, OFFICE, OFFICE_DAY, OFFICE_WEEK, SWAPPED, hours, office
from tests.support.moments import at, on
from tthc_tracker.domain.errors import CalendarHorizonError, InvalidCalendar, InvalidMoment
from tthc_tracker.domain.localtime import VIETNAM, local_date, minute_of, moment_of
from tthc_tracker.domain.workcalendar import (
    DEFAULT_WEEK,
    DayKind,
    SpecialDay,
    WeeklyHours,
    Window,
    WorkCalendar,
)

SHORT_FRIDAY = (*OFFICE_WEEK[:4], hours("07:30-11:30"), (), ())


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        pytest.param("06:00", "07:30", id="before the first opening is the first opening"),
        pytest.param("07:30", "07:30", id="an opening is worked"),
        pytest.param("10:00", "10:00", id="a worked minute stays"),
        pytest.param("11:30", "13:30", id="the closing that begins a break is the end of the break"),
        pytest.param("12:15", "13:30", id="in a break is the end of the break"),
        pytest.param("17:00", "17:00", id="the last closing stays"),
        pytest.param("21:00", "17:00", id="after the last closing is the last closing"),
    ],
)
def test_a_clock_time_is_clamped(wanted: str, given: str) -> None:
    clock = time.fromisoformat(wanted)
    assert OFFICE.clamp(on("Mon 2026-11-16"), clock) == at(f"Mon 2026-11-16 {given}")


@pytest.mark.parametrize(
    ("moment", "snapped"),
    [
        pytest.param("Mon 2026-11-16 07:30", "Mon 2026-11-16 07:30", id="an opening"),
        pytest.param("Mon 2026-11-16 11:30", "Mon 2026-11-16 13:30", id="a closing"),
        pytest.param("Mon 2026-11-16 17:00", "Tue 2026-11-17 07:30", id="the last closing"),
        pytest.param("Sat 2026-11-21 09:00", "Mon 2026-11-23 07:30", id="a Saturday"),
        pytest.param("Tue 2026-11-24 09:00", "Wed 2026-11-25 07:30", id="a holiday"),
    ],
)
def test_a_moment_snaps_to_the_next_worked_one(moment: str, snapped: str) -> None:
    assert OFFICE.snap(at(moment)) == at(snapped)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        pytest.param("Mon 2026-11-16 07:30", "Mon 2026-11-16 07:30", id="an opening is its own"),
        pytest.param("Mon 2026-11-16 07:31", "Mon 2026-11-16 13:30", id="the afternoon"),
        pytest.param("Mon 2026-11-16 13:31", "Tue 2026-11-17 07:30", id="the next day"),
    ],
)
def test_the_next_opening(moment: str, opening: str) -> None:
    assert OFFICE.next_opening(at(moment)) == at(opening)


def test_adding_uses_up_a_day_at_its_closing_and_no_minutes_are_no_move() -> None:
    assert OFFICE.add(at("Mon 2026-11-16 07:30"), 450) == at("Mon 2026-11-16 17:00")
    assert OFFICE.add(at("Sat 2026-11-21 09:00"), 0) == at("Sat 2026-11-21 09:00")


def test_minutes_between_are_worked_ones_and_have_a_sign() -> None:
    start, end = at("Fri 2026-11-20 16:00"), at("Mon 2026-11-23 08:00")
    assert OFFICE.working_minutes_between(start, end) == 90
    assert OFFICE.working_minutes_between(end, start) == -90


def test_working_days_between_leave_out_the_first_and_keep_the_last() -> None:
    assert OFFICE.working_days_between(on("Mon 2026-11-23"), on("Fri 2026-11-27")) == 3
    assert OFFICE.working_days_between(on("Fri 2026-11-27"), on("Mon 2026-11-23")) == -3
    assert OFFICE.working_days_between(on("Mon 2026-11-23"), on("Tue 2026-11-24")) == 0


def test_working_days_before_and_after() -> None:
    assert OFFICE.nth_working_day_after(on("Mon 2026-11-23"), 1) == on("Wed 2026-11-25")
    assert OFFICE.nth_working_day_before(on("Wed 2026-11-25"), 2) == on("Fri 2026-11-20")


def test_first_opening_and_last_closing_of_a_working_day() -> None:
    assert OFFICE.first_opening(on("Mon 2026-11-16")) == at("Mon 2026-11-16 07:30")
    assert OFFICE.last_closing(on("Mon 2026-11-16")) == at("Mon 2026-11-16 17:00")


def test_a_day_off_has_no_closing() -> None:
    with pytest.raises(InvalidCalendar, match="day off"):
        OFFICE.last_closing(on("Tue 2026-11-24"))


# --- kinds of days


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        pytest.param("Mon 2026-11-23", DayKind.WORKING, id="a Monday"),
        pytest.param("Sun 2026-11-22", DayKind.WEEKLY_OFF, id="a Sunday"),
        pytest.param("Tue 2026-11-24", DayKind.HOLIDAY, id="a holiday"),
        pytest.param("Mon 2026-08-31", DayKind.SWAP_OFF, id="a swapped-off Monday"),
        pytest.param("Sat 2026-08-22", DayKind.MAKE_UP, id="a make-up Saturday"),
    ],
)
def test_why_a_day_is_worked_or_not(day: str, kind: DayKind) -> None:
    assert OFFICE.kind_on(on(day)) is kind


def test_a_special_day_without_a_kind_is_told_from_its_week() -> None:
    calendar = office(
        {
            date(2026, 11, 20): SpecialDay(),
            date(2026, 11, 21): SpecialDay(OFFICE_DAY),
            date(2026, 11, 22): SpecialDay(),
            date(2026, 11, 23): SpecialDay(hours("07:30-11:30")),
        }
    )
    assert [calendar.kind_on(date(2026, 11, day)) for day in range(20, 24)] == [
        DayKind.HOLIDAY,
        DayKind.MAKE_UP,
        DayKind.WEEKLY_OFF,
        DayKind.OTHER_HOURS,
    ]


def test_the_normal_day_is_the_longest_of_the_hours_in_force() -> None:
    calendar = WorkCalendar(
        [WeeklyHours(SHORT_FRIDAY), WeeklyHours(DEFAULT_WEEK, date(2026, 7, 1))], {}, [2026]
    )
    assert calendar.normal_day(date(2026, 6, 30)) == 450
    assert calendar.normal_day(date(2026, 7, 1)) == 480
    assert calendar.windows_on(on("Fri 2026-06-26")) == hours("07:30-11:30")
    assert calendar.windows_on(on("Fri 2026-07-03")) == hours("07:00-11:30", "13:30-17:00")


# --- building


def test_windows_come_in_any_order_and_touching_ones_are_one() -> None:
    day = hours("13:30-17:00", "07:30-09:00", "09:00-11:30")
    calendar = office({}, week=(day,) * 7)
    assert calendar.windows_on(on("Mon 2026-11-16")) == OFFICE_DAY


WRONG: list[Callable[[], object]] = [
    lambda: Window(600, 600),
    lambda: Window(-1, 600),
    lambda: Window(600, 1440),
    lambda: WeeklyHours((OFFICE_DAY,) * 6),
    lambda: office({}, week=(hours("07:30-11:30", "11:00-12:00"), *OFFICE_WEEK[1:])),
    lambda: office({date(2026, 11, 16): SpecialDay(hours("07:30-11:30", "07:30-08:00"))}),
    lambda: office({}, published=(1975, 1976)),
    lambda: office({}, published=(2999, 3000)),
    lambda: WorkCalendar([], {}, [2026]),
    lambda: WorkCalendar([WeeklyHours(OFFICE_WEEK, date(2026, 1, 2))], {}, [2026]),
]


@pytest.mark.parametrize(
    "make",
    WRONG,
    ids=[
        "a window without length",
        "a window before midnight",
        "a window to midnight",
        "a week of six days",
        "windows of the week that overlap",
        "windows of a special day that overlap",
        "a year before the clocks stood still",
        "a year far ahead",
        "no hours at all",
        "no hours on the first known day",
    ],
)
def test_what_makes_no_calendar_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidCalendar):
        make()


def test_windows_between_clock_times() -> None:
    assert Window.between(time(7, 30), time(11, 30)) == OFFICE_DAY[0]


# --- the horizon


def test_a_calendar_of_no_years_knows_no_day() -> None:
    calendar = WorkCalendar([WeeklyHours(OFFICE_WEEK, date(2026, 7, 1))], {}, [])
    with pytest.raises(CalendarHorizonError) as refusal:
        calendar.is_working_day(on("Mon 2026-11-16"))
    assert (refusal.value.looked_at, refusal.value.year) == (on("Mon 2026-11-16"), 2026)


LAST = "Thu 2026-12-31 16:30"
FIRST = "Wed 2025-01-01 08:00"
BEYOND: list[Callable[[], object]] = [
    lambda: OFFICE.snap(at("Thu 2026-12-31 17:00")),
    lambda: OFFICE.next_opening(at("Thu 2026-12-31 14:00")),
    lambda: OFFICE.add(at(LAST), 31),
    lambda: OFFICE.nth_working_day_after(at(LAST).date(), 1),
    lambda: OFFICE.working_minutes_between(at(LAST), at("Fri 2027-01-01 00:01")),
    lambda: OFFICE.working_days_between(at(LAST).date(), on("Fri 2027-01-01")),
]
BEFORE: list[Callable[[], object]] = [
    lambda: OFFICE.back(at(FIRST), 31),
    lambda: OFFICE.nth_working_day_before(at(FIRST).date(), 1),
    lambda: OFFICE.working_minutes_between(at(FIRST), at("Tue 2024-12-31 23:59")),
]


@pytest.mark.parametrize("look", BEYOND, ids=["snap", "opening", "add", "day", "minutes", "days"])
def test_looking_past_the_last_known_day_is_refused(look: Callable[[], object]) -> None:
    with pytest.raises(CalendarHorizonError) as refusal:
        look()
    assert refusal.value.looked_at == date(2027, 1, 1)


@pytest.mark.parametrize("look", BEFORE, ids=["back", "day", "minutes"])
def test_looking_before_the_first_known_day_is_refused(look: Callable[[], object]) -> None:
    with pytest.raises(CalendarHorizonError) as refusal:
        look()
    assert refusal.value.looked_at == date(2024, 12, 31)


def test_a_year_missing_between_two_is_not_stepped_over() -> None:
    calendar = office({}, published=(2025, 2027))
    assert calendar.is_working_day(on("Mon 2027-01-04"))
    with pytest.raises(CalendarHorizonError) as refusal:
        calendar.nth_working_day_after(on("Wed 2025-12-31"), 1)
    assert refusal.value.looked_at == date(2026, 1, 1)


def test_using_the_last_known_minute_is_allowed() -> None:
    assert OFFICE.add(at(LAST), 30) == at("Thu 2026-12-31 17:00")
    assert OFFICE.working_minutes_between(at(LAST), at("Fri 2027-01-01 00:00")) == 30


@pytest.mark.parametrize(
    ("other", "first"),
    [
        pytest.param(office({}), None, id="the same"),
        pytest.param(office({on("Thu 2026-11-19"): SpecialDay()}), "Thu 2026-11-19", id="one more holiday"),
        pytest.param(office({on("Sat 2026-11-21"): SpecialDay()}), None, id="a day off that is one already"),
        pytest.param(office({}, provisional=(2027,)), "Fri 2027-01-01", id="a year that is not sure"),
        pytest.param(
            WorkCalendar(
                [WeeklyHours(OFFICE_WEEK), WeeklyHours(SHORT_FRIDAY, on("Sun 2026-11-01"))], {}, (2025, 2026)
            ),
            "Fri 2026-11-06", id="other hours, by the first day that has them",
        ),
        pytest.param(
            WorkCalendar([WeeklyHours(OFFICE_WEEK)], {}, (2025,)), "Thu 2026-01-01", id="a year less is known"
        ),
    ],
)  # fmt: skip
def test_the_first_day_that_another_calendar_counts_otherwise(other: WorkCalendar, first: str | None) -> None:
    expected = None if first is None else on(first)
    assert office({}).first_difference(other) == expected
    assert other.first_difference(office({})) == expected


def test_provisional_years_are_known_and_marked() -> None:
    calendar = office({}, provisional=(2027,))
    assert calendar.years == (2025, 2026, 2027)
    assert calendar.is_provisional(on("Fri 2027-01-01"))
    assert not calendar.is_provisional(on("Thu 2026-12-31"))


def test_special_days_of_unknown_years_leave_the_year_unknown() -> None:
    calendar = office({date(2027, 1, 4): MADE_UP, date(2026, 11, 16): OFF, date(2026, 11, 17): SWAPPED})
    with pytest.raises(CalendarHorizonError):
        calendar.is_working_day(date(2027, 1, 4))


# --- moments


def test_a_moment_and_its_minute_are_the_same() -> None:
    moment = at("Mon 2026-11-16 09:00")
    assert moment_of(minute_of(moment)) == moment
    assert local_date(datetime.fromisoformat("2026-11-15T18:00:00+00:00")) == date(2026, 11, 16)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2026-11-16T09:00:00", id="no offset"),
        pytest.param("0001-01-01T00:00:00+14:00", id="before the first day"),
        pytest.param("9999-12-31T23:59:00-12:00", id="after the last day"),
    ],
)
def test_a_moment_that_the_law_cannot_place_is_refused(text: str) -> None:
    with pytest.raises(InvalidMoment):
        minute_of(datetime.fromisoformat(text))


def test_an_offset_with_seconds_is_still_cut_to_the_minute() -> None:
    moment = datetime.fromisoformat("2026-11-16T09:06:29+07:06:30")
    assert moment_of(minute_of(moment)) == at("Mon 2026-11-16 08:59")
    assert moment_of(minute_of(moment + timedelta(seconds=1))) == at("Mon 2026-11-16 09:00")
    assert moment_of(minute_of(moment)).tzinfo is VIETNAM
