"""The levels in which a service is rated."""

from tthc_tracker.domain.ratings import RatedAt, Rating


def test_there_are_three_levels_the_best_first_and_two_places() -> None:
    assert [level.value for level in Rating] == ["very_satisfied", "satisfied", "dissatisfied"]
    assert [place.value for place in RatedAt] == ["lookup", "desk"]
