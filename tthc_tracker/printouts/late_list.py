"""The list that leaders ask for: who is late, with how much, and which dossiers; A4 across.

Nobody's name stands on it but those of agencies, units and officers.
"""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from tthc_tracker.printouts.printout import Printout
from tthc_tracker.queries.printouts import DeskHead
from tthc_tracker.queries.supervision import Row
from tthc_tracker.wording.formats import day, moment, number
from tthc_tracker.wording.listings import ALERT_STATES, NOBODY
from tthc_tracker.wording.places import place_of

FORM = "late_list"


def paper(
    head: DeskHead, rows: Sequence[Row], filters: Sequence[str], more: str, now: dt.datetime
) -> Printout:
    """The list before it is set. filters: what it is narrowed to; more: what is not on it, "" for nothing."""
    place = place_of(head.agency)
    by_agency = sorted(rows, key=lambda row: (row.agency_code, row.since, row.id))
    spoken = f"ngày {now.day:02} tháng {now.month:02} năm {now.year}"
    groups = [(name, list(some)) for name, some in groupby(by_agency, key=lambda row: row.agency)]
    groups.sort(key=lambda group: -len(group[1]))  # who has the most stands first
    numbers = iter(range(1, len(rows) + 1))
    data: dict[str, Any] = {
        "title": head.heading.title,
        "basis": ", ".join(filter(None, (head.heading.number, head.heading.basis))),
        "superior": head.superior,
        "desk": head.agency,
        "dated": f"{place}, {spoken}" if place else spoken,
        "intro": f"Tính đến {moment(now)}: {number(len(rows))} hồ sơ quá hạn. {_narrowed(filters)}".strip(),
        "more": more,
        "summary": [_summary(name, some, now) for name, some in groups],
        "groups": [
            {"agency": name, "rows": [[str(next(numbers)), *_cells(row, now)] for row in some]}
            for name, some in groups
        ],
    }
    return Printout("late_list", data, now.replace(microsecond=0))


def _narrowed(filters: Sequence[str]) -> str:
    return f"Bộ lọc: {'; '.join(filters)}." if filters else ""


def _summary(agency: str, rows: Sequence[Row], now: dt.datetime) -> list[str]:
    officers = {row.officer for row in rows if row.officer}
    longest = max(row.days_late(now.date()) for row in rows)
    without = sum(row.officer is None for row in rows)
    return [agency, number(len(rows)), number(longest), number(len(officers)), number(without)]


def _cells(row: Row, now: dt.datetime) -> list[str]:
    alert = f"Cảnh báo {ALERT_STATES[row.alert].lower()}" if row.alert else ALERT_STATES[None]
    said = [alert, row.source if row.mirrored else ""]
    return [
        row.code, row.procedure, day(row.started_at), moment(row.due_at), number(row.days_late(now.date())),
        row.unit or "", row.officer or NOBODY, "; ".join(filter(None, said)),
    ]  # fmt: skip
