"""The words of the mails that alerts leave by: their subjects, a unit's line of the morning."""

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from tthc_tracker.domain.alerting import OF_REPORTS, Rule
from tthc_tracker.wording.alerts import RULES, counted
from tthc_tracker.wording.formats import day_month, number


def digest_subject(counts: Mapping[Rule, int], on: str, days: int | None = None) -> str:
    """The message itself (how many, and by how many days the worst is late), then what the mail is."""
    worst = f", lâu nhất {number(days)} ngày" if days else ""
    return f"{counted(counts)}{worst} (tổng hợp sáng {on})"


def overview_subject(sums: Mapping[str, int], units: int, days: int | None, on: str) -> str:
    """The same for who leads: how many, of how many units, how bad, how many new."""
    parts = []
    if sums["overdue"]:
        parts.append(f"{number(sums['overdue'])} hồ sơ quá hạn")
    if sums["late_reception"]:
        parts.append(f"{number(sums['late_reception'])} hồ sơ chậm tiếp nhận")
    said = f"{', '.join(parts)} ở {number(units)} đơn vị"
    if days:
        said += f", lâu nhất {number(days)} ngày"
    if sums["new"]:
        said += f", {number(sums['new'])} mới"
    return f"{said} (tổng hợp sáng {on})"


class UnitNumbers(Protocol):
    """What a unit has late and due."""

    @property
    def overdue(self) -> int: ...
    @property
    def new(self) -> int: ...
    @property
    def oldest(self) -> dt.datetime | None: ...
    @property
    def late_reception(self) -> int: ...
    @property
    def today(self) -> int: ...
    @property
    def next_day(self) -> int: ...
    @property
    def apologies(self) -> int: ...


UNIT_NUMBERS = {
    "overdue": "Quá hạn",
    "new": "Mới quá hạn",
    "late_reception": "Chậm tiếp nhận",
    "today": "Hạn hôm nay",
    "next_day": "Hạn ngày làm việc sau",
    "apologies": "Chờ xin lỗi",
}
"""The numbers of a unit's line, each before the address of its list."""


def unit_numbers(line: UnitNumbers, today: dt.date, next_day: dt.date) -> str:
    """A unit's line of the morning's table in words; only what is not nothing."""
    late = f"quá hạn {number(line.overdue)}" if line.overdue else ""
    if line.oldest:
        new = f", {number(line.new)} mới" if line.new else ""
        late += f" (lâu nhất {number((today - line.oldest.date()).days)} ngày{new})"
    parts = (
        (line.late_reception, "chậm tiếp nhận"), (line.today, "hạn hôm nay"),
        (line.next_day, f"hạn {day_month(next_day)}"), (line.apologies, "chờ xin lỗi"),
    )  # fmt: skip
    said = [late] * bool(late) + [f"{words} {number(many)}" for many, words in parts if many]
    return " · ".join(said)


def at_once_subject(counts: Mapping[Rule, int], code: str) -> str:
    """The message itself; a single dossier or field report by its code."""
    if sum(counts.values()) == 1:
        rule = next(rule for rule, many in counts.items() if many)
        return f"{RULES[rule]}: {code}" if rule in OF_REPORTS else f"{RULES[rule]}: hồ sơ {code}"
    return f"Cảnh báo: {counted(counts)}"
