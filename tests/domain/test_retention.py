"""How long personal data is kept: months of the calendar, never cut short; open dossiers are never due."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.retention import Hold, hold_of, kept_until, last_end


@pytest.mark.parametrize(
    ("closed", "months", "until"),
    [
        pytest.param("2026-01-15", 1, "2026-02-15", id="the same day of the month"),
        pytest.param("2026-01-31", 1, "2026-03-01", id="a month that lacks the day"),
        pytest.param("2026-11-26", 60, "2031-11-26", id="five years"),
        pytest.param("2026-12-31", 2, "2027-03-01", id="over the new year"),
    ],
)
def test_the_term_ends_on_the_day_of_the_month(closed: str, months: int, until: str) -> None:
    assert kept_until(date.fromisoformat(closed), months) == date.fromisoformat(until)


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(1, 240),
)  # fmt: skip
def test_what_the_register_is_asked_for_is_what_each_dossier_says(
    closed: date, today: date, months: int
) -> None:
    assert (closed <= last_end(today, months)) is (kept_until(closed, months) <= today)


@pytest.mark.parametrize(
    ("state", "closed", "months", "mirrored", "hold"),
    [
        pytest.param(State.PROCESSING, None, 1, False, Hold.OPEN, id="at work"),
        pytest.param(State.FINISHED, "2020-01-01", 1, False, Hold.UNCOLLECTED, id="nobody has collected it"),
        pytest.param(State.FINISHED, "2020-01-01", 1, True, Hold.OVER, id="another system gives it out"),
        pytest.param(State.RETURNED, "2020-01-01", None, False, Hold.UNSET, id="no rule"),
        pytest.param(State.RETURNED, "2026-11-01", 1, False, Hold.KEPT, id="the term runs"),
        pytest.param(State.WITHDRAWN, "2026-10-26", 1, False, Hold.OVER, id="the term is over"),
    ],
)
def test_what_holds_the_data_of_a_dossier(
    state: State, closed: str | None, months: int | None, *, mirrored: bool, hold: Hold
) -> None:
    ended = date.fromisoformat(closed) if closed else None
    assert hold_of(state, ended, months, date(2026, 11, 26), mirrored=mirrored) is hold
