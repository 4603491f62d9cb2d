"""What a file is, by what stands in it and never by its name; and text that must be UTF-8."""

import codecs
import re
from enum import StrEnum
from pathlib import Path

from tthc_tracker.domain.legacytext import likely_encoding
from tthc_tracker.spreadsheets.faults import UnusableFileError

_CHUNK = 1 << 20
_SAVE_AS = "Hãy mở bằng Excel rồi lưu lại dạng «CSV UTF-8» hoặc «Excel Workbook (.xlsx)»."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# What people send for a spreadsheet, by its first bytes, and what to tell them.
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (_OLE, f"Tệp là .xls đời cũ hoặc có đặt mật khẩu. {_SAVE_AS}"),
    (b"\x09\x08", f"Tệp là .xls đời cũ. {_SAVE_AS}"),
    (b"\x09\x04", f"Tệp là .xls đời cũ. {_SAVE_AS}"),
    (b"\x09\x02", f"Tệp là .xls đời cũ. {_SAVE_AS}"),
    (b"\x09\x00", f"Tệp là .xls đời cũ. {_SAVE_AS}"),
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
    (b"\xff\xfe", f"Tệp mã UTF-16, không phải UTF-8. {_SAVE_AS}"),
    (b"\xfe\xff", f"Tệp mã UTF-16, không phải UTF-8. {_SAVE_AS}"),
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|table|meta|body|head|script)", re.IGNORECASE)


class Kind(StrEnum):
    """The ways in which an export may come."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


def kind_of(path: Path) -> Kind:
    """What a file is. Text is read to its end, since one that breaks off must not be half taken in.

    Raises UnusableFileError: empty, no text in UTF-8 and no workbook, or something else altogether.
    """
    with path.open("rb") as file:
        start = file.read(65_536)
    if start.startswith(b"PK\x03\x04"):
        return Kind.XLSX
    for magic, advice in _FOREIGN:
        if start.startswith(magic):
            raise UnusableFileError(advice)
    start = start.removeprefix(codecs.BOM_UTF8)
    if _MARKUP.match(start):
        raise UnusableFileError(f"Tệp là trang HTML hoặc XML mang tên bảng tính. {_SAVE_AS}")
    _check_text(path)
    return Kind.JSON if start.lstrip()[:1] in {b"[", b"{"} else Kind.CSV


def _check_text(path: Path) -> None:
    """Refuse what is empty, holds NUL, or is not UTF-8 to its last byte."""
    decoder, anything = codecs.getincrementaldecoder("utf-8")(), False
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            anything = anything or bool(chunk.strip().removeprefix(codecs.BOM_UTF8))
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                around = chunk[max(0, error.start - 200) : error.start + 65_536]
                raise UnusableFileError(_not_utf8(likely_encoding(around or chunk))) from None
            if b"\0" in chunk:
                raise UnusableFileError(_not_utf8(likely_encoding(chunk)))
            if not chunk:
                break
    if not anything:
        raise UnusableFileError("Tệp trống.")


def _not_utf8(likely: str) -> str:
    guess = f"có vẻ là {likely}" if likely else "không đoán được bảng mã"
    return f"Tệp không phải UTF-8 ({guess}); không tự chuyển mã để khỏi sai chữ. {_SAVE_AS}"
