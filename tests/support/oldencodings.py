"""Vietnamese as old systems wrote it: tables of these encodings' own, not those of the product."""

import subprocess
import unicodedata
from functools import cache

_TONES = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_ROOF = {"\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä", "": "â"}
_BREVE = {"\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë", "": "ê"}
_WHOLE = {"đ": "ñ", "ơ": "ô", "ư": "ö", "í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}


def vni(text: str) -> bytes:
    """As VNI-Times is typed: the vowel, then a letter that its font draws as the mark."""
    return "".join(map(_vni_letter, unicodedata.normalize("NFC", text))).encode("latin-1")


def _vni_letter(letter: str) -> str:
    small = letter.lower()
    if small in _WHOLE:
        return _cased(_WHOLE[small], letter)
    base, *marks = unicodedata.normalize("NFD", small)
    tone = "".join(mark for mark in marks if mark in _TONES)
    if "\u0302" in marks:
        return _cased(base + _ROOF[tone], letter)
    if "\u0306" in marks:
        return _cased(base + _BREVE[tone], letter)
    if "\u031b" in marks:
        return _cased({"o": "ô", "u": "ö"}[base] + _TONES[tone], letter)
    return _cased(base + _TONES[tone], letter) if tone else letter


def _cased(written: str, letter: str) -> str:
    return written.upper() if letter.isupper() else written


@cache
def _tcvn3_table() -> dict[str, int]:
    """The bytes of TCVN 5712 that the fonts of TCVN3 (ABC) have, as iconv knows them."""
    table = {}
    for byte in range(0xA1, 0xFF):
        shown = subprocess.run(
            ["iconv", "-f", "TCVN-5712", "-t", "UTF-8"], input=bytes([byte]), capture_output=True, check=True
        ).stdout.decode()
        letter = unicodedata.normalize("NFC", shown)
        if letter.isalpha() and (letter.islower() or letter in "ĂÂÊÔƠƯĐ"):
            table[letter] = byte
    return table


def tcvn3(text: str) -> bytes:
    """As .VnTime is typed: a letter with a tone has no capital, and stands for both."""
    table = _tcvn3_table()
    letters = unicodedata.normalize("NFC", text)
    return bytes(table.get(each, table.get(each.lower(), 0)) or ord(each) for each in letters)


def tcvn3_letters() -> dict[int, str]:
    """Byte → letter."""
    return {byte: letter for letter, byte in _tcvn3_table().items()}


def cp1258(text: str) -> bytes:
    """As Windows writes it: base letters with their breve, roof or horn, then the tone."""
    out = ""
    for letter in unicodedata.normalize("NFC", text):
        try:
            letter.encode("cp1258")
            out += letter
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", letter)
            shape = "".join(mark for mark in marks if mark not in _TONES)
            out += unicodedata.normalize("NFC", base + shape) + "".join(m for m in marks if m in _TONES)
    return out.encode("cp1258")
