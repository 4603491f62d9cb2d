"""Catalogue files as people keep them: columns by their head, every bad row named, all or nothing."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from tthc_tracker.domain.errors import RefusedUse, UncleanText
from tthc_tracker.domain.folding import clean

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one row; row 1 is the head. `message` is a Vietnamese sentence."""

    row: int
    column: str
    message: str


class BadRows(RefusedUse):
    """A file of which nothing was loaded, and every reason why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(faults)} bad rows")


class BadCell(Exception):
    """One cell that cannot be used; turned into a Fault by `Row`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a load did to how many rows."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def did_something(self) -> bool:
        """Whether anything is different from before."""
        return bool(self.added or self.changed)


@dataclass(slots=True)
class Tally:
    """Counts a load as it goes."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def outcome(self) -> Outcome:
        """The counts as they stand."""
        return Outcome(self.added, self.changed, self.unchanged)


@dataclass(slots=True)
class Row:
    """One row. Reading a bad cell notes the fault and gives None, so that one pass finds them all."""

    number: int
    cells: dict[str, str]
    faults: list[Fault]

    def has(self, column: str) -> bool:
        """Whether the file has this column at all."""
        return column in self.cells

    def bad(self, column: str, message: str) -> None:
        """Note a fault of this row."""
        self.faults.append(Fault(self.number, column, message))

    def text(self, column: str, *, longest: int, required: bool = False) -> str:
        """A cell's text in one clean line; empty when there is none."""
        try:
            value = clean(self.cells.get(column, ""))
        except UncleanText:
            self.bad(column, "có ký tự lạ; hãy lưu lại tệp dạng «CSV UTF-8».")
            return ""
        if required and not value:
            self.bad(column, "còn trống.")
        if len(value) > longest:
            self.bad(column, f"dài quá {longest} ký tự.")
            return value[:longest]
        return value

    def _as(self, column: str, read: Callable[[str], Value], advice: str) -> Value | None:
        value = self.text(column, longest=100)
        if not value:
            return None
        try:
            return read(value)
        except (ValueError, InvalidOperation):
            self.bad(column, advice.format(value))
            return None

    def date(self, column: str) -> dt.date | None:
        """A date written yyyy-mm-dd; None for an empty cell."""
        return self._as(column, dt.date.fromisoformat, "«{}» không phải ngày; hãy viết như 2026-11-23.")

    def number_of(self, column: str) -> int | None:
        """A whole number; None for an empty cell."""
        return self._as(column, int, "«{}» không phải số nguyên.")

    def amount(self, column: str) -> Decimal | None:
        """A decimal with a point or a comma; None for an empty cell."""
        return self._as(column, lambda value: Decimal(value.replace(",", ".")), "«{}» không phải số.")

    def choice(self, column: str, kind: type[Choice]) -> Choice | None:
        """A member of an enum by its value; None for an empty cell."""
        return self._as(column, kind, "«{}» không có; hãy dùng một trong: " + ", ".join(kind) + ".")

    def flag(self, column: str) -> bool:
        """Whether a cell says yes: `1`; empty or `0` is no."""
        value = self.text(column, longest=10)
        if value not in {"", "0", "1"}:
            self.bad(column, f"«{value}» không dùng được; hãy ghi 1 (có) hoặc để trống.")
        return value == "1"

    def several(self, column: str, kind: type[Choice]) -> tuple[Choice, ...]:
        """Members of an enum separated by `;`, in the enum's order."""
        wanted = [part.strip() for part in self.text(column, longest=200).split(";") if part.strip()]
        strange = [part for part in wanted if part not in list(kind)]
        if strange:
            self.bad(column, f"«{strange[0]}» không có; hãy dùng: {', '.join(kind)}, cách nhau bằng dấu «;».")
        return tuple(member for member in kind if member in wanted)


@dataclass(slots=True)
class Table:
    """The rows of a file and the faults found in them so far."""

    rows: list[Row]
    faults: list[Fault] = field(default_factory=list)

    def refuse_if_bad(self) -> None:
        """Raise BadRows with all faults in the order of the rows, if there are any."""
        if self.faults:
            raise BadRows(sorted(self.faults, key=lambda fault: fault.row))

    def once(self, column: str, key: Callable[[Row], object]) -> None:
        """Note a fault for every row whose key stood in an earlier one."""
        seen: dict[object, int] = {}
        for row in self.rows:
            first = seen.setdefault(key(row), row.number)
            if first != row.number:
                row.bad(column, f"lặp lại dòng {first}.")


def read_table(text: str, required: Sequence[str]) -> Table:
    """The rows of a CSV (`,` or `;`, with or without BOM); lines without any cell are skipped.

    Raises:
        BadRows: no head, a column missing or twice, or a row longer than the head.
    """
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
    head_line = lines.readline()
    lines.seek(0)
    reader = csv.reader(
        lines, delimiter=";" if head_line.count(";") > head_line.count(",") else ",", strict=True
    )
    table = Table([])
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        _check_head(head, required)
        for cells in reader:
            _add(table, reader.line_num, head, cells)
    except csv.Error as error:
        raise BadRows([Fault(reader.line_num, "", f"không đọc được như CSV ({error}).")]) from error
    table.refuse_if_bad()
    return table


def _check_head(head: Sequence[str], required: Sequence[str]) -> None:
    faults = [Fault(1, name, "thiếu cột này ở dòng đầu.") for name in required if name not in head]
    faults += [Fault(1, name, "cột này có hai lần.") for name in sorted(set(head)) if head.count(name) > 1]
    if faults:
        raise BadRows(faults)


def _add(table: Table, number: int, head: Sequence[str], cells: list[str]) -> None:
    if not any(cell.strip() for cell in cells):
        return
    if len(cells) > len(head):
        table.faults.append(Fault(number, "", f"có {len(cells)} ô, dòng đầu chỉ có {len(head)} cột."))
        return
    padded = cells + [""] * (len(head) - len(cells))
    table.rows.append(Row(number, dict(zip(head, padded, strict=True)), table.faults))


def batches(items: Sequence[Value], size: int) -> Iterator[Sequence[Value]]:
    """A sequence in pieces that fit one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
