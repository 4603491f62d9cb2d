"""Who is likely to be late: what is left against what usually still was needed."""

from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.performance import percentile
from tthc_tracker.domain.risk import FEWEST, MOST_KEPT, Risk, Usual, assess, usual_of

DAY = 480
lengths = st.lists(st.integers(0, 30 * DAY), min_size=FEWEST, max_size=3 * MOST_KEPT)


def test_of_fewer_than_twenty_dossiers_nothing_is_usual() -> None:
    assert usual_of([DAY] * (FEWEST - 1)) is None
    assert usual_of([DAY] * FEWEST) == Usual((DAY,) * FEWEST, FEWEST)
    assert assess(0, DAY, None) is None


def test_one_with_less_left_than_most_still_needed_is_at_risk_and_says_by_how_much() -> None:
    usual = usual_of([DAY] * 10 + [3 * DAY] * 10)
    assert assess(DAY, 0, usual) == Risk(DAY, 3 * DAY, 20, of_province=False)
    assert assess(DAY, 0, usual).margin == -2 * DAY


def test_what_needs_exactly_what_is_left_is_in_time() -> None:
    usual = usual_of([2 * DAY] * FEWEST)
    assert assess(2 * DAY, 0, usual) is None
    assert assess(2 * DAY - 1, 0, usual) is not None


def test_one_that_lies_long_is_compared_with_those_that_lay_as_long() -> None:
    usual = usual_of([DAY] * 95 + [10 * DAY] * 5)
    assert assess(2 * DAY, 0, usual) is None  # 80 % are through after a day
    assert assess(2 * DAY, DAY, usual) == Risk(2 * DAY, 9 * DAY, 100, of_province=False)


def test_one_that_has_taken_longer_than_any_other_is_at_risk_with_no_number_for_it() -> None:
    usual = usual_of([DAY] * FEWEST, of_province=True)
    found = assess(DAY, DAY, usual)
    assert found == Risk(DAY, None, FEWEST, of_province=True)
    assert found.margin < 0


@given(lengths)
def test_a_new_dossier_is_held_against_the_eightieth_percentile(samples: list[int]) -> None:
    usual = usual_of([sample + 1 for sample in samples])
    histogram: dict[int, int] = {}
    for sample in samples:
        histogram[sample + 1] = histogram.get(sample + 1, 0) + 1
    if len(samples) <= MOST_KEPT:
        assert usual.still_needed(0) == percentile(histogram, 80)
    else:
        assert percentile(histogram, 79) <= usual.still_needed(0) <= percentile(histogram, 81)


@given(lengths, st.integers(0, 40 * DAY), st.integers(0, 40 * DAY), st.integers(0, DAY))
def test_more_time_left_is_never_more_risk(samples: list[int], left: int, spent: int, more: int) -> None:
    usual = usual_of(samples)
    if assess(left + more, spent, usual) is not None:
        assert assess(left, spent, usual) is not None


def test_many_dossiers_are_told_by_two_hundred_values_drawn_evenly_from_them() -> None:
    usual = usual_of(range(1, 1001))
    assert (len(usual.minutes), usual.cases) == (MOST_KEPT, 1000)
    assert (usual.minutes[0], usual.minutes[-1]) == (3, 998)
    assert usual.still_needed(0) == 798  # of all thousand: 800
