"""What is kept of a signed report, and the difference to today: nothing is lost, nothing is counted twice."""

from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain import signedreports
from tthc_tracker.domain.signedreports import (
    CELLS,
    MOVED,
    Changed,
    behind,
    cell,
    changed,
    packed,
    row,
    seal,
    unpacked,
)

IDS = st.sets(st.integers(1, 2050 * 10**10), max_size=40).map(sorted)
MARKS = st.dictionaries(
    st.sampled_from([*map(cell, CELLS), row("sector", "DD"), row("sector", "HT"), row("level", "xa")]),
    st.sets(st.integers(1, 30)).map(sorted),
)


@given(IDS)
def test_packed_ids_are_the_same_again_and_take_little_room(ids: list[int]) -> None:
    assert unpacked(packed(ids)) == ids
    assert packed(ids) == packed(list(ids))
    dense = [20260000000000 + each for each in range(10_000)]
    assert len(packed(dense)) < 500


@given(MARKS, MARKS, st.sampled_from(["received", "resolved", "open", *CELLS]))
def test_todays_number_is_the_signed_one_with_what_changed(
    then: dict[str, list[int]], now: dict[str, list[int]], name: str
) -> None:
    for rows in ((), (row("sector", "DD"),), (row("sector", "HT"), row("level", "xa"))):
        difference = changed(then, now, name, rows)
        assert len(behind(then, name, rows)) + difference.by == len(behind(now, name, rows))
        assert not set(difference.added) & set(difference.removed)
        assert set(difference.added) | set(difference.removed) <= signedreports.moved(then, now)
        assert bool(difference) == (behind(then, name, rows) != behind(now, name, rows))


@given(MARKS, MARKS)
def test_the_seal_tells_any_two_reports_apart(then: dict[str, list[int]], now: dict[str, list[int]]) -> None:
    assert (seal(b"a", then) == seal(b"a", now)) == (then == now)
    assert seal(b"a", then) != seal(b"b", then)


def test_a_transfer_stands_in_the_rows_it_went_through() -> None:
    marks = {
        cell("transferred_out"): [3, 4],
        "out:agency/A": [3],
        "out:agency/B": [3, 4],
        row("agency", "B"): [5],
    }
    assert behind(marks, "transferred_out", [row("agency", "A")]) == {3}
    assert behind(marks, "transferred_out", [row("agency", "B")]) == {3, 4}
    assert behind(marks, "transferred_in", [row("agency", "B")]) == set()
    assert signedreports.places(marks, [4]) == {4: ("transferred_out",)}


def test_what_was_signed_before_transfers_were_kept_is_held_against_none() -> None:
    marks = {cell("late"): [3], cell("transferred_in"): [4], "in:agency/B": [4], row("agency", "B"): [3]}
    assert signedreports.only(marks, CELLS) == {cell("late"): [3], row("agency", "B"): [3]}
    assert signedreports.only(marks, [*CELLS, *MOVED]) == marks


def test_a_dossier_is_told_by_the_cells_it_stands_in() -> None:
    marks = {cell("late"): [3], cell("online"): [3, 4], cell("reappointed"): [3], row("sector", "DD"): [3, 5]}
    stands = {3: ("online", "late", "reappointed"), 4: ("online",), 5: ()}
    assert signedreports.places(marks, [3, 4, 5]) == stands
    assert Changed((1, 2), (3,)).by == 1
