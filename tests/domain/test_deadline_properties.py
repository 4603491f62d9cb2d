"""What is true of every due date, whatever the office, the start and the limit."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.calendars import hours
from tthc_tracker.domain.deadlines import (
    Deadline,
    Pause,
    PausePolicy,
    Rounding,
    due_batch,
    reckon,
    stated,
)
from tthc_tracker.domain.ledger import StepReason, StepUnit
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.workcalendar import DayWindows, SpecialDay, WeeklyHours, WorkCalendar

MINUTE = timedelta(minutes=1)
FIRST = date(2026, 1, 1)
DAY_KINDS = [
    (),
    hours("07:30-11:30", "13:30-17:00"),
    hours("07:00-11:30", "13:30-17:00"),
    hours("07:30-11:30"),
    hours("07:00-09:00", "09:15-11:30", "14:00-18:45"),
]
a_day = st.sampled_from(DAY_KINDS)
a_worked_day = st.sampled_from(DAY_KINDS[1:])
a_week = st.tuples(a_worked_day, a_day, a_day, a_day, a_day, a_day, a_day)
a_date = st.dates(FIRST - timedelta(days=5), FIRST + timedelta(days=60))
special_days = st.dictionaries(a_date, st.builds(SpecialDay, a_day), max_size=12)


def moments_between(first: date, last: date) -> st.SearchStrategy[datetime]:
    return st.datetimes(
        datetime.combine(first, time()), datetime.combine(last, time()), timezones=st.just(VIETNAM)
    )


a_start = moments_between(FIRST, FIRST + timedelta(days=40))
hundredths = st.integers(0, 900).map(lambda count: Decimal(count) / 100)
working_day_limits = st.builds(TimeLimit, st.integers(1, 12), st.just(LimitUnit.WORKING_DAY))
calendar_limits = st.builds(TimeLimit, st.integers(1, 20), st.just(LimitUnit.CALENDAR_DAY)) | st.builds(
    TimeLimit, st.integers(1, 3), st.just(LimitUnit.MONTH)
)
working_limits = working_day_limits | st.builds(
    TimeLimit, hundredths, st.sampled_from([LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR])
)
limits = working_limits | calendar_limits
roundings = st.sampled_from(Rounding)
any_policy = st.sampled_from(PausePolicy)


def calendar_of(week: tuple[DayWindows, ...], days: dict[date, SpecialDay]) -> WorkCalendar:
    return WorkCalendar([WeeklyHours(week)], days, range(2025, 2029))


offices = st.builds(calendar_of, a_week, special_days)


@st.composite
def pauses_after(draw: Callable[..., Any], start: datetime, policies: Any = any_policy) -> list[Pause]:
    pauses: list[Pause] = []
    free_from = start
    for _ in range(draw(st.integers(0, 3))):
        begun = free_from + draw(st.integers(0, 4000)) * MINUTE
        free_from = begun + draw(st.integers(0, 6000)) * MINUTE
        pauses.append(Pause(begun, free_from, draw(policies)))
    return pauses


@given(offices, a_start, st.sampled_from([LimitUnit.WORKING_DAY, *LimitUnit]), st.integers(1, 20), roundings)
def test_a_longer_limit_is_never_due_on_an_earlier_date(
    office: WorkCalendar, start: datetime, unit: LimitUnit, amount: int, rounding: Rounding
) -> None:
    shorter, longer = (
        reckon(start, TimeLimit(Decimal(n), unit), office, rounding=rounding).due_at
        for n in (amount, amount + 1)
    )
    assert shorter.date() <= longer.date()


@given(st.data(), offices, a_start, working_limits, roundings)
def test_a_resumed_pause_never_brings_a_due_date_forward(
    data: st.DataObject, office: WorkCalendar, start: datetime, limit: TimeLimit, rounding: Rounding
) -> None:
    pauses = data.draw(pauses_after(start, st.just(PausePolicy.RESUME)))
    moments = [
        reckon(start, limit, office, pauses=pauses[:count], rounding=rounding).due_at
        for count in range(len(pauses) + 1)
    ]
    assert moments == sorted(moments)


@given(st.data(), offices, a_start, limits, st.sampled_from(PausePolicy), roundings)
def test_no_valid_pause_brings_a_due_date_forward(
    data: st.DataObject,
    office: WorkCalendar,
    start: datetime,
    limit: TimeLimit,
    policy: PausePolicy,
    rounding: Rounding,
) -> None:
    begun = start + data.draw(st.integers(0, 9000)) * MINUTE
    pause = Pause(begun, begun + data.draw(st.integers(0, 9000)) * MINUTE, policy)
    deadline = reckon(start, limit, office, pauses=[pause], rounding=rounding)
    assert deadline.first_due_at.date() <= deadline.due_at.date()
    if limit.unit in (LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR):
        assert deadline.first_due_at <= deadline.due_at


@given(
    offices,
    a_start,
    limits,
    moments_between(date(2025, 12, 1), date(2026, 6, 1)),
)
def test_a_pause_that_is_not_valid_changes_nothing(
    office: WorkCalendar, start: datetime, limit: TimeLimit, begun: datetime
) -> None:
    plain = reckon(start, limit, office)
    assume(begun >= max(start, plain.late_from))
    late = reckon(
        start, limit, office, pauses=[Pause(begun, None, PausePolicy.RESUME)], as_of=begun + 900 * MINUTE
    )
    assert late.due_at == plain.due_at
    assert not late.valid_pauses


@given(a_week, special_days, a_date, a_start, limits, roundings)
def test_an_added_holiday_never_brings_a_due_date_forward(
    week: tuple[DayWindows, ...],
    days: dict[date, SpecialDay],
    holiday: date,
    start: datetime,
    limit: TimeLimit,
    rounding: Rounding,
) -> None:
    before = reckon(start, limit, calendar_of(week, days), rounding=rounding).due_at
    after = reckon(start, limit, calendar_of(week, {**days, holiday: SpecialDay()}), rounding=rounding).due_at
    assert before.date() <= after.date()
    if limit.unit in (LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR):
        assert before <= after


@given(offices, a_start, working_limits, st.integers(1, 3000))
def test_who_files_later_is_not_due_sooner(
    office: WorkCalendar, start: datetime, limit: TimeLimit, minutes: int
) -> None:
    first, second = due_batch([(start, limit), (start + minutes * MINUTE, limit)], office)
    assert first <= second


@given(st.data(), offices, a_start, limits, roundings)
def test_a_due_moment_lies_in_a_window_or_on_its_closing(
    data: st.DataObject, office: WorkCalendar, start: datetime, limit: TimeLimit, rounding: Rounding
) -> None:
    deadline = reckon(start, limit, office, pauses=data.draw(pauses_after(start)), rounding=rounding)
    minute = deadline.due_at.hour * 60 + deadline.due_at.minute
    windows = office.windows_on(deadline.due_at.date())
    assert any(window.start_minute <= minute <= window.end_minute for window in windows)


@given(offices, a_start, st.integers(0, 2000), st.integers(0, 2000))
def test_working_hours_in_pieces_equal_those_at_once(
    office: WorkCalendar, start: datetime, first: int, second: int
) -> None:
    snapped = office.snap(start)
    assert office.add(office.add(snapped, first), second) == office.add(snapped, first + second)


@given(offices, a_start, st.integers(1, 3000))
def test_the_minutes_added_are_the_minutes_between(
    office: WorkCalendar, start: datetime, minutes: int
) -> None:
    end = office.add(start, minutes)
    assert office.working_minutes_between(start, end) == minutes
    assert office.working_minutes_between(start, end - MINUTE) == minutes - 1


@given(offices, a_start, st.integers(1, 2000))
def test_going_back_finds_the_latest_moment_that_leads_here(
    office: WorkCalendar, end: datetime, minutes: int
) -> None:
    begun = office.back(end, minutes)
    assert office.working_minutes_between(begun, end) == minutes
    assert office.working_minutes_between(begun + MINUTE, end) == minutes - 1


@given(offices, a_start, limits, roundings)
def test_without_steps_the_dates_are_the_same(
    office: WorkCalendar, start: datetime, limit: TimeLimit, rounding: Rounding
) -> None:
    bare = reckon(start, limit, office, rounding=rounding, with_steps=False)
    assert bare.steps == ()
    assert bare.due_at == reckon(start, limit, office, rounding=rounding).due_at
    assert [bare.due_at] == list(due_batch([(start, limit)], office, rounding=rounding))


@given(offices, a_start, limits)
def test_the_steps_lead_from_the_start_to_the_due_date_without_a_gap(
    office: WorkCalendar, start: datetime, limit: TimeLimit
) -> None:
    deadline = reckon(start, limit, office)
    here = start.replace(second=0, microsecond=0)
    for step in deadline.steps:
        assert step.from_at == here or step.reason is StepReason.CLOCK_TIME
        assert step.from_at <= step.to_at or step.reason is StepReason.CLOCK_TIME
        assert step.first_on <= step.last_on or step.reason is StepReason.CLOCK_TIME
        here = step.to_at
    assert here == deadline.due_at


@given(offices, a_start, working_day_limits)
def test_the_steps_count_exactly_the_days_of_the_limit(
    office: WorkCalendar, start: datetime, limit: TimeLimit
) -> None:
    steps = [step for step in reckon(start, limit, office).steps if step.unit is StepUnit.WORKING_DAY]
    assert sum(step.counted for step in steps) == limit.amount
    start_day, *days = steps
    assert start_day.reason is StepReason.START_DAY
    assert sum(step.counted + step.skipped for step in days) == (days[-1].last_on - start_day.first_on).days


@given(offices, a_start, st.integers(1, 90))
def test_the_steps_count_exactly_the_minutes_of_the_limit(
    office: WorkCalendar, start: datetime, amount: int
) -> None:
    deadline: Deadline = reckon(start, TimeLimit(Decimal(amount), LimitUnit.WORKING_HOUR), office)
    assert sum(step.counted for step in deadline.steps) == amount * 60


@given(offices, a_start, limits, st.data())
def test_what_is_stated_does_not_move_while_a_pause_is_open(
    office: WorkCalendar, start: datetime, limit: TimeLimit, data: st.DataObject
) -> None:
    start = start.replace(second=0, microsecond=0)  # the engine counts whole minutes
    ended = data.draw(pauses_after(start))
    begun = (ended[-1].end if ended else start) + data.draw(st.integers(0, 4000)) * MINUTE
    held = Pause(begun, None, data.draw(any_policy))
    before = reckon(start, limit, office, pauses=ended, with_steps=False)
    now = stated(start, limit, office, pauses=[*ended, held])
    assert stated(start, limit, office, pauses=ended) == before
    assert (now.due_at, now.late_from, now.projected) == (before.due_at, before.late_from, False)
    stands = held.policy is not PausePolicy.RUNS and begun < before.late_from
    assert now.paused_since == (begun if stands else None)
