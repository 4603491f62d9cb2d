"""JSON of the exchange vocabulary: a list of dossiers, a list under one name, or a dossier a line."""

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from tthc_tracker.domain.rowfaults import BrokenRow, Refusal
from tthc_tracker.spreadsheets.faults import UnusableFileError

LARGEST_DOSSIER = 1 << 20  # characters
_CHUNK = 1 << 18
_BLANK = " \t\r\n"
_OPENING = re.compile(r'(\{\s*"[^"\\]{1,100}"\s*:\s*)?\[')


class _Repeated(dict[str, Any]):
    """An object that names something twice: which one is meant, nobody can tell."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else _Repeated(made)


def _no_number(text: str) -> str:
    raise ValueError(f"{text} is no JSON")


def dossiers(file: TextIO) -> Iterator[dict[str, str]]:
    """Each dossier as a row of text, with a few of them in memory at a time.

    Raises UnusableFileError: no JSON, cut off, or JSON of another shape; says at which dossier.
    """
    text = _Text(file)
    closing, number = text.open_list(), 1
    while not text.ends_with(closing):
        found = text.next_value()
        if found is None:
            raise UnusableFileError(f"JSON hỏng hoặc bị cắt ở hồ sơ thứ {number}. Hãy xuất lại tệp.")
        if not isinstance(found, dict):
            raise UnusableFileError(f"Mục thứ {number} của tệp JSON không phải một hồ sơ ({{…}}).")
        yield _row(found)
        number += 1


class _Text:
    """The text of a file from where it has been read to; more of it is taken in when it is needed."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._buffer, self._at, self._ended = file, "", 0, False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=_once, parse_constant=_no_number, parse_float=str, parse_int=str
        )
        self._more()

    def _more(self) -> bool:
        """Take in more; False at the end of the file."""
        read = "" if self._ended else self._file.read(_CHUNK)
        self._ended = not read
        self._buffer, self._at = self._buffer[self._at :] + read, 0
        return not self._ended

    def _skip(self, what: str) -> None:
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in what:
                self._at += 1
            if self._at < len(self._buffer) or not self._more():
                return

    def open_list(self) -> str:
        """Go to the first dossier; gives what must stand behind the last one ("" for a dossier a line)."""
        self._skip(_BLANK)
        if match := _OPENING.match(self._buffer, self._at):
            self._at = match.end()
            return "]}" if match[1] else "]"
        return ""

    def ends_with(self, closing: str) -> bool:
        """Whether nothing but this stands behind; what separates dossiers is passed over."""
        self._skip(_BLANK + ",")
        if self._buffer.startswith(closing[:1] or "\n", self._at):
            while self._more():
                pass
            return "".join(self._buffer[self._at :].split()) == closing
        return not closing and self._at == len(self._buffer)

    def next_value(self) -> Any:
        """The next value; None where there is none."""
        while True:
            try:
                value, self._at = self._decoder.raw_decode(self._buffer, self._at)
            except (ValueError, RecursionError):
                if len(self._buffer) - self._at > LARGEST_DOSSIER or not self._more():
                    return None
            else:
                return value


def _row(found: dict[str, Any]) -> dict[str, str]:
    row = {name.strip(): _text(value) for name, value in found.items()}
    return BrokenRow(row, Refusal.REPEATED_NAME) if isinstance(found, _Repeated) else row


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case _:
            return json.dumps(value, ensure_ascii=False)
