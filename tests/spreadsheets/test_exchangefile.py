"""Exports of other systems: read as they come, refused as a whole when they are none."""

from pathlib import Path

import pytest

from tests.support.uploadcorpus import number_cell, parts_of, sheet, sheet_row, text_cell, zipped
from tthc_tracker.domain.columnmaps import ColumnMap, DateStyle
from tthc_tracker.domain.rowfaults import BrokenRow, Refusal
from tthc_tracker.spreadsheets.csvrows import LARGEST_FIELD, LONGEST_LINE, MOST_LINES, PATIENCE
from tthc_tracker.spreadsheets.exchangefile import first_rows, open_export
from tthc_tracker.spreadsheets.faults import UnusableFileError

HEAD = "MaHoSo,MaTTHC,KenhThucHien,ChuHoSo,TrangThaiHoSo"


def read(folder: Path, content: bytes) -> list[tuple[int, dict[str, str]]]:
    path = folder / "tep.csv"
    path.write_bytes(content)
    with open_export(path) as export:
        return list(export.rows)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"{HEAD}\na,b,1,Đỗ Ân,2\n".encode(), id="plain"),
        pytest.param(
            f"{HEAD}\r\na,b,1,Đỗ Ân,2\r\n".encode("utf-8-sig"), id="with a mark and line ends of Windows"
        ),
        pytest.param(f"{HEAD}\na,b,1,Đỗ Ân,2\n".replace(",", ";").encode(), id="semicolons"),
        pytest.param(
            f' MaHoSo ,{HEAD.partition(",")[2]}\n"a","b",1,"Đỗ Ân",2'.encode(), id="blanks and quotes"
        ),
    ],
)
def test_each_row_comes_with_its_number_in_the_file(tmp_path: Path, content: bytes) -> None:
    wanted = {"MaHoSo": "a", "MaTTHC": "b", "KenhThucHien": "1", "ChuHoSo": "Đỗ Ân", "TrangThaiHoSo": "2"}
    assert read(tmp_path, content) == [(2, wanted)]


@pytest.mark.parametrize(
    ("from_1904", "said"), [pytest.param(False, "46339", id="1900"), pytest.param(True, "44877", id="1904")]
)
def test_a_day_without_its_format_is_counted_as_its_workbook_counts(
    tmp_path: Path, from_1904: bool, said: str
) -> None:
    row = {"MaHoSo": "a", "MaTTHC": "b", "KenhThucHien": "1", "ChuHoSo": "Đỗ Ân", "TrangThaiHoSo": "2"}
    cells = [text_cell(f"{letter}2", cell) for letter, cell in zip("ABCDE", row.values(), strict=True)]
    head = [
        text_cell(f"{letter}1", f"{name}*") for letter, name in zip("ABCDEF", [*row, "Ngay"], strict=True)
    ]
    content = sheet(sheet_row(1, head) + sheet_row(2, [*cells, number_cell("F2", f"{said}.4048611111")]))
    path = tmp_path / "tep.xlsx"
    path.write_bytes(zipped(parts_of(content, date1904=from_1904)))
    how = ColumnMap(
        {name: f"{name}*" for name in row} | {"NgayTiepNhan": "Ngay*"}, dates=DateStyle.SPREADSHEET
    )
    with open_export(path, how) as export:
        assert list(export.rows) == [(2, row | {"NgayTiepNhan": "20261113094300"})]
    assert first_rows(path, how, most=1)[1] == [(2, row | {"NgayTiepNhan": "20261113094300"})]


def test_empty_lines_count_and_short_rows_are_given_as_they_are(tmp_path: Path) -> None:
    rows = read(tmp_path, f"{HEAD}\n\na,b\n,,,,\nc,d,1,e,2,,\n".encode())
    assert [number for number, _ in rows] == [3, 5]
    assert rows[0][1] == {"MaHoSo": "a", "MaTTHC": "b"}
    assert len(rows[1][1]) == 5


def verdicts(rows: list[tuple[int, dict[str, str]]]) -> list[tuple[int, Refusal | None]]:
    return [(number, row.reason if isinstance(row, BrokenRow) else None) for number, row in rows]


GOOD = "a,b,1,Đỗ Ân,2"
LONG_LINE = "x" * (2 * LONGEST_LINE)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param([f"a,b,1,{'x' * LARGEST_FIELD},2", GOOD], [None, None], id="a field just short enough"),
        pytest.param(
            [f"a,b,1,{'x' * (LARGEST_FIELD + 1)},2", GOOD], [Refusal.LONG_CELL, None], id="a field too long"
        ),
        pytest.param(
            [f'a,b,1,"{"x" * (LARGEST_FIELD + 1)}",2', GOOD],
            [Refusal.LONG_CELL, None],
            id="the same in quotes",
        ),
        pytest.param([LONG_LINE, GOOD], [Refusal.BROKEN_ROW, None], id="a line of megabytes"),
        pytest.param([GOOD, LONG_LINE], [None, Refusal.BROKEN_ROW], id="a line of megabytes at the end"),
        pytest.param(['a,b,1,"Đỗ\nÂn",2', GOOD], [None, None], id="a line end within a cell"),
        pytest.param(
            ['a,b,1,"Đỗ Ân,2', GOOD, GOOD], [Refusal.BROKEN_ROW, None, None], id="a quote open to the end"
        ),
        pytest.param(
            ['a,b,1,"Đỗ Ân,2', GOOD, 'a,b,1,"Đỗ, Ân",2', GOOD],
            [Refusal.BROKEN_ROW, None, None, None],
            id="a quote that another row's would close",
        ),
        pytest.param(
            ['a,b,1,"Đỗ Ân,2', *[GOOD] * (MOST_LINES + 5), 'a,b,1,"Đỗ, Ân",2'],
            [Refusal.BROKEN_ROW, *[None] * (MOST_LINES + 6)],
            id="a quote far from the next",
        ),
        pytest.param(
            ['x"y,"z'] * (PATIENCE + 50), [Refusal.BROKEN_ROW] * (PATIENCE + 50), id="nothing but open quotes"
        ),
        pytest.param(["a,b,1,Đỗ, Ân,2", GOOD], [Refusal.SURPLUS_CELLS, None], id="a cell too many"),
    ],
)
def test_a_row_that_no_csv_holds_is_named_and_no_other_is_lost(
    tmp_path: Path, lines: list[str], said: list[Refusal | None]
) -> None:
    rows = read(tmp_path, "\n".join([HEAD, *lines]).encode())
    assert verdicts(rows) == list(enumerate(said, start=2))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "trống", id="empty"),
        pytest.param(b"\n \n", "trống", id="blank"),
        pytest.param(f"{HEAD}\n".encode("utf-16-le"), "--encoding utf-16le", id="UTF-16 without its mark"),
        pytest.param(f"{HEAD}\n".encode() + b"\xc3", "UTF-8", id="cut in the middle of a letter"),
        pytest.param(
            f"{HEAD}\n".encode() + b"a" * (1 << 20) + b"\0", r"\(NUL\) từ dòng 2", id="NUL far down"
        ),
        pytest.param(
            b"MaHoSo,ChuHoSo\n", "thiếu cột KenhThucHien, MaTTHC, TrangThaiHoSo", id="columns missing"
        ),
        pytest.param(f"{HEAD},ChuHoSo\n".encode(), "hai cột cùng tên ChuHoSo", id="a column twice"),
    ],
)
def test_what_is_no_export_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(UnusableFileError, match=said):
        read(tmp_path, content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableFileError, match=r"khong-co\.csv"), open_export(tmp_path / "khong-co.csv"):
        pass
