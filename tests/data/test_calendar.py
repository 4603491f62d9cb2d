"""The national calendar agrees with what is known of its years."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.data.shipped import rows
from tests.support.moments import on

CALENDAR = rows("calendar/national.csv")
SPECIAL = {row["date"]: row for row in CALENDAR if row["kind"] in {"holiday", "swap_off", "make_up"}}
YEARS = range(2019, 2028)


def _days(year: int) -> Iterator[dt.date]:
    day = dt.date(year, 1, 1)
    while day.year == year:
        yield day
        day += dt.timedelta(days=1)


def _is_worked(day: dt.date) -> bool:
    row = SPECIAL.get(day.isoformat())
    return bool(row["windows"]) if row else day.weekday() < 5


# Weekdays of the year less the days off that fall on them, plus the Saturdays worked instead:
# counted by hand from the announced holidays, not from the file.
WORKED = {
    "2019: 261 - 1 (1/1) - 5 (Tết) - 1 (15/4) - 2 (29-30/4) - 1 (1/5) - 1 (2/9) + 2 (5/1, 4/5)": (2019, 252),
    "2020: 262 - 1 (1/1) - 5 (Tết 23-29/1) - 1 (2/4) - 1 (30/4) - 1 (1/5) - 1 (2/9)": (2020, 252),
    "2021: 261 - 1 (1/1) - 5 (Tết 10-16/2) - 1 (21/4) - 1 (30/4) - 1 (3/5) - 2 (2-3/9)": (2021, 250),
    "2022: 260 - 1 (3/1) - 5 (Tết 31/1-4/2) - 1 (11/4) - 2 (2-3/5) - 2 (1-2/9)": (2022, 249),
    "2023: 260 - 1 (2/1) - 5 (Tết 20-26/1) - 3 (1-3/5) - 2 (1/9, 4/9)": (2023, 249),
    "2024: 262 - 1 (1/1) - 5 (Tết 8-14/2) - 1 (18/4) - 3 (29/4-1/5) - 2 (2-3/9) + 1 (4/5)": (2024, 251),
    "2025: 261 - 1 (1/1) - 5 (Tết 27-31/1) - 1 (7/4) - 3 (30/4-2/5) - 2 (1-2/9) + 1 (26/4)": (2025, 250),
    "2026: 261 - 2 (1-2/1) - 5 (Tết 16-20/2) - 3 (27/4, 30/4, 1/5) - 3 (31/8-2/9) - 1 (24/11) + 2": (
        2026,
        249,
    ),
}


@pytest.mark.parametrize(("year", "days"), WORKED.values(), ids=WORKED.keys())
def test_a_year_has_the_working_days_that_were_announced(year: int, days: int) -> None:
    assert sum(map(_is_worked, _days(year))) == days


OFF_2026 = [
    "Thu 2026-01-01", "Fri 2026-01-02",
    "Mon 2026-02-16", "Tue 2026-02-17", "Wed 2026-02-18", "Thu 2026-02-19", "Fri 2026-02-20",
    "Mon 2026-04-27", "Thu 2026-04-30", "Fri 2026-05-01",
    "Mon 2026-08-31", "Tue 2026-09-01", "Wed 2026-09-02", "Tue 2026-11-24",
]  # fmt: skip


def test_2026_is_off_on_the_days_that_were_ordered_and_on_no_other_weekday() -> None:
    off = {day for day in _days(2026) if day.weekday() < 5 and not _is_worked(day)}
    assert off == {on(day) for day in OFF_2026}


def test_2026_is_worked_on_the_two_saturdays_that_were_exchanged() -> None:
    worked = {day for day in _days(2026) if day.weekday() >= 5 and _is_worked(day)}
    assert worked == {on("Sat 2026-01-10"), on("Sat 2026-08-22")}


def test_every_year_is_known_once_and_only_2027_is_provisional() -> None:
    known = [(row["date"][:4], row["kind"]) for row in CALENDAR if row["kind"].startswith("year_")]
    assert known == [(str(year), "year_published") for year in YEARS[:-1]] + [("2027", "year_provisional")]


def test_the_default_week_is_eight_hours_monday_to_friday() -> None:
    hours = [(row["date"], row["weekdays"], row["windows"]) for row in CALENDAR if row["kind"] == "hours"]
    assert hours == [("2019-01-01", "mon-fri", "07:00-11:30;13:30-17:00")]


def test_a_day_stands_once_and_in_a_known_year() -> None:
    days = [row["date"] for row in CALENDAR if row["kind"] in {"holiday", "swap_off", "make_up"}]
    assert len(days) == len(set(days))
    assert {int(day[:4]) for day in days} == set(YEARS)


def test_make_up_days_are_saturdays_with_hours_of_their_own_and_days_off_have_none() -> None:
    for day, row in SPECIAL.items():
        assert bool(row["windows"]) == (row["kind"] == "make_up"), day
        if row["kind"] == "make_up":
            assert dt.date.fromisoformat(day).weekday() == 5


def test_every_swapped_day_has_its_saturday() -> None:
    swapped = Counter(day[:4] for day, row in SPECIAL.items() if row["kind"] == "swap_off")
    worked = Counter(day[:4] for day, row in SPECIAL.items() if row["kind"] == "make_up")
    assert swapped == {"2019": 1, "2024": 1, "2025": 1, "2026": 2}
    assert worked == swapped + Counter({"2019": 1})  # 5/1/2019 was worked for 31/12/2018


def test_every_row_says_what_it_rests_on() -> None:
    assert not [row for row in CALENDAR if not row["basis"]]


def test_a_document_number_stands_only_where_it_was_read() -> None:
    numbered = {row["date"] for row in CALENDAR if "số 1" in row["basis"] or "/VPCP" in row["basis"]}
    assert numbered == {"2026-01-02", "2026-01-10"}
    of_the_code = {row["date"][:4] for row in CALENDAR if "Đ112" in row["basis"]}
    assert min(of_the_code) == "2021"


def test_the_day_of_culture_says_that_its_law_was_not_seen() -> None:
    assert "chưa đối chiếu văn bản luật" in SPECIAL["2026-11-24"]["basis"]
    assert "Đ112" not in SPECIAL["2026-11-24"]["basis"]
