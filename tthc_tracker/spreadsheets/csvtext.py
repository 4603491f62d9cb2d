"""CSV as spreadsheets of Vietnam open it: UTF-8 with BOM, commas, and no cell that becomes a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"
# What a spreadsheet takes for a formula, the full-width forms included (OWASP ASVS 1.2.10).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def plain(cell: object) -> str:
    """A cell's text, with an apostrophe before anything a spreadsheet would calculate."""
    text = "" if cell is None else str(cell)
    return "'" + text if text.startswith(_FORMULA) else text


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file, line by line, so that any number of rows costs one row of memory."""
    yield BOM + _line(header)
    for row in rows:
        yield _line([plain(cell) for cell in row])


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
