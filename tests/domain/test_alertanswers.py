"""How long an answer to an alert may hold."""

import datetime as dt

import pytest

from tthc_tracker.domain.alertanswers import Fault, dispute_fault, promise_fault, snooze_fault

TODAY = dt.date(2026, 11, 25)


def on(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("by", "fault"),
    [
        pytest.param(None, Fault.MISSING, id="a promise without a day is none"),
        pytest.param(on(-1), Fault.PAST, id="nobody promises for yesterday"),
        pytest.param(on(0), None, id="today is in time"),
        pytest.param(on(30), None, id="thirty days ahead"),
        pytest.param(on(31), Fault.TOO_FAR, id="further than anybody can see"),
    ],
)
def test_a_promise_names_a_day_in_reach(by: dt.date | None, fault: Fault | None) -> None:
    assert promise_fault(by, TODAY) is fault


@pytest.mark.parametrize(
    ("until", "fault"),
    [
        pytest.param(None, Fault.MISSING, id="until no day"),
        pytest.param(on(0), Fault.PAST, id="until today is not put off"),
        pytest.param(on(1), None, id="until tomorrow"),
        pytest.param(on(14), None, id="for two weeks"),
        pytest.param(on(15), Fault.TOO_FAR, id="for longer than two weeks"),
    ],
)
def test_an_alert_is_put_off_for_two_weeks_at_most(until: dt.date | None, fault: Fault | None) -> None:
    assert snooze_fault(until, TODAY) is fault


@pytest.mark.parametrize(
    ("resolved", "accepted", "fault"),
    [
        pytest.param(None, None, Fault.MISSING, id="on no day"),
        pytest.param(on(1), on(-9), Fault.PAST, id="tomorrow has not been"),
        pytest.param(on(0), on(-9), None, id="today"),
        pytest.param(on(-9), on(-9), None, id="on the day it was accepted"),
        pytest.param(on(-10), on(-9), Fault.TOO_FAR, id="before it was accepted"),
        pytest.param(on(-10), None, None, id="of one whose acceptance is not known"),
    ],
)
def test_what_is_disputed_was_resolved_between_its_acceptance_and_today(
    resolved: dt.date | None, accepted: dt.date | None, fault: Fault | None
) -> None:
    assert dispute_fault(resolved, accepted, TODAY) is fault
