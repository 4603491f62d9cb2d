"""Bands: each value in exactly one, and named by its edges."""

import pytest

from tthc_tracker.domain.bands import LIMIT_USED, OVERDUE_DAYS, band_of, edges


@pytest.mark.parametrize("lasts", [OVERDUE_DAYS, LIMIT_USED], ids=["days overdue", "limit used"])
def test_every_value_lies_in_the_band_that_its_edges_name(lasts: tuple[int | None, ...]) -> None:
    bands = edges(lasts)
    for value in range(200):
        first, last = bands[band_of(value, lasts)]
        assert first <= value
        assert last is None or value <= last


def test_the_last_day_of_a_band_is_in_it_and_the_next_is_not() -> None:
    assert [band_of(day, OVERDUE_DAYS) for day in (0, 5, 6, 10, 11, 90, 91, 4000)] == [0, 0, 1, 1, 2, 3, 4, 4]
    assert edges(OVERDUE_DAYS)[1:] == ((6, 10), (11, 30), (31, 90), (91, None))
