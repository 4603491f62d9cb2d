"""What a period is held against: others, and a target (docs/law.md, statistics)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from tthc_tracker.domain import periods
from tthc_tracker.domain.performance import Rate, rate
from tthc_tracker.domain.periods import Period


class Direction(StrEnum):
    """Which way a figure went."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


class Verdict(StrEnum):
    """What that means for those who wait for their dossiers; NEITHER of a figure that is no merit."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure differs from another: `by` as both are shown, so that whoever subtracts gets the same.

    share: the difference of two counts in per cent of the earlier one, None of nothing and of rates.
    """

    by: Decimal
    direction: Direction
    verdict: Verdict
    share: Decimal | None = None


def as_far_as(other: Period, period: Period, today: date) -> Period:
    """The part of `other` that has as many days as have passed of a period that has not ended.

    Ten weeks of a quarter say nothing beside a whole one. Of a period that has ended it is the whole.
    """
    if period.end <= today:
        return other
    passed = max(1, (today - period.start).days + 1)
    last = other.start + timedelta(days=passed - 1)
    return other if last >= other.end else periods.days_from(other.start, last)


def of_rates(now: Rate, before: Rate, *, more_is_better: bool | None) -> Change | None:
    """The difference of two rates in points; None where one of them has nothing to be a share of."""
    if now.percent is None or before.percent is None:
        return None
    return _change(now.percent - before.percent, more_is_better)


def to_target(now: Rate, target: Decimal) -> Change | None:
    """How far a rate lies from its target, in points."""
    return None if now.percent is None else _change(now.percent - target, more_is_better=True)


def of_counts(now: int, before: int, *, more_is_better: bool | None) -> Change:
    """The difference of two counts, and what share of the earlier one it is."""
    found = _change(Decimal(now - before), more_is_better)
    share = rate(abs(now - before), before).percent
    return Change(found.by, found.direction, found.verdict, share)


def _change(by: Decimal, more_is_better: bool | None) -> Change:
    if by == 0:
        return Change(by, Direction.SAME, Verdict.SAME)
    direction = Direction.UP if by > 0 else Direction.DOWN
    if more_is_better is None:
        return Change(by, direction, Verdict.NEITHER)
    return Change(by, direction, Verdict.BETTER if (by > 0) == more_is_better else Verdict.WORSE)
