"""Who stands on which side of a hand-over: nobody confirms what he gave himself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.handovers import (
    Direction,
    Handing,
    Place,
    Underway,
    answers_for,
    handing_for,
    works_in,
)
from tthc_tracker.domain.permissions import Membership, Role

WARD, PROVINCE, LAND, CIVIL = 1, 2, 10, 11
CLERK = (Membership(Role.CLERK, WARD),)
DESK_CLERK = (Membership(Role.CLERK, WARD, 12),)
LAND_OFFICER = (Membership(Role.OFFICER, WARD, LAND),)
CIVIL_HEAD = (Membership(Role.HEAD_OF_UNIT, WARD, CIVIL),)
HEAD = (Membership(Role.HEAD_OF_AGENCY, WARD),)
LOOSE_OFFICER = (Membership(Role.OFFICER, WARD),)
CONTROLLER = (Membership(Role.CONTROLLER, WARD),)
FAR_CLERK = (Membership(Role.CLERK, PROVINCE),)

TO_LAND = Underway(Direction.FORWARD, Place(WARD), Place(WARD, LAND), handed_by_id=7)
TO_DESK = Underway(Direction.RESULT, Place(WARD, LAND), Place(WARD), handed_by_id=8)
ABROAD = Underway(Direction.FORWARD, Place(WARD), Place(PROVINCE), handed_by_id=7)


@pytest.mark.parametrize(
    ("underway", "user", "memberships", "handing"),
    [
        pytest.param(None, 7, CLERK, Handing.NONE, id="nothing on its way"),
        pytest.param(TO_LAND, 8, LAND_OFFICER, Handing.PAPERS_TO_US, id="to the officer's own unit"),
        pytest.param(TO_LAND, 9, CIVIL_HEAD, Handing.PAPERS, id="to another unit"),
        pytest.param(TO_LAND, 7, CLERK, Handing.PAPERS_BY_US, id="by this clerk"),
        pytest.param(TO_LAND, 6, CLERK, Handing.PAPERS_BY_US, id="by a colleague of the same desk"),
        pytest.param(TO_LAND, 5, HEAD, Handing.PAPERS_TO_US, id="the head of the agency answers for a unit"),
        pytest.param(TO_LAND, 7, HEAD, Handing.PAPERS_BY_US, id="unless it was he who handed over"),
        pytest.param(TO_LAND, 4, LOOSE_OFFICER, Handing.PAPERS_TO_US, id="somebody of no unit"),
        pytest.param(TO_LAND, 3, CONTROLLER, Handing.PAPERS, id="a controller does not work"),
        pytest.param(TO_DESK, 7, CLERK, Handing.RESULT_TO_US, id="a result comes to the desk"),
        pytest.param(TO_DESK, 8, LAND_OFFICER, Handing.RESULT_BY_US, id="from this officer"),
        pytest.param(TO_DESK, 9, CIVIL_HEAD, Handing.RESULT, id="a result of others"),
        pytest.param(ABROAD, 2, FAR_CLERK, Handing.PAPERS_TO_US, id="the other agency's desk takes it in"),
        pytest.param(ABROAD, 6, CLERK, Handing.PAPERS_BY_US, id="this agency's desk has given it"),
    ],
)
def test_a_hand_over_looks_different_from_its_two_sides(
    underway: Underway | None, user: int, memberships: tuple[Membership, ...], handing: Handing
) -> None:
    assert handing_for(underway, user, memberships) is handing


@pytest.mark.parametrize(
    ("memberships", "place", "own"),
    [
        pytest.param(LAND_OFFICER, Place(WARD, LAND), True, id="one's own unit"),
        pytest.param(LAND_OFFICER, Place(WARD, CIVIL), False, id="another unit"),
        pytest.param(HEAD, Place(WARD, LAND), False, id="the head of the agency sits in no unit"),
        pytest.param(CLERK, Place(WARD), True, id="an agency without units is its own unit"),
        pytest.param(DESK_CLERK, Place(WARD), True, id="a clerk at the desk, which is a unit too"),
        pytest.param(LAND_OFFICER, Place(WARD), False, id="somebody of a unit is not the desk"),
        pytest.param(CONTROLLER, Place(WARD), False, id="who does not work there"),
    ],
)
def test_assigning_inside_ones_own_place_is_no_hand_over(
    memberships: tuple[Membership, ...], place: Place, own: bool
) -> None:
    assert works_in(memberships, place) is own


_places = st.builds(Place, st.sampled_from([WARD, PROVINCE]), st.sampled_from([None, LAND, CIVIL]))
_held = st.builds(
    Membership, st.sampled_from(Role), st.sampled_from([WARD, PROVINCE]), st.sampled_from([None, LAND, CIVIL])
)


@given(
    st.builds(Underway, st.sampled_from(Direction), _places, _places, st.integers(1, 3)),
    st.integers(1, 3),
    st.lists(_held, max_size=3).map(tuple),
)
def test_nobody_confirms_what_he_handed_over(
    underway: Underway, user: int, memberships: tuple[Membership, ...]
) -> None:
    handing = handing_for(underway, user, memberships)
    assert not (handing.to_us and handing.by_us)
    if user == underway.handed_by_id:
        assert handing.by_us
    if handing.to_us:
        assert answers_for(memberships, underway.destination)
    assert handing.of_result == (underway.direction is Direction.RESULT)
