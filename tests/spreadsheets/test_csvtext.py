"""Files as spreadsheets open them: nothing is calculated, nothing is lost, no row waits for another."""

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.spreadsheets import csvtext


def read(text: str) -> list[list[str]]:
    assert text.startswith(csvtext.BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(csvtext.BOM), newline="")))


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+84912", "-3", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠x", '=HYPERLINK("http://x")'],
)
def test_nothing_a_spreadsheet_would_calculate_is_left_bare(cell: str) -> None:
    assert csvtext.plain(cell) == "'" + cell


@pytest.mark.parametrize(
    ("cell", "text"), [("Nguyễn", "Nguyễn"), (12, "12"), (None, ""), ("", ""), ("a=b", "a=b")]
)
def test_other_cells_are_as_they_are(cell: object, text: str) -> None:
    assert csvtext.plain(cell) == text


@given(st.lists(st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")),
                         min_size=2, max_size=4), max_size=5))  # fmt: skip
def test_every_cell_comes_back_as_it_was(rows: list[list[str]]) -> None:
    text = "".join(csvtext.lines(["đầu", "đề"], rows))
    assert read(text) == [["đầu", "đề"], *[[csvtext.plain(cell) for cell in row] for row in rows]]


def test_a_row_leaves_before_the_next_is_asked_for() -> None:
    asked: list[int] = []

    def rows() -> Iterator[list[int]]:
        for number in range(3):
            asked.append(number)
            yield [number]

    file = csvtext.lines(["số"], rows())
    next(file)
    assert asked == []
    next(file)
    assert asked == [0]
