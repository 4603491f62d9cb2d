"""In which encoding the bytes of an export are: what is certain, what can only be guessed, and how sure.

UTF-8, and UTF-16 with its mark, say of themselves what they are. Windows-1258, TCVN3, VNI and UTF-16 without
a mark do not: each is tried, and counts by how many of its words are Vietnamese. Nothing is read by a guess
before a person has agreed to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tthc_tracker.domain import legacyletters
from tthc_tracker.domain.syllables import is_syllable


class Encoding(StrEnum):
    """The encodings that can be read; the values are their names in commands and in the database."""

    UTF8 = "utf-8"
    UTF16_LE = "utf-16le"
    UTF16_BE = "utf-16be"
    CP1258 = "windows-1258"
    TCVN3 = "tcvn3"
    VNI = "vni"

    @property
    def codec(self) -> str:
        """What Python reads its bytes by; of fonts what they were shown by, without losing any."""
        return _CODECS.get(self, self.value)


_CODECS = {Encoding.CP1258: "cp1258", Encoding.TCVN3: "cp1252", Encoding.VNI: "cp1252"}
_ONLY_GUESSED = (Encoding.CP1258, Encoding.TCVN3, Encoding.VNI)
LEGACY = frozenset(_ONLY_GUESSED)

PLAUSIBLE = 0.75
"""Of the words with marks so many must be Vietnamese."""

CLEARLY = 0.35
"""By so much the likeliest must be ahead, or there are two."""

_SHOWN = 12  # words
_WORD = re.compile(r"[^\s\x00-\x40\[-`{-\x7f–—‘’“”…•\xa0\ufeff]+")


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding that bytes may be in: the share of its words that are Vietnamese, and some of them."""

    encoding: Encoding
    share: float
    words: tuple[str, ...]


def decoded(shown: str, encoding: Encoding) -> str:
    """What text is that has come through the codec of its encoding, in NFC.

    A mark behind the last letter belongs to it: text must not be cut between the two.
    """
    if encoding is Encoding.TCVN3:
        return legacyletters.from_tcvn3(shown)
    if encoding is Encoding.VNI:
        return legacyletters.from_vni(shown)
    return shown if shown.isascii() else unicodedata.normalize("NFC", shown)


def strange_in(shown: str, encoding: Encoding, start: int = 0) -> str:
    """The first sign of such text that its encoding does not have; '' where there is none.

    start: from there on; what stands before has been looked at, and may be a vowel of the first mark.
    """
    if encoding is Encoding.TCVN3:
        return legacyletters.strange_in_tcvn3(shown, start)
    if encoding is Encoding.VNI:
        return legacyletters.strange_in_vni(shown, start)
    return "\0" if "\0" in shown else ""


def guesses(samples: Sequence[bytes]) -> tuple[Guess, ...]:
    """What bytes that are no UTF-8 may be, the likeliest first: several where they are about as likely,
    none where nothing speaks for any.

    samples: from several places of a file, each of whole lines, or of whole pairs of bytes.
    """
    tried = filter(None, (_tried(samples, encoding) for encoding in _candidates(samples)))
    found = sorted(tried, key=lambda guess: -guess.share)
    return tuple(
        guess for guess in found if guess.share >= PLAUSIBLE and found[0].share - guess.share < CLEARLY
    )


def _candidates(samples: Sequence[bytes]) -> tuple[Encoding, ...]:
    """Where every second byte is nothing, two bytes make a sign; which of them says which end comes first."""
    if not any(b"\0" in sample for sample in samples):
        return _ONLY_GUESSED
    later, earlier = (sum(sample[at::2].count(b"\0") for sample in samples) for at in (1, 0))
    return (Encoding.UTF16_LE if later >= earlier else Encoding.UTF16_BE,)


def _tried(samples: Sequence[bytes], encoding: Encoding) -> Guess | None:
    shown = "\n".join(sample.decode(encoding.codec, "replace") for sample in samples)
    if "\ufffd" in shown or strange_in(shown, encoding):
        return None
    text = decoded(shown, encoding)
    words = marked_words(text)
    if not words:  # two bytes a sign, and all of it plain letters
        return Guess(encoding, 1.0, ())
    beneath = marked_words(text.partition("\n")[2]) or words  # names say more than the words of a head
    names = sorted(filter(is_syllable, beneath), key=lambda word: not word.istitle())
    return Guess(encoding, sum(map(is_syllable, words)) / len(words), tuple(names[:_SHOWN]))


def marked_words(text: str) -> list[str]:
    """The different words of a text that are more than plain letters, in their order."""
    return [word for word in dict.fromkeys(_WORD.findall(text)) if not word.isascii()]


def is_spoiled(text: str) -> bool:
    """Whether text that was read by an encoding somebody agreed to is hardly Vietnamese: a row of another
    encoding, or damaged. Foreign names with marks are taken for it too, and have to be looked at."""
    if text.isascii():
        return False
    words = marked_words(text)
    return 2 * sum(map(is_syllable, words)) < len(words)
