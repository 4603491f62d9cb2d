"""Step clocks: from the hand-over, still while the dossier's stands still; which step a dossier is in."""

from decimal import Decimal

import pytest

from tests.domain.calendars import OFFICE
from tests.support.moments import at
from tthc_tracker.domain.deadlines import Pause, PausePolicy
from tthc_tracker.domain.processes import Balance, Spot, Stop, balance, entered, length_of, plan, step_clock
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit

OPENED = at("Mon 2026-11-16 09:00")


def days(amount: str | int) -> TimeLimit:
    return TimeLimit(Decimal(amount), LimitUnit.WORKING_DAY)


def hours(amount: int) -> TimeLimit:
    return TimeLimit(amount, LimitUnit.WORKING_HOUR)


def test_a_step_is_due_from_the_moment_of_its_hand_over() -> None:
    assert step_clock(OPENED, days(2), OFFICE).due_at == at("Wed 2026-11-18 09:00")
    assert step_clock(OPENED, hours(4), OFFICE).late_from == at("Mon 2026-11-16 15:00")


@pytest.mark.parametrize(
    ("pause", "due"),
    [
        pytest.param(
            Pause(at("Tue 2026-11-17 09:00"), at("Wed 2026-11-18 09:00"), PausePolicy.RESUME),
            at("Thu 2026-11-19 09:00"), id="it stands still while the clock is stopped",
        ),
        pytest.param(
            Pause(at("Tue 2026-11-17 09:00"), at("Wed 2026-11-18 09:00"), PausePolicy.RESTART),
            at("Fri 2026-11-20 09:00"), id="it begins anew as the dossier's does",
        ),
        pytest.param(
            Pause(at("Tue 2026-11-17 09:00"), at("Wed 2026-11-18 09:00"), PausePolicy.RUNS),
            at("Wed 2026-11-18 09:00"), id="it runs where the clock runs",
        ),
        pytest.param(
            Pause(at("Thu 2026-11-12 09:00"), at("Fri 2026-11-13 09:00"), PausePolicy.RESUME),
            at("Wed 2026-11-18 09:00"), id="a pause of an earlier step is none of its own",
        ),
        pytest.param(
            Pause(at("Thu 2026-11-12 09:00"), at("Tue 2026-11-17 09:00"), PausePolicy.RESUME),
            at("Thu 2026-11-19 09:00"), id="of one that began before it only the part within",
        ),
        pytest.param(
            Pause(at("Tue 2026-11-17 09:00"), None, PausePolicy.RESUME),
            at("Wed 2026-11-18 09:00"), id="an open pause has not moved it yet",
        ),
    ],
)  # fmt: skip
def test_a_step_clock_goes_as_the_dossiers(pause: Pause, due: object) -> None:
    assert step_clock(OPENED, days(2), OFFICE, [pause]).due_at == due


def test_a_plan_takes_the_steps_one_after_the_other() -> None:
    planned = plan(OPENED, [hours(2), days(1)], lambda _: OFFICE)
    assert [(one.opens_at, one.due_at) for one in planned] == [
        (OPENED, at("Mon 2026-11-16 11:00")),
        (at("Mon 2026-11-16 11:00"), at("Tue 2026-11-17 11:00")),
    ]


@pytest.mark.parametrize(
    ("steps", "limit", "found"),
    [
        pytest.param([days("0.5"), days(2), hours(4)], days(3), Balance.EVEN, id="days and hours add up"),
        pytest.param([days(1)], days(3), Balance.LESS, id="less"),
        pytest.param([days(4)], days(3), Balance.MORE, id="more"),
        pytest.param([hours(3), hours(5)], days(0), Balance.EVEN, id="the same day is a day of work"),
        pytest.param([days(3)], TimeLimit(30, LimitUnit.CALENDAR_DAY), Balance.UNLIKE, id="unlike"),
        pytest.param(
            [TimeLimit(10, LimitUnit.CALENDAR_DAY), TimeLimit(20, LimitUnit.CALENDAR_DAY)],
            TimeLimit(30, LimitUnit.CALENDAR_DAY), Balance.EVEN, id="calendar days among themselves",
        ),
    ],
)  # fmt: skip
def test_the_steps_against_the_limit_of_the_procedure(
    steps: list[TimeLimit], limit: TimeLimit, found: Balance
) -> None:
    assert balance(steps, limit) is found


def test_calendar_days_have_no_length_in_work() -> None:
    assert length_of([TimeLimit(1, LimitUnit.MONTH)]) is None


DESK, LAND, CIVIL, HEAD = Spot(1, at_desk=True), Spot(1, 10), Spot(1, 11), Spot(1)
STOPS = (Stop(1, DESK), Stop(2, LAND), Stop(3, HEAD), Stop(4, LAND), Stop(5, None))


@pytest.mark.parametrize(
    ("current", "spot", "backwards", "found"),
    [
        pytest.param(1, LAND, False, 2, id="on to the unit of the next step"),
        pytest.param(1, HEAD, False, 3, id="past a step"),
        pytest.param(3, LAND, False, 4, id="to the unit again, further on"),
        pytest.param(4, HEAD, False, 3, id="to where only an earlier step is held"),
        pytest.param(2, CIVIL, False, 3, id="to where the process never passes: simply the next"),
        pytest.param(5, CIVIL, False, 5, id="the last stays the last"),
        pytest.param(3, LAND, True, 2, id="back to the unit"),
        pytest.param(2, HEAD, True, 3, id="back to where only a later step is held"),
        pytest.param(3, CIVIL, True, 2, id="back to where the process never passes: the one before"),
        pytest.param(1, CIVIL, True, 1, id="the first stays the first"),
    ],
)
def test_the_step_that_a_dossier_enters(current: int, spot: Spot, backwards: bool, found: int) -> None:
    assert entered(STOPS, current, spot, backwards=backwards) == found
