"""A list of dossiers that somebody sends (a ministry, the government office), read strictly.

A list is codes alone, a line each, or a table with a head in the exchange vocabulary (docs/law.md, life of
a dossier): MaHoSo and, where it has them, TrangThaiHoSo, NgayHenTra, NgayKetThucXuLy. Other columns are
passed over. What the register holds is then set against it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tthc_tracker.domain.dossiercode import parse_code
from tthc_tracker.domain.errors import UncleanText
from tthc_tracker.domain.exchangerow import moment
from tthc_tracker.domain.folding import clean
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.portalstatus import PORTAL_STATUS
from tthc_tracker.domain.rowfaults import RowRefusedError

MOST = 5_000
LONGEST_CODE = 40

CODE, STATUS, DUE, FINISHED = "MaHoSo", "TrangThaiHoSo", "NgayHenTra", "NgayKetThucXuLy"
_SEPARATORS = "\t;,"
_CELLS = re.compile(f"[{_SEPARATORS}]")


class Fault(StrEnum):
    """Why a list cannot be read at all."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_CODES = "no_codes"  # a table without the column of codes
    BROKEN = "broken"  # begins as a table and is none


class Unread(StrEnum):
    """What of a line could not be read; the rest of it counts all the same."""

    STATUS = "status"
    DUE = "due"
    FINISHED = "finished"


class Difference(StrEnum):
    """In what the list and the register disagree."""

    STATUS = "status"
    DUE = "due"
    FINISHED = "finished"


class ListFaultError(Exception):
    """The list cannot be read; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Claim:
    """What one line says. `line` counts from 1; of a value that is not there or unreadable: None."""

    line: int
    code: str
    status: int | None = None
    due_at: datetime | None = None
    finished_at: datetime | None = None
    unread: tuple[Unread, ...] = ()


def read(text: str) -> tuple[Claim, ...]:
    """The claims of a list, in its order; lines without a code are passed over.

    Raises:
        ListFaultError: nothing in it, more than MOST lines, a table without MaHoSo, or no table at all though
            it begins as one.
    """
    lines = text.lstrip("\ufeff").splitlines()
    first = next((line for line in lines if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    head = [_plain(cell) for cell in first.split(separator)]
    is_table = any(cell in {CODE, STATUS, DUE, FINISHED} for cell in head)
    if is_table and CODE not in head:
        raise ListFaultError(Fault.NO_CODES)
    claims = tuple(_of_table(lines, separator) if is_table else _of_codes(lines))
    if not claims:
        raise ListFaultError(Fault.EMPTY)
    if len(claims) > MOST:
        raise ListFaultError(Fault.TOO_LONG)
    return claims


def _of_codes(lines: Sequence[str]) -> Iterator[Claim]:
    """A code a line; copied from a sheet, a line may hold more: the first cell with the form of a code."""
    for number, line in enumerate(lines, 1):
        cells = [cell for cell in map(_plain, _CELLS.split(line)) if cell]
        if cells:
            code = next((cell for cell in cells if parse_code(cell) is not None), cells[0])
            yield Claim(number, code[:LONGEST_CODE])


def _of_table(lines: Sequence[str], separator: str) -> Iterator[Claim]:
    reader = csv.reader(lines, delimiter=separator)
    head: list[str] = []
    try:
        for row in reader:
            cells = [_plain(cell) for cell in row]
            if not head:
                head = cells
            elif code := dict(zip(head, cells, strict=False)).get(CODE, "")[:LONGEST_CODE]:
                yield _claim(reader.line_num, code, dict(zip(head, cells, strict=False)))
    except csv.Error:
        raise ListFaultError(Fault.BROKEN) from None


def _plain(text: str) -> str:
    try:
        return clean(text)
    except UncleanText:
        return ""


def _claim(number: int, code: str, said: dict[str, str]) -> Claim:
    unread: list[Unread] = []
    status = _status(said.get(STATUS, ""), unread)
    due_at = _moment(said.get(DUE, ""), Unread.DUE, unread)
    finished_at = _moment(said.get(FINISHED, ""), Unread.FINISHED, unread)
    return Claim(number, code, status, due_at, finished_at, tuple(unread))


def _status(text: str, unread: list[Unread]) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= 10:
        return int(text)
    unread.append(Unread.STATUS)
    return None


def _moment(text: str, unread_as: Unread, unread: list[Unread]) -> datetime | None:
    try:
        return moment(text)
    except RowRefusedError:
        unread.append(unread_as)
        return None


def differences(
    claim: Claim, *, state: State, due_at: datetime | None, finished_at: datetime | None
) -> tuple[Difference, ...]:
    """In what a claim is another than the register: a status by its portal number, dates by their day.

    What the list does not say is no difference.
    """
    found = []
    if claim.status is not None and claim.status != PORTAL_STATUS[state]:
        found.append(Difference.STATUS)
    if claim.due_at is not None and not _same_day(claim.due_at, due_at):
        found.append(Difference.DUE)
    if claim.finished_at is not None and not _same_day(claim.finished_at, finished_at):
        found.append(Difference.FINISHED)
    return tuple(found)


def _same_day(said: datetime, held: datetime | None) -> bool:
    return held is not None and said.date() == held.date()
