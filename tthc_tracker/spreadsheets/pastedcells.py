"""A small workbook as the text that copying its cells gives: a row a line, tabs between."""

import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from tthc_tracker.spreadsheets import workbookgate, workbookrows
from tthc_tracker.spreadsheets.exchangefile import HEAD_WITHIN


def text_of(content: bytes, *, head: str) -> str:
    """The first visible sheet, its rows on lines of their numbers. head: the name of a column; titles above
    the row that has it are left out.

    Raises UnusableFileError: unsafe to read, damaged, or nothing is shown of it.
    """
    with tempfile.TemporaryDirectory(prefix="tthc-xlsx-") as folder:
        path = Path(folder, "list.xlsx")
        path.write_bytes(content)
        rows = list(workbookrows.rows_of(path, workbookgate.check(path)))
    lines = [list(map(_plain, cells)) for cells in rows]
    titles = next((place for place, cells in enumerate(islice(lines, HEAD_WITHIN)) if head in cells), 0)
    return "\n".join([*[""] * titles, *map(_joined, lines[titles:])])


def _plain(cell: str) -> str:
    return " ".join(cell.replace('"', " ").split())


def _joined(cells: Sequence[str]) -> str:
    return "\t".join(cells) if any(cells) else ""
