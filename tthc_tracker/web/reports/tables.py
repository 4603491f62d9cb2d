"""Rows of the summary as the page shows them: every number with the address of the dossiers behind it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlencode

from tthc_tracker.domain.performance import Rate, RateName
from tthc_tracker.queries.statistics import Line, Statistics
from tthc_tracker.wording.statistics import COLUMNS, MEMO, RATES, Column

# The cells of numerator and denominator.
PARTS = {
    "on_time": ("in_time", "resolved"),
    "on_time_completed": ("completed_in_time", "completed"),
    "online": ("online", "filed"),
    "online_payment": ("paid_online", "fee_due"),
    "overdue_open": ("open_overdue", "open"),
    "reception": ("reception_in_time", "reception_due"),
    "electronic": ("electronic", "electronic_known"),
}


@dataclass(frozen=True)
class Number:
    """A number and where it leads; nothing leads to no dossiers."""

    label: str
    value: int
    url: str | None


@dataclass(frozen=True)
class Share:
    """A rate with its two parts."""

    label: str
    percent: Decimal | None
    num: Number
    den: Number
    unknown: Number | None = None  # those of which it is not known


@dataclass(frozen=True)
class Shown:
    """A row of the page."""

    label: str
    code: str
    url: str | None
    numbers: tuple[Number, ...]
    memo: tuple[Number, ...]
    shares: tuple[Share, ...]
    reception: tuple[Number, ...]
    waiting_late: Number
    reception_share: Share
    median_days: Decimal | None
    p90_days: Decimal | None
    balances: bool
    broken: Number


@lru_cache(maxsize=8192)
def _which(key: str, cell: str) -> str:
    """A cell's part of an address: a table of 200 agencies has thousands, the same at every look."""
    return urlencode({"key": key, "cell": cell})


# Whose dossiers are others by the second date: the lists go by the lawful one, so no number leads there.
_OF_A_DATE = frozenset({
    "early", "on_time", "late", "in_time", "completed_in_time", "open_within", "open_overdue",
})  # fmt: skip


class Addresses:
    """The addresses of lists: what stays the same of them is put together once."""

    def __init__(
        self, path: str, table: Statistics, agency: str, level: str = "", *, second: bool = False
    ) -> None:
        self._unlisted = _OF_A_DATE if second else frozenset[str]()
        parts = {"from": table.start.isoformat(), "to": table.end.isoformat(), "by": table.by.value}
        narrowed = {name: code for name, code in (("agency", agency), ("level", level)) if code}
        self._base = path + "?" + urlencode(parts | narrowed)

    def number(self, label: str, value: int, cell: str, key: str | None) -> Number:
        """A number that leads to its dossiers, if it has any."""
        if not value or cell in self._unlisted:
            return Number(label, value, None)
        return Number(label, value, f"{self._base}&{_which(key or '', cell)}")


def shown(
    lines: Iterable[Line], addresses: Addresses, drill: Callable[[str], str | None] | None = None
) -> list[Shown]:
    """The rows; `drill` gives the page of an agency or a unit by the key of its row."""
    return [_shown(line, addresses, drill) for line in lines]


def _shown(line: Line, addresses: Addresses, drill: Callable[[str], str | None] | None) -> Shown:
    row = line.row
    broken = row.received - row.resolved - row.open
    return Shown(
        label=line.label,
        code=line.key or "",
        url=drill(line.key) if drill and line.key else None,
        numbers=_numbers(COLUMNS, line, addresses),
        memo=_numbers(MEMO, line, addresses),
        shares=tuple(
            _share(name.value, rate, line, addresses)
            for name, rate in line.rates.items()
            if name.value != "reception"
        ),
        reception=tuple(
            addresses.number(label, value, cell, line.key)
            for label, value, cell in (
                ("Lượt có hạn trong kỳ", line.reception.due, "reception_due"),
                ("Trả lời trong hạn", line.reception.in_time, "reception_in_time"),
                ("Trả lời quá hạn", line.reception.late, "reception_late"),
                ("Còn chờ, trong hạn", line.reception.waiting, "reception_waiting"),
                ("Còn chờ, đã quá hạn", line.reception.waiting_late, "reception_waiting_late"),
                ("Rút khi chưa trả lời", line.reception.withdrawn, "reception_withdrawn"),
            )
        ),
        waiting_late=addresses.number(
            "còn chờ quá hạn", line.reception.waiting_late, "reception_waiting_late", line.key
        ),
        reception_share=_share("reception", line.reception.on_time, line, addresses),
        median_days=line.median_days,
        p90_days=line.p90_days,
        balances=row.balances,
        broken=addresses.number("Chưa xếp được cột", broken, "broken", line.key),
    )


def _numbers(columns: tuple[Column, ...], line: Line, addresses: Addresses) -> tuple[Number, ...]:
    return tuple(
        addresses.number(column.short, getattr(line.row, column.cell), column.cell, line.key)
        for column in columns
    )


def _share(name: str, rate: Rate, line: Line, addresses: Addresses) -> Share:
    num, den = PARTS[name]
    unknown = line.electronic_unknown if name == "electronic" else 0
    return Share(
        label=RATES[RateName(name)],
        percent=rate.percent,
        num=addresses.number("", rate.num, num, line.key),
        den=addresses.number("", rate.den, den, line.key),
        unknown=addresses.number("không rõ", unknown, "electronic_unknown", line.key) if unknown else None,
    )
