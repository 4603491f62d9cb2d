"""Stretches of days whose sums are kept, and the fewest of them that make up a period.

A period is what whole stretches hold, less those days of them that are not its own: the running quarter is
the whole one less what is to come of it, of which there is next to nothing (only what falls due is foreseen).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from heapq import heappop, heappush
from typing import NamedTuple

from tthc_tracker.domain import periods
from tthc_tracker.domain.periods import PeriodKind

Stretch = tuple[date, date]
"""From a day until before another; date.max: it has not ended."""


class Grain(StrEnum):
    """Stretches of days whose sums are kept; each is cut into whole ones of the next."""

    YEAR = "year"
    QUARTER = "quarter"
    HALF_MONTH = "half_month"
    DAY = "day"


class Piece(NamedTuple):
    """Kept sums of one grain: those that begin from `first` until before `before`; sign -1: taken out."""

    grain: Grain
    first: date
    before: date
    sign: int = 1


_DAY = timedelta(days=1)
_PERIODS = {Grain.YEAR: PeriodKind.YEAR, Grain.QUARTER: PeriodKind.QUARTER}


@lru_cache(maxsize=8192)
def stretch_of(grain: Grain, day: date) -> Stretch:
    """The stretch of a grain in which a day lies; quarters and years are the statutory ones."""
    if kind := _PERIODS.get(grain):
        period = periods.period_of(kind, day)
        return period.start, period.end + _DAY
    if grain is Grain.DAY:
        return day, day + _DAY
    if day.day < 15:
        return day.replace(day=1), day.replace(day=15)
    return day.replace(day=15), (day.replace(day=28) + 4 * _DAY).replace(day=1)


# --- the fewest

_FULL, _FORESEEN = 16, 1
"""What it costs to read a stretch, and one that has not begun: it holds little, but has to be looked for."""


@lru_cache(maxsize=4096)
def pieces(start: date, end: date, today: date = date.max) -> tuple[Piece, ...]:
    """The cheapest sums that make up the days from `start` to `end`, both included, as seen on a day.

    The shortest way from the first day to the one after the last, on which each stretch is a step forward, or
    backward: then it is taken out.
    """
    steps: dict[date, list[tuple[date, Piece]]] = {}
    for grain, (first, before) in _near(start, end):
        steps.setdefault(first, []).append((before, Piece(grain, first, before)))
        steps.setdefault(before, []).append((first, Piece(grain, first, before, -1)))
    ways: list[tuple[int, date, tuple[Piece, ...]]] = [(0, start, ())]
    reached: set[date] = set()
    while ways[0][1] != end + _DAY:
        cost, day, way = heappop(ways)
        if day not in reached:
            reached.add(day)
            for other, piece in steps[day]:
                its = _FORESEEN if piece.first > today else _FULL
                heappush(ways, (cost + its, other, (*way, piece)))
    return _joined(ways[0][2])


def pieces_before(start: date, today: date = date.max) -> tuple[Piece, ...]:
    """The cheapest sums of all days before one, as seen on a day."""
    year = stretch_of(Grain.YEAR, start)[0]
    ever = Piece(Grain.YEAR, date.min, year)
    return _joined([ever, *pieces(year, start - _DAY, today)])


def _near(start: date, end: date) -> Iterator[tuple[Grain, Stretch]]:
    """Every stretch that may serve: years, and what the ones are cut into that hold the first or last day."""
    years = stretch_of(Grain.YEAR, start)[0], stretch_of(Grain.YEAR, end)[1]
    found = {(Grain.YEAR, each) for each in _cut(Grain.YEAR, years)}
    coarser, *finer = Grain
    for grain in finer:
        for day in (start, end):
            found |= {(grain, each) for each in _cut(grain, stretch_of(coarser, day))}
        coarser = grain
    yield from sorted(found)


def _cut(grain: Grain, whole: Stretch) -> Iterator[Stretch]:
    day, after = whole
    while day < after:
        yield stretch_of(grain, day)
        day = stretch_of(grain, day)[1]


def _joined(way: Iterable[Piece]) -> tuple[Piece, ...]:
    """Those of a grain that lie side by side as one, what counts before what is taken out."""
    found: list[Piece] = []
    for piece in sorted(way, key=lambda piece: (-piece.sign, piece.grain, piece.first)):
        last = found[-1] if found else None
        if last and (last.grain, last.before, last.sign) == (piece.grain, piece.first, piece.sign):
            found[-1] = last._replace(before=piece.before)
        else:
            found.append(piece)
    return tuple(found)
