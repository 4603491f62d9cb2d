"""Rows of the summary as the page shows them: every number with the address of the dossiers behind it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from tthc_tracker.domain.performance import Rate, RateName
from tthc_tracker.queries.statistics import Line, Statistics
from tthc_tracker.queries.statisticscells import PARTS
from tthc_tracker.queries.statisticsquestions import REAPPOINTED
from tthc_tracker.wording.statistics import COLUMNS, MEMO, RATES, Column


class Number(NamedTuple):
    """A number and where it leads; nothing leads to no dossiers."""

    label: str
    value: int
    url: str | None


class Share(NamedTuple):
    """A rate with its two parts."""

    label: str
    percent: Decimal | None
    num: Number
    den: Number
    unknown: Number | None = None  # those of which it is not known


@lru_cache(maxsize=8192)
def _which(key: str, cell: str) -> str:
    """A cell's part of an address: a table of 200 agencies has thousands, the same at every look."""
    return urlencode({"key": key, "cell": cell})


class Addresses:
    """The addresses of lists: what stays the same of them is put together once."""

    def __init__(
        self, path: str, table: Statistics, agency: str, level: str = "", *, second: bool = False
    ) -> None:
        parts = {"from": table.start.isoformat(), "to": table.end.isoformat(), "by": table.by.value}
        given = (("agency", agency), ("level", level), ("date", REAPPOINTED if second else ""))
        narrowed = {name: said for name, said in given if said}
        self._base = path + "?" + urlencode(parts | narrowed)

    def number(self, label: str, value: int, cell: str, key: str | None) -> Number:
        """A number that leads to its dossiers, if it has any."""
        if not value:
            return Number(label, value, None)
        return Number(label, value, f"{self._base}&{_which(key or '', cell)}")


@dataclass(frozen=True)
class Shown:
    """A row of the page. Only what is asked of it is made: of long tables one is on the page at a time."""

    line: Line
    addresses: Addresses
    url: str | None

    @property
    def label(self) -> str:
        """What the row is called."""
        return self.line.label

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The columns of the statutory table."""
        return _numbers(COLUMNS, self.line, self.addresses)

    @property
    def memo(self) -> tuple[Number, ...]:
        """The memo columns."""
        return _numbers(MEMO, self.line, self.addresses)

    @cached_property
    def shares(self) -> tuple[Share, ...]:
        """Every rate but that of receptions."""
        rates = self.line.rates.items()
        return tuple(self._share(name, rate) for name, rate in rates if name is not RateName.RECEPTION)

    @cached_property
    def reception(self) -> tuple[Number, ...]:
        """The columns of receptions."""
        of = self.line.reception
        return tuple(
            self._number(label, value, cell)
            for label, value, cell in (
                ("Lượt có hạn trong kỳ", of.due, "reception_due"),
                ("Trả lời trong hạn", of.in_time, "reception_in_time"),
                ("Trả lời quá hạn", of.late, "reception_late"),
                ("Còn chờ, trong hạn", of.waiting, "reception_waiting"),
                ("Còn chờ, đã quá hạn", of.waiting_late, "reception_waiting_late"),
                ("Rút khi chưa trả lời", of.withdrawn, "reception_withdrawn"),
            )
        )

    @property
    def waiting_late(self) -> Number:
        """The receptions that wait and are late."""
        return self._number("còn chờ quá hạn", self.line.reception.waiting_late, "reception_waiting_late")

    @property
    def reception_share(self) -> Share:
        """The rate of receptions."""
        return self._share(RateName.RECEPTION, self.line.reception.on_time)

    @property
    def median_days(self) -> Decimal | None:
        """How long the middle one took."""
        return self.line.median_days

    @property
    def p90_days(self) -> Decimal | None:
        """How long nine of ten took at most."""
        return self.line.p90_days

    @property
    def balances(self) -> bool:
        """Whether (3) = (7) + (11)."""
        return self.line.row.balances

    @property
    def broken(self) -> Number:
        """The dossiers by which it does not."""
        row = self.line.row
        return self._number("Chưa xếp được cột", row.received - row.resolved - row.open, "broken")

    def _number(self, label: str, value: int, cell: str) -> Number:
        return self.addresses.number(label, value, cell, self.line.key)

    def _share(self, name: RateName, rate: Rate) -> Share:
        num, den = PARTS[name]
        unknown = self.line.electronic_unknown if name is RateName.ELECTRONIC else 0
        return Share(
            label=RATES[name],
            percent=rate.percent,
            num=self._number("", rate.num, num),
            den=self._number("", rate.den, den),
            unknown=self._number("không rõ", unknown, "electronic_unknown") if unknown else None,
        )


def shown(
    lines: Iterable[Line], addresses: Addresses, drill: Callable[[str], str | None] | None = None
) -> list[Shown]:
    """The rows; `drill` gives the page of an agency or a unit by the key of its row."""
    return [Shown(line, addresses, drill(line.key) if drill and line.key else None) for line in lines]


def _numbers(columns: tuple[Column, ...], line: Line, addresses: Addresses) -> tuple[Number, ...]:
    return tuple(
        addresses.number(column.short, getattr(line.row, column.cell), column.cell, line.key)
        for column in columns
    )
