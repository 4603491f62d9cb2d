"""A signed report: which dossiers stood in which cell and row, kept for ever, and what has changed since.

A mark is a cell (`cell/late`) or a row (`sector/DD`) with the dossiers in it; a number of the report is what
a cell and its rows have in common. What changed since is the difference of the marks of then and of now.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

Marks = Mapping[str, Sequence[int]]
"""The dossiers of each mark, by ascending id."""

CELLS = (
    "online", "direct", "carried", "early", "on_time", "late", "open_within", "open_overdue", "paused",
    "withdrawn", "stopped", "refused", "reappointed", "no_due_date",
)  # fmt: skip
"""The cells in which a dossier stands; the totals are unions."""

MOVED = {"transferred_in": "in", "transferred_out": "out"}
"""The cells of transfers. Whose row one stands in says the agency it went to or came from, so their rows have
marks of their own: `out:agency/H50.01`. A dossier that went through a row twice is in its mark once."""

WITHIN = {
    "received": ("online", "direct", "carried"),
    "resolved": ("early", "on_time", "late"),
    "open": ("open_within", "open_overdue"),
}
"""What the totals of a line are made of."""


def cell(name: str) -> str:
    """The mark of a cell."""
    return f"cell/{name}"


def row(by: str, key: str) -> str:
    """The mark of a row."""
    return f"{by}/{key}"


def row_of(name: str, mark: str) -> str:
    """The mark of a row as a cell has it."""
    return f"{MOVED[name]}:{mark}" if name in MOVED else mark


def packed(ids: Sequence[int]) -> bytes:
    """Ascending ids in little room: what lies between them, compressed. The same ids give the same bytes."""
    steps = [after - before for before, after in zip((0, *ids), ids, strict=False)]
    return zlib.compress(struct.pack(f"<{len(steps)}q", *steps), 9)


def unpacked(body: bytes) -> list[int]:
    """The ids that were packed."""
    steps = zlib.decompress(body)
    return list(accumulate(step for (step,) in struct.iter_unpack("<q", steps)))


def seal(content: bytes, marks: Marks) -> str:
    """SHA-256 over the words and figures and every dossier behind them: one differs, and it is another."""
    digest = hashlib.sha256(content)
    for name in sorted(marks):
        digest.update(f"\n{name}:{','.join(map(str, marks[name]))}".encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Changed:
    """What came to a number since it was signed, and what left it, by ascending id."""

    added: tuple[int, ...]
    removed: tuple[int, ...]

    @property
    def by(self) -> int:
        """How much the number has changed."""
        return len(self.added) - len(self.removed)

    def __bool__(self) -> bool:
        """Whether anything has."""
        return bool(self.added or self.removed)


def behind(marks: Marks, name: str, rows: Iterable[str] = ()) -> frozenset[int]:
    """The dossiers of a cell or of a total, within the rows of these marks."""
    found = frozenset[int]().union(*(marks.get(cell(one), ()) for one in WITHIN.get(name, (name,))))
    for mark in rows:
        found &= frozenset(marks.get(row_of(name, mark), ()))
    return found


def changed(then: Marks, now: Marks, name: str, rows: Iterable[str] = ()) -> Changed:
    """The restatement of one number: today's is the signed one, more what was added, less what left."""
    rows = tuple(rows)
    before, after = behind(then, name, rows), behind(now, name, rows)
    return Changed(tuple(sorted(after - before)), tuple(sorted(before - after)))


def only(marks: Marks, cells: Iterable[str]) -> Marks:
    """The marks without those of transfers where they are not among the cells: what was signed before they
    were kept is held against nothing."""
    left_out = tuple(f"{way}:" for name, way in MOVED.items() if name not in cells)
    gone = {cell(name) for name in MOVED} - {cell(name) for name in cells}
    return {name: ids for name, ids in marks.items() if name not in gone and not name.startswith(left_out)}


def moved(then: Marks, now: Marks) -> frozenset[int]:
    """Every dossier that stands elsewhere than it did: in another cell, in another row, or not at all."""
    found = set[int]()
    for name in {*then, *now}:
        found |= set(then.get(name, ())) ^ set(now.get(name, ()))
    return frozenset(found)


def places(marks: Marks, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """In which cells these dossiers stand, in the order of the table; of one that stands in none nothing."""
    wanted = frozenset(ids)
    found: dict[int, list[str]] = {one: [] for one in wanted}
    for name in (*CELLS, *MOVED):
        for one in wanted.intersection(marks.get(cell(name), ())):
            found[one].append(name)
    return {one: tuple(cells) for one, cells in found.items()}
