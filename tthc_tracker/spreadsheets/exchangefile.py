"""Files of the exchange vocabulary, read row by row with a row's number and nothing of the rest in memory."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

from tthc_tracker.domain.exchange import FIELDS, field_name
from tthc_tracker.domain.rowfaults import BrokenRow, Refusal
from tthc_tracker.spreadsheets import jsonrows, workbookgate, workbookrows
from tthc_tracker.spreadsheets.csvrows import LARGEST_FIELD, Records
from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.spreadsheets.filekinds import Kind, kind_of
from tthc_tracker.spreadsheets.workbookgate import FileWarning

REQUIRED = frozenset({"MaHoSo", "MaTTHC", "KenhThucHien", "ChuHoSo", "TrangThaiHoSo"})
_SNIFFED = 65_536  # characters of the head in which the delimiter is looked for
_BLOCK = 1 << 20
_HEAD_WITHIN = 20  # rows of a workbook: titles may stand above the head

Row = tuple[int, dict[str, str]]


@dataclass
class Export:
    """An opened file: its columns, and its rows with their numbers in it (the first is row 1).

    `warnings`: what is to be said about the file as a whole; complete once the rows have been read.
    """

    kind: Kind
    columns: tuple[str, ...]
    rows: Iterator[Row]
    warnings: set[FileWarning] = field(default_factory=set)


@contextmanager
def open_export(path: Path) -> Iterator[Export]:
    """CSV in UTF-8, a workbook (.xlsx) or JSON, told apart by their content. Nothing is guessed.

    Text is looked through to its end first: a file that cannot be read must not be half taken in.

    Raises UnusableFileError: not there, empty, none of these, unsafe to read, or columns missing.
    """
    try:
        kind = kind_of(path)
        passed = workbookgate.check(path) if kind is Kind.XLSX else workbookgate.Passed()
    except OSError as error:
        raise UnusableFileError(f"Không mở được tệp {path.name}: {error.strerror}.") from error
    if kind is Kind.XLSX:
        columns, rows = _with_head(enumerate(workbookrows.rows_of(path, passed), start=1))
        yield Export(kind, columns, rows, passed.warnings)
        return
    with path.open(encoding="utf-8-sig", newline="", errors="strict") as file:
        yield _json(file) if kind is Kind.JSON else _csv(file)


def lines_of(path: Path) -> int | None:
    """About how many rows a file of text has; None of a workbook, and of what cannot be opened."""
    try:
        with path.open("rb") as file:
            if file.read(2) == b"PK":
                return None
            return sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b""))
    except OSError:
        return None


def glance_at(path: Path) -> Kind:
    """What a file is, if it may be taken in to be judged: its head is sound, and what can be told at once.

    A workbook of fifty thousand rows takes as long as one of a thousand: what stands further down is for
    `open_export` to find.

    Raises UnusableFileError: as `open_export`, for whatever shows in the beginning.
    """
    if kind_of(path) is Kind.XLSX:
        _with_head(enumerate(workbookrows.rows_of(workbookgate.glance(path), workbookgate.Passed()), start=1))
        return Kind.XLSX
    with open_export(path) as export:
        return export.kind


def _with_head(numbered: Iterator[tuple[int, list[str]]]) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The columns from the first row that names them; empty and title rows may stand above."""
    columns: list[str] = []
    for _, cells in islice(numbered, _HEAD_WITHIN):
        names = [field_name(cell) for cell in cells]
        if REQUIRED & set(names):
            columns = names
            break
    _check_head(columns)
    named = len(columns) - next((n for n, name in enumerate(reversed(columns)) if name), 0)
    columns = columns[:named]
    rows = ((number, _row(columns, cells, True)) for number, cells in numbered if any(map(str.strip, cells)))
    return tuple(columns), rows


def _json(file: TextIO) -> Export:
    rows = (
        (number, _within_bounds(_named(row))) for number, row in enumerate(jsonrows.dossiers(file), start=1)
    )
    return Export(Kind.JSON, FIELDS, rows)


def _named(row: dict[str, str]) -> dict[str, str]:
    if isinstance(row, BrokenRow):
        return row
    named = {field_name(name): value for name, value in row.items()}
    return named if len(named) == len(row) else BrokenRow(named, Refusal.REPEATED_NAME)


def _csv(file: TextIO) -> Export:
    records = enumerate(Records(file, _delimiter(file)), start=1)
    columns = next(([field_name(name) for name in cells] for _, (cells, _) in records), [])
    _check_head(columns)
    rows = (
        (number, _row(columns, cells, sound))
        for number, (cells, sound) in records
        if any(map(str.strip, cells))
    )
    return Export(Kind.CSV, tuple(columns), rows)


def _delimiter(file: TextIO) -> str:
    """`;` when the head is written with it, as spreadsheets set to Vietnamese do; a tab; else `,`."""
    head = file.readline(_SNIFFED)
    file.seek(0)
    return max(",;\t", key=head.count)


def _check_head(columns: Sequence[str]) -> None:
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
    if any(map(str.strip, cells[len(columns) :])):
        return BrokenRow(row, Refusal.SURPLUS_CELLS)
    return _within_bounds(row)


def _within_bounds(row: dict[str, str]) -> dict[str, str]:
    if max(map(len, row.values()), default=0) <= LARGEST_FIELD:
        return row
    too_long = next(name for name, cell in row.items() if len(cell) > LARGEST_FIELD)
    return BrokenRow(row, Refusal.LONG_CELL, too_long)
