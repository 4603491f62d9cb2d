"""Dates, numbers and lengths of time read as an officer writes them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tthc_tracker.wording import formats

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
AFTERNOON = datetime(2026, 11, 23, 14, 5, tzinfo=HANOI)


def test_a_day_is_written_day_month_year() -> None:
    assert formats.day(date(2026, 3, 5)) == "05/03/2026"


def test_a_moment_of_another_zone_is_shown_in_vietnam_time() -> None:
    assert formats.moment(datetime(2026, 11, 22, 18, 30, tzinfo=UTC)) == "01:30 23/11/2026"
    assert formats.day(datetime(2026, 11, 22, 18, 30, tzinfo=UTC)) == "23/11/2026"


def test_a_moment_says_its_weekday_and_its_long_forms() -> None:
    assert formats.weekday(AFTERNOON) == "Thứ Hai"
    assert formats.long_day(date(2026, 11, 22)) == "Chủ nhật, 22/11/2026"
    assert formats.spoken_moment(AFTERNOON) == "14 giờ 05 phút, ngày 23/11/2026"


def test_the_machine_form_keeps_the_offset() -> None:
    assert formats.iso(AFTERNOON) == "2026-11-23T14:05+07:00"
    assert formats.iso(date(2026, 11, 23)) == "2026-11-23"


@pytest.mark.parametrize(
    ("value", "places", "words"),
    [
        pytest.param(0, 0, "0", id="nothing"),
        pytest.param(999, 0, "999", id="below a thousand no point"),
        pytest.param(1_234_567, 0, "1.234.567", id="points between thousands"),
        pytest.param(-1234, 0, "-1.234", id="a negative number"),
        pytest.param(1234.5, 2, "1.234,50", id="a comma before the fraction"),
        pytest.param(Decimal("0.125"), 2, "0,13", id="a half is rounded up"),
    ],
)
def test_a_number_has_vietnamese_separators(value: float | Decimal, places: int, words: str) -> None:
    assert formats.number(value, places) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param(3, "3", id="a whole amount"),
        pytest.param(Decimal("0.50"), "0,5", id="half a day"),
        pytest.param(Decimal("12.25"), "12,25", id="a quarter"),
        pytest.param(1500, "1.500", id="thousands keep their noughts"),
    ],
)
def test_an_amount_has_no_more_places_than_it_needs(value: float | Decimal, words: str) -> None:
    assert formats.amount(value) == words


def test_a_percentage_has_two_places_and_a_space() -> None:
    assert formats.percent(Decimal("99.716")) == "99,72 %"
    assert formats.rate(1406, 1410) == "99,72 %"


def test_a_rate_of_nothing_is_a_dash_and_not_nought() -> None:
    assert formats.rate(0, 0) == "–"


def test_money_is_in_dong() -> None:
    assert formats.money(1_250_000) == "1.250.000 đ"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        pytest.param(0, "0 phút làm việc", id="no time"),
        pytest.param(45, "45 phút làm việc", id="minutes"),
        pytest.param(125, "2 giờ 5 phút làm việc", id="hours and minutes"),
        pytest.param(2 * 480 + 180, "2 ngày 3 giờ làm việc", id="days and hours"),
        pytest.param(2 * 480 + 200, "2 ngày 3 giờ làm việc", id="minutes are not said beside days"),
        pytest.param(480, "1 ngày làm việc", id="a whole day alone"),
    ],
)
def test_working_time_is_told_in_days_of_eight_hours(minutes: int, words: str) -> None:
    assert formats.working_length(minutes) == words


def test_working_time_goes_by_the_length_of_the_agencys_day() -> None:
    assert formats.working_length(450, minutes_of_day=450) == "1 ngày làm việc"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        pytest.param(timedelta(seconds=20), "dưới 1 phút", id="seconds"),
        pytest.param(timedelta(hours=2, minutes=5), "2 giờ 5 phút", id="hours and minutes"),
        pytest.param(timedelta(days=3, hours=4, minutes=9), "3 ngày 4 giờ", id="days and hours"),
        pytest.param(-timedelta(days=1), "1 ngày", id="the sign is the sentence's"),
    ],
)
def test_time_by_the_clock_tells_its_largest_parts(span: timedelta, words: str) -> None:
    assert formats.length(span) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        pytest.param(3, "Quá hạn 3 ngày", id="late"),
        pytest.param(0, "Đến hạn hôm nay", id="due today"),
        pytest.param(-2, "Còn 2 ngày", id="time left"),
        pytest.param(None, "Không có hạn", id="no due date"),
    ],
)
def test_lateness_is_said_in_words(days: int | None, words: str) -> None:
    assert formats.late_by(days) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        pytest.param(timedelta(seconds=10), "vừa xong", id="just now"),
        pytest.param(timedelta(minutes=5), "5 phút trước", id="minutes"),
        pytest.param(timedelta(hours=3, minutes=50), "3 giờ trước", id="hours"),
        pytest.param(timedelta(days=2), "2 ngày trước", id="days"),
    ],
)
def test_the_past_is_told_by_its_largest_unit(span: timedelta, words: str) -> None:
    assert formats.ago(AFTERNOON - span, AFTERNOON) == words


@pytest.mark.parametrize("name", sorted(set(formats.FILTERS) - {"iso", "late_by", "ago"}))
def test_what_is_not_known_is_a_dash(name: str) -> None:
    assert formats.FILTERS[name](None) == "–"


def test_an_unknown_day_has_no_machine_form() -> None:
    assert formats.iso(None) == ""
