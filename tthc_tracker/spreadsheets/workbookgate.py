"""The gate before a workbook is read: its ZIP directory, then every part inflated within bounds.

`check` looks at everything, for whoever reads the rows. `glance` is for the one who waits at the screen: all
of the directory, and of long sheets the beginning.

A reader of workbooks trusts what the file says of itself: sizes, dimensions, positions of cells. Nothing here
does. What a one-stop desk's export never holds (macros, other files, other workbooks) is refused unread.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.spreadsheets.workbookzip import DAMAGED, Member, beginning, directory, inflated, rebuilt

MOST_ROWS, MOST_COLUMNS = 99_999, 100
GLANCED = 1 << 20  # bytes of a sheet
WIDE, LONG = 40, 10_000  # a sheet of more rows than LONG may have WIDE columns: it is held as a rectangle

_SLIP = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|\\|[\x00-\x1f]")
_FORBIDDEN = (
    (re.compile(r"vbaproject|macrosheets|vbadata", re.IGNORECASE),
     "Tệp có macro. Hãy lưu lại dạng «Excel Workbook (.xlsx)» không có macro."),
    (re.compile(r"externallinks/", re.IGNORECASE),
     "Tệp liên kết tới bảng tính khác. Hãy dán giá trị thay công thức rồi lưu lại."),
    (re.compile(r"/(embeddings|activex|ctrlprops)/|oleobject", re.IGNORECASE),
     "Tệp nhúng tệp hoặc điều khiển khác. Hãy chép riêng bảng dữ liệu sang tệp mới."),
)  # fmt: skip
_TO_LAST_ROW = re.compile(rb".*</((?:\w+:)?)row\s*>", re.DOTALL)
_WORKBOOK = "xl/workbook.xml"
_DTD = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_DECLARED = re.compile(rb"\A<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
_FROM_1904 = re.compile(rb"<(?:\w+:)?workbookPr[^<>]*\sdate1904\s*=\s*[\"'](?:1|true|on)[\"']")
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


# What is worth a warning; to look for its words first costs a tenth of looking for the pattern.
_TELLING = (
    ((b"<f", b":f"), _FORMULA, FileWarning.FORMULAS),
    ((b'"e"', b"'e'"), _ERROR, FileWarning.ERROR_CELLS),
    ((b"hidden",), _HIDDEN_ROW, FileWarning.HIDDEN_ROWS),
    ((b"mergeCell",), _MERGED, FileWarning.MERGED_CELLS),
)


@dataclass
class Passed:
    """A workbook that may be read. from_1904: the first day that it counts from, instead of 1900."""

    warnings: set[FileWarning] = field(default_factory=set)
    from_1904: bool = False


def check(path: Path) -> Passed:
    """Look at the directory, then at every part.

    Raises UnusableFileError: damaged, encrypted, a bomb, or holding what no export holds. Needs the largest
    part in memory, which is bounded.
    """
    content = path.read_bytes()
    passed = Passed()
    for member in _members(content):
        _check_part(member, inflated(content, member), passed)
    return passed


def glance(path: Path) -> tuple[bytes, Passed]:
    """A workbook of the same first rows, in a time that does not grow with their number: to see its head.

    Of sheets above GLANCED bytes only the beginning is looked at, and stands in what is given.

    Raises UnusableFileError: as `check`, as far as that can be told from there.
    """
    content = path.read_bytes()
    members, cut, passed = _members(content), {}, Passed()
    for member in members:
        part = _begun(content, member) if member.size > GLANCED and _SHEET.match(member.name) else b""
        if part:
            cut[member.name] = part
        _check_part(member, part or inflated(content, member), passed)
    return rebuilt(content, members, cut), passed


def _begun(content: bytes, member: Member) -> bytes:
    """A sheet that ends behind the last row of its beginning; empty if no row ends there."""
    match = _TO_LAST_ROW.match(beginning(content, member, GLANCED))
    return match[0] + b"</%bsheetData></%bworksheet>" % (match[1], match[1]) if match else b""


def _members(content: bytes) -> list[Member]:
    members = directory(content)
    _check_names(members)
    return members


def _check_part(member: Member, part: bytes, passed: Passed) -> None:
    if member.name.lower().endswith((".xml", ".rels", ".vml")):
        _check_markup(part)
    if member.name.lower() == "[content_types].xml" and b"macroEnabled" in part:
        raise UnusableFileError(_FORBIDDEN[0][1])
    if member.name == _WORKBOOK:
        passed.from_1904 = _FROM_1904.search(part) is not None
    if _SHEET.match(member.name):
        _check_sheet(part, passed)
    elif _IN_SHEETS.match(member.name) and not _BESIDE_SHEETS.match(member.name):
        raise UnusableFileError(DAMAGED)  # a sheet under a name that would not be looked at


def _check_names(members: list[Member]) -> None:
    names = [member.name for member in members]
    if any(_SLIP.search(name) for name in names) or len({name.lower() for name in names}) != len(names):
        raise UnusableFileError("Tệp .xlsx có tên thành phần lạ. Hãy lưu lại từ Excel.")
    for pattern, advice in _FORBIDDEN:
        if any(pattern.search(name) for name in names):
            raise UnusableFileError(advice)
    if "xl/workbook.bin" in names:
        raise UnusableFileError("Tệp .xlsb. Hãy lưu lại dạng «Excel Workbook (.xlsx)».")
    if not {"[Content_Types].xml", _WORKBOOK} <= set(names):
        raise UnusableFileError("Tệp nén không phải bảng tính .xlsx. Hãy gửi tệp .xlsx hoặc CSV.")


def _check_markup(part: bytes) -> None:
    start = part.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _DECLARED.match(start[:200])
    if (part and start[:1] != b"<") or (declared and declared[1].lower() not in {b"utf-8", b"us-ascii"}):
        raise UnusableFileError(DAMAGED)
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
    for words, pattern, warning in _TELLING:
        if any(word in part for word in words) and pattern.search(part):
            passed.warnings.add(warning)
