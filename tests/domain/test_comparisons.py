"""Against what a period is held, and which way a figure went."""

from decimal import Decimal

import pytest

from tests.support.moments import on
from tthc_tracker.domain import periods
from tthc_tracker.domain.comparisons import (
    Direction,
    Verdict,
    as_far_as,
    of_counts,
    of_rates,
    to_target,
)
from tthc_tracker.domain.performance import rate

Q4, Q3 = periods.quarter(2026, 4), periods.quarter(2026, 3)


@pytest.mark.parametrize(
    ("today", "last"),
    [
        pytest.param("Tue 2026-09-15", "Mon 2026-06-15", id="its first day against the first day"),
        pytest.param("Thu 2026-11-26", "Wed 2026-08-26", id="seventy-three days against as many"),
        pytest.param("Mon 2026-12-14", "Mon 2026-09-14", id="its last day against the whole"),
        pytest.param("Sun 2026-12-13", "Sat 2026-09-12", id="a day before its end"),
        pytest.param("Fri 2027-01-15", "Mon 2026-09-14", id="once it has ended the whole"),
        pytest.param("Mon 2026-08-03", "Mon 2026-06-15", id="one that is to come has its first day"),
    ],
)
def test_a_period_that_runs_is_held_against_as_many_days(today: str, last: str) -> None:
    other = as_far_as(Q3, Q4, on(today))
    assert (other.start, other.end) == (Q3.start, on(last))


def test_a_shorter_period_is_never_left() -> None:
    february, march = periods.month(2026, 2), periods.month(2026, 3)
    assert as_far_as(february, march, on("Mon 2026-03-30")) == february


@pytest.mark.parametrize(
    ("now", "before", "more_is_better", "by", "direction", "verdict"),
    [
        pytest.param((97, 100), (95, 100), True, "2.00", Direction.UP, Verdict.BETTER, id="more in time"),
        pytest.param((95, 100), (97, 100), True, "-2.00", Direction.DOWN, Verdict.WORSE, id="less in time"),
        pytest.param((9, 100), (5, 100), False, "4.00", Direction.UP, Verdict.WORSE, id="more overdue"),
        pytest.param((1, 3), (2, 6), True, "0.00", Direction.SAME, Verdict.SAME, id="the same share"),
        pytest.param((2, 3), (1, 3), None, "33.34", Direction.UP, Verdict.NEITHER, id="as both are shown"),
    ],
)
def test_rates_differ_by_points_as_both_are_shown(
    now, before, more_is_better, by, direction, verdict
) -> None:
    found = of_rates(rate(*now), rate(*before), more_is_better=more_is_better)
    assert found is not None
    assert (found.by, found.direction, found.verdict) == (Decimal(by), direction, verdict)
    assert found.share is None


def test_nothing_is_held_against_a_share_of_nothing() -> None:
    assert of_rates(rate(1, 2), rate(0, 0), more_is_better=True) is None
    assert of_rates(rate(0, 0), rate(1, 2), more_is_better=True) is None
    assert to_target(rate(0, 0), Decimal(95)) is None


def test_counts_differ_by_dossiers_and_by_a_share_of_the_earlier() -> None:
    found = of_counts(120, 160, more_is_better=False)
    assert (found.by, found.verdict, found.share) == (Decimal(-40), Verdict.BETTER, Decimal("25.00"))
    assert of_counts(3, 0, more_is_better=None).share is None


def test_the_target_is_missed_or_met() -> None:
    missed, met = to_target(rate(94, 100), Decimal(95)), to_target(rate(95, 100), Decimal(95))
    assert missed is not None
    assert met is not None
    assert (missed.by, missed.verdict, met.verdict) == (Decimal("-1.00"), Verdict.WORSE, Verdict.SAME)
