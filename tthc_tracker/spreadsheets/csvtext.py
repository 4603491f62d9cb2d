"""CSV as spreadsheets of Vietnam open it: UTF-8 with BOM, commas, and no cell that becomes a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
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
    put = csv.writer(buffer).writerow
    texts = [column.text for column in columns]
    buffer.write(BOM)
    put([column.head for column in columns])
    for number, row in enumerate(rows, start=1):
        cells = [text(row, see) for text in texts]
        put(["'" + cell if cell[:1] in _FORMULA else cell for cell in cells])
        if number % together == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
