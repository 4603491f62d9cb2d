"""The ZIP around a workbook, read by hand: what its directory says is checked before anything is inflated.

A reader of ZIP files finds its way through damage and lies. Here either ends the reading.
"""

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tthc_tracker.spreadsheets.faults import UnusableFileError

MOST_MEMBERS = 1_000
LARGEST_DIRECTORY = 512 * 1024
LARGEST_PART = 96 << 20  # bytes, inflated
LARGEST_WHOLE = 128 << 20
HIGHEST_RATIO = 200  # of a part above a mebibyte: real sheets stay below fifty
_TRAILER = 0x8  # flag: sizes stand behind the part; ours always stand before it

_END, _ENTRY, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"

DAMAGED = "Tệp .xlsx hỏng hoặc bị cắt. Hãy xuất hoặc tải lại."
BOMB = "Tệp .xlsx bung ra quá lớn. Hãy chia nhỏ hoặc gửi CSV."


@dataclass(frozen=True)
class Member:
    """A part as the directory has it; `packed` and `size` in bytes, `offset` of its local header."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    offset: int


def directory(content: bytes) -> list[Member]:
    """The parts of a ZIP, none of which claims to be too large.

    Raises UnusableFileError: damaged, encrypted, cut off, lengthened, or a bomb by what it says of itself.
    """
    end = len(content) - 22
    if end < 0 or content[end : end + 4] != _END:  # a comment, or something hung on behind
        raise UnusableFileError(DAMAGED)
    disk, start_disk, here, total, size, offset, comment = struct.unpack("<HHHHIIH", content[end + 4 :])
    if disk or start_disk or here != total or comment or offset + size != end:
        raise UnusableFileError(DAMAGED)
    if total > MOST_MEMBERS or size > LARGEST_DIRECTORY:
        raise UnusableFileError("Tệp .xlsx có quá nhiều thành phần. Hãy lưu lại từ Excel.")
    members, at = [], offset
    while at < end:
        member, at = _entry(content, at, end)
        members.append(member)
    if len(members) != total:
        raise UnusableFileError(DAMAGED)
    _check_overlap(members, offset)
    if any(member.size > LARGEST_PART or _is_suspicious(member.size, member.packed) for member in members):
        raise UnusableFileError(BOMB)
    if sum(member.size for member in members) > LARGEST_WHOLE:
        raise UnusableFileError(BOMB)
    return members


def _entry(content: bytes, at: int, end: int) -> tuple[Member, int]:
    if at + 46 > end or content[at : at + 4] != _ENTRY:
        raise UnusableFileError(DAMAGED)
    (flags, method, _time, _date, checksum, packed, size, name_length, extra, comment, _disk, _internal,
     external, offset) = struct.unpack("<HHHHIIIHHHHHII", content[at + 8 : at + 46])  # fmt: skip
    raw_name = content[at + 46 : at + 46 + name_length]
    if flags & 0x1:
        raise UnusableFileError("Tệp đặt mật khẩu. Hãy bỏ mật khẩu rồi lưu lại.")
    if (
        method not in {0, 8}
        or 0xFFFFFFFF in {packed, size, offset}
        or (external >> 16) & 0o170000 == 0o120000
    ):
        raise UnusableFileError(DAMAGED)
    name = raw_name.decode("utf-8", "replace")
    return Member(
        name, raw_name, flags, method, checksum, packed, size, offset
    ), at + 46 + name_length + extra + comment


def _check_overlap(members: list[Member], directory: int) -> None:
    """No part may lie within another: that is how a small file holds petabytes."""
    behind = 0
    for member in sorted(members, key=lambda one: one.offset):
        if member.offset < behind:
            raise UnusableFileError(BOMB)
        behind = member.offset + 30 + len(member.raw_name) + member.packed
    if behind > directory or min((one.offset for one in members), default=0) != 0:
        raise UnusableFileError(DAMAGED)


def inflated(content: bytes, member: Member) -> bytes:
    """A part as it is.

    Raises UnusableFileError: damaged, or not of the size the directory says.
    """
    packed = _body(content, member)
    part = packed if member.method == 0 else _unpacked(packed, member.size + 1)
    if len(part) != member.size:  # it lies about its size, or breaks off
        raise UnusableFileError(BOMB if len(part) > member.size else DAMAGED)
    return part


def beginning(content: bytes, member: Member, most: int) -> bytes:
    """The first bytes of a part, at most so many; whatever comes behind them is not looked at."""
    packed = _body(content, member)
    return packed[:most] if member.method == 0 else _unpacked(packed, most)


def rebuilt(content: bytes, members: Iterable[Member], instead: Mapping[str, bytes]) -> bytes:
    """The ZIP with some parts replaced; of the others the packed bytes as they are."""
    bodies, entries, at = [], [], 0
    for member in members:
        if (part := instead.get(member.name)) is None:
            now, body = member, _body(content, member)
        else:
            size, checksum = len(part), zlib.crc32(part)
            now, body = replace(member, method=0, packed=size, size=size, checksum=checksum), part
        common = struct.pack(
            "<HHIIIIHH", now.flags & ~_TRAILER, now.method, 0, now.checksum, now.packed, now.size,
            len(now.raw_name), 0,
        )  # fmt: skip
        entries.append(_ENTRY + struct.pack("<HH", 20, 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, at))
        entries.append(now.raw_name)
        bodies += [_LOCAL, struct.pack("<H", 20), common, now.raw_name, body]
        at += 30 + len(now.raw_name) + len(body)
    lines, many = b"".join(entries), len(entries) // 2
    return b"".join((*bodies, lines, _END, struct.pack("<HHHHIIH", 0, 0, many, many, len(lines), at, 0)))


def _body(content: bytes, member: Member) -> bytes:
    start = member.offset
    local = content[start : start + 30]
    if local[:4] != _LOCAL:
        raise UnusableFileError(DAMAGED)
    name_length, extra = struct.unpack("<HH", local[26:30])
    if content[start + 30 : start + 30 + name_length] != member.raw_name:
        raise UnusableFileError(DAMAGED)
    start += 30 + name_length + extra
    return content[start : start + member.packed]


def _unpacked(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj(-15).decompress(packed, most)
    except zlib.error:
        raise UnusableFileError(DAMAGED) from None


def _is_suspicious(size: int, packed: int) -> bool:
    return size > 1 << 20 and size > HIGHEST_RATIO * max(packed, 1)
