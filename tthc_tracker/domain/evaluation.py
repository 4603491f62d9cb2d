"""Points for how dossiers were resolved: of people and of agencies, by the indices for which there is data.

TT 01/2018 Đ13-15: each index is the mean of the points of its dossiers with one decimal, two at most; those
without data are left out. How many points a dossier earns is a choice of ours (docs/law.md, statistics), and
so is bringing the total to the form's scale of 10 (people) or 18 (agencies), so that it can be graded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

MOST_POINTS = 2
OF_PERSON, OF_AGENCY = 10, 18


class Index(StrEnum):
    """What is judged, as far as there is data."""

    TIME = "time"  # CS1
    SATISFACTION = "satisfaction"  # CS7


POINTS: Mapping[Index, Mapping[str, int]] = {
    Index.TIME: {"early": 2, "on_time": 1, "late": 0},
    Index.SATISFACTION: {"very_satisfied": 2, "satisfied": 1, "dissatisfied": 0},
}


@dataclass(frozen=True, slots=True)
class Score:
    """The points of one index (None: without data), the total on the form's scale and its grade."""

    points: Mapping[Index, Decimal | None]
    total: Decimal | None
    grade: str


def score(counts: Mapping[str, int], scale: int) -> Score:
    """What these counts of dossiers by outcome come to. scale: OF_PERSON or OF_AGENCY."""
    points = {index: _mean(counts, worth) for index, worth in POINTS.items()}
    known = [one for one in points.values() if one is not None]
    if not known:
        return Score(points, None, "")
    total = _round(sum(known, Decimal(0)) * scale / (MOST_POINTS * len(known)))
    return Score(points, total, _grade(total, scale))


def _mean(counts: Mapping[str, int], worth: Mapping[str, int]) -> Decimal | None:
    cases = sum(counts.get(name, 0) for name in worth)
    earned = sum(counts.get(name, 0) * points for name, points in worth.items())
    return _round(Decimal(earned) / cases) if cases else None


def _round(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


_GRADES = {
    OF_PERSON: ((Decimal(5), "full"), (Decimal("3.5"), "partial"), (Decimal(0), "low")),
    OF_AGENCY: (
        (Decimal(15), "excellent"),
        (Decimal(12), "good"),
        (Decimal(9), "fair"),
        (Decimal(6), "average"),
        (Decimal(0), "weak"),
    ),
}


def _grade(total: Decimal, scale: int) -> str:
    return next(grade for least, grade in _GRADES[scale] if total >= least)
