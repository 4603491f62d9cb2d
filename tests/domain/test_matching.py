"""When two dossiers of two systems may be one, which is kept, when their statuses differ."""

import itertools
from dataclasses import replace

import pytest

from tests.domain.calendars import OFFICE
from tests.support.moments import at
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.matching import Seen, counts_first, disagree, is_alike
from tthc_tracker.domain.portalstatus import PORTAL_STATUS

HERE = Seen(1, 1, True, 7, "044093001234", at("Fri 2026-11-20 09:00"), State.PROCESSING)
THERE = Seen(2, 4, False, 7, "044093001234", at("Fri 2026-11-20 15:00"), State.RECEIVED)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        pytest.param(THERE, True, id="the same person, procedure and day"),
        pytest.param(
            replace(THERE, received_at=at("Mon 2026-11-23 08:00")),
            True,
            id="a weekend and one working day later",
        ),
        pytest.param(
            replace(THERE, received_at=at("Thu 2026-11-19 16:00")), True, id="one working day earlier"
        ),
        pytest.param(
            replace(THERE, received_at=at("Wed 2026-11-25 08:00")), False, id="two working days later"
        ),
        pytest.param(replace(THERE, owner_number="044093001235"), False, id="somebody else"),
        pytest.param(replace(THERE, procedure_id=8), False, id="another procedure"),
        pytest.param(replace(THERE, source_id=1), False, id="the same system"),
        pytest.param(replace(THERE, home=True), False, id="both received here"),
        pytest.param(replace(THERE, state=State.CANCELLED), False, id="cancelled there"),
        pytest.param(replace(THERE, state=State.FINISHED), True, id="finished there"),
        pytest.param(
            replace(THERE, received_at=at("Fri 2099-11-20 09:00")), False, id="a day of an unknown year"
        ),
    ],
)
def test_two_are_alike_by_person_procedure_day_and_system(other: Seen, alike: bool) -> None:
    assert is_alike(HERE, other, OFFICE) is alike
    assert is_alike(other, HERE, OFFICE) is alike


def test_the_one_received_here_is_kept_else_the_one_received_first_else_known_first() -> None:
    early, late = replace(THERE, received_at=at("Thu 2026-11-19 08:00")), replace(THERE, dossier_id=3)
    assert sorted([early, HERE], key=counts_first) == [HERE, early]
    assert sorted([late, early], key=counts_first) == [early, late]
    assert sorted([late, THERE], key=counts_first) == [THERE, late]


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        pytest.param(State.RECEIVED, State.PROCESSING, False, id="both open"),
        pytest.param(State.FINISHED, State.RETURNED, False, id="both finished"),
        pytest.param(State.AWAITING_SUPPLEMENT, State.AWAITING_PAYMENT, False, id="both paused"),
        pytest.param(State.WITHDRAWAL_ASKED, State.WITHDRAWN, False, id="the portal has one number for both"),
        pytest.param(State.PROCESSING, State.FINISHED, True, id="finished in one"),
        pytest.param(State.PROCESSING, State.AWAITING_SUPPLEMENT, True, id="paused in one"),
        pytest.param(State.REGISTERED, State.RECEIVED, True, id="accepted in one"),
        pytest.param(State.CANCELLED, State.PROCESSING, True, id="cancelled in one"),
    ],
)
def test_statuses_differ_when_they_count_as_different_things(
    first: State, second: State, differ: bool
) -> None:
    assert disagree(first, second) is disagree(second, first) is differ


def test_nothing_disagrees_with_what_the_portal_calls_the_same() -> None:
    for first, second in itertools.product(State, repeat=2):
        if PORTAL_STATUS[first] == PORTAL_STATUS[second]:
            assert not disagree(first, second)
