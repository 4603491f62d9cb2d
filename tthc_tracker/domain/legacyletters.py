"""Vietnamese as Windows kept it before Unicode: the letters behind the bytes of TCVN3 and VNI.

Both were ways of drawing: a font showed ễ where the byte says Ô (TCVN3), or a letter and its mark were two
bytes (VNI). Python knows neither. What is given here is the text as Windows-1252 shows it, which is how such
bytes are read without losing any. The table of TCVN3 agrees with that of iconv (a test asks).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import product

from tthc_tracker.domain.syllables import is_syllable

_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_TCVN3_TABLE = str.maketrans(_TCVN3)
# Letters of which TCVN3 has no capital: ễ stands for Ễ too, and a font of capitals shows which.
_SMALL_ONLY = frozenset(letter for letter in _TCVN3.values() if letter not in "ĂÂÊÔƠƯĐăâêôơưđ")
_CELL = re.compile(r"[^\t\r\n,;\"|]+")
_LETTERS = re.compile(r"[^\W\d_]+")

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
_TONES = {"ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_WITH_CIRCUMFLEX = {"â": "", "á": _ACUTE, "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_WITH_BREVE = {"ê": "", "é": _ACUTE, "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_VNI_SINGLE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_pairs() -> dict[str, str]:
    """What a vowel and the mark behind it are; the mark in either case."""
    marked: list[tuple[str, str, str]] = []
    marked += [(base, mark, tone) for base, (mark, tone) in product("aeouyôö", _TONES.items())]
    marked += [
        (base, mark, _CIRCUMFLEX + tone) for base, (mark, tone) in product("aeo", _WITH_CIRCUMFLEX.items())
    ]
    marked += [("a", mark, _BREVE + tone) for mark, tone in _WITH_BREVE.items()]
    pairs = {}
    for base, mark, signs in marked:
        letter = unicodedata.normalize("NFC", _VNI_SINGLE.get(base, base) + signs)
        for written in (mark, mark.upper()):
            pairs[base + written] = letter
            pairs[base.upper() + written] = letter.upper()
    return pairs


_VNI_PAIRS = _vni_pairs()
_VNI_ALONE = _VNI_SINGLE | {sign.upper(): letter.upper() for sign, letter in _VNI_SINGLE.items()}
_VNI = re.compile("|".join([*_VNI_PAIRS, *_VNI_ALONE]))
_VNI_ANY = _VNI_PAIRS | _VNI_ALONE

# Signs of Windows-1252 that stand in a text of either as they are.
_SIGNS = "\xa0–—‘’“”…•"
_STRANGE_TCVN3 = re.compile(f"[^\x00-\x7f{_SIGNS}{re.escape(''.join(_TCVN3))}]")
_VNI_MARKS = (("aeouyôö", "".join(_TONES)), ("aeo", "".join(_WITH_CIRCUMFLEX)), ("a", "".join(_WITH_BREVE)))
_ALL_MARKS = "".join(marks + marks.upper() for _, marks in _VNI_MARKS)
_STRANGE_VNI = re.compile(  # a sign of neither kind, or a mark behind none of its vowels
    f"[^\x00-\x7f](?:(?<=[^{_SIGNS}{''.join(_VNI_ALONE)}{_ALL_MARKS}])|"
    + "|".join(
        f"(?<=[{marks}{marks.upper()}])(?<![{vowels}{vowels.upper()}].)" for vowels, marks in _VNI_MARKS
    )
    + ")"
)


def strange_in_tcvn3(shown: str, start: int = 0) -> str:
    """The first sign that TCVN3 does not have; '' where there is none."""
    found = _STRANGE_TCVN3.search(shown, start)
    return found[0] if found else ""


def strange_in_vni(shown: str, start: int = 0) -> str:
    """The first sign that VNI does not have, or a mark without its vowel; '' where there is none."""
    found = _STRANGE_VNI.search(shown, start)
    return found[0] if found else ""


def from_tcvn3(shown: str) -> str:
    """What was typed in TCVN3. In a cell of capitals the letters that have no capital there become capitals;
    a single one («Ánh») stays small, for nothing tells it."""
    return _CELL.sub(_recased, shown.translate(_TCVN3_TABLE))


def _recased(found: re.Match[str]) -> str:
    cell = found[0]
    if cell.isascii():
        return cell
    certain = {word: [each for each in word if each not in _SMALL_ONLY] for word in _LETTERS.findall(cell)}
    if not all(letter.isupper() for letters in certain.values() for letter in letters):
        return cell
    # A word of two certain capitals or more shows that all are meant; of TTHC and UBND that is nothing new.
    shown = any(len(letters) > 1 and is_syllable(word) for word, letters in certain.items())
    return cell.upper() if shown else cell


def from_vni(shown: str) -> str:
    """What was typed in VNI."""
    return _VNI.sub(lambda found: _VNI_ANY[found[0]], shown)
