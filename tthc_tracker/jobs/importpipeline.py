"""The rows of a file that is taken in, read beside the process that writes them (decision 0028).

To read and reckon a row takes as long as to write it, and needs nothing of the database: a large file is read
by a child, as far ahead of its writer as two long transactions of his take (`importchild.AHEAD`):
with less, the child would stand still in each, and the writer behind it. A small file is read here.
"""

import gc
import pickle
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tthc_tracker.jobs.importchild import AS_IT_IS, FAULT, PACKED, ROWS, Manner
from tthc_tracker.jobs.importruns import plain, unpacked
from tthc_tracker.rendering import child_of_ours, read
from tthc_tracker.services import importreading
from tthc_tracker.services.importedvalues import Terms
from tthc_tracker.services.importreading import ReadRow, row_of
from tthc_tracker.spreadsheets.exchangefile import open_export
from tthc_tracker.spreadsheets.workbookgate import FileWarning
from tthc_tracker.wording.importing import READER_ENDED

BESIDE_FROM = 512 * 1024
"""Bytes of a file from which a child pays: it takes a third of a second to start."""

GRACE = 5.0  # seconds for a child to end by itself once nobody listens
_ROOM = 1024 * 1024
_CONTAINERS = 100_000
"""Made between two looks for cycles: there are none in rows, and a look at every 700 took a tenth of all."""


class ReaderEndedError(Exception):
    """The child was ended, or failed, before it had read the file; the message may be shown.

    Every batch that it handed over whole has been written or not as if the file had ended there.
    """


@dataclass
class Reading:
    """An opened file: its columns, and its rows, read, in batches.

    `warnings`: what is to be said about the file as a whole; complete once the rows have been read.
    """

    columns: tuple[str, ...]
    batches: Iterator[list[ReadRow]]
    warnings: set[FileWarning] = field(default_factory=set)
    in_runs_of: int = 0  # its order (jobs.importruns); 0: as they stand in the file
    child: int | None = None  # its process id


@contextmanager
def opened(
    path: Path, terms: Terms | None, *, by: Manner = AS_IT_IS, beside_from: int = BESIDE_FROM,
    in_runs_of: int = 0,
) -> Iterator[Reading]:  # fmt: skip
    """Open an export. terms: by which its rows are made ready to be written; by: how it is read if it does
    not use the vocabulary, or does not say in which encoding it is; in_runs_of: in which order a large file
    is (jobs.importruns).

    Raises:
        UnusableFileError, OSError: as `open_export` does, in the middle of the rows too. ReaderEndedError.
    """
    if not path.is_file() or path.stat().st_size < beside_from:
        with open_export(path, by.how, encoding=by.encoding) as export:
            yield Reading(export.columns, importreading.in_batches(export.rows, terms), export.warnings)
        return
    child = child_of_ours("tthc_tracker.jobs.importchild", room=_ROOM)
    usual = gc.get_threshold()
    gc.set_threshold(_CONTAINERS, *usual[1:])
    try:
        yield _begun(child, path, terms, by, in_runs_of)
    finally:
        gc.set_threshold(*usual)
        _end(child)


def _begun(
    child: subprocess.Popen[bytes], path: Path, terms: Terms | None, by: Manner, in_runs_of: int
) -> Reading:
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(BrokenPipeError):  # it is gone, as reading from it will tell
        child.stdin.write(pickle.dumps((path.absolute(), terms, by, in_runs_of)))
        child.stdin.close()
    _, columns = _told(child.stdout)
    reading = Reading(columns, iter(()), in_runs_of=in_runs_of, child=child.pid)
    reading.batches = _batches(child.stdout, reading)
    return reading


def _batches(pipe: IO[bytes], reading: Reading) -> Iterator[list[ReadRow]]:
    while (told := _told(pipe))[0] in {ROWS, PACKED}:
        yield [row_of(plain(row)) if told[0] == PACKED else row_of(row) for row in told[1]]
    reading.warnings |= told[1]


def _told(pipe: IO[bytes]) -> tuple[bytes, Any]:
    """What the child says next, and what that is."""
    try:
        message = read(pipe)
    except EOFError:
        raise ReaderEndedError(READER_ENDED) from None
    kind, packed = message[:1], memoryview(message)[1:]
    if kind in {ROWS, PACKED}:
        return kind, unpacked(packed)
    told = pickle.loads(packed)  # noqa: S301 (written by our child, over its own pipe)
    if kind == FAULT:
        raise told
    return kind, told


def _end(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(OSError):
        child.stdin.close()
    child.stdout.close()  # whatever it writes now ends it
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
