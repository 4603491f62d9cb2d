"""The file of refusals and warnings: the rows as they came, with their number, the code and the reason.

It can be put right and read in again: what it adds is no part of a row.
"""

import csv
from collections.abc import Mapping, Sequence
from typing import TextIO

from tthc_tracker.domain.exchangerow import REMARK_COLUMNS
from tthc_tracker.spreadsheets.csvtext import BOM, plain

_LONGEST = 1_000  # characters of a cell that are repeated


class ErrorFile:
    """Writes one; `columns`: of the file it speaks of; `begun`: it has its head, and goes on."""

    def __init__(self, file: TextIO, columns: Sequence[str], *, begun: bool = False) -> None:
        self._columns = [name for name in columns if name not in REMARK_COLUMNS]
        self._writer = csv.writer(file)
        if begun:
            return
        file.write(BOM)
        self._writer.writerow([plain(name) for name in (*self._columns, *REMARK_COLUMNS)])

    def note(self, raw: Mapping[str, str], number: int, codes: Sequence[str], reason: str) -> None:
        """Add a row: its cells, its number in the file, and what is to be said about it."""
        cells = [raw.get(name, "")[:_LONGEST] for name in self._columns]
        self._writer.writerow(
            [plain(cell) for cell in (*cells, number, "; ".join(dict.fromkeys(codes)), reason)]
        )
