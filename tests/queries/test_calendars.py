"""The calendar an agency works by: its own rows before its superiors', remembered until one changes."""

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.support.desk import Office, open_office
from tests.support.moments import at, on
from tthc_tracker.domain.errors import CalendarHorizonError, InvalidCalendar
from tthc_tracker.domain.workcalendar import DayKind, Window
from tthc_tracker.models.calendar import CalendarDay, OfficeHours
from tthc_tracker.queries.calendars import national_calendar, parse_windows, work_calendar
from tthc_tracker.services.revisions import raise_revision

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MONDAY, TUESDAY = on("Mon 2026-11-16"), on("Tue 2026-11-17")


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def hours(session: "Session", agency: int, windows: str, purpose: str = "work") -> None:
    """The same windows from Monday to Friday, from 2026 on."""
    for weekday in range(5):
        session.add(
            OfficeHours(
                agency_id=agency, agency_key=agency, purpose=purpose, valid_from=dt.date(2026, 1, 1),
                weekday=weekday, windows=windows,
            )
        )  # fmt: skip
    session.flush()
    raise_revision(session, "calendar")


def closed(session: "Session", agency: int, date: dt.date, kind: str = "holiday", windows: str = "") -> None:
    session.add(
        CalendarDay(agency_id=agency, agency_key=agency, date=date, kind=kind, windows=windows, basis="thử")
    )
    session.flush()
    raise_revision(session, "calendar")


def test_an_agency_without_rows_of_its_own_works_by_the_nations(write: "Session", office: Office) -> None:
    own, nations = work_calendar(write, office.ward), national_calendar(write)
    assert own is nations
    assert own.windows_on(MONDAY) == parse_windows("07:00-11:30;13:30-17:00")


def test_hours_come_from_the_nearest_superior_that_has_any(write: "Session", office: Office) -> None:
    hours(write, office.province, "08:00-12:00")
    assert work_calendar(write, office.ward).windows_on(MONDAY) == parse_windows("08:00-12:00")
    hours(write, office.ward, "09:00-12:00")
    assert work_calendar(write, office.ward).windows_on(MONDAY) == parse_windows("09:00-12:00")
    assert work_calendar(write, office.other).windows_on(MONDAY) == parse_windows("08:00-12:00")
    assert len(national_calendar(write).windows_on(MONDAY)) == 2


def test_hours_of_intake_count_no_deadline(write: "Session", office: Office) -> None:
    hours(write, office.ward, "07:00-19:00", purpose="intake")
    assert work_calendar(write, office.ward).last_closing(MONDAY) == at("Mon 2026-11-16 17:00")


def test_a_day_of_ones_own_stands_before_the_superiors(write: "Session", office: Office) -> None:
    closed(write, office.province, MONDAY)
    closed(write, office.ward, MONDAY, "make_up", "07:00-08:00")
    closed(write, office.ward, TUESDAY)
    assert work_calendar(write, office.ward).kind_on(MONDAY) is DayKind.MAKE_UP
    assert work_calendar(write, office.other).kind_on(MONDAY) is DayKind.HOLIDAY
    assert not work_calendar(write, office.ward).is_working_day(TUESDAY)
    assert work_calendar(write, office.other).is_working_day(TUESDAY)


def test_it_is_read_again_only_when_a_row_has_changed(write: "Session", office: Office) -> None:
    before = work_calendar(write, office.ward)
    assert work_calendar(write, office.ward) is before
    closed(write, office.ward, MONDAY)
    assert work_calendar(write, office.ward) is not before
    assert not work_calendar(write, office.ward).is_working_day(MONDAY)


def test_beyond_the_known_years_it_refuses_to_count(write: "Session", office: Office) -> None:
    with pytest.raises(CalendarHorizonError):
        national_calendar(write).is_working_day(dt.date(2050, 1, 3))


def test_windows_are_read_as_they_are_written() -> None:
    assert parse_windows("") == ()
    assert parse_windows("07:30-11:30") == (Window(450, 690),)
    for wrong in ("07:30", "11:30-07:30", "a-b"):
        with pytest.raises((ValueError, InvalidCalendar)):
            parse_windows(wrong)
