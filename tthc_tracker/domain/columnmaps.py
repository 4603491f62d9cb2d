"""Which column of another system's export holds which field of the vocabulary, and how it writes its cells.

Saved per source. A file is read by it whole or not at all: where a column is missing, or there twice, its
rows are not looked at.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tthc_tracker.domain.encodings import Encoding
from tthc_tracker.domain.exchange import FIELDS
from tthc_tracker.domain.folding import INVISIBLE, fold
from tthc_tracker.domain.localtime import SEVEN_HOURS
from tthc_tracker.domain.rowfaults import BrokenRow, Refusal, holds_no_dossier

REQUIRED = frozenset({"MaHoSo", "MaTTHC", "KenhThucHien", "ChuHoSo", "TrangThaiHoSo"})
"""The fields that every row needs."""

FIXABLE = ("MaTTHC", "KenhThucHien", "DonViXuLy", "NoiNopHoSo")
"""Those that may be the same for every row of a source, so that it has no column for them."""

DATES = frozenset({"NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayTuChoi", "NgayTra", "NgayKetThucXuLy"})

_PLACE = {name: place for place, name in enumerate(FIELDS)}
_DAY = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})")
_TIME = re.compile(r"([0-9]{1,2})(?::|h|g)([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)? ?(am|pm|sa|ch)?")
_SERIAL = re.compile(r"([1-9][0-9]{4})(?:[.,]([0-9]+))?")
_SERIAL_START = dt.datetime(1899, 12, 30, tzinfo=SEVEN_HOURS)  # so that day 60, which never was, counts
_SERIAL_START_1904 = dt.datetime(1904, 1, 1, tzinfo=SEVEN_HOURS)
_CERTAIN = re.compile(r"[0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?|[0-9]{4}-[0-9]{2}-[0-9]{2}.*")


class DateStyle(StrEnum):
    """How a source writes days; the year first is never in doubt, and may stand beside any of them."""

    VOCABULARY = "vocabulary"  # yyyyMMddHHmmss, or dd/mm/yyyy with the time behind it
    DAY_FIRST = "day_first"  # 31/12/2026, 31-12-2026, 31.12.2026, with the time before or behind
    MONTH_FIRST = "month_first"  # 12/31/2026
    SPREADSHEET = (
        "spreadsheet"  # 46387.5: days since the spreadsheet's beginning, where a cell lost its format
    )


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How the exports of a source are read.

    columns: field → the name of its column. fixed: field → what it is in every row. words: field → what its
    cells say, folded → what that is in the vocabulary; where there are any, no other word is taken.
    encoding: in which its files may come that do not say so themselves.
    """

    columns: Mapping[str, str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    dates: DateStyle = DateStyle.VOCABULARY
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    encoding: Encoding = Encoding.UTF8

    @property
    def fields(self) -> tuple[str, ...]:
        """What its rows have, in the order of the vocabulary."""
        return tuple(sorted({*self.columns, *self.fixed}, key=_PLACE.__getitem__))


def of_pairs(pairs: Sequence[tuple[str, str]]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The columns of (field, column's name) pairs, and the fields for which there are two columns."""
    many = Counter(name for name, _ in pairs)
    return dict(pairs), tuple(name for name, times in many.items() if times > 1)


def lacking(how: ColumnMap) -> tuple[str, ...]:
    """The fields that every row needs and for which there is neither a column nor one value."""
    return tuple(name for name in FIELDS if name in REQUIRED.difference(how.fields))


def head_key(name: str) -> str:
    """What two spellings of a column's name have in common: marks, case and space aside."""
    return fold(name.translate(INVISIBLE))


def missing(how: ColumnMap, head: Sequence[str]) -> tuple[str, ...]:
    """The names of its columns that a head does not have."""
    there = set(map(head_key, head))
    return tuple(name for name in how.columns.values() if head_key(name) not in there)


def twice(how: ColumnMap, head: Sequence[str]) -> tuple[str, ...]:
    """The names of its columns that a head has more than once: which is meant, nobody can tell."""
    there = Counter(map(head_key, head))
    return tuple(name for name in how.columns.values() if there[head_key(name)] > 1)


class Mapped:
    """Rows of one file as rows of the vocabulary; its head has every column of the map once."""

    def __init__(self, how: ColumnMap, head: Sequence[str], *, from_1904: bool = False) -> None:
        self._from_1904 = from_1904  # how its workbook counts days
        places = {head_key(name): place for place, name in enumerate(head)}
        self._places = [(name, places[head_key(column)]) for name, column in how.columns.items()]
        self._fixed, self._words, self._dates = how.fixed, how.words, how.dates

    def row(self, cells: Sequence[str]) -> dict[str, str]:
        """What the cells of a row say; a BrokenRow where one of them says what the map does not know."""
        many = len(cells)
        row = {name: cells[place] if place < many else "" for name, place in self._places}
        for name, value in self._fixed.items():
            if not row.get(name, "").strip():
                row[name] = value
        if holds_no_dossier(row):
            return BrokenRow(row, Refusal.NO_DOSSIER)
        return self._dated(self._worded(row))

    def _worded(self, row: dict[str, str]) -> dict[str, str]:
        for name, known in self._words.items():
            said = row.get(name, "").strip()
            if not said:
                continue
            if (meant := known.get(fold(said))) is None:
                return BrokenRow(row, _STRANGE_WORD[name], name)
            row[name] = meant
        return row

    def _dated(self, row: dict[str, str]) -> dict[str, str]:
        if self._dates is DateStyle.VOCABULARY or isinstance(row, BrokenRow):
            return row
        for name in DATES.intersection(row):
            said = row[name].strip()
            if said and (read := compact(said, self._dates, from_1904=self._from_1904)) is None:
                return BrokenRow(row, Refusal.BAD_DATE, name)
            row[name] = (said and read) or ""
        return row


_STRANGE_WORD = {
    "TrangThaiHoSo": Refusal.BAD_STATUS, "KenhThucHien": Refusal.BAD_CHANNEL,
    "DonViXuLy": Refusal.UNKNOWN_AGENCY, "NoiNopHoSo": Refusal.UNKNOWN_AGENCY,
}  # fmt: skip
WORDED = tuple(_STRANGE_WORD)
"""The fields whose cells systems write in words of their own."""


def compact(said: str, style: DateStyle, *, from_1904: bool = False) -> str | None:
    """A moment as the vocabulary writes it (yyyyMMddHHmm); None for what the style does not write.

    from_1904: how the workbook that it stands in counts days. Whether there is such a day is judged with the
    row.
    """
    said = " ".join(said.split()).lower()
    if _CERTAIN.fullmatch(said):
        return said.upper()
    if style is DateStyle.SPREADSHEET:
        return _of_serial(said, _SERIAL_START_1904 if from_1904 else _SERIAL_START)
    found = _DAY.search(said)
    if found is None:
        return None
    around = f"{said[: found.start()]} {said[found.end() :]}".strip(" ,t-")
    clock = _clock(around)
    if clock is None:
        return None
    first, second, year = found.groups()
    day, month = (first, second) if style is DateStyle.DAY_FIRST else (second, first)
    return f"{year}{month:0>2}{day:0>2}{clock}"


def is_serial(said: str) -> bool:
    """Whether a cell may be a day as spreadsheets count them, of the years in which there are dossiers."""
    found = _SERIAL.fullmatch(said.strip())
    return found is not None and 2000 <= (_SERIAL_START + dt.timedelta(days=int(found[1]))).year < 2100


def _of_serial(said: str, start: dt.datetime) -> str | None:
    """Of a part of a day the nearest second: it is a fraction that was rounded."""
    found = _SERIAL.fullmatch(said)
    if found is None:
        return None
    seconds = round(float(f"0.{found[2] or 0}") * 86_400)
    return f"{start + dt.timedelta(days=int(found[1]), seconds=seconds):%Y%m%d%H%M%S}"


def _clock(said: str) -> str | None:
    """Four digits of a time of day; midnight where none is said; None for what is no time."""
    if not said:
        return "0000"
    found = _TIME.fullmatch(said)
    if found is None:
        return None
    hour, half = int(found[1]), found[3]
    if half:
        hour = hour % 12 + (12 if half in {"pm", "ch"} else 0)
    return f"{hour:02}{found[2]}"
