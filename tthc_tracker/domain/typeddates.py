"""Dates as people type them and as addresses carry them: day before month, whatever the browser's language.

ISO (2026-11-23) is understood too: links and saved views made before carry it.
"""

import datetime as dt
import re

YEARS = range(1800, 2500)  # beyond them somebody slipped; near 1 and 9999 the arithmetic of moments ends

_DAY = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4})|([0-9]{2})([0-9]{2})([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOMENT = re.compile(
    r"(.*[0-9])(?:T|[ ,]+)([0-9]{1,2})[:.hg]([0-9]{2})(?::[0-9]{2})?|(.*[0-9]) +([0-9]{2})([0-9]{2})"
)
_DIGITS = re.compile(r"([0-9]{8})([0-9]{2})([0-9]{2})")


class UnreadableError(ValueError):
    """A text that is no date, or no moment, of the calendar."""


def read_day(text: str) -> dt.date:
    """The date of `23/11/2026`, `3/1/2026`, `23-11-2026`, `23.11.2026`, `23112026` or `2026-11-23`.

    Raises:
        UnreadableError: it is none, no day of the calendar, or of a year outside YEARS.
    """
    typed = text.strip()
    if found := _ISO.fullmatch(typed):
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY.fullmatch(typed):
        day, month, year = (int(part) for part in found.groups() if part)
    else:
        raise UnreadableError(text)
    if year not in YEARS:
        raise UnreadableError(text)
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise UnreadableError(text) from None


def read_moment(text: str) -> dt.datetime:
    """The moment of a date as `read_day` takes it and `08:30`, `8h30` or `0830`; without a time zone.

    Raises:
        UnreadableError: it is none; a date without its hour is none either.
    """
    typed = text.strip()
    found = _MOMENT.fullmatch(typed) or _DIGITS.fullmatch(typed)
    if not found:
        raise UnreadableError(text)
    day, hour, minute = (part for part in found.groups() if part)
    try:
        return dt.datetime.combine(read_day(day), dt.time(int(hour), int(minute)))
    except ValueError:
        raise UnreadableError(text) from None
