"""The child that reads a file beside its writer: it hands over rows until the file, or its parent, ends."""

import marshal
import os
import pickle
import resource
import signal
import sys
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO, NamedTuple

from tthc_tracker.domain.columnmaps import ColumnMap
from tthc_tracker.domain.encodings import Encoding
from tthc_tracker.jobs.importruns import in_runs
from tthc_tracker.rendering import LENGTH
from tthc_tracker.rendering.child import MOST_MEMORY, end_with_fault
from tthc_tracker.services import importreading
from tthc_tracker.services.importedvalues import Terms
from tthc_tracker.services.importreading import BATCH, plain_of
from tthc_tracker.spreadsheets.exchangefile import open_export
from tthc_tracker.spreadsheets.faults import UnusableFileError

COLUMNS, ROWS, PACKED, END, FAULT = b"c", b"r", b"p", b"e", b"f"
"""What a message is: columns of a file, rows of it, packed rows, warnings; or why it cannot be read."""


class Manner(NamedTuple):
    """How a file is read: by the map of its source, and in the encoding that somebody said it is in."""

    how: ColumnMap | None = None
    encoding: Encoding | None = None


AS_IT_IS = Manner()
"""In the vocabulary, and in an encoding that is certain."""


def told(path: Path, terms: Terms | None, by: Manner = AS_IT_IS, in_runs_of: int = 0) -> Iterator[bytes]:
    """What is said of a file, in turn, each behind the letter of what it is."""
    try:
        with open_export(path, by.how, encoding=by.encoding) as export:
            yield COLUMNS + pickle.dumps(export.columns)
            batches = importreading.in_batches(export.rows, terms)
            if in_runs_of:
                ordered = in_runs(chain.from_iterable(batches), in_runs_of)
                while packed := list(islice(ordered, BATCH)):
                    yield PACKED + marshal.dumps(packed)
            else:
                for rows in batches:
                    yield ROWS + marshal.dumps([plain_of(row) for row in rows])
            yield END + pickle.dumps(export.warnings)
    except (UnusableFileError, OSError) as fault:
        yield FAULT + pickle.dumps(fault)


AHEAD = 8
"""Messages that may wait for the writer: what it writes in two of its longest transactions (importpace)."""


LAST = 19
"""The niceness of this process: behind its writer, for whom others may wait; it is read ahead for him."""


def serve(work: IO[bytes], answers: IO[bytes]) -> None:
    """Read the file that is asked for, ahead of the writer while it does not listen."""
    waiting = Queue[bytes | None](AHEAD)
    handing = Thread(target=_hand_over, args=(waiting, answers))
    handing.start()
    try:
        for message in told(*pickle.load(work)):  # noqa: S301 (written by our parent, over its own pipe)
            waiting.put(message)
    finally:
        waiting.put(None)
        handing.join()


def _hand_over(waiting: Queue[bytes | None], answers: IO[bytes]) -> None:
    while (message := waiting.get()) is not None:
        answers.write(LENGTH.pack(len(message)))
        answers.write(message)
        answers.flush()


def main() -> None:
    """Serve the parent at the other end of standard input and output."""
    sys.excepthook = end_with_fault
    os.setpriority(os.PRIO_PROCESS, 0, LAST)
    # A signal to end is for the parent, which then closes the pipe; a pipe that is closed ends this process.
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    with open(0, "rb") as work, os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # a library that prints must not write into an answer
        serve(work, answers)


if __name__ == "__main__":
    main()
