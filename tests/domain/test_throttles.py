"""How long one has to wait before another try."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.moments import at
from tthc_tracker.domain.lookups import ALTOGETHER, BY_DOSSIER, BY_NETWORK
from tthc_tracker.domain.throttles import NO_WAIT, Limit, Throttle, wait

NOW = at("Mon 2026-11-23 09:10")
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
THREE = (Limit(3, 10 * MINUTE),)


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        pytest.param([], NO_WAIT, id="never tried"),
        pytest.param([(NOW - MINUTE, 2)], NO_WAIT, id="one left"),
        pytest.param([(NOW - MINUTE, 3)], 10 * MINUTE, id="all at once a minute ago"),
        pytest.param([(NOW - 8 * MINUTE, 1), (NOW, 2)], 3 * MINUTE, id="the eldest leaves first"),
        pytest.param([(NOW - 11 * MINUTE, 9)], NO_WAIT, id="all have left the window"),
    ],
)
def test_a_wait_ends_when_enough_has_left_the_window(
    counted: list[tuple[dt.datetime, int]], expected: dt.timedelta
) -> None:
    assert wait(counted, THREE, NOW) == expected


def test_a_try_that_is_counted_already_is_not_counted_twice() -> None:
    assert wait([(NOW, 3)], THREE, NOW, included=True) == NO_WAIT
    assert wait([(NOW, 4)], THREE, NOW, included=True) == 11 * MINUTE


def test_guesses_at_a_code_wait_twice_as_long_each_time() -> None:
    now, made, waits = NOW, [], []
    while now < NOW + 30 * HOUR:
        pause = wait(made, BY_DOSSIER, now)
        if pause == NO_WAIT:
            made = [*made, (now, 1)]
        else:
            waits.append(pause)
            now += pause
    minutes = [int(one / MINUTE) for one in waits]
    assert minutes[:6] == [16, 15, 30, 60, 120, 1200]  # a minute counts until all of it has left
    assert sum(1 for moment, _ in made if moment < NOW + 24 * HOUR) == 10


def test_the_limits_are_those_that_the_paper_names() -> None:
    assert BY_DOSSIER[0] == Limit(5, 15 * MINUTE)
    assert BY_DOSSIER[-1] == Limit(10, 24 * HOUR)
    assert (Limit(30, MINUTE), Limit(300, 24 * HOUR)) == BY_NETWORK
    assert (Limit(200, 10 * MINUTE),) == ALTOGETHER


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 8)), max_size=12, unique_by=lambda row: row[0]),
    st.sampled_from([BY_DOSSIER, BY_NETWORK, ALTOGETHER, THREE]),
)
def test_after_the_wait_the_try_may_be_made_and_keeps_every_limit(
    ago: list[tuple[int, int]], limits: tuple[Limit, ...]
) -> None:
    counted = [(NOW - minutes * MINUTE, tries) for minutes, tries in ago]
    moment = NOW + wait(counted, limits, NOW)
    assert wait(counted, limits, moment) == NO_WAIT
    for limit in limits:
        within = sum(tries for minute, tries in counted if moment - limit.window < minute)
        assert within + 1 <= limit.most


def test_counts_matter_as_far_back_as_the_longest_window() -> None:
    assert Throttle("x", "", BY_DOSSIER).reach == 24 * HOUR + MINUTE
