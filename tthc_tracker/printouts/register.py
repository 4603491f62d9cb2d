"""Sổ theo dõi hồ sơ: a desk's book of a year across A4, in volumes whose numbers go on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tthc_tracker.printouts.printout import Printout
from tthc_tracker.queries.printouts import DeskHead
from tthc_tracker.queries.registers import BookLine
from tthc_tracker.wording.formats import number
from tthc_tracker.wording.places import place_of
from tthc_tracker.wording.registers import BookColumn

LINES = 1_000  # of a volume: what the typesetter does in a few seconds and in bounded memory


@dataclass(frozen=True)
class Volume:
    """Which volume of which year. total: lines of the book; last: nothing follows."""

    year: int
    volume: int
    total: int
    last: bool


def paper(
    head: DeskHead, which: Volume, columns: Sequence[BookColumn], lines: Sequence[BookLine], now: dt.datetime
) -> Printout:
    """One volume before it is set. A year that is over is closed on its last page, by pen and seal."""
    place = place_of(head.agency)
    spoken = f"ngày {now.day:02} tháng {now.month:02} năm {now.year}"
    span = f"số {number(lines[0].number)} đến {number(lines[-1].number)}" if lines else "chưa có hồ sơ"
    data: dict[str, Any] = {
        "title": head.heading.title,
        "basis": ", ".join(filter(None, (head.heading.number, head.heading.basis))),
        "superior": head.agency,
        "desk": head.desk,
        "dated": f"{place}, {spoken}" if place else spoken,
        "year": str(which.year),
        "volume": f"Quyển {which.volume} ({span})",
        "columns": [{"label": column.head, "share": column.share} for column in columns],
        "groups": _groups(columns),
        "rows": [[column.text(line) for column in columns] for line in lines],
        "closing": _closing(which, now) if which.last else "",
    }
    return Printout("register", data, now.replace(microsecond=0))


def _groups(columns: Sequence[BookColumn]) -> list[dict[str, Any]]:
    """What stands above the columns: neighbours of one group share a cell, others reach over both rows."""
    found = []
    for group, members in groupby(columns, key=lambda column: column.group or column.key):
        few = list(members)
        found.append({"words": few[0].group, "labels": [one.head for one in few], "key": group})
    return found


def _closing(which: Volume, now: dt.datetime) -> str:
    lines = f"{number(which.total)} hồ sơ"
    if now.year > which.year:
        return f"Khoá sổ năm {which.year}: {lines}, đánh số liên tục từ 1 đến {number(which.total)}."
    return f"Đến lúc in sổ có {lines}."
