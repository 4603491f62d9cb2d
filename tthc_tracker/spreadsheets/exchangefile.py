"""Files of the exchange vocabulary, read row by row with a row's number and nothing of the rest in memory."""

import codecs
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from tthc_tracker.domain.exchangerow import BrokenRow, Refusal
from tthc_tracker.spreadsheets.csvrows import LARGEST_FIELD, Records
from tthc_tracker.spreadsheets.faults import UnusableFileError

REQUIRED = frozenset({"MaHoSo", "MaTTHC", "KenhThucHien", "ChuHoSo", "TrangThaiHoSo"})
_CHUNK = 1 << 20
_SNIFFED = 65_536  # characters of the head in which the delimiter is looked for

Row = tuple[int, dict[str, str]]


class Export:
    """An opened file: the columns of its head, and its rows with their numbers (the head is row 1)."""

    def __init__(self, columns: Sequence[str], rows: Iterator[Row]) -> None:
        self.columns, self.rows = tuple(columns), rows


@contextmanager
def open_export(path: Path) -> Iterator[Export]:
    """A CSV in UTF-8, with or without BOM. Other encodings are refused, never guessed.

    It is looked through to its end first: a file that cannot be read must not be half taken in.

    Raises UnusableFileError: not there, empty, not UTF-8, or columns missing.
    """
    try:
        with path.open("rb") as raw:
            readable = _looked_through(raw)
    except OSError as error:
        raise UnusableFileError(f"Không mở được tệp {path.name}: {error.strerror}.") from error
    if readable is None:
        raise UnusableFileError(f"Tệp {path.name} trống.")
    if not readable:
        raise UnusableFileError(f"Tệp {path.name} không phải CSV mã UTF-8. Hãy lưu lại dạng «CSV UTF-8».")
    with path.open(encoding="utf-8-sig", newline="", errors="strict") as file:
        yield _csv(file)


def _looked_through(raw: BinaryIO) -> bool | None:
    """Whether all of it is UTF-8 text; None when there is nothing in it."""
    decoder, anything = codecs.getincrementaldecoder("utf-8")(), False
    try:
        while chunk := raw.read(_CHUNK):
            if b"\0" in chunk:
                return False
            decoder.decode(chunk)
            anything = anything or bool(chunk.strip())
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return anything or None


def _csv(file: TextIO) -> Export:
    records = enumerate(Records(file, _delimiter(file)), start=1)
    columns: list[str] = []
    for _, (cells, _sound) in records:
        columns = [name.strip() for name in cells]
        break
    check_head(columns)
    rows = (
        (number, _row(columns, cells, sound))
        for number, (cells, sound) in records
        if any(map(str.strip, cells))
    )
    return Export(columns, rows)


def _delimiter(file: TextIO) -> str:
    """`;` when the head is written with it, as spreadsheets set to Vietnamese do; else `,`."""
    head = file.readline(_SNIFFED)
    file.seek(0)
    return ";" if head.count(";") > head.count(",") else ","


def check_head(columns: Sequence[str]) -> None:
    """Refuse a head without the columns that every row needs, or with one of them twice.

    Raises UnusableFileError.
    """
    if missing := sorted(REQUIRED.difference(columns)):
        raise UnusableFileError(f"Tệp thiếu cột {', '.join(missing)}. Hãy xuất lại theo đúng tên trường.")
    if twice := sorted(name for name, times in Counter(columns).items() if name and times > 1):
        raise UnusableFileError(f"Tệp có hai cột cùng tên {', '.join(twice)}. Hãy bỏ bớt một cột.")


def _row(columns: Sequence[str], cells: Sequence[str], sound: bool) -> dict[str, str]:
    row = dict(zip(columns, cells, strict=False))
    if not sound:
        return BrokenRow(row, Refusal.BROKEN_ROW)
    if too_long := next((name for name, cell in row.items() if len(cell) > LARGEST_FIELD), None):
        return BrokenRow(row, Refusal.LONG_CELL, too_long)
    if any(map(str.strip, cells[len(columns) :])):
        return BrokenRow(row, Refusal.SURPLUS_CELLS)
    return row
