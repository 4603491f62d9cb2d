"""The engine and a slow one of its own, which walks minute by minute, agree on thousands of cases."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from tests.domain.slow_engine import (
    BeyondTheHorizonError,
    Hours,
    SlowAnswer,
    SlowCalendar,
    SlowPause,
    slow_due,
)
from tthc_tracker.domain.deadlines import Deadline, Pause, PausePolicy, Rounding, reckon
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.workcalendar import DayWindows, SpecialDay, WeeklyHours, Window, WorkCalendar

CASES_A_SEED = 250


def at_clock(text: str) -> time:
    return time(int(text[:2]), int(text[3:]))


def day(*windows: str) -> Hours:
    return [(at_clock(window[:5]), at_clock(window[6:])) for window in windows]


FULL = day("07:30-11:30", "13:30-17:00")
LONG = day("07:00-11:30", "13:30-17:00")
MORNING = day("07:30-11:30")
THREE = day("07:00-09:00", "09:15-11:30", "14:00-18:45")
DAYS = [FULL, LONG, MORNING, THREE, []]
WEEKS = [
    [FULL] * 5 + [[], []],
    [LONG] * 5 + [MORNING, []],
    [FULL, FULL, FULL, FULL, MORNING, [], []],
    [THREE, [], LONG, [], THREE, [], []],
    [MORNING] * 7,
]


def windows(hours: Hours) -> DayWindows:
    return tuple(Window.between(opening, closing) for opening, closing in hours)


@dataclass
class Office:
    """One random office, as either engine wants it."""

    slow: SlowCalendar
    fast: WorkCalendar
    cutoff: time


def random_office(dice: random.Random) -> Office:
    years = dice.choice([{2026}, {2025, 2026}, {2025, 2026, 2027}, {2024, 2026}])
    provisional = {max(years)} if dice.random() < 0.3 else set()
    before, after = dice.choice(WEEKS), dice.choice(WEEKS)
    change = date(2026, 1, 1) + timedelta(days=dice.randrange(-20, 380))
    special = {
        date(2025, 12, 1) + timedelta(days=dice.randrange(430)): dice.choice(DAYS)
        for _ in range(dice.choice([0, 5, 40, 120]))
    }
    fast = WorkCalendar(
        [
            WeeklyHours(tuple(windows(hours) for hours in after), change),
            WeeklyHours(tuple(windows(hours) for hours in before)),
        ],
        {on: SpecialDay(windows(hours)) for on, hours in special.items()},
        years - provisional,
        provisional,
    )
    slow = SlowCalendar(lambda on: after if on >= change else before, special, years, provisional)
    return Office(slow, fast, dice.choice([time(15), time(10, 30), time(17)]))


def random_moment(dice: random.Random) -> datetime:
    on = date(2025, 12, 20) + timedelta(days=dice.choice([dice.randrange(30), dice.randrange(380)]))
    edges = ["07:00", "07:30", "09:00", "11:30", "13:30", "14:00", "15:00", "17:00", "18:45"]
    if dice.random() < 0.5:
        return datetime.combine(on, at_clock(dice.choice(edges)))
    return datetime.combine(on, time(dice.randrange(24), dice.randrange(60)))


def random_limit(dice: random.Random) -> tuple[Decimal, str]:
    unit = dice.choice([str(unit) for unit in LimitUnit])
    if unit in {"calendar_day", "month"}:
        return Decimal(dice.randrange(1, 25 if unit == "calendar_day" else 4)), unit
    if dice.random() < 0.4:
        return Decimal(dice.randrange(0, 800)) / 100, unit
    return Decimal(dice.randrange(0, 13)), unit


def random_pauses(dice: random.Random, start: datetime) -> list[SlowPause]:
    pauses, free_from = [], start
    for _ in range(dice.choice([0, 0, 1, 1, 2, 3])):
        begun = free_from + timedelta(minutes=dice.choice([0, dice.randrange(60), dice.randrange(8000)]))
        free_from = begun + timedelta(minutes=dice.choice([0, 30, 450, 1440, dice.randrange(9000)]))
        pauses.append(SlowPause(begun, free_from, dice.choice([str(policy) for policy in PausePolicy])))
    return pauses


def local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=VIETNAM)


@pytest.mark.parametrize("seed", range(16))
def test_both_engines_give_the_same_dates_and_the_same_refusals(seed: int) -> None:
    dice = random.Random(seed)
    answered = refused = paused = 0
    for _ in range(CASES_A_SEED):
        office, start = random_office(dice), random_moment(dice)
        amount, unit = random_limit(dice)
        pauses, end_of_day = random_pauses(dice, start), dice.random() < 0.3
        case = f"{start:%a %Y-%m-%d %H:%M} {amount} {unit} {pauses} {end_of_day=} {office}"
        slow: SlowAnswer | None = None
        try:
            slow = slow_due(start, amount, unit, office.slow, pauses, end_of_day, office.cutoff)
        except BeyondTheHorizonError:
            refused += 1
        fast: Deadline | None = None
        try:
            fast = reckon(
                local(start),
                TimeLimit(amount, LimitUnit(unit)),
                office.fast,
                pauses=[Pause(local(p.start), local(p.end), PausePolicy(p.policy)) for p in pauses],
                rounding=Rounding.END_OF_DAY if end_of_day else Rounding.SAME_HOUR,
                cutoff=office.cutoff,
                with_steps=dice.random() < 0.5,
            )
        except CalendarHorizonError:
            fast = None
        if slow is None or fast is None:
            assert slow is fast, case
            continue
        answered += 1
        paused += fast.due_at != fast.first_due_at
        assert fast.first_due_at == local(slow.first_due), case
        assert fast.due_at == local(slow.due), case
        assert fast.late_from == local(slow.late_from), case
        assert fast.provisional == slow.leaned, case
    assert answered > CASES_A_SEED // 2
    assert refused > 0
    assert paused > CASES_A_SEED // 20
