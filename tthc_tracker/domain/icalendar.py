"""One appointment as an iCalendar file (RFC 5545): the little that a promised date needs."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from tthc_tracker.domain.localtime import VIETNAM

_LONGEST = 75  # octets of a line, without its break (3.1)
_ZONE = "Asia/Ho_Chi_Minh"
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_PRODUCT = "-//tthc_tracker//Tra cuu ho so//VI"


@dataclass(frozen=True)
class Appointment:
    """When to be where. uid: the same for the same appointment, so that a later file replaces it."""

    uid: str
    start: dt.datetime
    length: dt.timedelta
    summary: str
    location: str
    description: str


def calendar_file(one: Appointment, now: dt.datetime) -> bytes:
    """The file: UTF-8, lines folded at 75 octets and ended by CRLF.

    now: when it is made; of two files about one appointment the later holds. Vietnam has had one offset and
    no daylight saving since 1975, so its zone is one line.
    """
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", "METHOD:PUBLISH",
        "BEGIN:VTIMEZONE", f"TZID:{_ZONE}", "BEGIN:STANDARD", "DTSTART:19750613T000000",
        "TZOFFSETFROM:+0700", "TZOFFSETTO:+0700", "TZNAME:+07", "END:STANDARD", "END:VTIMEZONE",
        "BEGIN:VEVENT",
        f"UID:{_text(one.uid)}",
        f"DTSTAMP:{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{int(now.timestamp()) // 60}",
        f"DTSTART;VALUE=DATE-TIME;TZID={_ZONE}:{_local(one.start)}",
        f"DTEND;VALUE=DATE-TIME;TZID={_ZONE}:{_local(one.start + one.length)}",
        f"SUMMARY:{_text(one.summary)}",
        f"LOCATION:{_text(one.location)}",
        f"DESCRIPTION:{_text(one.description)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT", "END:VCALENDAR",
    )  # fmt: skip
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line.encode()))


def _text(words: str) -> str:
    return words.replace("\r\n", "\n").translate(_ESCAPES)


def _local(moment: dt.datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%Y%m%dT%H%M%S}"


def _folded(line: bytes) -> Iterator[bytes]:
    """The line in pieces, none cut within a letter; all but the first begin with a blank."""
    blank = b""
    while len(blank + line) > _LONGEST:
        end = _LONGEST - len(blank)
        while line[end] & 0xC0 == 0x80:  # within a letter of UTF-8
            end -= 1
        yield blank + line[:end]
        blank, line = b" ", line[end:]
    yield blank + line
