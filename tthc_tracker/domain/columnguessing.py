"""What the columns of an export most likely hold: by their names, and where these do not tell, by cells.

A guess says what it goes by; a person looks at all of them before anything is read by them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tthc_tracker.domain.columnmaps import DateStyle, compact, is_serial
from tthc_tracker.domain.dossiercode import is_procedure_code
from tthc_tracker.domain.exchange import applicant_kind_of, channel_of, field_name
from tthc_tracker.domain.folding import clean_phone, fold
from tthc_tracker.domain.syllables import is_syllable

LOOKED_AT = 1_000
"""Rows at the head of a file by which it is judged."""

MOST = 0.8
"""Of the cells of a column so many must have the shape."""


class Ground(StrEnum):
    """What a guess goes by."""

    FIELD = "field"  # the column bears the vocabulary's own name
    NAME = "name"  # a name that systems give to it
    PART = "part"  # such a name is part of the column's
    CELLS = "cells"  # the column's name says nothing: its cells have the shape


@dataclass(frozen=True, slots=True)
class Guess:
    """The field that a column most likely holds. told: the name it goes by, or of how many cells (x/y)."""

    field: str
    ground: Ground
    told: str = ""


# Names that systems give to the fields, without marks; the more usual first.
_NAMES: dict[str, tuple[str, ...]] = {
    "MaHoSo": ("ma ho so", "so ho so", "ma so ho so", "so bien nhan", "ma bien nhan", "so bien nhan ho so",
               "ma tiep nhan", "so tiep nhan", "ma ho so tthc", "so phieu tiep nhan", "ma hs", "so hs"),
    "MaTTHC": ("ma tthc", "ma thu tuc", "ma thu tuc hanh chinh", "ma dich vu cong", "ma dvc", "ma qg"),
    "TenTTHC": ("ten tthc", "ten thu tuc", "ten thu tuc hanh chinh", "thu tuc", "thu tuc hanh chinh",
                "ten dich vu cong", "loai ho so", "ten ho so"),
    "MaLinhVuc": ("ma linh vuc",),
    "TenLinhVuc": ("ten linh vuc", "linh vuc", "nhom thu tuc"),
    "KenhThucHien": ("kenh thuc hien", "hinh thuc nop", "hinh thuc tiep nhan", "cach thuc nop",
                     "hinh thuc nop ho so", "kenh tiep nhan", "kenh nop", "nguon tiep nhan", "kenh"),
    "ChuHoSo": ("chu ho so", "ten chu ho so", "ho ten chu ho so", "nguoi nop", "ten nguoi nop",
                "ho va ten nguoi nop", "nguoi nop ho so", "ho ten nguoi nop", "ho va ten", "ho ten",
                "to chuc ca nhan", "ca nhan to chuc", "ten to chuc ca nhan", "ten cong dan", "nguoi yeu cau"),
    "LoaiDoiTuong": ("loai doi tuong", "doi tuong", "loai chu ho so", "doi tuong nop"),
    "MaDoiTuong": ("ma doi tuong", "so cmnd cccd", "so cccd", "cccd", "so cmnd", "cmnd", "cmnd cccd",
                   "so dinh danh", "so dinh danh ca nhan", "so giay to", "so can cuoc", "so cccd cmnd",
                   "cccd cmnd", "can cuoc cong dan", "ma so thue", "so can cuoc cong dan"),
    "Email": ("email", "e mail", "thu dien tu", "dia chi email"),
    "SoDienThoai": ("so dien thoai", "dien thoai", "sdt", "so dt", "di dong", "dt lien he", "so di dong",
                    "dien thoai lien he"),
    "TrichYeuHoSo": ("trich yeu ho so", "trich yeu", "noi dung", "noi dung ho so", "noi dung yeu cau"),
    "NgayNopHoSo": ("ngay nop ho so", "ngay nop", "thoi gian nop", "thoi diem nop", "ngay gui",
                    "ngay dang ky"),
    "NgayTiepNhan": ("ngay tiep nhan", "thoi gian tiep nhan", "thoi diem tiep nhan", "ngay nhan",
                     "ngay nhan ho so", "ngay tn", "ngay tiep nhan ho so"),
    "NgayHenTra": ("ngay hen tra", "hen tra", "ngay hen", "ngay hen tra ket qua", "han xu ly",
                   "han giai quyet", "han tra", "thoi gian hen tra", "ngay hen tra kq", "han tra ket qua"),
    "TrangThaiHoSo": ("trang thai ho so", "trang thai", "tinh trang", "tinh trang ho so", "tinh trang xu ly",
                      "trang thai xu ly"),
    "NgayTuChoi": ("ngay tu choi", "ngay tu choi tiep nhan"),
    "NgayTra": ("ngay tra", "ngay tra ket qua", "thoi gian tra ket qua", "ngay tra kq", "ngay nhan ket qua"),
    "HinhThuc": ("hinh thuc", "hinh thuc nhan ket qua", "hinh thuc tra ket qua", "hinh thuc tra"),
    "NgayKetThucXuLy": ("ngay ket thuc xu ly", "ngay ket thuc", "ngay hoan thanh", "ngay xu ly xong",
                        "ngay co ket qua", "ngay giai quyet xong", "thoi gian hoan thanh", "ngay xong"),
    "DonViXuLy": ("don vi xu ly", "co quan giai quyet", "co quan xu ly", "don vi giai quyet",
                  "co quan thuc hien", "co quan thu ly", "don vi thu ly", "ma don vi xu ly", "ma don vi",
                  "don vi", "co quan"),
    "GhiChu": ("ghi chu",),
    "NoiNopHoSo": ("noi nop ho so", "noi nop", "noi tiep nhan", "don vi tiep nhan", "co quan tiep nhan",
                   "bo phan mot cua", "trung tam tiep nhan"),
    "HoSoCoThanhPhanSoHoa": ("ho so co thanh phan so hoa", "so hoa", "thanh phan so hoa"),
    "TaiKhoanDuocXacThucVoiVNeID": ("tai khoan duoc xac thuc voi vneid", "xac thuc vneid", "vneid"),
    "KetQuaSoHoa": ("ket qua so hoa", "so hoa ket qua", "ket qua da so hoa", "da so hoa ket qua"),
    "DuocThanhToanTrucTuyen": ("duoc thanh toan truc tuyen", "thanh toan truc tuyen"),
}  # fmt: skip
_LONG_ENOUGH = 8  # signs of a name that is looked for in a longer one: "kenh" stands in too many
_BESIDES = re.compile(r"[^a-z0-9]+")

_STATUS_WORDS: dict[str, int] = {
    "moi dang ky": 1, "moi nop": 1, "cho tiep nhan": 1, "moi": 1, "chua tiep nhan": 1,
    "duoc tiep nhan": 2, "da tiep nhan": 2, "moi tiep nhan": 2, "tiep nhan": 2,
    "khong duoc tiep nhan": 3, "tu choi": 3, "tu choi tiep nhan": 3, "khong tiep nhan": 3,
    "dang xu ly": 4, "dang giai quyet": 4, "dang thu ly": 4, "dang tham dinh": 4, "cho ky": 4,
    "trinh ky": 4, "cho phe duyet": 4, "dang trinh ky": 4, "dang thuc hien": 4,
    "yeu cau bo sung": 5, "yeu cau bo sung giay to": 5, "cho bo sung": 5, "bo sung ho so": 5,
    "cho bo sung ho so": 5, "dang bo sung": 5,
    "yeu cau thuc hien nghia vu tai chinh": 6, "cho thanh toan": 6, "cho nop phi": 6,
    "cho thuc hien nghia vu tai chinh": 6,
    "cong dan yeu cau rut ho so": 7, "rut ho so": 7, "da rut": 7, "da rut ho so": 7, "xin rut": 7,
    "dung xu ly": 8, "dung giai quyet": 8,
    "da xu ly xong": 9, "da giai quyet": 9, "da co ket qua": 9, "co ket qua": 9, "hoan thanh": 9,
    "da hoan thanh": 9, "da giai quyet xong": 9, "cho tra ket qua": 9, "da xu ly": 9, "xu ly xong": 9,
    "da tra ket qua": 10, "da tra": 10, "tra ket qua": 10, "da nhan ket qua": 10, "da tra kq": 10,
}  # fmt: skip

_CODE = re.compile(r"(?:[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)?[A-Z][0-9]{2}(?:\.[0-9A-Z]+)*-[0-9]{6}-[0-9]{3,}")
_AGENCY = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9A-Z]{1,8})*")
_ID = re.compile(r"[0-9]{12}|[0-9]{9}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+", re.IGNORECASE)


def status_of(word: str) -> int | None:
    """The portal status that a system most likely means by a word; a number of 1 to 10 is itself."""
    key = fold(word)
    return int(key) if re.fullmatch(r"[1-9]|10", key) else _STATUS_WORDS.get(key)


def is_agency_code(cell: str) -> bool:
    """Whether a cell has the shape of an agency's code (H62.02)."""
    return _AGENCY.fullmatch(cell) is not None


def _is_name(cell: str) -> bool:
    words = cell.split()
    shaped = 2 <= len(words) <= 6 and all(word[:1].isupper() for word in words)
    return shaped and all(is_syllable(word) or (word.isascii() and word.isalpha()) for word in words)


def _is_said_in_words(reads: Callable[[str], object]) -> Callable[[str], bool]:
    """Cells of a few words that are known; numbers are no sign of anything."""
    return lambda cell: not cell.isdigit() and reads(cell) is not None


_SHAPES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("MaHoSo", lambda cell: _CODE.fullmatch(cell) is not None),
    ("MaTTHC", is_procedure_code),
    ("MaDoiTuong", lambda cell: _ID.fullmatch(cell) is not None),
    ("SoDienThoai", lambda cell: cell.startswith(("0", "+84", "84")) and clean_phone(cell) is not None),
    ("Email", lambda cell: _MAIL.fullmatch(cell) is not None),
    ("TrangThaiHoSo", _is_said_in_words(status_of)),
    ("KenhThucHien", _is_said_in_words(channel_of)),
    ("LoaiDoiTuong", _is_said_in_words(applicant_kind_of)),
    ("DonViXuLy", is_agency_code),
    ("ChuHoSo", _is_name),
)  # fmt: skip


def guess(head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[int, Guess]:
    """Place of a column → what it most likely holds; each field once, the surest ground first."""
    found: dict[int, Guess] = {}
    taken: set[str] = set()
    named = [(place, each) for _, place, each in sorted(_by_name(head), key=lambda one: one[:2])]
    for place, each in [*named, *_by_cells(len(head), rows)]:
        if place not in found and each.field not in taken:
            found[place] = each
            taken.add(each.field)
    return found


def names_of_fields(cells: Sequence[str]) -> int:
    """How many fields the cells of a row name, if it is the head of a table."""
    return len(guess(cells, ()))


def _by_name(head: Sequence[str]) -> list[tuple[tuple[int, int], int, Guess]]:
    """Every guess that a name allows, behind how sure it is (own name, whole name, part of one) and its
    column's place."""
    found: list[tuple[tuple[int, int], int, Guess]] = []
    for place, name in enumerate(head):
        own = field_name(name)
        if own in _OWN:
            found.append(((0, 0), place, Guess(own, Ground.FIELD)))
            continue
        plain = _BESIDES.sub(" ", fold(name)).strip()
        run_together = plain.replace(" ", "")
        for each, names in _NAMES.items():
            for rank, usual in enumerate(names):
                if usual.replace(" ", "") == run_together:
                    found.append(((1, rank), place, Guess(each, Ground.NAME, usual)))
                elif len(usual) >= _LONG_ENOUGH and f" {usual} " in f" {plain} ":
                    found.append(((2, -len(usual)), place, Guess(each, Ground.PART, usual)))
    return found


_OWN = frozenset(_NAMES) | {"DanhSachHoSoBoSung"}


def _by_cells(width: int, rows: Sequence[Sequence[str]]) -> Iterable[tuple[int, Guess]]:
    columns = [
        [cell for row in rows if place < len(row) and (cell := row[place].strip())] for place in range(width)
    ]
    for field, has_shape in _SHAPES:
        for place, cells in enumerate(columns):
            good = sum(map(has_shape, cells))
            if cells and good >= MOST * len(cells):
                yield place, Guess(field, Ground.CELLS, f"{good}/{len(cells)}")


def guess_dates(cells: Iterable[str]) -> tuple[DateStyle, bool]:
    """How days are written, and whether that is certain: 03/04/2026 alone is either way."""
    days = [cell.strip() for cell in cells if cell.strip()]
    if all(re.fullmatch(r"[0-9]{8,14}|[0-9]{4}-.*", day) for day in days):
        return DateStyle.VOCABULARY, True
    if all(map(is_serial, days)):
        return DateStyle.SPREADSHEET, True
    firsts = [_first_and_second(day) for day in days]
    month_first = any(second > 12 for _, second in firsts)
    day_first = any(first > 12 for first, _ in firsts)
    if month_first and not day_first:
        return DateStyle.MONTH_FIRST, True
    return DateStyle.DAY_FIRST, day_first and not month_first


def _first_and_second(day: str) -> tuple[int, int]:
    read = compact(day, DateStyle.DAY_FIRST)
    return (int(read[6:8]), int(read[4:6])) if read and read[:8].isdigit() else (0, 0)
