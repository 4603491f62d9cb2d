"""What a period is held against, in words."""

from decimal import Decimal

import pytest

from tthc_tracker.domain import comparisons, periods
from tthc_tracker.domain.performance import rate
from tthc_tracker.wording import comparisons as words


@pytest.mark.parametrize(
    ("now", "before", "better", "said"),
    [
        (120, 100, None, "+20 (+20,00 %), tăng"),
        (80, 100, False, "−20 (−20,00 %), tốt hơn"),
        (5, 5, False, "0, như cũ"),
        (7, 0, None, "+7, tăng"),
        (301, 2, False, "+299, kém hơn"),
    ],
)
def test_counts_are_told_with_sign_and_word(now: int, before: int, better: bool | None, said: str) -> None:
    assert words.change_of_count(comparisons.of_counts(now, before, more_is_better=better)).words == said


def test_rates_are_told_in_points() -> None:
    change = comparisons.of_rates(rate(94, 100), rate(95, 100), more_is_better=True)
    assert change is not None
    assert words.change_of_rate(change) == words.Said("−1,00 điểm, kém hơn", "danger", "down")


@pytest.mark.parametrize(
    ("num", "said"),
    [(94, "chưa đạt, thấp hơn 1,00 điểm"), (95, "đạt"), (97, "đạt, cao hơn 2,00 điểm")],
)
def test_the_target_is_told(num: int, said: str) -> None:
    change = comparisons.to_target(rate(num, 100), Decimal(95))
    assert change is not None
    assert words.to_target(change).words == said


def test_a_part_of_a_period_says_how_many_days() -> None:
    whole = periods.quarter(2026, 3)
    assert words.earlier_name(whole, whole) == "Quý III/2026"
    part = periods.days_from(whole.start, periods.month(2026, 6).end)
    assert words.earlier_name(part, whole) == "Quý III/2026, 16 ngày đầu"
