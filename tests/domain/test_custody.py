"""Who held a dossier how long, and whose its lateness is: the parts sum to the whole."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import OFFICE
from tests.support.moments import at
from tthc_tracker.domain.custody import (
    Held,
    Holder,
    HolderKind,
    StepRun,
    holder_of,
    minutes_of,
    overruns,
    shares,
    split,
)

START = at("Mon 2026-11-16 08:00")
gaps = st.lists(st.integers(0, 4 * 24 * 60), min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("facts", "holder"),
    [
        pytest.param({"at_desk": True}, Holder(HolderKind.DESK, 1), id="at the desk"),
        pytest.param({"unit_id": 5}, Holder(HolderKind.UNIT, 1, 5), id="a unit, nobody in charge yet"),
        pytest.param({}, Holder(HolderKind.UNIT, 1), id="an agency without units"),
        pytest.param({"unit_id": 5, "officer_id": 9}, Holder(HolderKind.OFFICER, 1, 5, 9), id="an officer"),
        pytest.param({"officer_id": 9, "waits": True}, Holder(HolderKind.APPLICANT), id="its applicant"),
        pytest.param(
            {"unit_id": 6, "elsewhere": True}, Holder(HolderKind.OTHER_AGENCY, 1, 6), id="another agency"
        ),
    ],
)
def test_who_has_it(facts: dict[str, object], holder: Holder) -> None:
    plain = {"at_desk": False, "unit_id": None, "officer_id": None, "waits": False, "elsewhere": False}
    assert holder_of(agency_id=1, **(plain | facts)) == holder


def chain(minutes: list[int]) -> tuple[list[Held[int]], datetime]:
    """Stretches that follow one another, by three holders in turn; the last one lasts still."""
    held, since = [], START
    for number, length in enumerate(minutes):
        until = since + timedelta(minutes=length)
        held.append(Held(number % 3, since, until))
        since = until
    held[-1] = Held(held[-1].key, held[-1].since, None)
    return held, since


@given(gaps)
def test_the_times_of_the_holders_sum_to_the_whole(minutes: list[int]) -> None:
    held, now = chain(minutes)
    assert sum(minutes_of(held, OFFICE, now).values()) == OFFICE.working_minutes_between(START, now)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**5), min_size=1, max_size=12))
def test_parts_sum_to_the_whole_and_follow_the_weights(total: int, weights: list[int]) -> None:
    parts = split(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    whole = sum(weights)
    if whole:
        assert all(
            abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True)
        )


def test_without_weights_it_stays_with_whoever_has_it_now() -> None:
    assert split(7, [0, 0, 0]) == (0, 0, 7)
    assert split(7, []) == ()


@given(gaps, st.integers(0, 5000), st.dictionaries(st.integers(0, 2), st.integers(0, 3000)))
def test_lateness_split_over_the_holders_sums_to_the_lateness(
    minutes: list[int], lateness: int, over: dict[int, int]
) -> None:
    held, now = chain(minutes)
    found = shares(minutes_of(held, OFFICE, now), over, lateness)
    assert sum(share.late_minutes for share in found) == lateness
    assert [share.key for share in found] == list(dict.fromkeys(one.key for one in held))


def test_lateness_is_whose_step_overran() -> None:
    runs = [
        StepRun("desk", START, at("Mon 2026-11-16 17:00"), at("Mon 2026-11-16 09:00")),
        StepRun("unit", at("Mon 2026-11-16 09:00"), at("Tue 2026-11-17 09:00"), at("Tue 2026-11-17 10:30")),
        StepRun("head", at("Tue 2026-11-17 10:30"), at("Wed 2026-11-18 10:30"), None),
    ]
    over = overruns(runs, OFFICE, at("Wed 2026-11-18 11:00"))
    assert over == {"desk": 0, "unit": 90, "head": 30}
    late = shares({"desk": 60, "unit": 500, "head": 480}, over, 100)
    assert [(one.key, one.minutes, one.late_minutes) for one in late] == [
        ("desk", 60, 0), ("unit", 500, 75), ("head", 480, 25),
    ]  # fmt: skip


def test_where_no_step_overran_it_goes_by_the_time_held() -> None:
    assert [one.late_minutes for one in shares({"a": 300, "b": 100}, {"a": 0}, 40)] == [30, 10]
