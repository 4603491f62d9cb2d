"""The dates of a dossier beside each other: what its people were told last, and what statistics go by.

Which of the two a list goes by stands in the column's head; the other is told beneath it where it is another,
and can be a column of its own.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from tthc_tracker.wording.columns import Column, See, dated
from tthc_tracker.wording.formats import moment

TOLD, LAWFUL = "Hẹn trả", "Hạn theo luật"
At = Callable[[Any], dt.datetime | None]


def told(at: At = lambda row: row.due_at, **more: Any) -> tuple[Column, Column]:
    """The columns of a list that goes by what people were told last. Its rows know `lawful_due_at`."""
    beneath = lawful_where_another(at)
    return dated("due", TOLD, at, parts=(beneath,), **more), beneath


def lawful_where_another(told_at: At) -> Column:
    """The lawful date beneath what people were told. Its rows know `lawful_due_at`."""
    return _beneath("lawful", LAWFUL, lambda row: row.lawful_due_at, told_at)


def lawful() -> tuple[Column, Column]:
    """The columns of a list that goes by the lawful date, `due_at`. Its rows know `told_due_at`."""
    beneath = _beneath("told", TOLD, lambda row: row.told_due_at, lambda row: row.due_at)
    return dated("due", LAWFUL, lambda row: row.due_at, parts=(beneath,)), beneath


def _beneath(key: str, head: str, at: At, usual: At) -> Column:
    words = head.lower()

    def quiet(row: Any, _see: See) -> str:
        found = at(row)
        return f"{words} {moment(found)}" if found and found != usual(row) else ""

    return dated(key, head, at, quiet=quiet)
