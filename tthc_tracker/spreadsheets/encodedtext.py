"""Text in whatever encoding, piece by piece as Unicode in NFC; and what a file's encoding is or may be."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from tthc_tracker.domain.encodings import LEGACY, Encoding, Guess, decoded, guesses, strange_in
from tthc_tracker.spreadsheets.faults import GuessedEncodingError, UnusableFileError
from tthc_tracker.wording import encodings as words

_CHUNK = 1 << 20
_WINDOWS, _WINDOW = 16, 16_384  # places of a file that are looked at, and bytes of each
_ENDS = frozenset('\t\r\n,;|"')  # where a cell may end
_MARKS = (
    (codecs.BOM_UTF8, Encoding.UTF8),
    (codecs.BOM_UTF16_LE, Encoding.UTF16_LE),
    (codecs.BOM_UTF16_BE, Encoding.UTF16_BE),
)


@dataclass(frozen=True)
class Encoded:
    """What a file's encoding is, if it is certain; else what it may be, the likeliest first."""

    certain: Encoding | None
    guesses: tuple[Guess, ...] = ()
    plain: bool = False  # nothing but ASCII: it is the same in nearly all of them

    def agreed(self, *, given: Encoding | None, kept: Encoding) -> Encoding:
        """The encoding to read by. given: said for this file; kept: agreed to for the files of its source.

        Raises:
            UnusableFileError: it is certainly another. GuessedEncodingError: nobody has agreed to any.
        """
        if self.certain is not None:
            if given is not None and given is not self.certain and not (self.plain and given in LEGACY):
                raise UnusableFileError(words.contradicted(given, self.certain))
            return self.certain
        if given is not None:
            return given
        if any(guess.encoding is kept for guess in self.guesses):
            return kept
        if not self.guesses:
            raise UnusableFileError(words.unknown())
        said = (
            words.only_guessed(self.guesses) if kept is Encoding.UTF8 else words.otherwise(kept, self.guesses)
        )
        raise GuessedEncodingError(said, self.guesses)


def encoding_of(path: Path) -> Encoded:
    """Look through a file.

    Raises UnusableFileError: nothing stands in it, it contradicts its own mark, or NUL stands in it.
    """
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)
    if marked in {Encoding.UTF16_LE, Encoding.UTF16_BE}:
        check(path, marked)
        return Encoded(marked)
    fault_at, plain = _first_no_utf8(path)
    if fault_at is None:
        return Encoded(Encoding.UTF8, plain=plain)
    found = guesses(_samples(path, fault_at))
    if not found and (line := _line_of_nul(path, fault_at)):
        raise UnusableFileError(words.with_nul(line))
    return Encoded(None, found)


def check(path: Path, encoding: Encoding) -> None:
    """Look through a file to its end, so that one that cannot be read is not half taken in.

    Raises UnusableFileError: a byte, or a sign, that the encoding does not have.
    """
    last = ""
    try:
        with _shown(path, encoding) as file:
            while piece := file.read(_CHUNK):
                if strange_in(last + piece, encoding, len(last)):
                    raise UnusableFileError(words.not_in(encoding))
                last = piece[-1]
    except UnicodeError:
        raise UnusableFileError(words.not_in(encoding)) from None


def _first_no_utf8(path: Path) -> tuple[int | None, bool]:
    """Where a file is no UTF-8, or holds NUL; None where it is sound to its end; whether it is all ASCII.

    Raises UnusableFileError: nothing stands in it.
    """
    decoder, at, anything, plain = codecs.getincrementaldecoder("utf-8")(), 0, False, True
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            anything = anything or bool(chunk.strip().removeprefix(codecs.BOM_UTF8))
            plain = plain and chunk.isascii()
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return at + error.start, False
            if (nul := chunk.find(b"\0")) >= 0:
                return at + nul, False
            if not chunk:
                break
            at += len(chunk)
    if not anything:
        raise UnusableFileError("Tệp trống.")
    return None, plain


def _line_of_nul(path: Path, fault_at: int) -> int:
    """The line, from 1, of a NUL that keeps a file from being UTF-8; 0 where something else does."""
    line, left = 1, fault_at
    with path.open("rb") as file:
        while left and (chunk := file.read(min(left, _CHUNK))):
            line += chunk.count(b"\n")
            left -= len(chunk)
        return line if file.read(1) == b"\0" else 0


def _samples(path: Path, fault_at: int) -> list[bytes]:
    """Lines from where the first doubt is, and from places all over the file."""
    size = path.stat().st_size
    places = {max(0, fault_at - _WINDOW // 2), *range(0, size, max(_WINDOW, size // _WINDOWS))}
    with path.open("rb") as file:
        return [_lines_at(file, place // 2 * 2) for place in sorted(places)]


def _lines_at(file: BinaryIO, place: int) -> bytes:
    """Whole lines of one byte a sign; of two bytes a sign whatever stands there."""
    file.seek(place)
    piece = file.read(_WINDOW)
    if b"\0" in piece:
        return piece[: len(piece) // 2 * 2]
    begun = piece.find(b"\n") + 1 if place else 0
    ended = piece.rfind(b"\n") + 1 if len(piece) == _WINDOW else len(piece)
    return piece[begun:ended] or piece


@contextmanager
def open_text(path: Path, encoding: Encoding) -> Iterator[TextIO]:
    """A file as text, strictly: a mark at its beginning is left out, line ends are as they stand."""
    with _shown(path, encoding) as text:
        yield cast(TextIO, _Decoded(text, encoding)) if encoding in LEGACY else text


@contextmanager
def _shown(path: Path, encoding: Encoding) -> Iterator[TextIO]:
    """A file as its codec gives it: of an old encoding not yet what was typed."""
    with path.open("rb") as file:
        marked = file.read(3)
    codec = encoding.codec
    if any(marked.startswith(mark) for mark, _ in _MARKS):
        codec = "utf-8-sig" if encoding is Encoding.UTF8 else "utf-16"
    with path.open(encoding=codec, newline="", errors="strict") as text:
        yield text


class _Decoded:
    """Text of an encoding that Python does not know, or in which marks stand behind their letters."""

    def __init__(self, file: TextIO, encoding: Encoding) -> None:
        self._file, self._encoding = file, encoding

    def read(self, size: int = -1) -> str:
        """So many signs or a few more: a cell is never cut, nor a letter from its mark."""
        piece = last = self._file.read(size)
        while last and last[-1] not in _ENDS:
            last = self._file.read(1)
            piece += last
        return decoded(piece, self._encoding)

    def readline(self, size: int = -1) -> str:
        """A line, or so much of one too long to be kept."""
        return decoded(self._file.readline(size), self._encoding)

    def seek(self, place: int) -> int:
        """Back to the beginning."""
        return self._file.seek(place)
