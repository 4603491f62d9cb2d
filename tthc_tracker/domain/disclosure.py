"""Small numbers that are not made public, and what must be kept back besides so that nobody can reckon them.

Whoever reads the figures sees zeros and what is 5 or more; of a number that is kept back he knows only that
it is at least 1, for the file does not say why it is kept back (docs/law.md, statistics).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

FEWEST = 5
"""A number below this one, and above 0, is not made public."""


@dataclass(frozen=True, slots=True)
class Sum:
    """That one number is the sum of others."""

    total: str
    parts: tuple[str, ...]


def withheld(numbers: Mapping[str, int], sums: Iterable[Sum], *, fewest: int = FEWEST) -> frozenset[str]:
    """The names of the numbers to keep back: all small ones, and as few more as it takes to leave each of
    them more than one value. No number may stand in two of the sums.

    Source: docs/law.md, statistics.
    """
    small = frozenset(name for name, number in numbers.items() if 0 < number < fewest)
    return small.union(*(_besides(numbers, one, small) for one in sums))


def _besides(numbers: Mapping[str, int], one: Sum, small: frozenset[str]) -> frozenset[str]:
    """What of a sum goes with its small numbers: the least of its parts that helps, else its total."""
    hidden = {name for name in (*one.parts, one.total) if name in small}
    shown = sorted(
        (name for name in one.parts if numbers[name] and name not in hidden), key=numbers.__getitem__
    )
    while hidden and not _leaves_open(numbers, one, hidden):
        hidden.add(shown.pop(0) if shown else one.total)
    return frozenset(hidden)


def _leaves_open(numbers: Mapping[str, int], one: Sum, hidden: set[str]) -> bool:
    """Whether what is shown of a sum leaves every number of it that is kept back more than one value."""
    parts = [numbers[name] for name in one.parts if name in hidden]
    if one.total in hidden:
        return bool(parts)
    return len(parts) > 1 and sum(parts) > len(parts)


class Share(NamedTuple):
    """A share of a table: how many of how many. What is left over is told with it."""

    num: int
    den: int

    def is_small(self, fewest: int) -> bool:
        """Whether one of the three numbers is small."""
        return any(0 < number < fewest for number in (self.num, self.den - self.num, self.den))


Row = tuple[str, str]  # a group and one of its rows; the row '' is the group itself
TOTAL: Row = ("", "")


def withheld_rows(groups: Mapping[str, Mapping[str, Share]], *, fewest: int = FEWEST) -> frozenset[Row]:
    """The rows to keep back of a table of shares whose rows add up to groups and these to a total.

    A row is shown whole or not at all. With the small ones go, in each group that is shown, as many others as
    it takes to leave each more than one value; with a group goes the total, else the others would tell it.

    Source: docs/law.md, statistics.
    """
    hidden: set[Row] = set()
    for group, rows in groups.items():
        own = _withheld_of(rows, fewest)
        hidden.update((group, name) for name in own)
        if _summed(rows.values()).is_small(fewest) or (own and not _keep_each_other(rows, own)):
            hidden.update([(group, ""), TOTAL])
    if _summed(share for rows in groups.values() for share in rows.values()).is_small(fewest):
        hidden.add(TOTAL)
    return frozenset(hidden)


def _withheld_of(rows: Mapping[str, Share], fewest: int) -> set[str]:
    """The small rows of a group, and the next larger ones while these can be told from the group's sum."""
    hidden = {name for name, share in rows.items() if share.is_small(fewest)}
    others = sorted((rows[name].den, name) for name in rows if rows[name].den and name not in hidden)
    while hidden and others and not _keep_each_other(rows, hidden):
        hidden.add(others.pop(0)[1])
    return hidden


def _keep_each_other(rows: Mapping[str, Share], hidden: set[str]) -> bool:
    """Whether the sum of the hidden leaves open which of them has what: several, and not each of one case."""
    return len(hidden) > 1 and sum(rows[name].den for name in hidden) > len(hidden)


def _summed(shares: Iterable[Share]) -> Share:
    every = list(shares)
    return Share(sum(one.num for one in every), sum(one.den for one in every))
