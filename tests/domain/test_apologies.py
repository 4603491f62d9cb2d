"""Apology and second date: when it is drafted, when it comes late, what it proposes, who signs it."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import OFFICE
from tests.support.moments import at
from tthc_tracker.domain.apologies import (
    Ground,
    LatenessCause,
    Progress,
    check_second_date,
    comes_late,
    decides,
    ground_of,
    is_time_to_draft,
    proposed_due,
)
from tthc_tracker.domain.deadlines import Reappointment, Rounding, reckon
from tthc_tracker.domain.errors import InvalidReappointment
from tthc_tracker.domain.milestones import apology_window
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit

DUE = at("Wed 2026-11-25 09:00")
TEN = TimeLimit(Decimal(10), LimitUnit.WORKING_DAY)
WINDOW = apology_window(DUE, TEN, OFFICE)
LATE_FROM = at("Thu 2026-11-26 00:00")


@pytest.mark.parametrize(
    ("now", "time"),
    [
        pytest.param(at("Fri 2026-11-20 07:29"), False, id="before the opening two working days before"),
        pytest.param(at("Fri 2026-11-20 07:30"), True, id="at that opening"),
        pytest.param(at("Wed 2026-11-25 16:00"), True, id="a run that was missed is made up for"),
        pytest.param(at("Thu 2026-11-26 00:00"), False, id="once it is late, people draft"),
    ],
)
def test_an_apology_is_drafted_of_itself_from_two_working_days_before_until_it_is_late(
    now: datetime, time: bool
) -> None:
    assert is_time_to_draft(now, WINDOW, LATE_FROM) == time


def test_nothing_is_drafted_for_limits_that_allow_no_second_date() -> None:
    day = TimeLimit(Decimal(1), LimitUnit.WORKING_DAY)
    assert not is_time_to_draft(DUE, apology_window(DUE, day, OFFICE), LATE_FROM)


@pytest.mark.parametrize(
    ("progress", "ground"),
    [
        pytest.param(Progress(True, 900, 0), Ground.STEP_OVERDUE, id="a step is overdue"),
        pytest.param(Progress(False, 900, 3600, 4501), Ground.SHORT, id="its like still needed more"),
        pytest.param(Progress(False, 900, 3600, 4500), None, id="its like would just make it"),
        pytest.param(Progress(False, 0, 3600), None, id="nothing is usual yet"),
    ],
)
def test_it_is_drafted_where_a_step_is_overdue_or_the_time_is_short(
    progress: Progress, ground: Ground | None
) -> None:
    assert ground_of(progress) == ground


@pytest.mark.parametrize(
    ("signed", "late"),
    [
        pytest.param(at("Mon 2026-11-23 17:00"), False, id="at the closing of the last working day before"),
        pytest.param(at("Mon 2026-11-23 17:01"), True, id="a minute later"),
        pytest.param(at("Fri 2026-11-27 09:00"), True, id="when it is overdue"),
    ],
)
def test_an_apology_is_late_after_the_last_working_day_before(signed: datetime, late: bool) -> None:
    assert comes_late(signed, WINDOW) == late
    assert not comes_late(signed, None)


@pytest.mark.parametrize(
    ("limit", "now", "second"),
    [
        pytest.param(TEN, "Mon 2026-11-23 08:00", "Wed 2026-12-02 09:00", id="half of ten days"),
        pytest.param(
            "3 working_day", "Mon 2026-11-23 08:00", "Fri 2026-11-27 09:00", id="half of three: two"
        ),
        pytest.param("1.5 working_day", "Mon 2026-11-23 08:00", "Thu 2026-11-26 09:00", id="at least one"),
        pytest.param("60 working_day", "Mon 2026-11-23 08:00", "Wed 2026-12-02 09:00", id="at most five"),
        pytest.param(
            "15 working_hour", "Mon 2026-11-23 08:00", "Thu 2026-11-26 09:00", id="two days in hours"
        ),
        pytest.param("7 calendar_day", "Mon 2026-11-23 08:00", "Mon 2026-11-30 09:00", id="a week: three"),
        pytest.param("1 month", "Mon 2026-11-23 08:00", "Wed 2026-12-02 09:00", id="months: five"),
        pytest.param(None, "Mon 2026-11-23 08:00", "Wed 2026-12-02 09:00", id="not known: five"),
        pytest.param(TEN, "Fri 2026-11-27 10:00", "Fri 2026-12-04 10:00", id="past it, from now on"),
    ],
)
def test_half_the_limit_more_is_proposed(limit: TimeLimit | str | None, now: str, second: str) -> None:
    if isinstance(limit, str):
        amount, _, unit = limit.partition(" ")
        limit = TimeLimit(Decimal(amount), LimitUnit(unit))
    assert proposed_due(at(now), DUE, limit, OFFICE, Rounding.SAME_HOUR) == at(second)


@given(
    hour=st.integers(0, 24 * 212),
    amount=st.integers(2, 40),
    after=st.integers(0, 60 * 24 * 20),
    rounding=st.sampled_from(Rounding),
)
def test_what_is_proposed_can_always_be_promised_and_moves_the_promise_only(
    hour: int, amount: int, after: int, rounding: Rounding
) -> None:
    accepted = at("Mon 2026-03-02 08:00") + timedelta(hours=hour)
    limit = TimeLimit(Decimal(amount), LimitUnit.WORKING_DAY)
    first = reckon(accepted, limit, OFFICE, rounding=rounding)
    now = accepted + timedelta(minutes=after)
    second = proposed_due(now, first.due_at, limit, OFFICE, rounding)
    check_second_date(second, now=now, due=first.due_at, calendar=OFFICE)
    moved = reckon(accepted, limit, OFFICE, rounding=rounding, reappointment=Reappointment(now, second))
    assert (moved.current_due_at, moved.due_at) == (second, first.due_at)
    assert moved.late_from == first.late_from < moved.overdue_from


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(DUE, id="no later than the lawful date"),
        pytest.param(at("Thu 2026-11-26 09:00"), id="past already"),
        pytest.param(at("Sun 2026-11-29 09:00"), id="on a day off"),
        pytest.param(at("Mon 2026-11-30 18:00"), id="after hours"),
        pytest.param(at("Mon 2026-11-30 07:00"), id="before hours"),
        pytest.param(at("Mon 2026-11-30 12:00"), id="in the break"),
        pytest.param(at("Mon 2027-12-06 09:00"), id="more than a year away"),
    ],
)
def test_a_second_date_lies_ahead_within_working_hours(second: datetime) -> None:
    with pytest.raises(InvalidReappointment):
        check_second_date(second, now=at("Thu 2026-11-26 10:00"), due=DUE, calendar=OFFICE)


HEAD = Membership(Role.HEAD_OF_UNIT, 1, 10)


@pytest.mark.parametrize(
    ("held", "signs"),
    [
        pytest.param(HEAD, True, id="the head of the unit that holds it"),
        pytest.param(replace(HEAD, unit_id=11), False, id="the head of another unit"),
        pytest.param(replace(HEAD, unit_id=None), True, id="a head without a unit heads them all"),
        pytest.param(replace(HEAD, agency_id=2), False, id="the head of another agency's unit"),
        pytest.param(Membership(Role.HEAD_OF_AGENCY, 1), True, id="the head of the agency"),
        pytest.param(Membership(Role.OFFICER, 1, 10), False, id="who works on it"),
    ],
)
def test_the_head_of_the_resolving_unit_signs(held: Membership, signs: bool) -> None:
    assert decides([held], 1, 10) == signs


def test_what_no_unit_holds_any_head_of_unit_there_signs() -> None:
    assert decides([HEAD], 1, None)


def test_the_causes_are_those_of_the_law_of_this_product() -> None:
    assert len(LatenessCause) == 8
