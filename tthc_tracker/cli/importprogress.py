"""How far a long import is, told on one line of a terminal."""

import sys
from pathlib import Path
from time import monotonic

import click

from tthc_tracker.spreadsheets.exchangefile import lines_of
from tthc_tracker.wording import importing

EVERY = 2.0  # seconds


class Progress:
    """Rows, rate and time left; nothing where nobody watches (standard error is no terminal)."""

    def __init__(self, path: Path) -> None:
        self._shown = sys.stderr.isatty()
        self._total = lines_of(path) if self._shown else None
        self._before, self._begun, self._told = 0, 0.0, 0.0
        self._has_told = False

    def tell(self, rows: int) -> None:
        """So many rows of the file are done.

        The first time begins the clock: before it a file that is gone on with was read up to where it was.
        """
        at = monotonic()
        if not self._begun:
            self._before, self._begun, self._told = rows, at, at
        if self._shown and at - self._told >= EVERY:
            self._told, self._has_told = at, True
            pace = (rows - self._before) / (at - self._begun)
            click.echo(f"\r{importing.pace(rows, self._total, pace)}\x1b[K", nl=False, err=True)

    def end(self) -> None:
        """Leave the line to what is said next."""
        if self._has_told:
            click.echo(err=True)
