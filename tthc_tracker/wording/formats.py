"""Dates, numbers and lengths of time as a Vietnamese officer writes them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

NOTHING = "–"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
WORKING_DAY_MINUTES = 480
HOUR = 60
DAY = 24 * HOUR


def _local(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(VIETNAM)


def day(value: date | None) -> str:
    """`23/11/2026`; a moment gives its local date; nothing gives a dash."""
    if value is None:
        return NOTHING
    on = _local(value) if isinstance(value, datetime) else value
    return f"{on.day:02}/{on.month:02}/{on.year:04}"


def day_month(value: date | None) -> str:
    """`23/11`: where the year is clear."""
    return NOTHING if value is None else day(value)[:5]


def clock_time(value: datetime | None) -> str:
    """`14:05`, local."""
    return NOTHING if value is None else _local(value).strftime("%H:%M")


def moment(value: datetime | None) -> str:
    """`14:05 23/11/2026`, local."""
    if value is None:
        return NOTHING
    on = value if value.tzinfo is VIETNAM else _local(value)
    return f"{_CLOCK[on.hour * HOUR + on.minute]} {_day(on.date())}"


# Files have a hundred thousand moments, of a few hundred days.
_CLOCK = tuple(f"{minute // HOUR:02}:{minute % HOUR:02}" for minute in range(DAY))


@lru_cache(maxsize=4096)
def _day(on: date) -> str:
    return f"{on.day:02}/{on.month:02}/{on.year:04}"


def weekday(value: date | None) -> str:
    """`Thứ Hai`."""
    if value is None:
        return NOTHING
    on = _local(value) if isinstance(value, datetime) else value
    return WEEKDAYS[on.weekday()]


def long_day(value: date | None) -> str:
    """`Thứ Hai, 23/11/2026`."""
    return NOTHING if value is None else f"{weekday(value)}, {day(value)}"


def spoken_moment(value: datetime | None) -> str:
    """`14 giờ 05 phút, ngày 23/11/2026`, as receipts print it."""
    if value is None:
        return NOTHING
    local = _local(value)
    return f"{local.hour:02} giờ {local.minute:02} phút, ngày {day(local)}"


def iso(value: date | None) -> str:
    """For `<time datetime>`: `2026-11-23` or `2026-11-23T14:05+07:00`."""
    if value is None:
        return ""
    return _local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def number(value: float | Decimal | None, places: int = 0) -> str:
    """`1.234.567`; with places `1.234,50`. Rounded half up."""
    if value is None:
        return NOTHING
    if type(value) is int and not places:  # nearly all that a table shows
        return f"{value:,}".replace(",", ".")
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{exact:,.{places}f}".translate({ord(","): ".", ord("."): ","})


def amount(value: float | Decimal | None) -> str:
    """A quantity with no more places than it needs: `3`, `0,5`, `12,25`."""
    if value is None:
        return NOTHING
    text = number(value, 2)
    return text.rstrip("0").rstrip(",")


def money(value: int | Decimal | None) -> str:
    """`1.250.000 đ`."""
    return NOTHING if value is None else f"{number(value)} đ"


def percent(value: float | Decimal | None, places: int = 2) -> str:
    """`99,72 %` of a value that is already a percentage; nothing (no denominator) gives a dash."""
    return NOTHING if value is None else f"{number(value, places)} %"


def rate(numerator: int, denominator: int) -> str:
    """`99,72 %` from its two parts, half up; a dash when there is nothing to divide by."""
    return NOTHING if denominator == 0 else percent(Decimal(100 * numerator) / Decimal(denominator))


def _parts(*pieces: tuple[int, str]) -> str:
    return " ".join(f"{number(count)} {word}" for count, word in pieces if count)


def working_length(minutes: int | None, minutes_of_day: int = WORKING_DAY_MINUTES) -> str:
    """Working minutes as `2 ngày 3 giờ làm việc`; minutes are said only below a working day."""
    if minutes is None:
        return NOTHING
    days, rest = divmod(abs(minutes), minutes_of_day)
    hours, single = divmod(rest, HOUR)
    said = _parts((days, "ngày"), (hours, "giờ"), (0 if days else single, "phút"))
    return f"{said or '0 phút'} làm việc"


def length(span: timedelta | None) -> str:
    """Time by the clock, its two largest parts: `3 ngày 4 giờ`, `2 giờ 5 phút`, `dưới 1 phút`."""
    if span is None:
        return NOTHING
    days, rest = divmod(int(abs(span).total_seconds()) // 60, DAY)
    hours, minutes = divmod(rest, HOUR)
    said = _parts((days, "ngày"), (hours, "giờ"), (0 if days else minutes, "phút"))
    return said or "dưới 1 phút"


def late_by(days: int | None) -> str:
    """How late by days: `Quá hạn 3 ngày`, `Đến hạn hôm nay`, `Còn 2 ngày`; negative means time left."""
    if days is None:
        return "Không có hạn"
    if days == 0:
        return "Đến hạn hôm nay"
    return f"Quá hạn {number(days)} ngày" if days > 0 else f"Còn {number(-days)} ngày"


def ago(past: datetime, now: datetime) -> str:
    """`vừa xong`, `5 phút trước`, `3 giờ trước`, `2 ngày trước`."""
    minutes = int((now - past).total_seconds()) // 60
    if minutes < 1:
        return "vừa xong"
    for size, word in ((DAY, "ngày"), (HOUR, "giờ")):
        if minutes >= size:
            return f"{number(minutes // size)} {word} trước"
    return f"{minutes} phút trước"


FILTERS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        "day": day,
        "day_month": day_month,
        "clock_time": clock_time,
        "moment": moment,
        "weekday": weekday,
        "long_day": long_day,
        "spoken_moment": spoken_moment,
        "iso": iso,
        "number": number,
        "amount": amount,
        "money": money,
        "percent": percent,
        "working_length": working_length,
        "length_of_time": length,
        "late_by": late_by,
        "ago": ago,
    }
)
"""The filters of the templates by name; the web layer registers them."""
