"""CSV, record by record: a line that no CSV can hold is named, and the next one is read as it stands.

A quote that somebody forgot to close would swallow every row after it. So the lines of a record are kept
until it is whole; where it turns out to be none, its first line is the fault and the others are read again.
"""

import csv
from collections import deque
from collections.abc import Iterator
from typing import TextIO

LARGEST_FIELD = 131_072  # characters
LONGEST_LINE = 1 << 20  # characters of a line, and of a record of several
MOST_LINES = 2_000  # of one record
PATIENCE = (
    100  # forgotten quotes in a file; beyond it every line is a record of its own, or it would take hours
)

Cells = list[str]


class _NoRecord(Exception):
    """The record in hand does not end where one may end."""


class _Lines:
    """The lines of a file as csv.reader takes them; those of the record in hand can be read again."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self._size = 0
        self.taken: list[str] = []
        self.most = MOST_LINES

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.taken and (len(self.taken) >= self.most or self._size > LONGEST_LINE):
            raise _NoRecord
        line = self._again.popleft() if self._again else self._read()
        if line:
            self.taken.append(line)
            self._size += len(line)
            return line
        if self.taken:  # the file ends within a quote
            raise _NoRecord
        raise StopIteration

    def _read(self) -> str:
        line = piece = self._file.readline(LONGEST_LINE)
        while len(piece) == LONGEST_LINE and not piece.endswith(("\n", "\r")):
            piece = self._file.readline(LONGEST_LINE)  # the rest of one too long to be kept
        return line

    def begin(self) -> None:
        """A new record."""
        self.taken, self._size = [], 0

    @property
    def cut(self) -> bool:
        """Whether a line of the record in hand was too long to be kept."""
        return any(len(line) == LONGEST_LINE for line in self.taken)

    def give_back(self) -> str:
        """Leave the first line of the record in hand and read the others again."""
        first, *others = self.taken
        self._again.extendleft(reversed(others))
        return first


class Records:
    """The records of a CSV file: each with its cells, and whether it is one at all."""

    def __init__(self, file: TextIO, delimiter: str) -> None:
        csv.field_size_limit(4 * LONGEST_LINE)
        self._lines, self._delimiter = _Lines(file), delimiter
        self._reader = csv.reader(self._lines, delimiter=delimiter)
        self._width: int | None = None
        self._broken = 0

    def __iter__(self) -> Iterator[tuple[Cells, bool]]:
        """(cells, sound): an empty line has no cells; of an unsound record the first line is given."""
        while True:
            self._lines.begin()
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except (_NoRecord, csv.Error):
                yield self._first_line(), False
                continue
            if len(self._lines.taken) > 1 and not self._is_whole():
                yield self._first_line(), False
                continue
            if self._width is None:
                self._width = len(cells)
            yield cells, not self._lines.cut

    def _first_line(self) -> Cells:
        self._broken += 1
        if self._broken > PATIENCE:
            self._lines.most = 1
        return next(csv.reader([self._lines.give_back()], delimiter=self._delimiter), [])

    def _is_whole(self) -> bool:
        """Whether several lines are one record to the letter, and as wide as the head."""
        strictly = csv.reader(self._lines.taken, delimiter=self._delimiter, strict=True)
        try:
            return self._width in {None, len(next(strictly))}
        except csv.Error:
            return False
