"""CSV as spreadsheets of Vietnam open it: UTF-8 with BOM, commas, and no cell that becomes a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from tthc_tracker.wording.columns import Column, See

BOM = "\ufeff"
# What a spreadsheet takes for a formula, the full-width forms included (OWASP ASVS 1.2.10).
_FORMULA = frozenset("=+-@\t\r\0＝＋－＠")


def plain(cell: object) -> str:
    """A cell's text, with an apostrophe before anything a spreadsheet would calculate."""
    text = "" if cell is None else str(cell)
    return "'" + text if text[:1] in _FORMULA else text


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file, line by line, so that any number of rows costs one row of memory."""
    yield BOM + _line(header)
    for row in rows:
        yield _line([plain(cell) for cell in row])


def listed(columns: Sequence[Column], rows: Iterable[Any], see: See, together: int = 500) -> Iterator[str]:
    """A list as a file, several lines at a time: exactly the words of its columns."""
    buffer = io.StringIO()
    file, left = csv.writer(buffer), iter(rows)
    buffer.write(BOM)
    file.writerow([column.head for column in columns])
    while block := list(islice(left, together)):
        # Column by column: a text and the look at its first sign cost less in one go than cell by cell.
        cells = ([column.text(row, see) for row in block] for column in columns)
        file.writerows(zip(*map(_guarded, cells), strict=True))
        yield _taken(buffer)
    if alone := _taken(buffer):  # the head of a list without rows
        yield alone


def _guarded(cells: list[str]) -> list[str]:
    return ["'" + cell if cell[:1] in _FORMULA else cell for cell in cells]


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
