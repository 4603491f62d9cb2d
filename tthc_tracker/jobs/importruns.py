"""The rows of a large file in an order in which neighbours fall on the same pages of the indexes.

In a register of a million the codes of one agency lie on some fifty pages of an index. Rows as they come
touch a page each; those of one agency, in the order of their codes, share it, and extend one chain of the
trail (decision 0084). No SQLAlchemy may be reached from here (jobs.importchild).
"""

import marshal
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from typing import Any

from tthc_tracker.services.importreading import Plain, ReadRow, plain_of
from tthc_tracker.spreadsheets.faults import UnusableFileError

ROOM = 16_000
"""Rows that wait for their turn, packed into a kilobyte each; a run has twice as many."""

Packed = tuple[int, tuple[str, ...], bytes]
"""A row as it waits and is handed over: its number, its columns, and the rest of what is `Plain` of it."""


def in_runs(rows: Iterable[ReadRow], room: int) -> Iterator[Packed]:
    """The rows, packed, in runs that ascend by agency and code (replacement selection).

    The order follows from the file and `room` alone: who reads the file again goes on where he was, and rows
    of one code stay as they stand there. While the room fills, every second row is given out: nobody waits
    for it to be full. What is refused does not wait.

    Raises:
        UnusableFileError, OSError: as the rows do, after those before it.
    """
    waiting = list[tuple[int, str, int, Packed]]()  # run, agency and code, place in the file
    run, last, fault = 0, "", None
    try:
        for place, row in enumerate(rows):
            number, names, *said = plain_of(row)
            its = last if row.refusal is not None else f"{row.receiving}\0{row.code}"
            heappush(waiting, (run + (its < last), its, place, (number, names, marshal.dumps(said))))
            if len(waiting) > room or place % 2:
                run, last, _, packed = heappop(waiting)
                yield packed
    except (UnusableFileError, OSError) as met:
        fault = met
    while waiting:
        yield heappop(waiting)[3]
    if fault is not None:
        raise fault


def plain(packed: Packed) -> Plain:
    """A row as it was before it was packed."""
    number, names, said = packed
    return number, names, *unpacked(said)


def unpacked(said: bytes | memoryview) -> Any:
    """What the process beside has packed."""
    return marshal.loads(said)  # noqa: S302 (written by our own code, and come over our own pipe)
