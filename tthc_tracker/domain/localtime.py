"""Local minutes: how the law counts inside, and the one way in and out of aware moments.

A local minute is a whole number: day ordinal × 1440 + minute of the day, by the clocks of Asia/Ho_Chi_Minh,
which have stood at +07:00 without daylight saving since 1975. Seconds are cut off on the way in.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from tthc_tracker.domain.errors import InvalidMoment

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
SEVEN_HOURS = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""The offset since 1975, for moments of any year that other systems write."""
DAY = 1440
HOUR = 60
_OFFSET = 7 * HOUR
_LAST_MINUTE = date.max.toordinal() * DAY + DAY - 1
_CLOCKS = tuple(f" {minute // HOUR:02}:{minute % HOUR:02}:00.000000" for minute in range(DAY))
_SINCE_MIDNIGHT = tuple(timedelta(minutes=minute) for minute in range(DAY))
_SEVEN_HOURS_SINCE = 1976
_FIRST_MIDNIGHT = datetime.min.replace(tzinfo=VIETNAM)


def minute_of(moment: datetime) -> int:
    """The local minute in which an aware moment lies. Raises InvalidMoment for a naive one."""
    minute = moment.toordinal() * DAY + moment.hour * HOUR + moment.minute
    zone = moment.tzinfo
    if zone is VIETNAM or zone is SEVEN_HOURS:
        return minute
    offset = moment.utcoffset()
    if offset is None:
        raise InvalidMoment(f"a moment needs its offset: {moment.isoformat()}")
    minute += (_OFFSET * 60 + moment.second - int(offset.total_seconds())) // 60
    if not DAY <= minute <= _LAST_MINUTE:
        raise InvalidMoment(f"a moment outside the years 1 to 9999: {moment.isoformat()}")
    return minute


def moment_of(minute: int) -> datetime:
    """The aware moment, in Asia/Ho_Chi_Minh, at which a local minute begins."""
    return midnight_of(minute // DAY) + _SINCE_MIDNIGHT[minute % DAY]


@lru_cache(maxsize=8192)
def midnight_of(ordinal: int) -> datetime:
    """The aware moment at which the day of an ordinal begins; kept, since dates crowd in a few years."""
    return _FIRST_MIDNIGHT + timedelta(days=ordinal - 1)


def utc_text(moment: datetime) -> str:
    """An aware moment in UTC, `YYYY-MM-DD HH:MM:SS.ffffff`: texts of one length, which sort as moments do.

    An import writes ten of them a row: whole local minutes are looked up, in a fifth of the time.
    """
    zone = moment.tzinfo
    if (
        (zone is SEVEN_HOURS or zone is VIETNAM)
        and moment.year >= _SEVEN_HOURS_SINCE
        and not (moment.second or moment.microsecond)
    ):
        minute = moment.hour * HOUR + moment.minute - _OFFSET
        return _day_text(moment.toordinal() - (minute < 0)) + _CLOCKS[minute]
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(maxsize=8192)
def _day_text(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def local_date(moment: datetime) -> date:
    """The date on which an aware moment lies in Asia/Ho_Chi_Minh."""
    return date_of(minute_of(moment) // DAY)


def midnight_after(minute: int) -> int:
    """00:00 of the day after the one in which the minute lies."""
    return (minute // DAY + 1) * DAY


def clock_minute(clock: time) -> int:
    """The minute of the day at which a clock shows this time."""
    return clock.hour * HOUR + clock.minute


def date_of(ordinal: int) -> date:
    """The date of a day ordinal."""
    return date.fromordinal(ordinal)
