"""What moving a date means at the moment it moves."""

import datetime as dt

import pytest

from tests.support.moments import at
from tthc_tracker.domain.calendarchanges import Effect, effect_of

NOW = at("Mon 2026-11-23 09:00")
BEFORE, AFTER = at("Sat 2026-11-21 00:00"), at("Tue 2026-11-24 00:00")


@pytest.mark.parametrize(
    ("was", "becomes", "paused", "effect"),
    [
        pytest.param(AFTER, BEFORE, False, Effect.LATE, id="moved to before now: late"),
        pytest.param(AFTER, NOW, False, Effect.LATE, id="late from this moment on"),
        pytest.param(BEFORE, AFTER, False, Effect.RELIEVED, id="moved to after now: no longer late"),
        pytest.param(BEFORE, BEFORE, False, Effect.NONE, id="late as before"),
        pytest.param(AFTER, AFTER, False, Effect.NONE, id="in time as before"),
        pytest.param(AFTER, BEFORE, True, Effect.NONE, id="what is paused is not late"),
        pytest.param(None, BEFORE, False, Effect.NONE, id="without a date before"),
        pytest.param(BEFORE, None, False, Effect.NONE, id="without a date now"),
    ],
)
def test_moving_a_date_makes_late_or_relieves(
    was: dt.datetime | None, becomes: dt.datetime | None, paused: bool, effect: Effect
) -> None:
    assert effect_of(was, becomes, NOW, paused=paused) is effect
