"""What a Vietnamese syllable is: an onset, a rime and a tone that may stand on it. By this bytes are read."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ONSETS_WRITTEN = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES_WRITTEN = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et
ê êch êm ên êng ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oam
oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on ong op ot ooc oong ô ôc ôi
ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ up ut uy uya uych uyên
uyêt uynh uyt uyp uyu uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y ych yêm yên yêng yêt yêu ym yn ynh yp yt yu
"""
_ONSETS, _RIMES = frozenset(_ONSETS_WRITTEN.split()), frozenset(_RIMES_WRITTEN.split())
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_OF_STOPPED = frozenset("\u0301\u0323")  # the two that a rime which ends in c, ch, p or t can bear


@lru_cache(maxsize=16_384)  # a file is made of a few thousand words
def is_syllable(word: str) -> bool:
    """Whether a word is one Vietnamese syllable, in any case and any style of setting the tone (hòa, hoà)."""
    letters = unicodedata.normalize("NFD", word.lower())
    tones = [letter for letter in letters if letter in _TONES]
    bare = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES))
    if len(tones) > 1 or not any(_parts(bare)):
        return False
    return not bare.endswith(("c", "ch", "p", "t")) or bool(_OF_STOPPED.intersection(tones))


def _parts(bare: str) -> list[bool]:
    """Each way of taking a syllable apart, and whether it holds; gì is g and i, giêng gi and êng."""
    ways = [bare in _RIMES]
    ways += [bare[:size] in _ONSETS and bare[size:] in _RIMES for size in (1, 2, 3)]
    return ways
