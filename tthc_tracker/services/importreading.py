"""Rows of a file as far as each can be judged by itself: read, or refused, and made ready to be written.

Half of what an import takes is done here, and nothing of it asks the register: a process beside the one that
writes may do it (jobs.importpipeline). No SQLAlchemy may be reached from here.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from tthc_tracker.domain.dossiercode import short_procedure_code
from tthc_tracker.domain.exchangerow import REMARK_COLUMNS, ExchangeRow, read_row
from tthc_tracker.domain.rowfaults import BrokenRow, Refusal, RowRefusedError, RowWarning
from tthc_tracker.services import importedvalues
from tthc_tracker.services.importedvalues import Made, Terms

BATCH = 1000
"""Rows that are handed over together, from whoever reads to whoever writes (jobs.importpace)."""

RawRow = tuple[int, Mapping[str, str]]
"""A row with its number in the file."""


class ReadRow(NamedTuple):
    """A row with its number in the file, and what it says or why it is refused.

    `row`: None of one that is refused, and of one that was read elsewhere: what it says is then read again
    from `raw` where more is asked than stands here. `made`: what it writes if it turns out to be new.
    """

    number: int
    raw: Mapping[str, str]
    code: str
    content_hash: str
    receiving: str = ""
    resolving: str = ""
    procedure: str = ""  # its short code
    due_day: int | None = None  # ordinal of the day of its promise
    warnings: tuple[RowWarning, ...] = ()
    made: Made | None = None
    row: ExchangeRow | None = None
    refusal: Refusal | None = None
    refused_field: str = ""
    more_refusals: tuple[tuple[Refusal, str], ...] = ()


def read(number: int, raw: Mapping[str, str], terms: Terms | None = None) -> ReadRow:
    """Read one row; with `terms`, ready to be written."""
    said = content_hash(raw)
    try:
        row = read_row(raw)
    except RowRefusedError as fault:
        return ReadRow(
            number, raw, (raw.get("MaHoSo") or "").strip(), said, refusal=fault.reason,
            refused_field=fault.field, more_refusals=tuple(fault.others),
        )  # fmt: skip
    return ReadRow(
        number, raw, row.code, said, row.receiving, row.resolving, procedure_of(row),
        row.due_at.toordinal() if row.due_at else None, row.warnings,
        importedvalues.made(row, terms) if terms else None, row,
    )  # fmt: skip


def procedure_of(row: ExchangeRow) -> str:
    """The short code of a row's procedure, by which the register knows it."""
    return short_procedure_code(row.procedure_code) or ""


def in_batches(rows: Iterable[RawRow], terms: Terms | None = None) -> Iterator[list[ReadRow]]:
    """The rows of a file, read, in batches that one transaction can hold."""
    iterator = iter(rows)
    while batch := [read(number, raw, terms) for number, raw in islice(iterator, BATCH)]:
        yield batch


# --- the same for two rows that say the same


def content_hash(raw: Mapping[str, str]) -> str:
    """The same for two rows that say the same, whatever the order of columns, empty ones, and our remarks.

    It is kept in the database: of the text of a list of pairs, which is written here in a third of the time.
    """
    heads, cells_of = _in_order(tuple(raw))
    said = [
        f"{head}{cell!r})" for head, cell in zip(heads, map(str.strip, cells_of(raw)), strict=True) if cell
    ]
    return hashlib.sha256(f"[{', '.join(said)}]".encode()).hexdigest()


@lru_cache(maxsize=64)  # every row of a file has the same columns
def _in_order(names: tuple[str, ...]) -> tuple[list[str], Callable[[Mapping[str, str]], Iterable[str]]]:
    """How the pair of each column begins, and what gives the cells."""
    ordered = sorted(name for name in names if name not in REMARK_COLUMNS)
    heads = [f"({name!r}, " for name in ordered]
    if len(ordered) > 1:
        return heads, itemgetter(*ordered)
    return heads, lambda raw: [raw[name] for name in ordered]


# --- from one process to another

Plain = tuple[Any, ...]
"""A row as numbers, texts and tuples of them, which marshal hands over in a fifth of the time of pickle."""


def plain_of(row: ReadRow) -> Plain:
    """A row for another process. Why one is refused is not said: it is read again there."""
    raw = row.raw
    names, cells = _one_for_all(tuple(raw)), tuple(raw.values())
    if isinstance(raw, BrokenRow):
        return row.number, names, cells, raw.reason.value, raw.field
    if row.refusal is not None:
        return row.number, names, cells
    warnings = tuple(warning.value for warning in row.warnings)
    made = tuple(row.made) if row.made else None
    return row.number, names, cells, *row[2:8], warnings, made


@lru_cache(maxsize=64)
def _one_for_all(names: tuple[str, ...]) -> tuple[str, ...]:
    """Rows that share an object have it written once."""
    return names


_SOUND = (None, None, "", ())  # not read here, and not refused


def row_of(plain: Plain) -> ReadRow:
    """The row that another process has read."""
    number, names, cells, *said = plain
    raw = dict(zip(names, cells, strict=True))
    if not said:
        return read(number, raw)
    if len(said) == 2:
        return read(number, BrokenRow(raw, Refusal(said[0]), said[1]))
    *told, warnings, made = said
    return ReadRow._make((
        number, raw, *told, tuple(map(RowWarning, warnings)), made and Made._make(made), *_SOUND,
    ))  # fmt: skip
