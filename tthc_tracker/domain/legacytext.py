"""Vietnamese that an old encoding has spoiled: it looks like letters, and none of it is what was typed."""

from __future__ import annotations

import re

UTF8_TWICE = "UTF-8 đọc nhầm thành Windows-1252"
TCVN3 = "TCVN3 (.VnTime)"
VNI = "VNI (VNI-Times)"
VIQR = "VIQR"

# Signs that fonts of TCVN3 show as ă â ê ô ơ à ả ạ; ® is their đ, which begins a syllable.
_TCVN3 = re.compile(r"[A-Za-z][¨©ª¬µ¶¸¹]|[¨©ª¬µ¶¸¹][A-Za-z]|®[A-Za-zµ¶¸¹]")
# In a Vietnamese syllable no letter with a mark follows an a or e; VNI writes the mark as such a letter.
_VNI = re.compile(r"[AaEe][ùøûõïáàåãäâêëéèúüîÙØÛÕÏÁÀÅÃÄÂÊËÉÈÚÜÎ]|[Oo][âäåêëïÂÄÅÊËÏ]")
# The first bytes of Vietnamese letters in UTF-8, as Windows-1252 shows them.
_TWICE = re.compile("[ÃÄÅÆ]|á[º»¼½]|â€")
_VIQR = re.compile(r"[A-Za-z](\^|\(|\+)?[~`^][A-Za-z ]|[AEOaeo]\^[A-Za-z~`'?.]")
# What any of these three needs; every line of a file is looked through for it, and few have it.
_PERHAPS = re.compile(f"[ÃÄÅÆº»¼½€¨©ª¬µ¶¸¹®]|{_VNI.pattern}")


def spoiled_by(text: str) -> str:
    """The encoding that has spoiled a line, by its name; '' for a line that looks as it should.

    Foreign names pass, but for the few (Michaël) in which a vowel with a mark follows an a or e.
    """
    if text.isascii():
        return VIQR if "^" in text and _VIQR.search(text) else ""
    if not _PERHAPS.search(text):
        return ""
    if _TWICE.search(text) and any(_is_twice_encoded(word) for word in text.split()):
        return UTF8_TWICE
    if _TCVN3.search(text):
        return TCVN3
    return VNI if _VNI.search(text) else ""


def _is_twice_encoded(word: str) -> bool:
    try:
        return not word.encode("cp1252").decode("utf-8").isascii()
    except UnicodeError:
        return False
