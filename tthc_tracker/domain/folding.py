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


class _Folded(dict[int, str]):
    """A table of translation to folded text; each sign is folded once, for none depends on its neighbours."""

    def __missing__(self, sign: int) -> str:
        cased = chr(sign).translate(INVISIBLE).casefold()
        plain = unicodedata.normalize("NFKD", cased).translate(_D_WITH_STROKE)
        unmarked = "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))
        self[sign] = folded = unicodedata.normalize("NFKD", unmarked.casefold())
        return folded


_FOLDED = _Folded()


def clean(text: str) -> str:
    """NFC, each run of white space one plain space, nothing invisible; case and marks are kept.

    Raises UncleanText for control characters (line ends and tabs are white space), direction overrides, lone
    surrogates, unassigned characters and U+FFFD: a wrongly decoded file must be seen, not stored.
    """
    if text.isprintable() and unicodedata.is_normalized("NFC", text) and "\ufffd" not in text:
        return " ".join(text.split())  # as nearly all of it comes: no control, nothing invisible
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
    return " ".join(text.translate(_FOLDED).split())


def digits(text: str) -> str:
    """The ASCII digits of a text in their order; full-width ones count too, the rest falls out."""
    if text.isascii() and text.isdigit():
        return text
    return _NOT_A_DIGIT.sub("", unicodedata.normalize("NFKC", text))


def clean_phone(text: str) -> str | None:
    """A Vietnamese phone number as digits with its leading 0, or None if there is none in the text.

    "'0912 345.678" → "0912345678", "+84 912 345 678" → "0912345678". 9 to 11 digits are a number.
    """
    number = digits(text)
    if number.startswith("84") and len(number) in (11, 12):
        number = "0" + number[2:]
    return number if 9 <= len(number) <= 11 else None
