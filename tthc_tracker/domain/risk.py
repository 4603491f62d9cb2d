"""Risk before lateness: the time that is left against what dossiers like it usually still took.

All lengths are working minutes. Source: our choice (docs/law.md, flags); no rule of the law knows it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST = 20
"""Of fewer past dossiers nothing is usual."""
SHARE = 80
"""Per cent of the past dossiers that were through by then."""
MOST_KEPT = 200
"""So many values tell how a stage went, however many dossiers they stand for."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How long past dossiers took from the beginning of a stage to their finish.

    minutes: in order, at least one, evenly drawn from all `cases`. of_province: of the whole province, since
    the agency itself has too few.
    """

    minutes: tuple[int, ...]
    cases: int
    of_province: bool = False

    def still_needed(self, spent: int) -> int | None:
        """What 80 % of those that took longer than `spent` needed from there at most; None: none took longer.

        So one that has been in a stage for long is compared with the slow ones only.
        """
        first = bisect_right(self.minutes, spent)
        longer = len(self.minutes) - first
        if longer == 0:
            return None
        rank = -(-longer * SHARE // 100)  # the nearest rank, as percentiles elsewhere
        return self.minutes[first + rank - 1] - spent


@dataclass(frozen=True, slots=True)
class Risk:
    """Why a dossier may be late. needed None: it has taken longer already than any past one."""

    left: int
    needed: int | None
    cases: int
    of_province: bool

    @property
    def margin(self) -> int:
        """What would remain, negative by as much as is missing: the most is missing first."""
        return self.left - self.needed if self.needed is not None else -self.left - 1


def usual_of(samples: Iterable[int], *, of_province: bool = False) -> Usual | None:
    """What past lengths say; None of fewer than FEWEST."""
    ordered = sorted(samples)
    if len(ordered) < FEWEST:
        return None
    return Usual(_drawn(ordered), len(ordered), of_province)


def _drawn(ordered: Sequence[int]) -> tuple[int, ...]:
    many = len(ordered)
    if many <= MOST_KEPT:
        return tuple(ordered)
    # The middle of each of MOST_KEPT equal parts: every percentile stays where it was, within half a part.
    return tuple(ordered[(2 * part + 1) * many // (2 * MOST_KEPT)] for part in range(MOST_KEPT))


def assess(left: int, spent: int, usual: Usual | None) -> Risk | None:
    """Whether a dossier that has `left` (≥ 0) and has been `spent` in its stage is likely to be late.

    None: it is not, or nothing is usual. What needs exactly what is left comes in time.
    """
    if usual is None:
        return None
    needed = usual.still_needed(spent)
    if needed is not None and needed <= left:
        return None
    return Risk(left, needed, usual.cases, usual.of_province)
