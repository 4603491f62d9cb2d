"""Exports of other systems: read as they come, refused as a whole when they are none."""

from pathlib import Path

import pytest

from tthc_tracker.spreadsheets.exchangefile import LARGEST_FIELD, UnusableFileError, open_export, read_rows

HEAD = "MaHoSo,MaTTHC,KenhThucHien,ChuHoSo,TrangThaiHoSo"


def read(folder: Path, content: bytes) -> list[tuple[int, dict[str, str]]]:
    path = folder / "tep.csv"
    path.write_bytes(content)
    with open_export(path) as file:
        return list(read_rows(file))


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


def test_empty_lines_count_and_short_rows_are_given_as_they_are(tmp_path: Path) -> None:
    rows = read(tmp_path, f"{HEAD}\n\na,b\n\nc,d,1,e,2,thừa\n".encode())
    assert [number for number, _ in rows] == [3, 5]
    assert rows[0][1] == {"MaHoSo": "a", "MaTTHC": "b"}
    assert len(rows[1][1]) == 5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "trống", id="empty"),
        pytest.param(b"\n \n", "trống", id="blank"),
        pytest.param(f"{HEAD}\n".encode("utf-16"), "UTF-8", id="UTF-16"),
        pytest.param(f"{HEAD}\n".encode() + b"\xc3", "UTF-8", id="cut in the middle of a letter"),
        pytest.param(f"{HEAD}\n".encode() + b"a" * (1 << 20) + b"\0", "UTF-8", id="NUL far down"),
        pytest.param(
            b"MaHoSo,ChuHoSo\n", "thiếu cột KenhThucHien, MaTTHC, TrangThaiHoSo", id="columns missing"
        ),
        pytest.param(
            f"{HEAD}\n{'a' * (LARGEST_FIELD + 1)},b\n".encode(), "Tệp CSV hỏng", id="a field without end"
        ),
    ],
)
def test_what_is_no_export_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(UnusableFileError, match=said):
        read(tmp_path, content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableFileError, match=r"khong-co\.csv"):
        open_export(tmp_path / "khong-co.csv")
