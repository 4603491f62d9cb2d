"""The calendar file of a promised date, read back by the rules of RFC 5545."""

import datetime as dt
import re

from tests.support.moments import at
from tthc_tracker.domain.icalendar import Appointment, calendar_file

PLACE = "Bộ phận Tiếp nhận và Trả kết quả, phường Đông Hà; số 1 Hùng Vương,\r\nQuảng Trị \\ tầng 2 "
LONG = PLACE * 3
ONE = Appointment(
    "hen-tra-H50.1", at("Fri 2026-11-27 14:00"), dt.timedelta(minutes=30), "Nhận kết quả", LONG, "a\nb"
)
NOW = at("Thu 2026-11-26 09:00")


def read(file: bytes) -> dict[str, str]:
    """The properties of the event, unfolded and unescaped."""
    assert file.endswith(b"\r\n")
    lines = file.decode().replace("\r\n ", "").split("\r\n")
    event = lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")]
    unescaped = {"\\n": "\n", "\\,": ",", "\\;": ";", "\\\\": "\\"}
    pairs = (line.split(":", 1) for line in event)
    return {name: re.sub(r"\\[n,;\\]", lambda found: unescaped[found[0]], value) for name, value in pairs}


def test_what_is_written_is_read_back() -> None:
    event = read(calendar_file(ONE, NOW))
    assert event["SUMMARY"] == "Nhận kết quả"
    assert event["LOCATION"] == LONG.replace("\r\n", "\n")
    assert event["DESCRIPTION"] == "a\nb"
    assert event["DTSTAMP"] == "20261126T020000Z"
    assert event["UID"] == "hen-tra-H50.1"


def test_the_hours_are_those_of_vietnam_wherever_the_moment_was_given() -> None:
    elsewhere = Appointment("u", ONE.start.astimezone(dt.UTC), ONE.length, "s", "l", "d")
    for one in (ONE, elsewhere):
        event = read(calendar_file(one, NOW))
        assert event["DTSTART;VALUE=DATE-TIME;TZID=Asia/Ho_Chi_Minh"] == "20261127T140000"
        assert event["DTEND;VALUE=DATE-TIME;TZID=Asia/Ho_Chi_Minh"] == "20261127T143000"


def test_no_line_is_longer_than_75_octets_or_cut_within_a_letter() -> None:
    file = calendar_file(ONE, NOW)
    lines = file.split(b"\r\n")
    assert max(len(line) for line in lines) == 75
    for line in lines:
        line.decode()
    assert file.count(b"\n") == file.count(b"\r\n"), "no bare line feed"


def test_a_later_file_replaces_an_earlier_one() -> None:
    later = calendar_file(ONE, NOW + dt.timedelta(minutes=1))
    assert int(read(later)["SEQUENCE"]) == int(read(calendar_file(ONE, NOW))["SEQUENCE"]) + 1
