"""A period is made of few sums of days, and of each of its days once."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.moments import on
from tthc_tracker.domain.stretches import Grain, Piece, pieces, pieces_before, stretch_of

_DAY = dt.timedelta(days=1)
TODAY = "Fri 2026-11-27"
PIECES = {
    "a statutory quarter": ("Mon 2026-06-15", "Mon 2026-09-14", [(Grain.QUARTER, 1)]),
    "a statutory year": ("Mon 2025-12-15", "Mon 2026-12-14", [(Grain.YEAR, 1)]),
    "a half-year": ("Mon 2026-06-15", "Mon 2026-12-14", [(Grain.QUARTER, 2)]),
    "a month": ("Sun 2026-02-01", "Sat 2026-02-28", [(Grain.HALF_MONTH, 2)]),
    "a leap month": ("Thu 2024-02-01", "Thu 2024-02-29", [(Grain.HALF_MONTH, 2)]),
    "a calendar year": (
        "Thu 2026-01-01", "Thu 2026-12-31", [(Grain.HALF_MONTH, 1), (Grain.YEAR, 1), (Grain.HALF_MONTH, -1)]
    ),
    "a week across a half-month": ("Mon 2026-03-09", "Sun 2026-03-15", [(Grain.DAY, 7)]),
    "most of a half-month": ("Tue 2026-06-02", "Sun 2026-06-14", [(Grain.HALF_MONTH, 1), (Grain.DAY, -1)]),
    "the running quarter": (
        "Tue 2026-09-15", TODAY, [(Grain.QUARTER, 1), (Grain.DAY, -3), (Grain.HALF_MONTH, -1)]
    ),
    "the running month": ("Sun 2026-11-01", TODAY, [(Grain.HALF_MONTH, 2), (Grain.DAY, -3)]),
    "what is to come": ("Sat 2026-11-28", "Mon 2026-12-14", [(Grain.DAY, 3), (Grain.HALF_MONTH, 1)]),
}  # fmt: skip


@pytest.mark.parametrize(("first", "last", "cut"), PIECES.values(), ids=PIECES)
def test_a_period_is_made_of_few_pieces(first: str, last: str, cut: list[tuple[Grain, int]]) -> None:
    found = pieces(on(first), on(last), on(TODAY))
    assert sorted((p.grain, p.sign * len(list(_starts(p)))) for p in found) == sorted(cut)


def test_the_days_before_a_quarter_are_whole_years_less_what_came_since() -> None:
    start = on("Tue 2026-09-15")
    assert pieces_before(start, on(TODAY)) == (
        Piece(Grain.YEAR, dt.date.min, on("Tue 2026-12-15")),
        Piece(Grain.QUARTER, start, on("Tue 2026-12-15"), -1),
    )
    year = on("Mon 2025-12-15")
    assert pieces_before(year, on(TODAY)) == (Piece(Grain.YEAR, dt.date.min, year),)


def _starts(piece: Piece) -> Iterable[dt.date]:
    """The first day of each of its stretches, of which the last ends where it does."""
    day = piece.first
    while day < piece.before:
        yield day
        _first, day = stretch_of(piece.grain, day)
    assert day == piece.before


def _held(found: Iterable[Piece], since: dt.date) -> Counter[dt.date]:
    """How often each day counts, from one on."""
    held: Counter[dt.date] = Counter()
    for piece in found:
        for day in _starts(piece._replace(first=max(piece.first, since))):
            first, before = stretch_of(piece.grain, day)
            assert first == day
            held.update({first + n * _DAY: piece.sign for n in range((before - first).days)})
    return Counter({day: number for day, number in held.items() if number})


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2027, 1, 1)),
    st.integers(0, 900),
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
)
def test_pieces_hold_every_day_once_and_so_does_what_was_before(
    start: dt.date, days: int, today: dt.date
) -> None:
    wanted = {start + number * _DAY: 1 for number in range(days + 1)}
    assert _held(pieces(start, max(wanted), today), dt.date.min) == wanted
    ever = stretch_of(Grain.YEAR, dt.date(2018, 1, 1))[0]
    before = {ever + number * _DAY: 1 for number in range((start - ever).days)}
    assert _held(pieces_before(start, today), ever) == before
