"""What is made public of small numbers: nothing, by itself or by reckoning."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.disclosure import FEWEST, TOTAL, Row, Share, Sum, withheld, withheld_rows

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


# --- rows of shares that add up to groups, and these to a total

Told = tuple[object, ...]

ROWS = {
    "all large": ({"A": {"a": (50, 60), "b": (20, 30)}}, set()),
    "nobody late is nobody's data": ({"A": {"a": (50, 50), "b": (20, 30)}}, set()),
    "what is left over is small: the least of the others goes along": (
        {"A": {"a": (50, 52), "b": (20, 30), "c": (70, 90)}}, {("A", "a"), ("A", "b")},
    ),
    "two small ones keep each other": (
        {"A": {"a": (50, 52), "b": (20, 24), "c": (70, 90)}}, {("A", "a"), ("A", "b")},
    ),
    "alone in its group it takes group and total along": (
        {"A": {"a": (50, 52)}, "B": {"b": (20, 30)}}, {("A", "a"), ("A", ""), TOTAL},
    ),
    "one case each would be known by their sum": (
        {"A": {"a": (1, 1), "b": (0, 1), "c": (6, 12)}}, {("A", "a"), ("A", "b"), ("A", "c")},
    ),
    "a row of nothing hides nobody": (
        {"A": {"a": (50, 52), "b": (0, 0)}}, {("A", "a"), ("A", ""), TOTAL},
    ),
    "a small total goes by itself": (
        {"A": {"a": (5, 5)}, "B": {"b": (0, 0)}}, set(),
    ),
}  # fmt: skip


def shares(groups: dict[str, dict[str, tuple[int, int]]]) -> dict[str, dict[str, Share]]:
    """A table as the rule reads it."""
    return {group: {name: Share(*one) for name, one in rows.items()} for group, rows in groups.items()}


@pytest.mark.parametrize(("groups", "hidden"), ROWS.values(), ids=ROWS)
def test_rows_with_small_numbers_go_and_others_that_would_tell_them(
    groups: dict[str, dict[str, tuple[int, int]]], hidden: set[Row]
) -> None:
    assert withheld_rows(shares(groups)) == hidden


def every_row(groups: dict[str, dict[str, Share]]) -> dict[Row, Share]:
    """The rows of a table, its groups and its total."""
    every = {(group, name): one for group, rows in groups.items() for name, one in rows.items()}
    for group, rows in groups.items():
        every[group, ""] = Share(sum(s.num for s in rows.values()), sum(s.den for s in rows.values()))
    sums = [every[group, ""] for group in groups]
    return every | {TOTAL: Share(sum(s.num for s in sums), sum(s.den for s in sums))}


def seen(every: dict[Row, Share], hidden: frozenset[Row]) -> Told:
    """All that a reader sees of a table of which these rows are kept back."""
    return tuple((row, every[row]) for row in sorted(every) if row not in hidden)


def laid(shape: tuple[int, ...], rows: Sequence[Share]) -> dict[str, dict[str, Share]]:
    """Rows put into groups of so many."""
    left = iter(rows)
    return {f"G{place}": {f"r{one}": next(left) for one in range(many)} for place, many in enumerate(shape)}


@pytest.mark.parametrize("shape", [(1,), (2,), (1, 1), (3,), (1, 2)], ids=str)
def test_no_small_number_of_any_table_can_be_reckoned_from_all_that_is_shown(shape: tuple[int, ...]) -> None:
    """Of every small table each way to fill in what is kept back, at least one case a row, is tried."""
    each = [Share(num, den) for den in range(4) for num in range(den + 1)]
    guesses = [Share(num, den) for den in range(1, 6) for num in range(den + 1)]
    places = [(f"G{place}", f"r{one}") for place, many in enumerate(shape) for one in range(many)]
    known: dict[tuple[frozenset[Row], Told], tuple[Share, ...]] = {}
    for rows in product(each, repeat=sum(shape)):
        groups = laid(shape, rows)
        hidden = withheld_rows(groups, fewest=2)
        known.setdefault((hidden, seen(every_row(groups), hidden)), rows)
    assert any(hidden for hidden, _ in known)
    for (hidden, told), rows in known.items():
        assert not any(one.is_small(2) for _, one in told), rows
        choices = [guesses if row in hidden else [one] for row, one in zip(places, rows, strict=True)]
        filled = (every_row(laid(shape, guess)) for guess in product(*choices))
        possible = [every for every in filled if seen(every, hidden) == told]
        for row in hidden:
            read = [every[row] for every in possible]
            for numbers in ([s.num for s in read], [s.den - s.num for s in read], [s.den for s in read]):
                assert set(numbers) != {1}, (rows, row)
