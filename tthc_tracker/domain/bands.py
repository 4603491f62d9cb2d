"""Bands into which ages and lengths are put: a bar each in a picture (docs/law.md, statistics)."""

from __future__ import annotations

from collections.abc import Sequence

OVERDUE_DAYS: tuple[int | None, ...] = (5, 10, 30, 90, None)
"""The last day of each band of calendar days past the due date; the last band has no end."""

LIMIT_USED: tuple[int | None, ...] = (25, 50, 75, 100, 150, None)
"""The most per cent of its limit that a dossier of each band took; from the fifth on more than all of it."""


def band_of(value: int, lasts: Sequence[int | None]) -> int:
    """The place of the band in which a value lies: the first whose last is not below it."""
    return next(place for place, last in enumerate(lasts) if last is None or value <= last)


def edges(lasts: Sequence[int | None]) -> tuple[tuple[int, int | None], ...]:
    """The first and the last value of each band of whole numbers."""
    firsts = (0, *(last + 1 for last in lasts if last is not None))
    return tuple(zip(firsts, lasts, strict=True))
