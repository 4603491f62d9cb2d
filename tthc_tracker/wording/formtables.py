"""A table of statistics as a form prints it: heads over heads, numbered columns, lines that add up others.

Screen, paper, workbook and CSV are all made from this one description, so they cannot differ.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from tthc_tracker.wording.formats import number, percent

PART = "Phần {place}/{of}"
Cell = str | int | Decimal | None


class Rank(StrEnum):
    """What a line is."""

    GROUP = "group"
    ROW = "row"
    TOTAL = "total"


@dataclass(frozen=True)
class FormColumn:
    """A column. above: the heads that it shares with its neighbours, the outermost first; number: "(3)".

    sum_of: the columns of the same line that it adds up. part_of: those whose quotient, in per cent, it is.
    width: in characters of a workbook; on paper a share of the line.
    """

    words: str
    number: str = ""
    above: tuple[str, ...] = ()
    kind: str = "num"  # num|percent|text|place
    sum_of: tuple[int, ...] = ()
    part_of: tuple[int, int] | None = None
    width: int = 9
    cell: str = ""  # which number of the statistics it is: what its dossiers are asked for by
    portion: str = ""  # which of them, as addresses name it


@dataclass(frozen=True)
class FormLine:
    """A line. of: the lines that it adds up, by their place in the table. key: of the row, for its dossiers;
    group: of the group that it stands in; portion: which of the row's dossiers it counts."""

    cells: tuple[Cell, ...]
    rank: Rank = Rank.ROW
    of: tuple[int, ...] = ()
    key: str = ""
    group: str = ""
    portion: str = ""


@dataclass(frozen=True)
class FormHead:
    """What stands above and below: title, number and basis as the catalogue has them on the day, by whom and
    for whom. signed_as: the lines above the signer's name; seal: what a signed report says of itself."""

    title: str
    number: str
    basis: str
    period: str
    agency: str
    receiver: str
    place: str
    day: dt.date
    signed_as: tuple[str, ...] = ()
    signer: str = ""
    seal: str = ""

    @property
    def dated(self) -> str:
        """`Đông Hà, ngày 05 tháng 10 năm 2026`."""
        spoken = f"ngày {self.day.day:02} tháng {self.day.month:02} năm {self.day.year}"
        return f"{self.place}, {spoken}" if self.place else spoken


@dataclass(frozen=True)
class FormTable:
    """A table with its head and foot. name: of its files."""

    name: str
    head: FormHead
    counted: str  # đơn vị tính
    columns: tuple[FormColumn, ...]
    lines: tuple[FormLine, ...]
    notes: tuple[str, ...] = ()

    @property
    def numbered(self) -> bool:
        """Whether a line of column numbers stands under the heads."""
        return any(column.number for column in self.columns)


@dataclass(frozen=True)
class HeadCell:
    """A head: its place in the grid of heads and how far it reaches."""

    words: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    last: bool = field(default=False)  # the head of one column


def heads(columns: Sequence[FormColumn]) -> list[HeadCell]:
    """The cells of the heads, line by line: neighbours share what they have above them in common."""
    depth = 1 + max(len(column.above) for column in columns)
    found = []
    for row in range(depth):
        place = 0
        while place < len(columns):
            above = columns[place].above
            if row < len(above):
                wide = _alike(columns, place, above[: row + 1])
                found.append(HeadCell(above[row], row, place, 1, wide))
                place += wide
                continue
            if row == len(above):
                found.append(HeadCell(columns[place].words, row, place, depth - row, 1, last=True))
            place += 1
    return found


def _alike(columns: Sequence[FormColumn], start: int, above: tuple[str, ...]) -> int:
    wide = 1
    while start + wide < len(columns) and columns[start + wide].above[: len(above)] == above:
        wide += 1
    return wide


def written(cell: Cell, kind: str) -> str:
    """A cell as it is read."""
    if cell is None:
        return "–" if kind == "percent" else ""
    if isinstance(cell, Decimal):
        return percent(cell)
    return number(cell) if isinstance(cell, int) else cell
