"""Files of the exchange vocabulary, read row by row with a row's number and nothing of the rest in memory."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

REQUIRED = frozenset({"MaHoSo", "MaTTHC", "KenhThucHien", "ChuHoSo", "TrangThaiHoSo"})
LARGEST_FIELD = 131_072


class UnusableFileError(Exception):
    """A file that cannot be read as an export at all; the message, in Vietnamese, says what to do."""


def open_export(path: Path) -> TextIO:
    """The file as text: UTF-8 with or without BOM. Other encodings are refused, never guessed."""
    try:
        with path.open("rb") as raw:
            head = raw.read(4096)
    except OSError as error:
        raise UnusableFileError(f"Không mở được tệp {path.name}: {error.strerror}.") from error
    if not head.strip():
        raise UnusableFileError(f"Tệp {path.name} trống.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        raise UnusableFileError(f"Tệp {path.name} không phải CSV mã UTF-8. Hãy lưu lại dạng «CSV UTF-8».")
    return path.open(encoding="utf-8-sig", newline="", errors="strict")


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
