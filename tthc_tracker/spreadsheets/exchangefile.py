"""Files of the exchange vocabulary, read row by row with a row's number and nothing of the rest in memory."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

REQUIRED = frozenset({"MaHoSo", "MaTTHC", "KenhThucHien", "ChuHoSo", "TrangThaiHoSo"})
LARGEST_FIELD = 131_072
_CHUNK = 1 << 20


class UnusableFileError(Exception):
    """A file that cannot be read as an export at all; the message, in Vietnamese, says what to do."""


def open_export(path: Path) -> TextIO:
    """The file as text: UTF-8 with or without BOM. Other encodings are refused, never guessed.

    It is looked through to its end first: a file that cannot be read must not be half taken in.
    """
    try:
        with path.open("rb") as raw:
            readable = _looked_through(raw)
    except OSError as error:
        raise UnusableFileError(f"Không mở được tệp {path.name}: {error.strerror}.") from error
    if readable is None:
        raise UnusableFileError(f"Tệp {path.name} trống.")
    if not readable:
        raise UnusableFileError(f"Tệp {path.name} không phải CSV mã UTF-8. Hãy lưu lại dạng «CSV UTF-8».")
    return path.open(encoding="utf-8-sig", newline="", errors="strict")


def _looked_through(raw: BinaryIO) -> bool | None:
    """Whether all of it is UTF-8 text; None when there is nothing in it."""
    decoder, anything = codecs.getincrementaldecoder("utf-8")(), False
    try:
        while chunk := raw.read(_CHUNK):
            if b"\0" in chunk:
                return False
            decoder.decode(chunk)
            anything = anything or bool(chunk.strip())
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return anything or None


def read_rows(file: TextIO) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its number in the file (the head is row 1).

    Raises UnusableFileError: no head, columns missing, not UTF-8, or a row that no CSV can hold.
    """
    csv.field_size_limit(LARGEST_FIELD)
    try:
        reader = csv.reader(file, delimiter=_delimiter(file))
        head = [name.strip() for name in next(reader, [])]
        if missing := sorted(REQUIRED - set(head)):
            raise UnusableFileError(f"Tệp thiếu cột {', '.join(missing)}. Hãy xuất lại theo đúng tên trường.")
        for number, cells in enumerate(reader, start=2):
            if cells:
                yield number, dict(zip(head, cells, strict=False))
    except UnicodeDecodeError as error:
        raise UnusableFileError("Tệp có chỗ không phải UTF-8. Hãy lưu lại dạng «CSV UTF-8».") from error
    except csv.Error as error:
        raise UnusableFileError(f"Tệp CSV hỏng: {error}.") from error


def _delimiter(file: TextIO) -> str:
    """`;` when the head is written with it, as spreadsheets set to Vietnamese do; else `,`."""
    head = file.readline(LARGEST_FIELD)
    file.seek(0)
    return ";" if head.count(";") > head.count(",") else ","
