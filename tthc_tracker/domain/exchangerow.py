"""One row of the exchange vocabulary (MaHoSo, MaTTHC, …): what it says, or why it cannot be taken.

Pure: text in, facts or a refusal out. What only the register knows (agencies, procedures, what is stored) is
judged by services.importjudging. Reasons are codes; wording.importing has their sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from tthc_tracker.domain.dossiercode import is_procedure_code
from tthc_tracker.domain.errors import UncleanText
from tthc_tracker.domain.exchange import FiledDossier, applicant_kind_of, channel_of
from tthc_tracker.domain.exchangekept import KEPT, LONGEST, NOTHING, Kept, says_more
from tthc_tracker.domain.folding import clean, clean_phone
from tthc_tracker.domain.legacytext import spoiled_by
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel, State
from tthc_tracker.domain.localtime import SEVEN_HOURS
from tthc_tracker.domain.people import is_plain_number, read_id
from tthc_tracker.domain.portalstatus import state_of_portal
from tthc_tracker.domain.rowfaults import BrokenRow, Refusal, RowRefusedError, RowWarning

HANOI = SEVEN_HOURS

LONGEST_NAME = 200

# What a file of errors adds to the columns of a row; no part of what the row says.
REMARK_COLUMNS = ("dong", "ma_loi", "ly_do")

# A year outside these is a slip of the source; near the ends of what a date can hold, clocks would overflow.
YEARS = range(1900, 2200)

# What a spreadsheet shows where it could not calculate.
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"})

_CODE = re.compile(r"\A[0-9A-Za-z][0-9A-Za-z.\-/]{2,39}\Z")
_COMPACT = re.compile(r"\A([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})(?:([0-9]{2}))?)?\Z")
_ISO = re.compile(
    r"\A([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(?:\+07:00)?)?\Z"
)
_VIETNAMESE = re.compile(
    r"\A([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?\Z"
)


# What no reader reads as words: where all of a row's hold nothing but plain signs, none needs cleaning.
_CODES = (
    "MaHoSo", "MaTTHC", "KenhThucHien", "LoaiDoiTuong", "MaDoiTuong", "SoDienThoai", "Email", "NgayNopHoSo",
    "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra", "NgayTuChoi", "TrangThaiHoSo", "DonViXuLy",
    "NoiNopHoSo",
)  # fmt: skip
_MOMENTS = ("NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra", "NgayTuChoi")


@dataclass(frozen=True, slots=True)
class ExchangeRow(FiledDossier):
    """What one row says, in our terms. Moments are aware and cut to the minute."""

    refused_at: datetime | None
    result_refused: bool  # the result is the refusal: 3 after acceptance, or 9 and 10 with its day after it
    warnings: tuple[RowWarning, ...]
    kept: Kept = NOTHING


def moment(text: str, field: str = "") -> datetime | None:
    """A moment as sources write it: yyyyMMddHHmmss, ISO, dd/mm/yyyy with or without the time; None if empty.

    Raises RowRefusedError for anything else, for days that do not exist and for years outside YEARS: never
    guessed.
    """
    if len(text) == 14 and text.isdigit() and text.isascii():  # as nearly all of them are written
        try:
            return datetime.combine(_day(text[:8]), _clock(text[8:12]))
        except ValueError:
            raise RowRefusedError(Refusal.BAD_DATE, field) from None
    text = text.strip()
    if not text:
        return None
    if match := _VIETNAMESE.match(text):
        day, month, year, *clock = match.groups()
    elif match := _COMPACT.match(text) or _ISO.match(text):
        year, month, day, *clock = match.groups()
    else:
        raise RowRefusedError(Refusal.BAD_DATE, field)
    hour, minute = (part or "0" for part in clock[:2])
    try:
        return datetime.combine(
            _day(f"{year}{month:0>2}{day:0>2}"), time(int(hour), int(minute), tzinfo=HANOI)
        )
    except ValueError:
        raise RowRefusedError(Refusal.BAD_DATE, field) from None


@lru_cache(maxsize=8192)  # a file speaks of the same few hundred days
def _day(text: str) -> date:
    """The day of eight digits. Raises ValueError: there is none such within YEARS."""
    if int(text[:4]) not in YEARS:
        raise ValueError(text)
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


@lru_cache(maxsize=1440)
def _clock(text: str) -> time:
    """The time of four digits, at Hanoi. Raises ValueError: no clock shows it."""
    return time(int(text[:2]), int(text[2:]), tzinfo=HANOI)


def read_row(raw: Mapping[str, str]) -> ExchangeRow:
    """Read one row; keys are the vocabulary's names, missing ones count as empty.

    Raises RowRefusedError with the first fault found, in the order of the columns, and all others beside it.
    """
    if isinstance(raw, BrokenRow):
        raise RowRefusedError(raw.reason, raw.field)
    try:
        return _read(_Reader(raw))
    except RowRefusedError as first:
        found = [(fault.reason, fault.field) for fault in _faults(_Reader(raw))]
        first.others = [each for each in found if each != (first.reason, first.field)]
        raise


def _faults(reader: _Reader) -> list[RowRefusedError]:
    """All that is wrong with a row; how its dates fit its status only where all of them can be read."""
    found: list[RowRefusedError] = []

    def tried(read: Callable[..., object], *given: object) -> None:
        try:
            read(*given)
        except RowRefusedError as fault:
            found.append(fault)

    for read in (reader.code, reader.procedure, reader.channel, reader.owner, reader.kind):
        tried(read)
    sound = len(found)
    for field in _MOMENTS:
        tried(reader.moment, field)
    tried(reader.status)
    if len(found) == sound:
        found += _Moments(reader).faults(reader.status())
    for field in ("TenTTHC", "TenLinhVuc", "TrichYeuHoSo", *KEPT):
        tried(reader.words, field)
    for field in ("MaDoiTuong", "SoDienThoai", "Email", "NoiNopHoSo", "DonViXuLy"):
        tried(reader.text, field)
    return found


def _read(reader: _Reader) -> ExchangeRow:
    code = reader.code()
    procedure_code = reader.procedure()
    channel = reader.channel()
    owner_name = reader.owner()
    kind = reader.kind()
    owner_id, owner_phone = reader.identity(), reader.phone()
    moments = _Moments(reader)
    status = reader.status()
    state = moments.state(status)
    return ExchangeRow(
        code=code,
        procedure_code=procedure_code,
        procedure_name=reader.repeated("TenTTHC")[:500],
        sector_name=reader.repeated("TenLinhVuc")[:200],
        channel=channel,
        owner_name=owner_name,
        owner_kind=kind,
        owner_id=owner_id,
        owner_phone=owner_phone,
        owner_email=reader.text("Email")[:254] or None,
        abstract=reader.words("TrichYeuHoSo")[:500],
        receiving=reader.text("NoiNopHoSo") or reader.text("DonViXuLy"),
        resolving=reader.text("DonViXuLy") or reader.text("NoiNopHoSo"),
        state=state,
        submitted_at=moments.submitted,
        accepted_at=moments.accepted,
        due_at=moments.due if moments.accepted else None,
        closed_at=moments.closed,
        returned_at=moments.returned if state is State.RETURNED else None,
        refused_at=moments.refused,
        result_refused=moments.refused_after_acceptance(status),
        warnings=tuple(reader.warnings),
        kept=reader.kept(),
    )


class _Reader:
    """The text fields of a row, each judged once."""

    def __init__(self, raw: Mapping[str, str]) -> None:
        self._get, self._says_more = raw.get, says_more(raw)
        self.warnings: list[RowWarning] = []
        codes = "".join(filter(None, map(raw.get, _CODES)))
        self._plain = codes.isascii() and codes.isprintable() and " " not in codes and "#" not in codes

    def text(self, field: str) -> str:
        """A cell that is one of _CODES."""
        given = self._get(field)
        if not given:
            return ""
        return given if self._plain else _text(given, field)

    def words(self, field: str) -> str:
        """Text that people read, as it was typed: not as an old encoding has left it."""
        given = self._get(field)
        return _words(given, field) if given else ""

    def repeated(self, field: str) -> str:
        """Such text of which a file holds only so many."""
        given = self._get(field)
        return _repeated(given, field) if given else ""

    def kept(self) -> Kept:
        """What is kept as it was said."""
        if not self._says_more:
            return NOTHING
        return Kept(**{name: self.words(field)[: LONGEST.get(name)] for field, name in KEPT.items()})

    def code(self) -> str:
        code = self.text("MaHoSo")
        if not code:
            raise RowRefusedError(Refusal.NO_CODE, "MaHoSo")
        if not _CODE.match(code):
            raise RowRefusedError(Refusal.BAD_CODE, "MaHoSo")
        return code

    def procedure(self) -> str:
        code = self.text("MaTTHC")
        if not is_procedure_code(code):
            raise RowRefusedError(Refusal.BAD_PROCEDURE, "MaTTHC")
        return code

    def channel(self) -> Channel:
        channel = channel_of(self.text("KenhThucHien"))
        if channel is None:
            raise RowRefusedError(Refusal.BAD_CHANNEL, "KenhThucHien")
        return channel

    def owner(self) -> str:
        name = self.words("ChuHoSo")
        if not name:
            raise RowRefusedError(Refusal.NO_OWNER, "ChuHoSo")
        if len(name) > LONGEST_NAME:
            raise RowRefusedError(Refusal.LONG_NAME, "ChuHoSo")
        return name

    def kind(self) -> ApplicantKind:
        text = self.text("LoaiDoiTuong")
        kind = applicant_kind_of(text) if text else ApplicantKind.CITIZEN
        if kind is None:
            raise RowRefusedError(Refusal.BAD_APPLICANT_KIND, "LoaiDoiTuong")
        return kind

    def identity(self) -> str | None:
        text = self.text("MaDoiTuong")
        if is_plain_number(text):
            return text
        reading = read_id(text)
        if reading.warnings:
            self.warnings.append(RowWarning.ODD_ID if reading.number else RowWarning.LOST_ID)
        return reading.number[:40] or None

    def phone(self) -> str | None:
        text = self.text("SoDienThoai")
        phone = clean_phone(text) if text else None
        if text and phone is None:
            self.warnings.append(RowWarning.LOST_PHONE)
        return phone

    def status(self) -> int:
        text = self.text("TrangThaiHoSo")
        if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 10):
            raise RowRefusedError(Refusal.BAD_STATUS, "TrangThaiHoSo")
        return int(text)

    def moment(self, field: str) -> datetime | None:
        given = self._get(field)
        if not given:
            return None
        return moment(given if self._plain else _text(given, field), field)


def _text(given: str, field: str) -> str:
    try:
        text = clean(given)
    except UncleanText:
        raise RowRefusedError(Refusal.UNCLEAN_TEXT, field) from None
    if text in _ERRORS:
        raise RowRefusedError(Refusal.ERROR_CELL, field)
    return text


def _words(given: str, field: str) -> str:
    text = _text(given, field)
    if spoiled_by(text):
        raise RowRefusedError(Refusal.SPOILED_TEXT, field)
    return text


_repeated = lru_cache(maxsize=4096)(_words)


class _Moments:
    """The dates of a row and what they make of its status."""

    def __init__(self, reader: _Reader) -> None:
        self._warnings = reader.warnings
        self.submitted, self.accepted, self.due, self.finished, self.returned, self.refused = map(
            reader.moment, _MOMENTS
        )
        self.closed: datetime | None = None

    def state(self, status: int) -> State:
        """The state, once the dates agree with the status; sets `closed`."""
        if self.accepted is None:
            return self._before_acceptance(status)
        for fault in self._out_of_order(self.accepted):
            raise fault
        if self.due is None:
            self._warnings.append(RowWarning.NO_DUE_DATE)
        return self._after_acceptance(status, self.accepted)

    def refused_after_acceptance(self, status: int) -> bool:
        """Whether the result is a refusal. 10 says that it was handed over, not what it was: its day does;
        a day before the acceptance speaks of an earlier try."""
        if self.accepted is None:
            return False
        dated = self.refused is not None and self.refused >= self.accepted
        return status == 3 or (status in {9, 10} and dated)

    def faults(self, status: int) -> list[RowRefusedError]:
        """All in which the dates disagree with each other and with the status."""
        found = list(self._out_of_order(self.accepted)) if self.accepted else []
        try:
            if self.accepted is None:
                self._before_acceptance(status)
            else:
                self._after_acceptance(status, self.accepted)
        except RowRefusedError as fault:
            found.append(fault)
        return found

    def _after_acceptance(self, status: int, accepted: datetime) -> State:
        if status in {3, 9, 10}:
            self.closed = self._finish(accepted)
        elif status in {7, 8}:
            self.closed = self._decision()
        elif status == 1:
            raise RowRefusedError(Refusal.BAD_STATUS, "TrangThaiHoSo")
        return state_of_portal(status, accepted=True, decided=self.closed is not None) or State.PROCESSING

    def _out_of_order(self, accepted: datetime) -> Iterator[RowRefusedError]:
        if self.due is not None and self.due < accepted:
            yield RowRefusedError(Refusal.DUE_BEFORE_ACCEPTANCE, "NgayHenTra")
        if self.finished is not None and self.finished < accepted:
            yield RowRefusedError(Refusal.FINISHED_BEFORE_ACCEPTANCE, "NgayKetThucXuLy")

    def _decision(self) -> datetime | None:
        if self.finished is None:
            self._warnings.append(RowWarning.NO_DECISION_DATE)
        return self.finished

    def _before_acceptance(self, status: int) -> State:
        if status not in {1, 3, 5, 6, 7}:
            raise RowRefusedError(Refusal.NO_ACCEPTANCE, "NgayTiepNhan")
        if self.submitted is None:
            raise RowRefusedError(Refusal.NO_MOMENT, "NgayNopHoSo")
        if status in {3, 7}:
            self.closed = self.refused or self.finished or self.returned
        return state_of_portal(status, accepted=False, decided=True) or State.REGISTERED

    def _finish(self, accepted: datetime) -> datetime:
        if self.finished is not None:
            return self.finished
        stand_in = self.refused or self.returned
        if stand_in is None:
            raise RowRefusedError(Refusal.NO_FINISH, "NgayKetThucXuLy")
        if stand_in < accepted:
            raise RowRefusedError(Refusal.FINISHED_BEFORE_ACCEPTANCE, "NgayTra")
        self._warnings.append(RowWarning.FINISH_FROM_RETURN)
        return stand_in


def day_of(at: datetime) -> date:
    """The local day of a moment."""
    return at.astimezone(HANOI).date()
