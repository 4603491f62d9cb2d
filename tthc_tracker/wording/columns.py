"""What a column of a list is. One definition makes the table, the CSV, the workbook and the printed page."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tthc_tracker.wording.formats import day, moment

Text = Callable[[Any, "See"], str]


@dataclass(frozen=True)
class See:
    """When a list is looked at: what a text may depend on besides its row.

    stale_before: what a source last said before this moment is old. By whom changes nothing: people stand
    masked in every list (decision 0024).
    """

    now: dt.datetime
    stale_before: dt.datetime
    today: dt.date

    @classmethod
    def at(cls, now: dt.datetime, stale_before: dt.datetime) -> "See":
        """Looked at now."""
        return cls(now, stale_before, now.date())


@dataclass(frozen=True)
class Column:
    """A column. `text` gives a row's words, "" for none; everything that people and files see comes from it.

    kind: text, long (cut short on the screen), code, date, num or mark (a badge whose words are the text).
    at: the moment of a date, so that a workbook can reckon with it. badge: which badge a mark is.
    parts: columns that stand quietly beneath this one on the screen and beside it in a file. quiet: a part's
    words where they need more than the text. sort: the two orders that this column's head offers, rising and
    falling, as an address names them.
    """

    key: str
    head: str
    text: Text
    kind: str = "text"
    at: Callable[[Any], dt.datetime | None] | None = None
    badge: Callable[[Any], str] | None = None
    parts: tuple["Column", ...] = ()
    quiet: Text | None = None
    sort: tuple[str, str] | None = None


@dataclass(frozen=True)
class Columns:
    """All that a list can show, in their order, and what it shows unasked. The first is always there."""

    name: str
    title: str
    file_name: str
    every: tuple[Column, ...]
    unasked: tuple[str, ...]

    def chosen(self, keys: Iterable[str]) -> tuple[Column, ...]:
        """The columns of these keys, in the list's order; without any: what it shows unasked."""
        return _chosen(self, frozenset(keys))


@lru_cache(maxsize=256)
def _chosen(columns: Columns, keys: frozenset[str]) -> tuple[Column, ...]:
    wanted = keys & {column.key for column in columns.every} or set(columns.unasked)
    first, *others = columns.every
    return (first, *(column for column in others if column.key in wanted))


def beneath(column: Column, shown: Iterable[Column]) -> tuple[Column, ...]:
    """The parts of a column that the screen shows beneath it: those that are no column of their own there."""
    standing = {other.key for other in shown}
    return tuple(part for part in column.parts if part.key not in standing)


def in_file(shown: Iterable[Column]) -> tuple[Column, ...]:
    """The columns of a file: what the screen shows, every part as a column, none twice."""
    shown = tuple(shown)
    each = (one for column in shown for one in (column, *beneath(column, shown)))
    return tuple({column.key: column for column in each}.values())


def dated(key: str, head: str, at: Callable[[Any], dt.datetime | None], **more: Any) -> Column:
    """A column of moments: `14:05 23/11/2026`."""

    def text(row: Any, _see: See) -> str:
        found = at(row)
        return moment(found) if found else ""

    return Column(key, head, text, "date", at=at, **more)


def from_day(words: str, at: Callable[[Any], dt.datetime | None]) -> Text:
    """The quiet words of a moment: `Tiếp nhận 23/11/2026`."""

    def text(row: Any, _see: See) -> str:
        found = at(row)
        return f"{words} {day(found)}" if found else ""

    return text
