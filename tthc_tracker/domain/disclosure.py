"""Small numbers that are not made public, and what must be kept back besides so that nobody can reckon them.

Whoever reads the figures sees zeros and what is 5 or more; of a number that is kept back he knows only that
it is at least 1, for the file does not say why it is kept back (docs/law.md, statistics).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
