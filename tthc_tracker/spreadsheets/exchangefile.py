"""Files of the exchange vocabulary, read row by row with a row's number and nothing of the rest in memory;
and files of other columns, by the map of their source (domain.columnmaps)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from tthc_tracker.domain.columnmaps import REQUIRED, ColumnMap, Mapped, missing, twice
from tthc_tracker.domain.encodings import LEGACY, Encoding, is_spoiled
from tthc_tracker.domain.exchange import FIELDS, field_name
from tthc_tracker.domain.rowfaults import BrokenRow, Refusal, holds_no_dossier
from tthc_tracker.spreadsheets import jsonrows, workbookgate, workbookrows
from tthc_tracker.spreadsheets.csvrows import LARGEST_FIELD, Records
from tthc_tracker.spreadsheets.encodedtext import Encoded, check, open_text
from tthc_tracker.spreadsheets.faults import UnmappedColumnsError, UnusableFileError
from tthc_tracker.spreadsheets.filekinds import Kind, look_at
from tthc_tracker.spreadsheets.workbookgate import FileWarning
from tthc_tracker.wording import columnmaps as words

HEAD_WITHIN = 20  # rows: titles may stand above the head
_SNIFFED = 65_536  # characters of the head in which the delimiter is looked for
_BLOCK = 1 << 20
_SPOKEN = ("ChuHoSo", "TenTTHC", "TenLinhVuc", "TrichYeuHoSo", "GhiChu")  # where words stand

Row = tuple[int, dict[str, str]]
Record = tuple[int, Sequence[str], bool]
"""The cells of a row behind its number, and whether it is one at all."""
Reader = Callable[[Sequence[str]], dict[str, str]]


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
def open_export(
    path: Path, how: ColumnMap | None = None, *, encoding: Encoding | None = None
) -> Iterator[Export]:
    """CSV, a workbook (.xlsx) or JSON, told apart by their content. Nothing is guessed.

    how: the map of its source, for a file that does not use the vocabulary. encoding: in which somebody says
    that it is, for a file that does not say so itself. Text is looked through to its end first: a file that
    cannot be read must not be half taken in.

    Raises:
        UnusableFileError: not there, empty, none of these, unsafe to read, or columns missing. Its kin
        UnagreedError: somebody may say how it is to be read.
    """
    try:
        look = look_at(path)
        passed = workbookgate.check(path) if look.kind is Kind.XLSX else workbookgate.Passed()
    except OSError as error:
        raise UnusableFileError(f"Không mở được tệp {path.name}: {error.strerror}.") from error
    if look.encoded is None:
        columns, rows = _of_sheet(workbookrows.rows_of(path, passed), how, passed.from_1904)
        yield Export(look.kind, columns, rows, passed.warnings)
        return
    agreed = agreed_encoding(path, look.encoded, how, encoding)
    with open_text(path, agreed) as file:
        columns, rows = _json(file, how) if look.kind is Kind.JSON else _csv(file, how)
        yield Export(look.kind, columns, map(_sound, rows) if agreed in LEGACY else rows)


def agreed_encoding(path: Path, encoded: Encoded, how: ColumnMap | None, given: Encoding | None) -> Encoding:
    """The encoding by which a text may be read; looked through by it, if it does not say so itself.

    Raises UnusableFileError: as `open_export`.
    """
    agreed = encoded.agreed(given=given, kept=how.encoding if how else Encoding.UTF8)
    if encoded.certain is None:
        check(path, agreed)
    return agreed


def lines_of(path: Path) -> int | None:
    """About how many rows a file of text has; None of a workbook, and of what cannot be opened."""
    try:
        with path.open("rb") as file:
            if file.read(2) == b"PK":
                return None
            return sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b""))
    except OSError:
        return None


def glance_at(path: Path, how: ColumnMap | None = None) -> Kind:
    """What a file is, if it may be taken in to be judged: its head is sound, and what can be told at once.

    A workbook of fifty thousand rows takes as long as one of a thousand: what stands further down is for
    `open_export` to find.

    Raises UnusableFileError: as `open_export`, for whatever shows in the beginning.
    """
    kind, _ = first_rows(path, how, most=0)
    return kind


def first_rows(
    path: Path, how: ColumnMap | None = None, *, encoding: Encoding | None = None, most: int
) -> tuple[Kind, list[Row]]:
    """What a file is, and its first rows as they are read; of a workbook without looking further down.

    Raises UnusableFileError: as `glance_at`.
    """
    if look_at(path).kind is Kind.XLSX:
        cells, passed = glanced(path)
        _, rows = _of_sheet(cells, how, passed.from_1904)
        return Kind.XLSX, list(islice(rows, most))
    with open_export(path, how, encoding=encoding) as export:
        return export.kind, list(islice(export.rows, most))


def glanced(path: Path) -> tuple[Iterator[list[str]], workbookgate.Passed]:
    """The first rows of a workbook and how it counts days, in a time that does not grow with their number."""
    content, passed = workbookgate.glance(path)
    return workbookrows.rows_of(content, passed), passed


# --- tables


def _of_sheet(
    cells: Iterable[list[str]], how: ColumnMap | None, from_1904: bool
) -> tuple[tuple[str, ...], Iterator[Row]]:
    """A sheet: the vocabulary's head is the first row that names any of it; titles may stand above."""
    records: Iterator[Record] = ((number, each, True) for number, each in enumerate(cells, start=1))
    top = list(islice(records, HEAD_WITHIN))
    at = next((place for place, (_, each, _) in enumerate(top) if REQUIRED & set(_names(each))), -1)
    names = _names(top[at][1]) if at >= 0 else []
    while names and not names[-1]:
        names.pop()
    return _under_head(top, records, at, names, how, from_1904=from_1904)


def _csv(file: TextIO, how: ColumnMap | None) -> tuple[tuple[str, ...], Iterator[Row]]:
    """A CSV: the vocabulary's head is its first row."""
    records = csv_records(file)
    top = list(islice(records, HEAD_WITHIN))
    return _under_head(top, records, 0, _names(top[0][1]) if top else [], how)


def csv_records(file: TextIO) -> Iterator[Record]:
    """The rows of a CSV."""
    records = Records(file, _delimiter(file))
    return ((number, cells, sound) for number, (cells, sound) in enumerate(records, start=1))


def _delimiter(file: TextIO) -> str:
    """`;` when the head is written with it, as spreadsheets set to Vietnamese do; a tab; else `,`."""
    head = file.readline(_SNIFFED)
    file.seek(0)
    return max(",;\t", key=head.count)


def _names(cells: Sequence[str]) -> list[str]:
    return [field_name(cell) for cell in cells]


def _under_head(
    top: list[Record],
    rest: Iterator[Record],
    at: int,
    names: list[str],
    how: ColumnMap | None,
    *,
    from_1904: bool = False,
) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Rows as the vocabulary has them. at, names: of the head that names it, if any does."""
    if how is None or set(names) >= REQUIRED:
        _check_head(names)
        columns, width = tuple(names), len(names)
        reader: Reader = _Named(columns).row
    else:
        at = min(range(len(top)), key=lambda place: len(missing(how, top[place][1])), default=0)
        head = top[at][1] if top else []
        _check_map(how, head)
        columns, width, reader = how.fields, len(head), Mapped(how, head, from_1904=from_1904).row
    rows = (
        (number, _row(reader, width, cells, sound))
        for number, cells, sound in chain(top[at + 1 :], rest)
        if any(map(str.strip, cells))
    )
    return columns, rows


class _Named:
    """Rows under a head of the vocabulary."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns

    def row(self, cells: Sequence[str]) -> dict[str, str]:
        """What the cells of a row say."""
        row = dict(zip(self._columns, cells, strict=False))
        return BrokenRow(row, Refusal.NO_DOSSIER) if holds_no_dossier(row) else row


def _check_head(columns: Sequence[str]) -> None:
    """Refuse a head without the columns that every row needs, or with one of them twice.

    Raises UnusableFileError.
    """
    if lacking := sorted(REQUIRED.difference(columns)):
        raise UnmappedColumnsError(words.not_of_the_vocabulary(lacking))
    if doubled := sorted(name for name, times in Counter(columns).items() if name and times > 1):
        raise UnusableFileError(f"Tệp có hai cột cùng tên {', '.join(doubled)}. Hãy bỏ bớt một cột.")


def _check_map(how: ColumnMap, head: Sequence[str]) -> None:
    """Refuse a head that does not have every column of a map, once.

    Raises UnmappedColumnsError.
    """
    if lacking := missing(how, head):
        raise UnmappedColumnsError(words.no_longer_there(lacking))
    if doubled := twice(how, head):
        raise UnmappedColumnsError(words.there_twice(doubled))


def _row(reader: Reader, width: int, cells: Sequence[str], sound: bool) -> dict[str, str]:
    row = reader(cells)
    if not sound:
        return BrokenRow(row, Refusal.BROKEN_ROW)
    if any(map(str.strip, cells[width:])):
        return BrokenRow(row, Refusal.SURPLUS_CELLS)
    return _within_bounds(row)


def _within_bounds(row: dict[str, str]) -> dict[str, str]:
    if max(map(len, row.values()), default=0) <= LARGEST_FIELD:
        return row
    too_long = next(name for name, cell in row.items() if len(cell) > LARGEST_FIELD)
    return BrokenRow(row, Refusal.LONG_CELL, too_long)


def _sound(numbered: Row) -> Row:
    """A row of an old encoding; broken where its words are hardly Vietnamese: it may be in yet another."""
    number, row = numbered
    if isinstance(row, BrokenRow):
        return numbered
    spoiled = next((name for name in _SPOKEN if name in row and is_spoiled(row[name])), None)
    return (number, BrokenRow(row, Refusal.SPOILED_TEXT, spoiled)) if spoiled else numbered


# --- JSON


def _json(file: TextIO, how: ColumnMap | None) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Dossiers of JSON; their names are those of the first of them, as a table has a head."""
    head, dossiers = json_head(file)
    named = enumerate(dossiers, start=1)
    if how is None or not REQUIRED.isdisjoint(_names(head)):
        if head and set(FIELDS).isdisjoint(_names(head)):
            raise UnmappedColumnsError(words.not_of_the_vocabulary(sorted(REQUIRED)))
        return FIELDS, ((number, _within_bounds(_named(row))) for number, row in named)
    _check_map(how, head)
    reader = Mapped(how, head).row
    return how.fields, ((number, _mapped(reader, head, row)) for number, row in named)


def json_head(file: TextIO) -> tuple[list[str], Iterator[dict[str, str]]]:
    """The names that the first dossiers have, and all dossiers."""
    dossiers = jsonrows.dossiers(file)
    first = list(islice(dossiers, HEAD_WITHIN))
    return list(dict.fromkeys(name for row in first for name in row)), chain(first, dossiers)


def _named(row: dict[str, str]) -> dict[str, str]:
    if isinstance(row, BrokenRow):
        return row
    named = {field_name(name): value for name, value in row.items()}
    return named if len(named) == len(row) else BrokenRow(named, Refusal.REPEATED_NAME)


def _mapped(reader: Reader, head: Sequence[str], row: dict[str, str]) -> dict[str, str]:
    mapped = reader([row.get(name, "") for name in head])
    return BrokenRow(mapped, row.reason) if isinstance(row, BrokenRow) else _within_bounds(mapped)
