"""How many rows an import writes at a time: few while people write too, ever more while nobody does.

SQLite lets one write at a time: whoever receives waits until the rows of a transaction are written. A large
transaction costs half as much a row, for it changes each page of an index once for many rows (decision 0065).
The scheduler is nobody who waits: what it does beside a large file (facts, matches, mails) goes on from the
first row to the last, in transactions that are longer than ours would be.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from math import inf
from time import monotonic

from sqlalchemy.orm import Session

from tthc_tracker.jobs.importpipeline import ReaderEndedError
from tthc_tracker.services import bulkrows, submissions
from tthc_tracker.services.importreading import ReadRow
from tthc_tracker.spreadsheets.faults import UnusableFileError

FEWEST, MOST = 20, 4000
"""Rows of one transaction."""
SHORT, LONG = 0.015, 0.5
"""Seconds that one may take: beside others, and alone."""
ALONE_AFTER, AT_FIRST = 5.0, 1.0
"""Seconds for which nobody has sent a form; for which it is looked whether anybody does."""
AT_ONCE = 1000
"""Rows of one transaction where others need not wait for its end."""


class Units:
    """The rows of a file, in the order in which they stand there, as many at a time as may be written now.

    Whoever writes them says in each transaction that it has begun; when he asks for the next, it has ended.
    """

    def __init__(self, batches: Iterable[list[ReadRow]], clock: Callable[[], float] = monotonic) -> None:
        self._batches, self._read, self._clock = iter(batches), list[ReadRow](), clock
        self._fault: Exception | None = None
        self._many = FEWEST
        self._begun = self._people_wrote = -inf  # nothing has begun
        self._last_form: dt.datetime | None = None
        self._keeps_others = True

    def first(self, many: int) -> Iterator[list[ReadRow]]:
        """So many from the beginning, to be looked at alone."""
        while many and (rows := self._next(min(many, AT_ONCE))):
            many -= len(rows)
            yield rows

    def __iter__(self) -> Iterator[list[ReadRow]]:
        while rows := self._next(self._many):
            yield rows
            self._many = self._fitting(len(rows), self._clock() - self._begun)

    def begun(self, session: Session) -> None:
        """The transaction has what it waits for: from now on others wait for it."""
        self._keeps_others = bulkrows.keeps_others(session)
        if self._begun == -inf:  # not while the reader starts, or what is written is looked at once more
            self._people_wrote = self._clock() - ALONE_AFTER + AT_FIRST
        self._begun = self._clock()
        if self._keeps_others and (form := submissions.latest(session)) != self._last_form:
            if self._last_form is not None:
                self._people_wrote = self._begun
            self._last_form = form

    def _next(self, many: int) -> list[ReadRow]:
        while len(self._read) < many and self._fault is None:
            try:
                self._read += next(self._batches)
            except StopIteration:
                break
            except (UnusableFileError, ReaderEndedError, OSError) as fault:
                self._fault = fault  # told in its place, behind the rows before it
        rows, self._read = self._read[:many], self._read[many:]
        if self._fault is not None and not rows:
            raise self._fault
        return rows

    def _fitting(self, rows: int, taken: float) -> int:
        """How many the next may have, by how long these took; one that was long by chance halves it."""
        if not self._keeps_others:
            return AT_ONCE
        alone = self._begun - self._people_wrote > ALONE_AFTER
        fitting = int(rows * (LONG if alone else SHORT) / max(taken, 0.001))
        return min(max(fitting, rows // 2, FEWEST), rows * 2, MOST)
