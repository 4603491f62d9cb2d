"""Day before month, as it is typed; what is no date is none."""

import datetime as dt

import pytest

from tthc_tracker.domain.typeddates import UnreadableError, read_day, read_moment

TUESDAY = dt.date(2026, 11, 3)

SAME_DAY = ["03/11/2026", "3/11/2026", " 3-11-2026 ", "3.11.2026", "3 11 2026", "03112026", "2026-11-03"]
NO_DAY = [
    "",
    "hôm qua",
    "31/12",
    "3/11/26",
    "11/23/2026",
    "29/02/2026",
    "20261103",
    "03/11/0026",
    "2500-01-01",
    "３/11/2026",
]

SAME_MOMENT = [
    "03/11/2026 08:05", "3/11/2026 8:05", "03/11/2026, 8h05", "3-11-2026  8.05", "03/11/2026 0805",
    "03112026 0805", "031120260805", "2026-11-03T08:05", "2026-11-03 08:05:00",
]  # fmt: skip
NO_MOMENT = [
    "",
    "hôm qua",
    "03/11/2026",
    "03112026",
    "08:05",
    "03/11/2026 24:00",
    "31/02/2026 08:00",
    "03/11/2026 805",
]


@pytest.mark.parametrize("typed", SAME_DAY)
def test_a_day_is_read_however_it_is_typed(typed: str) -> None:
    assert read_day(typed) == TUESDAY


@pytest.mark.parametrize("typed", NO_DAY)
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableError):
        read_day(typed)


@pytest.mark.parametrize("typed", SAME_MOMENT)
def test_a_moment_is_read_however_it_is_typed(typed: str) -> None:
    assert read_moment(typed) == dt.datetime.combine(TUESDAY, dt.time(8, 5))


@pytest.mark.parametrize("typed", NO_MOMENT)
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableError):
        read_moment(typed)
