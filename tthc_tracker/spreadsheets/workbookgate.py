"""The gate before a workbook is read: its ZIP directory, then every part inflated within bounds.

A reader of workbooks trusts what the file says of itself: sizes, dimensions, positions of cells. Nothing here
does. What a one-stop desk's export never holds (macros, other files, other workbooks) is refused unread.
"""

import re
import struct
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tthc_tracker.spreadsheets.faults import UnusableFileError

MOST_MEMBERS = 1_000
LARGEST_DIRECTORY = 512 * 1024
LARGEST_PART = 96 << 20  # bytes, inflated
LARGEST_WHOLE = 128 << 20
HIGHEST_RATIO = 200  # of a part above a mebibyte: real sheets stay below fifty
MOST_ROWS, MOST_COLUMNS = 99_999, 100
WIDE, LONG = 40, 10_000  # a sheet of more rows than LONG may have WIDE columns: it is held as a rectangle

_END, _ENTRY, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_SLIP = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|\\|[\x00-\x1f]")
_FORBIDDEN = (
    (re.compile(r"vbaproject|macrosheets|vbadata", re.IGNORECASE),
     "Tệp có macro. Hãy lưu lại dạng «Excel Workbook (.xlsx)» không có macro."),
    (re.compile(r"externallinks/", re.IGNORECASE),
     "Tệp liên kết tới bảng tính khác. Hãy dán giá trị thay công thức rồi lưu lại."),
    (re.compile(r"/(embeddings|activex|ctrlprops)/|oleobject", re.IGNORECASE),
     "Tệp nhúng tệp hoặc điều khiển khác. Hãy chép riêng bảng dữ liệu sang tệp mới."),
)  # fmt: skip
_DTD = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_DECLARED = re.compile(rb"\A<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
_IN_SHEETS = re.compile(r"\A[^/]+/worksheets/", re.IGNORECASE)
_SHEET = re.compile(r"\Axl/worksheets/[^/]+\.xml\Z", re.IGNORECASE)
_BESIDE_SHEETS = re.compile(r"\Axl/worksheets/(_rels/([^/]+\.rels)?)?\Z", re.IGNORECASE)
_REF = rb"\sr\s*=\s*[\"']"
_TOO_FAR = re.compile(
    _REF + rb"(?:(?:[A-Za-z]{3,}|[D-Zd-z][A-Za-z]|[Cc][W-Zw-z])[0-9]|[A-Za-z]{0,3}[0-9]{6,})"
)
_FAR_DOWN = re.compile(_REF + rb"[A-Za-z]*[0-9]{5,}[\"']")
_WIDE = re.compile(_REF + rb"(?:A[O-Zo-z]|[B-Zb-z][A-Za-z])[0-9]", re.IGNORECASE)
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?![^<>]*\sr\s*=)[\s/>]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ERROR = re.compile(rb"<(?:\w+:)?c[^<>]*\st\s*=\s*[\"']e[\"']")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row[^<>]*\shidden\s*=\s*[\"'](?:1|true)")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell[\s/>]")

_DAMAGED = "Tệp .xlsx hỏng hoặc bị cắt. Hãy xuất hoặc tải lại."
_BOMB = "Tệp .xlsx bung ra quá lớn. Hãy chia nhỏ hoặc gửi CSV."
_TOO_LARGE = (
    "Bảng tính quá rộng hoặc quá dài, hoặc có ô lạc ở rất xa. "
    "Hãy chép riêng vùng dữ liệu sang tệp mới, hoặc gửi CSV."
)


class FileWarning(StrEnum):
    """What about a workbook its reader should know, though it is read."""

    FORMULAS = "formulas"
    ERROR_CELLS = "error_cells"
    HIDDEN_ROWS = "hidden_rows"
    MERGED_CELLS = "merged_cells"
    OTHER_SHEETS = "other_sheets"
    HIDDEN_SHEETS = "hidden_sheets"


@dataclass
class Passed:
    """A workbook that may be read."""

    warnings: set[FileWarning] = field(default_factory=set)


@dataclass(frozen=True)
class _Member:
    name: str
    raw_name: bytes
    flags: int
    method: int
    packed: int
    size: int
    offset: int


def check(path: Path) -> Passed:
    """Look at the directory, then at every part.

    Raises UnusableFileError: damaged, encrypted, a bomb, or holding what no export holds. Needs the largest
    part in memory, which is bounded.
    """
    content = path.read_bytes()
    members = _directory(content)
    _check_names(members)
    passed, whole = Passed(), 0
    for member in members:
        part = _inflated(content, member)
        whole += len(part)
        if whole > LARGEST_WHOLE:
            raise UnusableFileError(_BOMB)
        if member.name.lower().endswith((".xml", ".rels", ".vml")):
            _check_markup(part)
        if member.name.lower() == "[content_types].xml" and b"macroEnabled" in part:
            raise UnusableFileError(_FORBIDDEN[0][1])
        if _SHEET.match(member.name):
            _check_sheet(part, passed)
        elif _IN_SHEETS.match(member.name) and not _BESIDE_SHEETS.match(member.name):
            raise UnusableFileError(_DAMAGED)  # a sheet under a name that would not be looked at
    return passed


def _directory(content: bytes) -> list[_Member]:
    end = len(content) - 22
    if end < 0 or content[end : end + 4] != _END:  # a comment, or something hung on behind
        raise UnusableFileError(_DAMAGED)
    disk, start_disk, here, total, size, offset, comment = struct.unpack("<HHHHIIH", content[end + 4 :])
    if disk or start_disk or here != total or comment or offset + size != end:
        raise UnusableFileError(_DAMAGED)
    if total > MOST_MEMBERS or size > LARGEST_DIRECTORY:
        raise UnusableFileError("Tệp .xlsx có quá nhiều thành phần. Hãy lưu lại từ Excel.")
    members, at = [], offset
    while at < end:
        member, at = _entry(content, at, end)
        members.append(member)
    if len(members) != total:
        raise UnusableFileError(_DAMAGED)
    _check_overlap(members, offset)
    return members


def _entry(content: bytes, at: int, end: int) -> tuple[_Member, int]:
    if at + 46 > end or content[at : at + 4] != _ENTRY:
        raise UnusableFileError(_DAMAGED)
    (flags, method, _time, _date, _crc, packed, size, name_length, extra, comment, _disk, _internal, external,
     offset) = struct.unpack("<HHHHIIIHHHHHII", content[at + 8 : at + 46])  # fmt: skip
    raw_name = content[at + 46 : at + 46 + name_length]
    if flags & 0x1:
        raise UnusableFileError("Tệp đặt mật khẩu. Hãy bỏ mật khẩu rồi lưu lại.")
    if (
        method not in {0, 8}
        or 0xFFFFFFFF in {packed, size, offset}
        or (external >> 16) & 0o170000 == 0o120000
    ):
        raise UnusableFileError(_DAMAGED)
    name = raw_name.decode("utf-8", "replace")
    return _Member(
        name, raw_name, flags, method, packed, size, offset
    ), at + 46 + name_length + extra + comment


def _check_overlap(members: list[_Member], directory: int) -> None:
    """No part may lie within another: that is how a small file holds petabytes."""
    behind = 0
    for member in sorted(members, key=lambda one: one.offset):
        if member.offset < behind:
            raise UnusableFileError(_BOMB)
        behind = member.offset + 30 + len(member.raw_name) + member.packed
    if behind > directory or min((one.offset for one in members), default=0) != 0:
        raise UnusableFileError(_DAMAGED)


def _check_names(members: list[_Member]) -> None:
    names = [member.name for member in members]
    if any(_SLIP.search(name) for name in names) or len({name.lower() for name in names}) != len(names):
        raise UnusableFileError("Tệp .xlsx có tên thành phần lạ. Hãy lưu lại từ Excel.")
    for pattern, advice in _FORBIDDEN:
        if any(pattern.search(name) for name in names):
            raise UnusableFileError(advice)
    if "xl/workbook.bin" in names:
        raise UnusableFileError("Tệp .xlsb. Hãy lưu lại dạng «Excel Workbook (.xlsx)».")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(names):
        raise UnusableFileError("Tệp nén không phải bảng tính .xlsx. Hãy gửi tệp .xlsx hoặc CSV.")


def _inflated(content: bytes, member: _Member) -> bytes:
    """A part as it is, whatever the directory says of its size."""
    if member.size > LARGEST_PART or _is_suspicious(member.size, member.packed):
        raise UnusableFileError(_BOMB)
    start = member.offset
    local = content[start : start + 30]
    if local[:4] != _LOCAL:
        raise UnusableFileError(_DAMAGED)
    name_length, extra = struct.unpack("<HH", local[26:30])
    if content[start + 30 : start + 30 + name_length] != member.raw_name:
        raise UnusableFileError(_DAMAGED)
    start += 30 + name_length + extra
    packed = content[start : start + member.packed]
    if member.method == 0:
        part = packed
    else:
        try:
            part = zlib.decompressobj(-15).decompress(packed, member.size + 1)
        except zlib.error:
            raise UnusableFileError(_DAMAGED) from None
    if len(part) != member.size:  # it lies about its size, or breaks off
        raise UnusableFileError(_BOMB if len(part) > member.size else _DAMAGED)
    return part


def _is_suspicious(size: int, packed: int) -> bool:
    return size > 1 << 20 and size > HIGHEST_RATIO * max(packed, 1)


def _check_markup(part: bytes) -> None:
    start = part.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _DECLARED.match(start[:200])
    if (part and start[:1] != b"<") or (declared and declared[1].lower() not in {b"utf-8", b"us-ascii"}):
        raise UnusableFileError(_DAMAGED)
    if _DTD.search(part):
        raise UnusableFileError("Tệp có khai báo DTD, bảng tính thường không có. Hãy lưu lại từ Excel.")


def _check_sheet(part: bytes, passed: Passed) -> None:
    """No cell so far away that the rectangle up to it would not fit."""
    if _TOO_FAR.search(part) or len(_ROW.findall(part)) > MOST_ROWS:
        raise UnusableFileError(_TOO_LARGE)
    if (_FAR_DOWN.search(part) or len(_ROW.findall(part)) > LONG) and _WIDE.search(part):
        raise UnusableFileError(_TOO_LARGE)
    if _UNPLACED.search(part) and any(len(_CELL.findall(row)) > WIDE for row in _ROW.split(part)):
        raise UnusableFileError(_TOO_LARGE)
    for pattern, warning in (
        (_FORMULA, FileWarning.FORMULAS),
        (_ERROR, FileWarning.ERROR_CELLS),
        (_HIDDEN_ROW, FileWarning.HIDDEN_ROWS),
        (_MERGED, FileWarning.MERGED_CELLS),
    ):
        if pattern.search(part):
            passed.warnings.add(warning)
