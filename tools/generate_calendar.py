"""Write the first suggestion of the national calendar to the standard output.

The days come from the library `holidays` (a development tool); its known errors are put right below, and
each row says what it rests on. The shipped file is the authority: a person checks and edits it.
"""

import csv
import datetime as dt
import sys
from collections.abc import Iterator

import holidays

FIRST, LAST_PUBLISHED, LAST = 2019, 2026, 2027
WINDOWS = "07:00-11:30;13:30-17:00"

LIBRARY = f"thư viện holidays {holidays.__version__}, chưa đối chiếu"
LABOUR_CODE = "Bộ luật Lao động Đ112"
SCHEDULE_2026 = "lịch nghỉ năm 2026, số văn bản chưa đối chiếu"
SWAP_AT_NEW_YEAR = "văn bản số 12729/VPCP-KGVX ngày 25/12/2025"
CULTURE_DAY = "được quy định là ngày nghỉ từ năm 2026; chưa đối chiếu văn bản luật; có thể tắt"
EXPECTED = "dự kiến, chưa có lịch chính thức"

NAMES = {
    "New Year's Day": "Tết Dương lịch",
    "Hung Kings' Commemoration Day": "Giỗ Tổ Hùng Vương",
    "Liberation Day/Reunification Day": "Ngày Chiến thắng 30/4",
    "International Labor Day": "Ngày Quốc tế lao động 1/5",
    "National Day": "Quốc khánh",
    "Vietnam Cultural Day": "Ngày Văn hóa Việt Nam",
}
ON_A_FIXED_DAY = {"Tết Dương lịch", "Giỗ Tổ Hùng Vương", "Ngày Chiến thắng 30/4", "Ngày Quốc tế lao động 1/5"}

# What the library misses (off, worked instead). Its list of worked weekends names 27/12/2014 and 5/1/2019 in
# every year: only those of the year asked for are taken.
MISSED_SWAPS = {2026: [(dt.date(2026, 1, 2), dt.date(2026, 1, 10), SWAP_AT_NEW_YEAR)]}

Line = tuple[str, str, str, str, str, str]


def main() -> None:
    """Print the file."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["date", "kind", "weekdays", "windows", "basis", "agency"])
    week = "giờ làm việc mặc định của phần mềm; cơ quan đặt giờ của mình"
    writer.writerow([f"{FIRST}-01-01", "hours", "mon-fri", WINDOWS, week, ""])
    for year in range(FIRST, LAST + 1):
        published = year <= LAST_PUBLISHED
        status = "year_published" if published else "year_provisional"
        writer.writerow([f"{year}-01-01", status, "", "", source_of(year), ""])
        writer.writerows(sorted(days(year)))


def days(year: int) -> Iterator[Line]:
    """The rows of a year's days."""
    found = holidays.country_holidays("VN", years=year)
    swapped = dict(swaps(year, found))
    for day, english in found.items():
        if day.year == year and day not in {off for off, _ in swapped.values()}:
            yield row(day, "holiday", "", statutory_basis(day, english))
    for worked, (off, basis) in swapped.items():
        if off.year >= FIRST:
            yield row(off, "swap_off", "", f"Hoán đổi với {written(worked)}; {basis}")
        yield row(worked, "make_up", WINDOWS, f"Làm bù cho {written(off)}; {basis}")


def swaps(year: int, found: holidays.HolidayBase) -> Iterator[tuple[dt.date, tuple[dt.date, str]]]:
    """Worked day → (day off, basis)."""
    for off, worked, basis in MISSED_SWAPS.get(year, []):
        yield worked, (off, basis)
    for day, english in found.items():
        if day.year == year and english.startswith("Day off (substituted from "):
            text = english.removeprefix("Day off (substituted from ").removesuffix(")")
            worked = dt.datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a date without an hour
            assert worked in found.weekend_workdays, worked
            yield worked, (day, source_of(year))
    if year == 2019:  # its day off, 31/12/2018, lies before the first year of this calendar
        yield dt.date(2019, 1, 5), (dt.date(2018, 12, 31), LIBRARY)


def source_of(year: int) -> str:
    """What the days of a year were taken from."""
    if year > LAST_PUBLISHED:
        return EXPECTED
    return SCHEDULE_2026 if year == 2026 else LIBRARY


def statutory_basis(day: dt.date, english: str) -> str:
    """Name of the day and what it rests on: the code where our papers give it, else the library."""
    plain = english.removesuffix(" (observed)")
    name = NAMES.get(plain, "Tết Nguyên đán, kể cả nghỉ bù")
    source = source_of(day.year)
    if name == "Ngày Văn hóa Việt Nam":
        return f"{name}; {CULTURE_DAY}" + ("" if day.year == 2026 else f"; {EXPECTED}")
    if plain != english:
        return f"Nghỉ bù {name}; {source}"
    if day.year <= 2020:  # before the code whose article our papers give
        return f"{name}; {source}"
    if name in ON_A_FIXED_DAY:
        return f"{name}; {LABOUR_CODE}" + (f"; {EXPECTED}" if day.year == LAST else "")
    return f"{name}; {LABOUR_CODE}; ngày cụ thể: {source}"


def row(day: dt.date, kind: str, windows: str, basis: str) -> Line:
    """One line of the file."""
    return day.isoformat(), kind, "", windows, basis, ""


def written(day: dt.date) -> str:
    """A day as people write it."""
    return f"{day.day}/{day.month}/{day.year}"


if __name__ == "__main__":
    main()
