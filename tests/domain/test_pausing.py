"""The rules of what holds a clock: within which days a limit restarts, what the controller is told of."""

from dataclasses import replace
from datetime import datetime

import pytest

from tests.domain.calendars import OFFICE
from tests.support.moments import at, on
from tthc_tracker.domain.pauses import PausePolicy
from tthc_tracker.domain.pausing import DEFAULTS, PauseReason, Ruling, end_of, on_last_day, ruling

ACCEPTED = at("Fri 2026-11-20 09:00")
SUPPLEMENT = DEFAULTS[PauseReason.SUPPLEMENT]


def test_every_reason_has_a_rule_and_none_prints_a_basis_nobody_has_confirmed() -> None:
    assert set(DEFAULTS) == set(PauseReason)
    assert {rule.basis for rule in DEFAULTS.values()} == {""}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(at("Fri 2026-11-20 09:00"), Ruling(PausePolicy.RESTART), id="at once"),
        pytest.param(at("Thu 2026-11-26 23:59"), Ruling(PausePolicy.RESTART), id="the night of the third"),
        pytest.param(at("Fri 2026-11-27 00:00"), Ruling(PausePolicy.RESUME, asked_late=True), id="fourth"),
    ],
)
def test_a_limit_restarts_only_if_asked_within_its_working_days(asked: datetime, expected: Ruling) -> None:
    """The 24th is a day off: the third working day after Friday is the Thursday."""
    assert ruling(SUPPLEMENT, ACCEPTED, asked, OFFICE) == expected


def test_a_rule_without_days_restarts_whenever_and_the_others_are_taken_as_they_stand() -> None:
    late = at("Mon 2026-12-21 09:00")
    always = replace(SUPPLEMENT, restart_within=None)
    assert ruling(always, ACCEPTED, late, OFFICE) == Ruling(PausePolicy.RESTART)
    opinion = ruling(DEFAULTS[PauseReason.OPINION], ACCEPTED, late, OFFICE)
    assert opinion == Ruling(PausePolicy.RUNS)


DUE, LATE = at("Thu 2026-11-26 09:00"), at("Fri 2026-11-27 00:00")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param(at("Wed 2026-11-25 23:59"), False, id="the evening before"),
        pytest.param(at("Thu 2026-11-26 00:00"), True, id="the first minute of the day"),
        pytest.param(at("Thu 2026-11-26 23:59"), True, id="its last minute"),
        pytest.param(LATE, False, id="when it is late already, it rescues nothing"),
    ],
)
def test_a_pause_of_the_last_day_is_told_of(asked: datetime, told: bool) -> None:
    assert on_last_day(ACCEPTED, asked, DUE, LATE) is told


def test_where_the_first_day_is_the_last_nothing_is_told() -> None:
    same_day = at("Fri 2026-11-20 17:00")
    assert not on_last_day(ACCEPTED, at("Fri 2026-11-20 10:00"), same_day, at("Sat 2026-11-21 00:00"))


def test_an_answer_is_missing_from_the_midnight_after_its_day() -> None:
    assert end_of(on("Thu 2026-12-31")) == at("Fri 2027-01-01 00:00")
