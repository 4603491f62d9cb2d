"""Field reports: what may be done when, by when they are answered, in which cell they are counted."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.domain.calendars import OFFICE
from tests.support.moments import at
from tthc_tracker.domain.fieldreports import (
    ReportAct,
    ReportOutcome,
    ReportState,
    deadline,
    is_code,
    outcome,
    own_code,
    possible,
)
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit

PASSES = {ReportAct.FORWARD, ReportAct.HAND_BACK}
WHEN = {
    "taken in here": (ReportState.RECEIVED, False, False, {ReportAct.ACCEPT, ReportAct.FORWARD}),
    "given by another": (ReportState.RECEIVED, True, False, {ReportAct.ACCEPT, *PASSES}),
    "being handled": (ReportState.ACCEPTED, True, False, {ReportAct.ANSWER, *PASSES}),
    "answered": (ReportState.ANSWERED, True, False, {ReportAct.PUBLISH, ReportAct.RATE}),
    "public": (ReportState.ANSWERED, False, True, {ReportAct.WITHDRAW, ReportAct.RATE}),
}


@pytest.mark.parametrize(("state", "passed_on", "published", "acts"), WHEN.values(), ids=WHEN)
def test_what_may_be_done_follows_from_where_it_stands(
    state: ReportState, passed_on: bool, published: bool, acts: set[ReportAct]
) -> None:
    assert possible(state, passed_on=passed_on, published=published) == acts


CLOCKS = {
    "days, over a weekend and a holiday": (
        3,
        LimitUnit.WORKING_DAY,
        "Fri 2026-11-20 09:00",
        "Fri 2026-11-27 00:00",
    ),
    "hours, late at the minute": (4, LimitUnit.WORKING_HOUR, "Mon 2026-11-16 15:00", "Tue 2026-11-17 09:30"),
}


@pytest.mark.parametrize(("amount", "unit", "received", "late"), CLOCKS.values(), ids=CLOCKS)
def test_its_clock_is_that_of_dossiers(amount: int, unit: LimitUnit, received: str, late: str) -> None:
    found = deadline(at(received), TimeLimit(Decimal(amount), unit), OFFICE)
    assert found.late_from == at(late)
    assert at(received) <= found.soon_from <= found.late_from
    assert found.due_at <= found.late_from


LATE_FROM = at("Thu 2026-11-26 00:00")
HOUR = dt.timedelta(hours=1)
CELLS = {
    "answered before": (LATE_FROM - HOUR, LATE_FROM, ReportOutcome.ON_TIME),
    "answered as it becomes late": (LATE_FROM, LATE_FROM, ReportOutcome.LATE),
    "answered after we look": (LATE_FROM + HOUR, LATE_FROM - HOUR, ReportOutcome.WITHIN),
    "open": (None, LATE_FROM - HOUR, ReportOutcome.WITHIN),
    "open and late": (None, LATE_FROM, ReportOutcome.OVERDUE),
}


@pytest.mark.parametrize(("answered", "seen", "cell"), CELLS.values(), ids=CELLS)
def test_each_stands_in_one_cell(
    answered: dt.datetime | None, seen: dt.datetime, cell: ReportOutcome
) -> None:
    assert outcome(LATE_FROM, answered, seen) is cell


def test_a_code_can_stand_in_an_address() -> None:
    assert is_code(own_code("H50.19000", dt.date(2026, 11, 26), 7))
    assert not any(
        is_code(text) for text in ("", "PA", "nap", "a/b1", "-PA1", "PA 1", "é12", "x1" * 21, "PA1\n")
    )
