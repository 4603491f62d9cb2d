"""Photos: known by their bytes, and nothing in them tells where they were taken."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.photos import BadPhoto, PhotoKind, bare, kind_of

SECRET = b"GPS 17.47,106.62"


def part(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


JFIF, ICC = part(0xE0, b"JFIF\0" + bytes(9)), part(0xE2, b"ICC_PROFILE\0" + bytes(4))
ADOBE, TABLE, SCAN = part(0xEE, b"Adobe" + bytes(7)), part(0xDB, bytes(65)), part(0xDA, bytes(10))
CODED = b"\x12\xff\x00\x34\xff\xd0\x56\xff\xff\x00\x01"  # stuffing, a restart, a fill byte
EXIF = part(0xE1, b"Exif\0\0" + SECRET)
TELLING = (
    EXIF, part(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET), part(0xFE, SECRET), part(0xED, SECRET),
    part(0xE2, b"MPF\0" + SECRET), part(0xE0, b"JFXX\0" + SECRET),
)  # fmt: skip
HEAD = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
DATA, END = chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b"")
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def jpeg(*parts: bytes, tail: bytes = b"") -> bytes:
    return b"\xff\xd8" + b"".join(parts) + SCAN + CODED + SCAN + CODED + b"\xff\xd9" + tail


@pytest.mark.parametrize("telling", TELLING)
def test_what_a_jpeg_tells_besides_the_picture_is_gone(telling: bytes) -> None:
    told = jpeg(JFIF, telling, ICC, ADOBE, b"\xff\x01", TABLE, tail=b"\xff\xd8" + SECRET)
    assert bare(told) == jpeg(JFIF, ICC, ADOBE, b"\xff\x01", TABLE)


@pytest.mark.parametrize("kind", [b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME", b"prVt"])
def test_what_a_png_tells_besides_the_picture_is_gone(kind: bytes) -> None:
    told = SIGNATURE + HEAD + chunk(kind, SECRET) + DATA + END + SECRET
    assert bare(told) == SIGNATURE + HEAD + DATA + END


def test_a_picture_that_tells_nothing_stays_as_it_was() -> None:
    for plain in (jpeg(JFIF, TABLE), SIGNATURE + HEAD + DATA + END):
        assert bare(plain) == plain


BROKEN = {
    "nothing": b"",
    "a page": b"<script>alert(1)</script>",
    "a GIF": b"GIF89a" + bytes(20),
    "a PNG without its end": SIGNATURE + HEAD + DATA,
    "a PNG whose chunk is longer than it": SIGNATURE + b"\x7f\xff\xff\xffIDAT",
    "a JPEG of two bytes too few": jpeg(TABLE)[:-2],
    "a JPEG that ends in a part": jpeg(TABLE)[:20],
    "a JPEG that ends behind a part": b"\xff\xd8" + TABLE,
    "a JPEG with a part of no length": b"\xff\xd8\xff\xdb\0\0",
    "a JPEG with something between its parts": b"\xff\xd8" + TABLE + b"??" + SCAN,
    "a JPEG that ends as a marker begins": b"\xff\xd8" + SCAN + b"\x12\xff",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadPhoto):
        bare(data)


@given(st.sampled_from([b"\xff\xd8\xff", SIGNATURE, SIGNATURE + HEAD]), st.binary(max_size=200))
def test_whatever_follows_the_first_bytes_it_is_a_picture_or_refused(start: bytes, rest: bytes) -> None:
    try:
        found = bare(start + rest)
    except BadPhoto:
        return
    assert bare(found) == found
    assert kind_of(found) is kind_of(start + rest) is not None


def test_the_name_says_nothing_the_bytes_do() -> None:
    assert kind_of(jpeg(JFIF)) is PhotoKind.JPEG
    assert kind_of(SIGNATURE) is PhotoKind.PNG
    assert kind_of(b"<svg/>") is None
