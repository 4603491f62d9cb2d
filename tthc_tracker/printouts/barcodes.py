"""Code 128 and QR codes as SVG pictures of plain bars and squares."""

import io
import itertools
import re

import segno

# The bars and gaps of each of the 106 signs and of the stop sign (ISO/IEC 15417, table 1).
_TABLE = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 "
    "122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 "
    "322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 "
    "112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 "
    "331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 "
    "112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 "
    "124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 "
    "411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
_SIGNS = re.findall(r"[0-9]+", _TABLE)
_TO_PAIRS, _TO_SIGNS, _START_SIGNS, _START_PAIRS, _STOP = 99, 100, 104, 105, 106
_QUIET = 10


def code128_values(text: str) -> list[int]:
    """The signs of a text with start, check and stop; runs of four digits and more go as pairs.

    Raises:
        ValueError: a character outside ASCII 32 to 126, or no text at all.
    """
    if not text or not all(32 <= ord(character) < 127 for character in text):
        raise ValueError(f"Code 128 cannot hold {text!r}")
    values: list[int] = []
    in_pairs = False
    for digits, run in itertools.groupby(text, str.isdigit):
        part = "".join(run)
        if digits and len(part) >= 4:
            odd = len(part) % 2  # an odd first digit goes by itself
            if odd:
                values += [*_switched(values, in_pairs, to_pairs=False), ord(part[0]) - 32]
                in_pairs = False
            values += _switched(values, in_pairs, to_pairs=True)
            values += [int(part[at : at + 2]) for at in range(odd, len(part), 2)]
            in_pairs = True
        else:
            values += [*_switched(values, in_pairs, to_pairs=False), *(ord(c) - 32 for c in part)]
            in_pairs = False
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    return [*values, check, _STOP]


def _switched(values: list[int], in_pairs: bool, *, to_pairs: bool) -> list[int]:
    """The sign that starts or changes the set; none when it is the right one already."""
    if not values:
        return [_START_PAIRS if to_pairs else _START_SIGNS]
    if in_pairs == to_pairs:
        return []
    return [_TO_PAIRS if to_pairs else _TO_SIGNS]


def code128_svg(text: str) -> tuple[str, int]:
    """The picture of a text, and its width in modules: quiet on the right as the margin is on the left."""
    widths = [int(width) for value in code128_values(text) for width in _SIGNS[value]]
    at, bars = 0, []
    for place, width in enumerate(widths):
        if place % 2 == 0:
            bars.append(f"M{at} 0h{width}v10h-{width}z")
        at += width
    total = at + _QUIET
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="10" viewBox="0 0 {total} 10" '
        f'preserveAspectRatio="none"><path d="{"".join(bars)}" fill="#000"/></svg>'
    )
    return svg, total


def qr_svg(text: str) -> str:
    """The QR code of a text, error correction M; its white border is two modules, the paper does the rest."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture, kind="svg", border=2, xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return picture.getvalue().decode()
