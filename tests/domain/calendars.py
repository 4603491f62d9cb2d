"""Calendars that the examples of the law count by."""

from datetime import date

from tthc_tracker.domain.workcalendar import (
    DayKind,
    DayWindows,
    SpecialDay,
    WeeklyHours,
    Window,
    WorkCalendar,
)


def hours(*texts: str) -> DayWindows:
    """`hours("07:30-11:30", "13:30-17:00")`: the windows of a day."""

    def minute(clock: str) -> int:
        return int(clock[:2]) * 60 + int(clock[3:])

    return tuple(Window(minute(text[:5]), minute(text[6:])) for text in texts)


OFFICE_DAY = hours("07:30-11:30", "13:30-17:00")
OFFICE_WEEK = (OFFICE_DAY,) * 5 + ((), ())
OFF = SpecialDay((), DayKind.HOLIDAY)
SWAPPED = SpecialDay((), DayKind.SWAP_OFF)
MADE_UP = SpecialDay(OFFICE_DAY, DayKind.MAKE_UP)

# The facts of 2026 that the examples stand on (docs/law.md).
DAYS_2026 = {
    date(2026, 1, 1): OFF,
    date(2026, 1, 2): SWAPPED,
    date(2026, 1, 10): MADE_UP,
    **{date(2026, 2, day): OFF for day in range(16, 21)},
    date(2026, 4, 27): OFF,
    date(2026, 4, 30): OFF,
    date(2026, 5, 1): OFF,
    date(2026, 8, 22): MADE_UP,
    date(2026, 8, 31): SWAPPED,
    date(2026, 9, 1): OFF,
    date(2026, 9, 2): OFF,
    date(2026, 11, 24): OFF,
}


def office(
    days: dict[date, SpecialDay] | None = None,
    *,
    week: tuple[DayWindows, ...] = OFFICE_WEEK,
    published: tuple[int, ...] = (2025, 2026),
    provisional: tuple[int, ...] = (),
) -> WorkCalendar:
    """An office open 07:30–11:30 and 13:30–17:00, Monday to Friday, on the days of 2026."""
    return WorkCalendar([WeeklyHours(week)], DAYS_2026 if days is None else days, published, provisional)


OFFICE = office()
