"""Due dates by the letter: golden rows, mistakes of public ancestors, pauses, rounding, second dates."""

from datetime import date, time, timedelta, timezone
from decimal import Decimal

import pytest

from tests.domain.calendars import DAYS_2026, OFF, OFFICE, OFFICE_DAY, hours, office
from tests.support.moments import at, on
from tthc_tracker.domain.deadlines import (
    Deadline,
    Pause,
    PausePolicy,
    Reappointment,
    Rounding,
    due_batch,
    late_from,
    reckon,
)
from tthc_tracker.domain.errors import (
    CalendarHorizonError,
    InvalidMoment,
    InvalidPause,
    InvalidReappointment,
    PauseFault,
)
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.workcalendar import SpecialDay, WeeklyHours, WorkCalendar


def limit(text: str) -> TimeLimit:
    """`limit("3 working days")`."""
    amount, _, unit = text.partition(" ")
    return TimeLimit(Decimal(amount), LimitUnit(unit.replace(" ", "_").removesuffix("s")))


def due(start: str, length: str, calendar: WorkCalendar = OFFICE, **facts: object) -> Deadline:
    return reckon(at(start), limit(length), calendar, **facts)


def resumed(start: str, end: str | None) -> Pause:
    return Pause(at(start), None if end is None else at(end), PausePolicy.RESUME)


def restarted(start: str, end: str | None) -> Pause:
    return Pause(at(start), None if end is None else at(end), PausePolicy.RESTART)


GOLDEN = [
    pytest.param("Mon 2026-11-23 14:00", "3 working days", "Fri 2026-11-27 14:00", id="a holiday is skipped"),
    pytest.param("Fri 2026-11-20 09:00", "1 working day", "Mon 2026-11-23 09:00", id="a weekend is skipped"),
    pytest.param("Fri 2026-02-13 10:00", "5 working days", "Fri 2026-02-27 10:00", id="Tết is skipped"),
    pytest.param(
        "Fri 2026-08-21 09:00", "3 working days", "Tue 2026-08-25 09:00", id="a make-up Saturday is counted"
    ),
    pytest.param(
        "Wed 2025-12-31 09:00", "3 working days", "Wed 2026-01-07 09:00", id="a swapped-off Friday is skipped"
    ),
    pytest.param(
        "Mon 2026-11-16 18:30",
        "1 working day",
        "Wed 2026-11-18 07:30",
        id="received in the evening is received next morning",
    ),
    pytest.param(
        "Mon 2026-11-16 11:20", "2 working hours", "Mon 2026-11-16 15:20", id="a lunch break is skipped"
    ),
    pytest.param(
        "Mon 2026-11-16 15:00",
        "0 working days",
        "Mon 2026-11-16 17:00",
        id="the cutoff itself is the same day",
    ),
    pytest.param(
        "Mon 2026-11-16 15:01",
        "0 working days",
        "Tue 2026-11-17 17:00",
        id="after the cutoff is the next day",
    ),
    pytest.param(
        "Mon 2026-11-16 09:00",
        "0.5 working days",
        "Mon 2026-11-16 14:45",
        id="half a day is 225 of 450 minutes",
    ),
    pytest.param(
        "Sat 2026-11-21 09:00",
        "30 calendar days",
        "Mon 2026-12-21 09:00",
        id="calendar days run from the Saturday of intake",
    ),
    pytest.param(
        "Fri 2026-02-13 17:30",
        "15 calendar days",
        "Mon 2026-03-02 17:00",
        id="a calendar date on a Saturday moves and is clamped",
    ),
]


@pytest.mark.parametrize(("start", "length", "expected"), GOLDEN)
def test_a_golden_row_is_due_as_the_law_says(start: str, length: str, expected: str) -> None:
    assert due(start, length).due_at == at(expected)


LETTER = [
    pytest.param(
        "Sat 2026-11-21 09:00", "1 working day", "Wed 2026-11-25 07:30", id="intake on a day off snaps"
    ),
    pytest.param("Mon 2026-11-16 12:15", "1 working day", "Tue 2026-11-17 13:30", id="received in the break"),
    pytest.param(
        "Mon 2026-11-16 11:30", "1 working day", "Tue 2026-11-17 13:30", id="a closing is not worked"
    ),
    pytest.param("Mon 2026-11-16 17:00", "0 working days", "Tue 2026-11-17 17:00", id="snapped past the day"),
    pytest.param(
        "Mon 2026-11-16 16:00", "1 working hour", "Mon 2026-11-16 17:00", id="used up at the closing"
    ),
    pytest.param("Mon 2026-11-16 16:00", "0 working hours", "Mon 2026-11-16 16:00", id="no hours, no time"),
    pytest.param(
        "Mon 2026-11-16 18:30", "0 working hours", "Tue 2026-11-17 07:30", id="no hours, yet snapped"
    ),
    pytest.param(
        "Mon 2026-11-16 09:00", "0.01 working hours", "Mon 2026-11-16 09:01", id="0.6 of a minute is one"
    ),
    pytest.param(
        "Mon 2026-11-16 09:00", "1.5 working days", "Tue 2026-11-17 14:45", id="whole days, then the half"
    ),
    pytest.param(
        "Mon 2026-11-16 09:00", "0.01 working days", "Mon 2026-11-16 09:05", id="4.5 minutes are five"
    ),
    pytest.param(
        "Fri 2026-11-20 16:00", "0.5 working days", "Mon 2026-11-23 10:15", id="a half over the weekend"
    ),
    pytest.param(
        "Mon 2026-11-16 06:00", "1 calendar day", "Tue 2026-11-17 07:30", id="before the first opening"
    ),
    pytest.param(
        "Mon 2026-11-16 12:00", "1 calendar day", "Tue 2026-11-17 13:30", id="calendar clock in a break"
    ),
    pytest.param(
        "Mon 2026-11-23 09:00", "1 calendar day", "Wed 2026-11-25 09:00", id="a holiday moves the date"
    ),
    pytest.param(
        "Sat 2026-01-31 09:00", "1 month", "Mon 2026-03-02 09:00", id="the 31st to the 28th, a Saturday"
    ),
    pytest.param(
        "Mon 2025-12-15 09:00", "2 months", "Mon 2026-02-23 09:00", id="over the year, moved by Tết"
    ),
    pytest.param("Thu 2026-04-30 15:40", "1 working day", "Tue 2026-05-05 07:30", id="received on a holiday"),
]


@pytest.mark.parametrize(("start", "length", "expected"), LETTER)
def test_the_letter_of_each_unit(start: str, length: str, expected: str) -> None:
    assert due(start, length).due_at == at(expected)


# --- what public ancestors get wrong


def test_counting_does_not_stop_after_360_days() -> None:
    calendar = office({}, published=tuple(range(2026, 2036)))
    reached = due("Mon 2026-11-16 09:00", "2000 working days", calendar).due_at
    assert calendar.working_days_between(date(2026, 11, 16), reached.date()) == 2000
    assert reached == at("Mon 2034-07-17 09:00")


def test_counting_past_the_known_years_is_refused_and_says_where() -> None:
    with pytest.raises(CalendarHorizonError) as refusal:
        due("Mon 2026-11-16 09:00", "360 working days")
    assert refusal.value.looked_at == date(2027, 1, 1)


def test_reception_on_a_holiday_is_not_reception_on_a_working_day() -> None:
    on_the_holiday = due("Tue 2026-11-24 09:00", "1 working day").due_at
    assert on_the_holiday == at("Thu 2026-11-26 07:30")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param("Tue 2026-11-17 12:00", "Tue 2026-11-17 12:30", id="inside the lunch break"),
        pytest.param("Mon 2026-11-16 19:00", "Mon 2026-11-16 22:00", id="in the evening"),
        pytest.param("Mon 2026-11-16 17:00", "Tue 2026-11-17 07:30", id="over the night"),
        pytest.param("Fri 2026-11-20 17:00", "Mon 2026-11-23 07:30", id="over the weekend"),
    ],
)
def test_a_pause_outside_hours_adds_no_clock_time(start: str, end: str) -> None:
    paused = due("Mon 2026-11-16 09:00", "5 working days", pauses=[resumed(start, end)])
    assert paused.due_at == due("Mon 2026-11-16 09:00", "5 working days").due_at


def test_lists_and_due_dates_share_the_holidays() -> None:
    reached = due("Mon 2026-11-23 14:00", "3 working days").due_at
    assert OFFICE.working_days_between(on("Mon 2026-11-23"), reached.date()) == 3


def test_a_make_up_saturday_has_its_own_hours() -> None:
    morning = SpecialDay(hours("07:30-11:30"))
    calendar = office({date(2026, 8, 22): morning, date(2026, 8, 31): OFF})
    assert due("Fri 2026-08-21 16:00", "1 working day", calendar).due_at == at("Sat 2026-08-22 11:30")
    assert due("Fri 2026-08-21 16:00", "6 working hours", calendar).due_at == at("Mon 2026-08-24 08:30")


# --- pauses


PAUSED = [
    pytest.param(
        "Mon 2026-11-16 18:30",
        "1 working day",
        resumed("Tue 2026-11-17 12:00", "Tue 2026-11-17 13:00"),
        "Wed 2026-11-18 07:30",
        id="no working time was lost in the break",
    ),
    pytest.param(
        "Mon 2026-11-16 18:30",
        "1 working day",
        resumed("Tue 2026-11-17 16:00", "Wed 2026-11-18 16:00"),
        "Thu 2026-11-19 07:30",
        id="a lost day moves an opening to an opening",
    ),
    pytest.param(
        "Mon 2026-11-09 07:30",
        "3 working days",
        resumed("Tue 2026-11-10 12:00", "Tue 2026-11-10 12:30"),
        "Thu 2026-11-12 07:30",
        id="a pause within the break leaves the opening",
    ),
    pytest.param(
        "Mon 2026-11-16 09:00",
        "3 working days",
        resumed("Tue 2026-11-17 16:00", "Wed 2026-11-18 09:00"),
        "Thu 2026-11-19 11:30",
        id="two and a half hours are given back",
    ),
    pytest.param(
        "Mon 2026-11-16 09:00",
        "10 calendar days",
        resumed("Tue 2026-11-17 00:00", "Thu 2026-11-19 12:00"),
        "Mon 2026-11-30 17:00",
        id="calendar days are given back by the clock, then moved and clamped",
    ),
    pytest.param(
        "Mon 2026-11-16 09:00",
        "1 month",
        resumed("Tue 2026-11-17 00:00", "Wed 2026-11-18 00:00"),
        "Thu 2026-12-17 09:00",
        id="a month is moved by a day",
    ),
    pytest.param(
        "Mon 2026-11-16 09:00",
        "3 working days",
        restarted("Tue 2026-11-17 10:00", "Wed 2026-11-18 14:00"),
        "Mon 2026-11-23 14:00",
        id="the whole limit begins again",
    ),
    pytest.param(
        "Mon 2026-11-16 09:00",
        "3 working days",
        Pause(at("Tue 2026-11-17 10:00"), at("Wed 2026-11-18 14:00"), PausePolicy.RUNS),
        "Thu 2026-11-19 09:00",
        id="asking another unit does not stop the clock",
    ),
    pytest.param(
        "Mon 2026-11-16 09:00",
        "3 working days",
        resumed("Fri 2026-11-20 00:00", "Mon 2026-11-23 14:00"),
        "Thu 2026-11-19 09:00",
        id="a pause from the minute of lateness changes nothing",
    ),
    pytest.param(
        "Mon 2026-11-16 09:00",
        "3 working days",
        resumed("Thu 2026-11-19 23:59", "Fri 2026-11-20 09:30"),
        "Thu 2026-11-19 11:00",
        id="a day limit may still be paused in the evening of its due date",
    ),
    pytest.param(
        "Mon 2026-11-16 09:00",
        "2 working hours",
        restarted("Mon 2026-11-16 11:00", "Mon 2026-11-16 14:00"),
        "Mon 2026-11-16 11:00",
        id="an hour limit may not be paused at its due minute",
    ),
]


@pytest.mark.parametrize(("start", "length", "pause", "expected"), PAUSED)
def test_a_pause_moves_the_due_date(start: str, length: str, pause: Pause, expected: str) -> None:
    paused = due(start, length, pauses=[pause])
    assert paused.due_at == at(expected)
    assert paused.first_due_at == due(start, length).due_at
    assert not paused.projected


def test_pauses_act_in_their_order_on_the_date_the_former_left() -> None:
    first = resumed("Tue 2026-11-17 09:00", "Tue 2026-11-17 10:00")
    # Late on the first due date, in time on the one the first pause gives.
    second = resumed("Thu 2026-11-19 16:30", "Fri 2026-11-20 08:00")
    paused = due("Mon 2026-11-16 16:30", "3 working days", pauses=[first, second])
    assert paused.due_at == at("Fri 2026-11-20 09:00")
    assert paused.valid_pauses == (first, second)


def test_a_pause_after_the_first_is_valid_by_the_date_the_first_gives() -> None:
    first = resumed("Tue 2026-11-17 09:00", "Fri 2026-11-20 09:00")
    second = resumed("Mon 2026-11-23 10:00", "Mon 2026-11-23 11:00")
    assert due("Mon 2026-11-16 09:00", "3 working days", pauses=[first, second]).valid_pauses == (
        first,
        second,
    )
    assert due("Mon 2026-11-16 09:00", "3 working days", pauses=[second]).valid_pauses == ()


def test_a_restart_goes_by_the_normal_day_of_the_first_start() -> None:
    long_day, short_day = hours("07:00-11:30", "13:30-17:00"), hours("08:00-12:00")
    calendar = WorkCalendar(
        [WeeklyHours((long_day,) * 7), WeeklyHours((short_day,) * 7, date(2026, 11, 17))], {}, [2026]
    )
    pause = restarted("Mon 2026-11-16 16:59", "Tue 2026-11-17 08:00")
    paused = due("Mon 2026-11-16 16:00", "0.5 working days", calendar, pauses=[pause])
    assert paused.due_at == at("Tue 2026-11-17 12:00")
    assert paused.due_at >= paused.first_due_at


def test_an_open_pause_is_projected_as_if_it_ended_now() -> None:
    pauses = [resumed("Tue 2026-11-17 16:00", None)]
    now = at("Wed 2026-11-18 09:00")
    projected = due("Mon 2026-11-16 09:00", "3 working days", pauses=pauses, as_of=now)
    assert projected.projected
    assert projected.paused_since == at("Tue 2026-11-17 16:00")
    ended = due(
        "Mon 2026-11-16 09:00", "3 working days", pauses=[resumed("Tue 2026-11-17 16:00", f"{now:%a %F %R}")]
    )
    assert projected.due_at == ended.due_at
    assert not ended.projected
    assert ended.paused_since is None


def test_an_open_pause_that_began_late_is_not_a_pause() -> None:
    pauses = [resumed("Fri 2026-11-20 09:00", None)]
    late = due("Mon 2026-11-16 09:00", "3 working days", pauses=pauses, as_of=at("Mon 2026-11-30 09:00"))
    assert (late.projected, late.paused_since, late.valid_pauses) == (False, None, ())


def test_an_open_pause_in_the_future_of_now_has_not_lasted() -> None:
    pauses = [resumed("Tue 2026-11-17 16:00", None)]
    paused = due("Mon 2026-11-16 09:00", "3 working days", pauses=pauses, as_of=at("Mon 2026-11-16 10:00"))
    assert paused.due_at == paused.first_due_at


NONSENSE = [
    pytest.param(
        [resumed("Mon 2026-11-16 08:59", "Mon 2026-11-16 10:00")],
        PauseFault.BEFORE_THE_CLOCK,
        id="a pause before the clock starts",
    ),
    pytest.param(
        [resumed("Tue 2026-11-17 10:00", "Tue 2026-11-17 09:59")],
        PauseFault.ENDS_BEFORE_IT_STARTS,
        id="a pause that ends before it starts",
    ),
    pytest.param(
        [
            resumed("Tue 2026-11-17 10:00", "Wed 2026-11-18 10:00"),
            resumed("Wed 2026-11-18 09:59", "Wed 2026-11-18 11:00"),
        ],
        PauseFault.OVERLAPS,
        id="two pauses that overlap",
    ),
    pytest.param(
        [resumed("Tue 2026-11-17 10:00", None), resumed("Thu 2026-11-19 10:00", "Thu 2026-11-19 11:00")],
        PauseFault.OPEN_BEFORE_ANOTHER,
        id="an open pause before another",
    ),
]


@pytest.mark.parametrize(("pauses", "fault"), NONSENSE)
def test_pauses_that_make_no_sense_are_refused(pauses: list[Pause], fault: PauseFault) -> None:
    with pytest.raises(InvalidPause) as refusal:
        due("Mon 2026-11-16 09:00", "9 working days", pauses=pauses, as_of=at("Mon 2026-11-23 09:00"))
    assert refusal.value.fault is fault


def test_an_open_pause_needs_a_moment_to_be_projected_from() -> None:
    with pytest.raises(InvalidPause) as refusal:
        due("Mon 2026-11-16 09:00", "9 working days", pauses=[resumed("Tue 2026-11-17 10:00", None)])
    assert refusal.value.fault is PauseFault.OPEN_WITHOUT_AS_OF


# --- rounding


def test_a_day_limit_rounded_to_the_end_of_the_day_is_due_at_the_closing() -> None:
    rounded = due("Mon 2026-11-16 09:00", "3 working days", rounding=Rounding.END_OF_DAY)
    assert rounded.due_at == rounded.first_due_at == at("Thu 2026-11-19 17:00")
    assert rounded.late_from == at("Fri 2026-11-20 00:00")


def test_an_hour_limit_is_never_rounded() -> None:
    assert due("Mon 2026-11-16 09:00", "0.5 working days", rounding=Rounding.END_OF_DAY).due_at == at(
        "Mon 2026-11-16 14:45"
    )


def test_rounding_comes_once_after_all_pauses() -> None:
    pauses = [
        resumed("Mon 2026-11-16 10:00", "Mon 2026-11-16 11:00"),
        resumed("Tue 2026-11-17 10:00", "Tue 2026-11-17 11:00"),
    ]
    rounded = due("Mon 2026-11-16 09:00", "3 working days", pauses=pauses, rounding=Rounding.END_OF_DAY)
    assert rounded.due_at == at("Thu 2026-11-19 17:00")


# --- late, exactly


def test_a_day_limit_is_late_from_midnight_after_its_due_date() -> None:
    deadline = due("Fri 2026-11-20 09:00", "1 working day")
    assert deadline.late_from == deadline.overdue_from == at("Tue 2026-11-24 00:00")
    assert late_from(deadline.due_at, limit_is_hour=False) == deadline.late_from


def test_an_hour_limit_is_late_at_its_due_minute() -> None:
    deadline = due("Mon 2026-11-16 11:20", "2 working hours")
    assert deadline.late_from == deadline.overdue_from == deadline.due_at
    assert late_from(deadline.due_at, limit_is_hour=True) == deadline.late_from


# --- the second date


SECOND = Reappointment(at("Wed 2026-11-18 10:00"), at("Wed 2026-11-25 09:00"))


def test_a_second_date_moves_what_is_overdue_but_not_what_is_late() -> None:
    deadline = due("Mon 2026-11-16 09:00", "3 working days", reappointment=SECOND)
    assert deadline.due_at == deadline.first_due_at == at("Thu 2026-11-19 09:00")
    assert deadline.late_from == at("Fri 2026-11-20 00:00")
    assert deadline.current_due_at == at("Wed 2026-11-25 09:00")
    assert deadline.overdue_from == at("Thu 2026-11-26 00:00")


def test_a_second_date_needs_no_steps() -> None:
    bare = due("Mon 2026-11-16 09:00", "3 working days", reappointment=SECOND, with_steps=False)
    assert bare.current_due_at == at("Wed 2026-11-25 09:00")
    assert bare.steps == ()


@pytest.mark.parametrize(
    ("pause", "current"),
    [
        pytest.param(
            resumed("Tue 2026-11-17 10:00", "Tue 2026-11-17 11:00"),
            "Wed 2026-11-25 09:00",
            id="a pause before the approval is in the second date already",
        ),
        pytest.param(
            resumed("Wed 2026-11-18 10:00", "Wed 2026-11-18 11:00"),
            "Wed 2026-11-25 10:00",
            id="a pause after the approval moves the second date",
        ),
        pytest.param(
            restarted("Thu 2026-11-19 10:00", "Thu 2026-11-19 11:00"),
            "Wed 2026-11-25 11:00",
            id="a restart beyond the second date moves it",
        ),
        pytest.param(
            restarted("Wed 2026-11-18 10:00", "Wed 2026-11-18 11:00"),
            "Wed 2026-11-25 09:00",
            id="a restart short of the second date leaves it",
        ),
        pytest.param(
            resumed("Mon 2026-11-16 10:00", "Mon 2026-11-30 10:00"),
            "Thu 2026-12-03 09:00",
            id="the second date never stands before the lawful one",
        ),
    ],
)
def test_pauses_and_a_second_date(pause: Pause, current: str) -> None:
    deadline = due("Mon 2026-11-16 09:00", "3 working days", pauses=[pause], reappointment=SECOND)
    assert deadline.current_due_at == at(current)


def test_a_moved_second_date_of_calendar_days_keeps_off_the_days_off() -> None:
    pause = resumed("Wed 2026-11-18 12:00", "Sat 2026-11-21 12:00")
    facts = {"pauses": [pause], "reappointment": SECOND, "rounding": Rounding.END_OF_DAY}
    deadline = due("Mon 2026-11-16 09:00", "3 calendar days", **facts)
    assert deadline.due_at == at("Mon 2026-11-23 17:00")
    assert deadline.current_due_at == at("Mon 2026-11-30 17:00")


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(
            Reappointment(at("Mon 2026-11-16 08:00"), at("Wed 2026-11-25 09:00")), id="approved too soon"
        ),
        pytest.param(Reappointment(at("Wed 2026-11-18 10:00"), at("Thu 2026-11-19 09:00")), id="no later"),
    ],
)
def test_a_second_date_that_makes_no_sense_is_refused(second: Reappointment) -> None:
    with pytest.raises(InvalidReappointment):
        due("Mon 2026-11-16 09:00", "3 working days", reappointment=second)


# --- known, provisional and unknown years


def test_a_date_that_leans_on_a_provisional_year_is_marked() -> None:
    calendar = office(published=(2025, 2026), provisional=(2027,))
    assert not due("Mon 2026-11-16 09:00", "3 working days", calendar).provisional
    assert due("Wed 2026-12-30 09:00", "3 working days", calendar).provisional


def test_a_pause_that_reaches_into_a_provisional_year_marks_the_date() -> None:
    calendar = office(published=(2026,), provisional=(2027,))
    pause = restarted("Thu 2026-12-31 09:00", "Mon 2027-01-04 09:00")
    assert due("Wed 2026-12-30 09:00", "1 working day", calendar, pauses=[pause]).provisional


def test_a_pause_that_loses_nothing_still_leans_on_the_year_it_reaches_into() -> None:
    calendar = office({date(2027, 1, 1): OFF}, published=(2026,), provisional=(2027,))
    pause = resumed("Thu 2026-12-31 17:00", "Fri 2027-01-01 09:00")
    paused = due("Wed 2026-12-30 09:00", "1 working day", calendar, pauses=[pause])
    assert (paused.due_at, paused.provisional) == (at("Thu 2026-12-31 09:00"), True)


def test_calendar_days_do_not_look_at_the_days_between() -> None:
    calendar = office(DAYS_2026, published=(2024, 2026))
    assert due("Mon 2025-12-15 09:00", "30 calendar days", calendar).due_at == at("Wed 2026-01-14 09:00")
    with pytest.raises(CalendarHorizonError):
        due("Mon 2025-12-15 09:00", "20 working days", calendar)


def test_a_pause_to_the_last_midnight_needs_no_next_year() -> None:
    pause = resumed("Thu 2026-12-31 16:00", "Fri 2027-01-01 00:00")
    with pytest.raises(CalendarHorizonError):
        due("Wed 2026-12-30 16:30", "1 working day", pauses=[pause])
    assert due("Wed 2026-12-30 08:00", "1 working day", pauses=[pause]).due_at == at("Thu 2026-12-31 09:00")


@pytest.mark.parametrize("length", ["100000000000 months", "100000000000 calendar days", "5000 months"])
def test_an_absurd_length_meets_the_horizon(length: str) -> None:
    with pytest.raises(CalendarHorizonError):
        due("Mon 2026-11-16 09:00", length)


# --- moments


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(InvalidMoment):
        reckon(at("Mon 2026-11-16 09:00").replace(tzinfo=None), limit("1 working day"), OFFICE)


def test_an_offset_elsewhere_and_seconds_make_no_difference() -> None:
    elsewhere = at("Mon 2026-11-16 09:00").astimezone(timezone(timedelta(hours=-3, minutes=-30)))
    shifted = reckon(elsewhere + timedelta(seconds=59), limit("1 working day"), OFFICE)
    assert shifted == due("Mon 2026-11-16 09:00", "1 working day")
    assert shifted.due_at.tzinfo is VIETNAM


def test_the_cutoff_of_a_same_day_limit_is_a_setting() -> None:
    assert due("Mon 2026-11-16 10:01", "0 working days", cutoff=time(10)).due_at == at("Tue 2026-11-17 17:00")


# --- the batch


@pytest.mark.parametrize("rounding", Rounding)
def test_the_batch_gives_the_same_dates(rounding: Rounding) -> None:
    rows = [(str(row.values[0]), str(row.values[1])) for row in [*GOLDEN, *LETTER]]
    dates = due_batch([(at(start), limit(length)) for start, length in rows], OFFICE, rounding=rounding)
    assert list(dates) == [due(start, length, rounding=rounding).due_at for start, length in rows]


def test_hours_of_the_examples() -> None:
    assert OFFICE.windows_on(on("Mon 2026-11-16")) == OFFICE_DAY
