"""What a file is, by what stands in it and never by its name."""

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tthc_tracker.spreadsheets.encodedtext import Encoded, encoding_of
from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.wording.encodings import SAVE_AS

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# What people send for a spreadsheet, by its first bytes, and what to tell them.
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (_OLE, f"Tệp là .xls đời cũ hoặc có đặt mật khẩu. {SAVE_AS}"),
    (b"\x09\x08", f"Tệp là .xls đời cũ. {SAVE_AS}"),
    (b"\x09\x04", f"Tệp là .xls đời cũ. {SAVE_AS}"),
    (b"\x09\x02", f"Tệp là .xls đời cũ. {SAVE_AS}"),
    (b"\x09\x00", f"Tệp là .xls đời cũ. {SAVE_AS}"),
    (b"PK\x05\x06", "Tệp nén trống."),
    (b"%PDF", "Tệp là PDF, không phải bảng tính. Hãy xuất lại từ hệ thống nguồn."),
    (b"\x1f\x8b", "Tệp nén .gz. Hãy giải nén rồi gửi tệp bên trong."),
    (b"7z\xbc\xaf", "Tệp nén .7z. Hãy giải nén rồi gửi tệp bên trong."),
    (b"Rar!", "Tệp nén .rar. Hãy giải nén rồi gửi tệp bên trong."),
    (b"\x89PNG", "Tệp là ảnh, không phải bảng tính."),
    (b"\xff\xd8\xff", "Tệp là ảnh, không phải bảng tính."),
    (b"GIF8", "Tệp là ảnh, không phải bảng tính."),
    (b"MZ", "Tệp là chương trình, không phải bảng tính."),
    (b"\x7fELF", "Tệp là chương trình, không phải bảng tính."),
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|table|meta|body|head|script)", re.IGNORECASE)


class Kind(StrEnum):
    """The ways in which an export may come."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


@dataclass(frozen=True)
class Look:
    """What a file is; of text also what its encoding is, or may be."""

    kind: Kind
    encoded: Encoded | None = None


def look_at(path: Path) -> Look:
    """What a file is. Text is read to its end, since one that breaks off must not be half taken in.

    Raises UnusableFileError: empty, no text and no workbook, or something else altogether.
    """
    with path.open("rb") as file:
        start = file.read(65_536)
    if start.startswith(b"PK\x03\x04"):
        return Look(Kind.XLSX)
    for magic, advice in _FOREIGN:
        if start.startswith(magic):
            raise UnusableFileError(advice)
    begun = _plain(start).lstrip()
    if _MARKUP.match(begun):
        raise UnusableFileError(f"Tệp là trang HTML hoặc XML mang tên bảng tính. {SAVE_AS}")
    encoded = encoding_of(path)
    return Look(Kind.JSON if begun[:1] in {b"[", b"{"} else Kind.CSV, encoded)


def _plain(start: bytes) -> bytes:
    """The beginning of a text as plain letters, whatever it takes for each."""
    if start.startswith(_WIDE):
        start = start[2:]
    return start.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")
