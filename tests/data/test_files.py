"""Every shipped file is clean text, and tells the truth about its size."""

import re
import unicodedata
from itertools import pairwise

import pytest

from tests.data.shipped import FILES, FOLDER, rows
from tthc_tracker import data


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_utf8_in_composed_form_without_stray_space(name: str) -> None:
    text = data.path(name).read_bytes().decode("utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert text.endswith("\n")
    assert "\r" not in text
    cells = [cell for row in rows(name) for cell in row.values()]
    assert [cell for cell in cells if cell != " ".join(cell.split())] == []


@pytest.mark.parametrize("name", FILES)
def test_every_row_has_exactly_the_cells_of_its_head(name: str) -> None:
    read = rows(name)
    assert read
    assert not [row for row in read if None in row or None in row.values()]


@pytest.mark.parametrize("name", FILES)
def test_no_row_stands_twice(name: str) -> None:
    read = [tuple(row.items()) for row in rows(name)]
    assert len(set(read)) == len(read)


def test_the_readme_counts_the_rows_as_they_are() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^\| ([\w/*]+\.csv) \| (\d+) \|", readme, re.MULTILINE))
    names = sum(len(rows(name)) for name in FILES if name.endswith("_names.csv"))
    counted = {name: len(rows(name)) for name in FILES if not name.endswith("_names.csv")}
    assert {name: int(count) for name, count in said.items()} == counted | {"demo/*_names.csv": names}


def test_a_file_that_is_not_shipped_is_named() -> None:
    with pytest.raises(FileNotFoundError):
        data.path("calendar/none.csv")


def test_the_data_of_others_bring_their_licence() -> None:
    notice = data.path("agencies/NOTICE").read_text(encoding="utf-8")
    assert "vietnamadminunits 1.0.4" in notice
    assert "MIT License" in notice


def test_nothing_printed_after_1_7_2025_cites_a_number_or_an_article() -> None:
    later = [row for row in rows("reference/form_titles.csv") if row["valid_from"] >= "2025-07-01"]
    assert len(later) == 10
    assert not [row for row in later if row["number"] or row["basis"]]


def test_one_title_holds_for_a_form_on_any_day() -> None:
    titles = rows("reference/form_titles.csv")
    for key in {row["form_key"] for row in titles}:
        spans = sorted(
            (row["valid_from"], row["valid_to"] or "9999") for row in titles if row["form_key"] == key
        )
        assert all(before[1] < after[0] for before, after in pairwise(spans))


def test_the_sources_are_those_a_province_meets() -> None:
    kinds = {row["code"]: row["kind"] for row in rows("reference/sources.csv")}
    assert kinds == {
        "desk": "home",
        "provincial-portal": "mirror",
        "national-portal": "mirror",
        "ministry-civil-status": "mirror",
        "ministry-land": "mirror",
        "ministry-business": "mirror",
    }
