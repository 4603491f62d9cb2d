"""Text as people type it and systems send it: one clean form to keep, one key to search by."""

from __future__ import annotations

import re
import unicodedata

from tthc_tracker.domain.errors import UncleanText

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_D_WITH_STROKE = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})  # eth is what old fonts put for it
# str.split() takes these controls for white space; in a line they are what a wrong decoding has left.
_CONTROLS_LIKE_SPACE = re.compile(r"[\x1c-\x1f\x80-\x9f]")
_NOT_A_DIGIT = re.compile(r"[^0-9]")


class _Unmarked(dict[int, int | None]):
    """A table of translation in which marks vanish; each sign is looked up once."""

    def __missing__(self, sign: int) -> int | None:
        self[sign] = None if unicodedata.category(chr(sign)).startswith("M") else sign
        return self[sign]


_UNMARKED = _Unmarked()


def clean(text: str) -> str:
    """NFC, each run of white space one plain space, nothing invisible; case and marks are kept.

    Raises UncleanText for control characters (line ends and tabs are white space), direction overrides, lone
    surrogates, unassigned characters and U+FFFD: a wrongly decoded file must be seen, not stored.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    if spoiled := _CONTROLS_LIKE_SPACE.search(text):
        raise UncleanText(spoiled[0])
    line = " ".join(unicodedata.normalize("NFC", text.translate(INVISIBLE)).split())
    if not line.isprintable() or "\ufffd" in line:
        raise UncleanText(next(c for c in line if not c.isprintable() or c == "\ufffd"))
    return line


def fold(text: str) -> str:
    """The search key of a text: no marks, no case, đ as d, white space collapsed. Folding twice is once.

    "Nguyễn Thị Hoà" and "nguyen thi hòa" have the same key.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.translate(INVISIBLE).casefold()).translate(_D_WITH_STROKE)
    unmarked = plain.translate(_UNMARKED)
    return " ".join(unicodedata.normalize("NFKD", unmarked.casefold()).split())


def digits(text: str) -> str:
    """The ASCII digits of a text in their order; full-width ones count too, the rest falls out."""
    return _NOT_A_DIGIT.sub("", unicodedata.normalize("NFKC", text))


def clean_phone(text: str) -> str | None:
    """A Vietnamese phone number as digits with its leading 0, or None if there is none in the text.

    "'0912 345.678" → "0912345678", "+84 912 345 678" → "0912345678". 9 to 11 digits are a number.
    """
    number = digits(text)
    if number.startswith("84") and len(number) in (11, 12):
        number = "0" + number[2:]
    return number if 9 <= len(number) <= 11 else None
