"""The working of a due date as people read it: runs with their reasons."""

from datetime import date
from decimal import Decimal

from tests.domain.calendars import OFF, OFFICE, OFFICE_WEEK, office
from tests.support.moments import at
from tthc_tracker.domain.deadlines import Pause, PausePolicy, Reappointment, Rounding, reckon
from tthc_tracker.domain.ledger import Step, StepReason, StepUnit, day_runs
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.workcalendar import SpecialDay, WorkCalendar

R = StepReason


def line(step: Step) -> tuple[str, str, int, int, StepReason]:
    return (
        f"{step.from_at:%a %d/%m %H:%M}",
        f"{step.to_at:%a %d/%m %H:%M}",
        step.counted,
        step.skipped,
        step.reason,
    )


def lines(
    start: str, amount: str, unit: LimitUnit, calendar: WorkCalendar = OFFICE, **facts: object
) -> list[object]:
    deadline = reckon(at(start), TimeLimit(Decimal(amount), unit), calendar, **facts)
    return [line(step) for step in deadline.steps]


def test_working_days_tell_the_start_day_the_holiday_and_the_weeks() -> None:
    assert lines("Fri 2026-11-20 18:00", "8", LimitUnit.WORKING_DAY) == [
        ("Fri 20/11 18:00", "Mon 23/11 07:30", 0, 2, R.OUTSIDE_HOURS),
        ("Mon 23/11 07:30", "Tue 24/11 00:00", 0, 0, R.START_DAY),
        ("Tue 24/11 00:00", "Wed 25/11 00:00", 0, 1, R.HOLIDAY),
        ("Wed 25/11 00:00", "Fri 04/12 07:30", 8, 2, R.ORDINARY_DAYS),
    ]


def test_holidays_that_stand_together_are_one_run() -> None:
    assert lines("Fri 2026-02-13 10:00", "5", LimitUnit.WORKING_DAY) == [
        ("Fri 13/02 10:00", "Sat 14/02 00:00", 0, 0, R.START_DAY),
        ("Sat 14/02 00:00", "Mon 16/02 00:00", 0, 2, R.ORDINARY_DAYS),
        ("Mon 16/02 00:00", "Sat 21/02 00:00", 0, 5, R.HOLIDAY),
        ("Sat 21/02 00:00", "Fri 27/02 10:00", 5, 2, R.ORDINARY_DAYS),
    ]


def test_a_make_up_day_and_the_day_it_is_for_are_named() -> None:
    reasons = [entry[4] for entry in lines("Fri 2026-08-21 09:00", "10", LimitUnit.WORKING_DAY)]
    assert reasons == [R.START_DAY, R.MAKE_UP, R.ORDINARY_DAYS, R.SWAP_OFF, R.HOLIDAY, R.ORDINARY_DAYS]


def test_a_long_limit_has_as_many_runs_as_the_calendar_has_exceptions() -> None:
    calendar = office({date(2026, 6, 1): OFF}, published=tuple(range(2026, 2036)))
    deadline = reckon(at("Mon 2026-01-05 09:00"), TimeLimit(Decimal(2000), LimitUnit.WORKING_DAY), calendar)
    assert len(deadline.steps) == 4


def test_hours_tell_the_minutes_of_each_run() -> None:
    assert lines("Mon 2026-11-23 16:00", "4", LimitUnit.WORKING_HOUR) == [
        ("Mon 23/11 16:00", "Tue 24/11 00:00", 60, 0, R.ORDINARY_DAYS),
        ("Tue 24/11 00:00", "Wed 25/11 00:00", 0, 1, R.HOLIDAY),
        ("Wed 25/11 00:00", "Wed 25/11 10:30", 180, 0, R.ORDINARY_DAYS),
    ]


def test_part_of_a_day_is_told_after_the_whole_days() -> None:
    assert lines("Mon 2026-11-16 09:00", "1.5", LimitUnit.WORKING_DAY) == [
        ("Mon 16/11 09:00", "Tue 17/11 00:00", 0, 0, R.START_DAY),
        ("Tue 17/11 00:00", "Tue 17/11 09:00", 1, 0, R.ORDINARY_DAYS),
        ("Tue 17/11 09:00", "Tue 17/11 14:45", 225, 0, R.ORDINARY_DAYS),
    ]


def test_the_same_day_and_the_day_after_the_cutoff() -> None:
    assert lines("Mon 2026-11-23 15:00", "0", LimitUnit.WORKING_DAY) == [
        ("Mon 23/11 15:00", "Mon 23/11 17:00", 0, 0, R.SAME_DAY),
    ]
    assert lines("Mon 2026-11-23 15:01", "0", LimitUnit.WORKING_DAY) == [
        ("Mon 23/11 15:01", "Tue 24/11 00:00", 0, 0, R.AFTER_CUTOFF),
        ("Tue 24/11 00:00", "Wed 25/11 00:00", 0, 1, R.HOLIDAY),
        ("Wed 25/11 00:00", "Wed 25/11 17:00", 1, 0, R.ORDINARY_DAYS),
    ]


def test_a_calendar_date_tells_why_it_moved() -> None:
    assert lines("Fri 2026-02-13 17:30", "3", LimitUnit.CALENDAR_DAY) == [
        ("Fri 13/02 17:30", "Mon 16/02 17:30", 3, 0, R.CALENDAR_TIME),
        ("Mon 16/02 17:30", "Sat 21/02 00:00", 0, 5, R.HOLIDAY),
        ("Sat 21/02 00:00", "Mon 23/02 17:30", 0, 2, R.OFF_DAY),
        ("Mon 23/02 17:30", "Mon 23/02 17:00", 0, 0, R.CLOCK_TIME),
    ]


def test_a_clock_time_that_a_short_day_does_not_reach_is_told() -> None:
    morning = SpecialDay((OFFICE_WEEK[0][0],))
    calendar = office({date(2026, 11, 17): morning})
    assert lines("Mon 2026-11-16 16:00", "1", LimitUnit.WORKING_DAY, calendar) == [
        ("Mon 16/11 16:00", "Tue 17/11 00:00", 0, 0, R.START_DAY),
        ("Tue 17/11 00:00", "Tue 17/11 11:30", 1, 0, R.OTHER_HOURS),
        ("Tue 17/11 16:00", "Tue 17/11 11:30", 0, 0, R.CLOCK_TIME),
    ]


def test_pauses_rounding_and_the_second_date_follow_in_their_order() -> None:
    pauses = [
        Pause(at("Mon 2026-11-16 10:00"), at("Mon 2026-11-16 14:00"), PausePolicy.RUNS),
        Pause(at("Tue 2026-11-17 10:00"), at("Tue 2026-11-17 14:00"), PausePolicy.RESUME),
        Pause(at("Wed 2026-11-18 10:00"), at("Wed 2026-11-18 11:00"), PausePolicy.RESTART),
        Pause(at("Fri 2026-11-27 10:00"), at("Fri 2026-11-27 11:00"), PausePolicy.RESUME),
    ]
    told = lines(
        "Mon 2026-11-16 09:00",
        "1",
        LimitUnit.WORKING_DAY,
        pauses=pauses,
        rounding=Rounding.END_OF_DAY,
        reappointment=Reappointment(at("Wed 2026-11-18 15:00"), at("Wed 2026-11-25 09:00")),
    )
    assert told[2:] == [
        ("Mon 16/11 10:00", "Mon 16/11 14:00", 0, 0, R.CLOCK_RUNS),
        ("Tue 17/11 10:00", "Tue 17/11 14:00", 120, 0, R.RESUMED),
        ("Wed 18/11 10:00", "Wed 18/11 11:00", 0, 0, R.PAUSED_TOO_LATE),
        ("Fri 27/11 10:00", "Fri 27/11 11:00", 0, 0, R.PAUSED_TOO_LATE),
        ("Tue 17/11 11:00", "Tue 17/11 17:00", 0, 0, R.END_OF_DAY),
        ("Wed 18/11 15:00", "Wed 18/11 15:00", 0, 0, R.REAPPOINTED),
    ]


def test_a_restart_tells_the_new_date() -> None:
    pause = Pause(at("Tue 2026-11-17 08:00"), at("Wed 2026-11-18 10:00"), PausePolicy.RESTART)
    deadline = reckon(
        at("Mon 2026-11-16 09:00"), TimeLimit(Decimal(1), LimitUnit.WORKING_DAY), OFFICE, pauses=[pause]
    )
    assert deadline.steps[-1].reason is R.RESTARTED
    assert deadline.steps[-1].due_at == deadline.due_at == at("Thu 2026-11-19 10:00")


def test_a_run_to_midnight_ends_on_the_day_before() -> None:
    run = Step(
        at("Mon 2026-11-23 00:00"), at("Wed 2026-11-25 00:00"), 2, 0, StepUnit.WORKING_DAY, R.ORDINARY_DAYS
    )
    assert (run.first_on, run.last_on) == (date(2026, 11, 23), date(2026, 11, 24))
    empty = Step(at("Mon 2026-11-23 00:00"), at("Mon 2026-11-23 00:00"), 0, 0, StepUnit.MINUTE, R.REAPPOINTED)
    assert empty.last_on == date(2026, 11, 23)


def test_a_holiday_on_a_sunday_does_not_break_the_ordinary_weeks() -> None:
    calendar = office({date(2026, 11, 22): SpecialDay()})
    first, last = date(2026, 11, 16).toordinal(), date(2026, 11, 27).toordinal()
    assert day_runs(calendar, first, last) == [(first, last, R.ORDINARY_DAYS)]
