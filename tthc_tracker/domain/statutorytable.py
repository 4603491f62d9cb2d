"""The statutory table as it is laid out and kept: rows in groups, a total, and what it is made of again.

Biểu 06 by level has a group for each level (A. tỉnh, B. huyện until 30/6/2025, C. xã) with the fields
beneath; in any other rows it is one group without a head of its own (docs/law.md, statistics).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.performance import StatutoryRow

LETTERS = {Level.TINH: "A", Level.HUYEN: "B", Level.XA: "C", Level.BO: "D"}
"""How the form marks its levels. It has none for ministries, whose own reports are others'."""

DISTRICTS_UNTIL = date(2025, 6, 30)
"""The last day of the level of districts."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: what it is of, and its counts."""

    key: str
    label: str
    row: StatutoryRow


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a head that adds them up. letter: '' where the head is not shown."""

    rows: tuple[TableRow, ...]
    letter: str = ""
    key: str = ""
    label: str = ""

    @property
    def sum(self) -> StatutoryRow:
        """What its rows come to."""
        return added(each.row for each in self.rows)


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a period. as_of: the day its open dossiers are looked at; by: what its rows are."""

    start: date
    end: date
    as_of: date
    by: str
    groups: tuple[Group, ...]
    total: StatutoryRow

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """Every row, in order."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def faults(self) -> tuple[str, ...]:
        """The keys of the rows whose (3) is not (7) + (11); '' is the total, and a total that is no sum."""
        found = [each.key for each in self.rows if not each.row.balances]
        whole = self.total.balances and added(each.row for each in self.rows) == self.total
        return tuple(found if whole else [*found, ""])

    def content(self) -> dict[str, Any]:
        """All of it as plain values, to be kept."""
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "as_of": self.as_of.isoformat(),
            "by": self.by,
            "groups": [
                {
                    "letter": group.letter,
                    "key": group.key,
                    "label": group.label,
                    "rows": [[each.key, each.label, _counts(each.row)] for each in group.rows],
                }
                for group in self.groups
            ],
            "total": _counts(self.total),
        }


def added(rows: Iterable[StatutoryRow]) -> StatutoryRow:
    """Rows together, column by column."""
    return sum(rows, StatutoryRow())


def read(content: Mapping[str, Any]) -> Table:
    """The table that was kept as this content."""
    groups = tuple(
        Group(
            tuple(TableRow(key, label, StatutoryRow(**counts)) for key, label, counts in group["rows"]),
            group["letter"],
            group["key"],
            group["label"],
        )
        for group in content["groups"]
    )
    start, end, as_of = (date.fromisoformat(content[name]) for name in ("from", "to", "as_of"))
    return Table(start, end, as_of, content["by"], groups, StatutoryRow(**content["total"]))


def shown_levels(start: date, filled: Iterable[Level]) -> tuple[Level, ...]:
    """The levels that stand in the table of a period, in the order of the form.

    Provinces and communes always; districts as long as there were any when it began; what has dossiers.
    """
    wanted = {Level.TINH, Level.XA, *filled} | ({Level.HUYEN} if start <= DISTRICTS_UNTIL else set())
    return tuple(level for level in LETTERS if level in wanted)


def _counts(row: StatutoryRow) -> dict[str, int]:
    """The counts that are not 0: most of them are."""
    return {name: number for name, number in asdict(row).items() if number}
