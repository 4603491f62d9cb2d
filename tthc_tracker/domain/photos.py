"""Photos that people send: known by their first bytes, and freed of where and with what they were taken.

Only what is needed to draw the picture stays. It is never decoded here: a decoder is a door, and a photo of
a stranger is what one would knock with.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

LARGEST = 5 * 1024 * 1024
"""Bytes of one photo."""


class PhotoKind(StrEnum):
    """What is taken, by its media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"


class BadPhoto(ValueError):
    """No picture of a kind that is taken, or one that breaks off."""


_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_DRAWS = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD",
    b"pHYs",
})  # fmt: skip
_END, _SCAN, _STUFFED = 0xD9, 0xDA, 0x00
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
_ADOBE, _ICC = b"Adobe", b"ICC_PROFILE\0"


def kind_of(data: bytes) -> PhotoKind | None:
    """What a file is by its first bytes, whatever it calls itself; None: nothing that is taken."""
    if data.startswith(_PNG):
        return PhotoKind.PNG
    return PhotoKind.JPEG if data.startswith(_JPEG + b"\xff") else None


def bare(data: bytes) -> bytes:
    """The same picture without place, time, device, comments, thumbnails, or anything behind its end.

    Raises:
        BadPhoto: neither JPEG nor PNG, or broken off.
    """
    kind = kind_of(data)
    if kind is None:
        raise BadPhoto("neither JPEG nor PNG")
    return b"".join((_PNG, *_png(data)) if kind is PhotoKind.PNG else (_JPEG, *_jpeg(data)))


def _png(data: bytes) -> Iterator[bytes]:
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        end = at + 12 + int.from_bytes(data[at : at + 4])
        kind = data[at + 4 : at + 8]
        if end > len(data) or len(kind) < 4:
            raise BadPhoto("a PNG that breaks off")
        if kind in _DRAWS:
            yield data[at:end]
        at = end


def _jpeg(data: bytes) -> Iterator[bytes]:
    at = len(_JPEG)
    while True:
        marker = _marker(data, at)
        if marker == _END:
            yield data[at : at + 2]
            return
        end = at + 2 if marker in _ALONE else at + 2 + _length(data, at + 2)
        if _is_kept(marker, data[at + 4 : end]):
            yield data[at:end]
        if marker == _SCAN:
            behind = _behind_scan(data, end)
            yield data[end:behind]
            end = behind
        at = end


def _marker(data: bytes, at: int) -> int:
    if at + 1 >= len(data) or data[at] != 0xFF:
        raise BadPhoto("a JPEG that breaks off")
    return data[at + 1]


def _length(data: bytes, at: int) -> int:
    length = int.from_bytes(data[at : at + 2])
    if length < 2 or at + length > len(data):
        raise BadPhoto("a JPEG that breaks off")
    return length


def _is_kept(marker: int, content: bytes) -> bool:
    """Of the parts that programs add only those that the colours depend on."""
    match marker:
        case 0xE0:  # JFIF, but not the thumbnail of its extension
            return content.startswith(b"JFIF\0")
        case 0xE2:
            return content.startswith(_ICC)
        case 0xEE:
            return content.startswith(_ADOBE)
        case _:
            return not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _behind_scan(data: bytes, at: int) -> int:
    """Where the coded picture ends: at the next marker that is neither stuffing nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        following = data[at + 1]
        if following != _STUFFED and following not in _ALONE and following != 0xFF:
            return at
        at += 1 if following == 0xFF else 2
    raise BadPhoto("a JPEG that breaks off")
