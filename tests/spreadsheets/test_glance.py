"""What is said of a file while its sender waits: a long workbook's beginning; the rest is judged later."""

from pathlib import Path

import pytest

from tests.support.sending import dossier
from tests.support.uploadcorpus import (
    HEAD_ROW,
    parts_of,
    row_of,
    sheet,
    sheet_row,
    text_cell,
    workbook,
    zipped,
)
from tthc_tracker.spreadsheets import workbookgate
from tthc_tracker.spreadsheets.exchangefile import glance_at, open_export
from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.spreadsheets.filekinds import Kind
from tthc_tracker.spreadsheets.workbookgate import GLANCED
from tthc_tracker.spreadsheets.workbookrows import rows_of

MANY = 1_500
ROWS = "".join(row_of(number + 2, dossier(number)) for number in range(MANY))
FAR = sheet_row(1_000_000, [text_cell("A1000000", "x")])


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "tep.tep"
    path.write_bytes(content)
    return path


def test_a_long_workbook_shows_its_first_rows_whatever_it_calls_its_tags(tmp_path: Path) -> None:
    long = sheet(HEAD_ROW + ROWS)
    assert len(long) > GLANCED
    prefixed = long.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("<x:?", "<?")
    prefixed = prefixed.replace("xmlns=", "xmlns:x=")
    for content in (long, prefixed):
        path = kept(tmp_path, zipped(parts_of(content)))
        assert glance_at(path) is Kind.XLSX
        glanced = list(rows_of(*workbookgate.glance(path)))
        whole = list(rows_of(path, workbookgate.check(path)))
        assert 100 < len(glanced) < len(whole) == MANY + 1
        assert glanced == whole[: len(glanced)]


def test_what_stands_far_down_is_found_by_whoever_reads_the_rows(tmp_path: Path) -> None:
    path = kept(tmp_path, workbook(ROWS + FAR))
    assert glance_at(path) is Kind.XLSX
    with pytest.raises(UnusableFileError, match="quá rộng hoặc quá dài"), open_export(path):
        pass


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(FAR + ROWS, "quá rộng hoặc quá dài", id="a cell far away at the beginning"),
        pytest.param("<!DOCTYPE x>" + ROWS, "DTD", id="a DTD"),
    ],
)
def test_what_shows_in_the_beginning_is_refused_at_once(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(UnusableFileError, match=said):
        glance_at(kept(tmp_path, workbook(rows)))


def test_a_long_workbook_without_its_head_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(UnusableFileError, match="thiếu cột"):
        glance_at(kept(tmp_path, zipped(parts_of(sheet(ROWS)))))


def test_a_row_longer_than_a_glance_is_judged_whole(tmp_path: Path) -> None:
    long = sheet_row(1, [text_cell("A1", " ".join(map(str, range(GLANCED // 6))))]) + HEAD_ROW.replace(
        '1"', '2"'
    ).replace('r="1', 'r="2')
    path = kept(tmp_path, zipped(parts_of(sheet(long + row_of(3, dossier(1))))))
    assert glance_at(path) is Kind.XLSX
