"""What is made public of small numbers: nothing, by itself or by reckoning."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.disclosure import FEWEST, Sum, withheld

RESOLVED = Sum("resolved", ("early", "on_time", "late"))
FILED = Sum("filed", ("online", "direct"))


def numbers(*parts: int) -> dict[str, int]:
    """Three parts and their sum."""
    return dict(zip(RESOLVED.parts, parts, strict=True)) | {"resolved": sum(parts)}


CASES = {
    "all large": ((50, 20, 9), set()),
    "none at all": ((0, 0, 0), set()),
    "a small one takes the least of the others along": ((50, 20, 2), {"late", "on_time"}),
    "beside zeros it takes what is left": ((50, 0, 2), {"late", "early"}),
    "all small": ((1, 1, 0), {"early", "on_time", "resolved"}),
    "alone": ((0, 0, 3), {"late", "resolved"}),
    "two of one each would be known by their sum": ((50, 1, 1), {"early", "on_time", "late"}),
    "and where nothing else is left": ((0, 4, 4), {"on_time", "late"}),
}


@pytest.mark.parametrize(("parts", "hidden"), CASES.values(), ids=CASES)
def test_small_numbers_go_and_as_few_others_as_it_takes(parts: tuple[int, ...], hidden: set[str]) -> None:
    assert withheld(numbers(*parts), [RESOLVED]) == hidden


def test_a_sum_of_ones_goes_with_them() -> None:
    one = Sum("all", tuple("abcdef"))
    assert withheld(dict.fromkeys("abcdef", 1) | {"all": 6}, [one]) == {*"abcdef", "all"}


def test_sums_do_not_touch_each_other() -> None:
    both = numbers(50, 20, 9) | {"online": 2, "direct": 60, "filed": 62}
    assert withheld(both, [RESOLVED, FILED]) == {"online", "direct"}


PARTS = st.lists(st.integers(0, 9), min_size=1, max_size=4)


@given(PARTS)
def test_nobody_can_reckon_a_small_number_from_what_is_shown(parts: list[int]) -> None:
    """Every way to fill in what is kept back, at least 1 each, is tried: each has two values or more."""
    names = [f"p{place}" for place in range(len(parts))]
    one = Sum("total", tuple(names))
    known = dict(zip(names, parts, strict=True)) | {"total": sum(parts)}
    hidden = withheld(known, [one])
    assert {name for name, number in known.items() if 0 < number < FEWEST} <= hidden
    unknown = [name for name in names if name in hidden]
    possible: dict[str, set[int]] = {name: set() for name in hidden}
    for guess in product(range(1, sum(parts) + 3), repeat=len(unknown)):
        filled = known | dict(zip(unknown, guess, strict=True))
        total = sum(filled[name] for name in names)
        if one.total in hidden or total == known["total"]:
            for name in unknown:
                possible[name].add(filled[name])
            if one.total in hidden:
                possible["total"].add(total)
    assert all(len(possible[name]) > 1 for name in hidden)
    assert all(known[name] for name in hidden), "zeros are shown"


@given(PARTS)
def test_where_nothing_is_small_everything_is_shown(parts: list[int]) -> None:
    large = [part * FEWEST for part in parts]
    names = tuple(f"p{place}" for place in range(len(large)))
    known = dict(zip(names, large, strict=True)) | {"total": sum(large)}
    assert withheld(known, [Sum("total", names)]) == frozenset()
