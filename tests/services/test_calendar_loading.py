"""Calendar files: days with their basis, hours of a week, known years; twice is once."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.moments import at, on
from tthc_tracker.domain.workcalendar import DayKind
from tthc_tracker.models.calendar import CalendarDay, OfficeHours
from tthc_tracker.queries import calendars
from tthc_tracker.queries.agencies import agency_id
from tthc_tracker.queries.calendaryears import year_page
from tthc_tracker.services.agencies import load_agencies
from tthc_tracker.services.calendars import load_calendar
from tthc_tracker.services.tablerows import BadRows, Outcome

pytestmark = pytest.mark.bare

NOW = at("Mon 2026-11-23 08:00")
HEAD = "date,kind,windows,basis,agency,weekdays\n"
WEEK = HEAD + "2020-01-01,hours,07:00-11:30;13:30-17:00,mặc định,,\n2026-01-01,year_published,,Thông báo,,\n"
OFF, SATURDAY = on("Mon 2026-08-31"), on("Sat 2026-08-22")


def load(session: Session, text: str) -> Outcome:
    return load_calendar(session, text, actor_id=None, now=NOW)


def test_a_swap_closes_its_monday_and_opens_its_saturday(write: Session) -> None:
    days = (
        "2026-08-31,swap_off,,Thông báo số 1,,\n2026-08-22,make_up,07:30-11:30;13:00-16:30,Thông báo số 1,,\n"
    )
    assert load(write, WEEK + days) == Outcome(4, 0, 0)
    assert load(write, WEEK + days) == Outcome(0, 0, 4)
    work = calendars.national_calendar(write)
    assert (work.kind_on(OFF), work.kind_on(SATURDAY)) == (DayKind.SWAP_OFF, DayKind.MAKE_UP)
    assert work.last_closing(SATURDAY) == at("Sat 2026-08-22 16:30")


def test_a_day_is_put_back_into_its_week(write: Session) -> None:
    load(write, WEEK + "2026-08-31,holiday,,Quốc khánh,,\n")
    assert not calendars.national_calendar(write).is_working_day(OFF)
    assert load(write, HEAD + "2026-08-31,ordinary,,,,\n") == Outcome(0, 1, 0)
    assert calendars.national_calendar(write).is_working_day(OFF)
    assert load(write, HEAD + "2026-08-31,ordinary,,,,\n") == Outcome(0, 0, 1)


def test_a_week_is_replaced_as_a_whole(write: Session) -> None:
    load(write, WEEK)
    week = "2020-01-01,hours,7:30-11:30;13:30-17:30,mới,,mon-thu\n2020-01-01,hours,07:30-11:30,mới,,fri\n"
    assert load(write, HEAD + week) == Outcome(0, 1, 0)
    assert load(write, HEAD + week) == Outcome(0, 0, 1)
    rows = write.execute(select(OfficeHours.weekday, OfficeHours.windows).order_by(OfficeHours.weekday)).all()
    assert [tuple(row) for row in rows] == [
        *((weekday, "07:30-11:30;13:30-17:30") for weekday in range(4)),
        (4, "07:30-11:30"),
    ]


def test_hours_of_an_agency_hold_for_those_below_it_only(write: Session) -> None:
    rows = ("H50,Tỉnh,tinh,", "H50.1,Xã Một,xa,H50", "H50.11,Thôn,xa,H50.1", "H50.2,Xã Hai,xa,H50")
    tree = "\n".join(("code,name,level,parent", *rows))
    load_agencies(write, tree, actor_id=None, now=NOW)
    load(write, WEEK + "2026-01-01,hours,08:00-12:00,Quyết định xã,H50.1,mon-fri\n")
    closings = {
        code: calendars.work_calendar(write, agency_id(write, code)).last_closing(OFF).hour
        for code in ("H50", "H50.1", "H50.11", "H50.2")
    }
    assert closings == {"H50": 17, "H50.1": 12, "H50.11": 12, "H50.2": 17}


def test_intake_on_a_saturday_makes_no_working_day(write: Session) -> None:
    load(write, WEEK + "2026-01-01,intake_hours,07:30-11:00,mở thêm,,sat\n")
    assert not calendars.national_calendar(write).is_working_day(SATURDAY)
    weeks = year_page(write, None, 2026).weeks
    assert [(week.purpose, week.days[5]) for week in weeks] == [("work", ""), ("intake", "07:30-11:00")]


def test_a_single_day_of_intake_is_shown_with_its_decision_and_makes_no_working_day(write: Session) -> None:
    load(write, WEEK)
    extra = HEAD + "2026-08-22,intake_day,7:30-11:00,Quyết định 5,,\n"
    assert load(write, extra) == Outcome(1, 0, 0)
    assert load(write, extra) == Outcome(0, 0, 1)
    assert calendars.national_calendar(write).kind_on(SATURDAY) is DayKind.WEEKLY_OFF
    page = year_page(write, None, 2026)
    (shown,) = page.intakes
    assert (shown.on, shown.windows, shown.basis) == (SATURDAY, "07:30-11:00", "Quyết định 5")
    assert (page.specials, page.intake_days) == ((), {SATURDAY})
    ordinary = HEAD + "2026-08-22,ordinary,,,,\n"
    assert load(write, ordinary) == Outcome(0, 1, 0)
    assert load(write, ordinary) == Outcome(0, 0, 1)
    assert year_page(write, None, 2026).intakes == ()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        pytest.param("2026-13-01,holiday,,x,,", "date", id="a date that there is not"),
        pytest.param(",holiday,,x,,", "date", id="no date"),
        pytest.param("1950-01-01,holiday,,x,,", "date", id="a date before the clocks stood at +07:00"),
        pytest.param("2026-01-01,feast,,x,,", "kind", id="a kind that there is not"),
        pytest.param("2026-01-01,,,x,,", "kind", id="no kind"),
        pytest.param("2026-01-10,make_up,,x,,", "windows", id="a make-up day without its hours"),
        pytest.param("2026-01-10,intake_day,,x,,", "windows", id="a day of intake without its hours"),
        pytest.param("2026-01-10,make_up,7h-11h,x,,", "windows", id="hours in another form"),
        pytest.param("2026-01-10,make_up,11:30-07:00,x,,", "windows", id="an end before the beginning"),
        pytest.param("2026-01-10,make_up,07:00-11:30;11:00-17:00,x,,", "windows", id="windows that overlap"),
        pytest.param("2026-01-01,holiday,,x,H99,", "agency", id="an agency that nobody knows"),
        pytest.param("2026-01-01,hours,07:00-11:30,x,,thứ hai", "weekdays", id="a weekday in words"),
        pytest.param(
            "2026-01-01,year_published,,x,,\n2026-05-01,year_provisional,,x,,", "date", id="a year twice"
        ),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_loaded(write: Session, row: str, column: str) -> None:
    with pytest.raises(BadRows) as refused:
        load(write, HEAD + "2026-04-30,holiday,,Chiến thắng,,\n" + row + "\n")
    assert [fault.column for fault in refused.value.faults] == [column]
    assert write.execute(select(func.count()).select_from(CalendarDay)).scalar_one() == 0


def test_a_year_at_a_glance_counts_what_is_worked(write: Session) -> None:
    load(
        write,
        WEEK + "2026-08-31,swap_off,,A,,\n2026-08-22,make_up,07:00-11:30,A,,\n2026-09-02,holiday,,B,,\n",
    )
    page = year_page(write, None, 2026)
    assert (page.status, page.basis) == ("published", "Thông báo")
    weekdays = sum(1 for number in range(365) if (dt.date(2026, 1, 1) + dt.timedelta(number)).weekday() < 5)
    assert page.working_days == weekdays - 1
    assert [(line.on, line.kind, line.basis) for line in page.specials] == [
        (SATURDAY, DayKind.MAKE_UP, "A"),
        (OFF, DayKind.SWAP_OFF, "A"),
        (on("Wed 2026-09-02"), DayKind.HOLIDAY, "B"),
    ]
    august = page.months[7].weeks
    assert august[-1][0] is not None
    assert august[-1][0].kind is DayKind.SWAP_OFF


def test_an_unknown_year_shows_no_kind_of_day(write: Session) -> None:
    load(write, WEEK)
    page = year_page(write, None, 2031)
    assert (page.status, page.working_days) == ("", None)
    assert {mark.kind for month in page.months for week in month.weeks for mark in week if mark} == {None}
