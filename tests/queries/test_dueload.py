"""The load: each day counts exactly the dossiers that its list shows, within one's scope."""

import datetime as dt

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at, on
from tthc_tracker.domain.permissions import EVERYTHING as ALL_OF_IT
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.domain.workcalendar import DEFAULT_WEEK, WeeklyHours, WorkCalendar
from tthc_tracker.extensions import Database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import dueload
from tthc_tracker.queries.calendars import national_calendar
from tthc_tracker.queries.dueload import NOBODY, Narrowed
from tthc_tracker.queries.listing import EVERYTHING
from tthc_tracker.services import reception
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.wording.dueload import level

MONDAY = at("Mon 2026-11-16 09:00")
NOW = at("Fri 2026-11-20 08:00")


@pytest.fixture
def office(write: Session) -> Office:
    """Seven dossiers: six of three working days, of two days and two communes; one of the same day."""
    office = open_office(write)
    said = [(office.ward, "1.004873", 0), (office.ward, "1.004873", 0), (office.ward, "2.000815", 0),
            (office.ward, "1.004873", 1), (office.ward, "1.004873", 1), (office.other, "1.004873", 1),
            (office.ward, "1.004873", 1)]  # fmt: skip
    for number, (desk, procedure, later) in enumerate(said):
        now = MONDAY + dt.timedelta(days=later, minutes=number)
        facts = ReceptionFacts(procedure, Party("Nguyễn Văn An", id_number="044093001234"))
        clerk = office.stranger if desk == office.other else office.clerk
        made = reception.receive(write, ReceiveDossier(new_key(), desk, facts, now), actor=clerk, now=now)
        dossier = write.get_one(Dossier, made.dossier_id)
        if number in {0, 3}:
            dossier.holding_unit_id, dossier.officer_id = office.land_unit, office.officer.user_id
        if number == 6:
            dossier.paused_since = now  # counted nowhere: its date will move
    write.flush()
    return office


def everybody(office: Office) -> Scope:
    return office.controller.scope


def test_a_day_counts_exactly_what_its_list_shows(office: Office, write: Session) -> None:
    scope, calendar = everybody(office), national_calendar(write)
    load = dueload.load(write, Narrowed(), scope, calendar, NOW)
    days = {one.on: one.many for week in load.weeks for one in week if one}
    assert {day: many for day, many in days.items() if many} == {
        on("Mon 2026-11-16"): 1, on("Thu 2026-11-19"): 2, on("Fri 2026-11-20"): 3,
    }  # fmt: skip
    assert (load.past, load.today, load.ahead, load.most) == (3, 3, 0, 3)
    for day, many in days.items():
        narrowed = Narrowed(day=day)
        assert dueload.count(write, narrowed, EVERYTHING, scope, NOW).number == many
        assert len(dueload.page(write, narrowed, EVERYTHING, scope, NOW).rows) == many
    assert sum(calendar.is_working_day(day) for day in days if day < NOW.date()) == 30
    assert sum(calendar.is_working_day(day) for day in days if day > NOW.date()) == 30


def test_a_unit_opens_to_its_officers_and_nobodys_work_is_counted_too(office: Office, write: Session) -> None:
    scope, calendar = everybody(office), national_calendar(write)
    units = {one.id: one for one in dueload.load(write, Narrowed(), scope, calendar, NOW).holders}
    assert {who: (one.past, one.today) for who, one in units.items()} == {
        NOBODY: (2, 2), office.land_unit: (1, 1),
    }  # fmt: skip
    assert units[office.land_unit].peak == (on("Thu 2026-11-19"), 1)
    officers = dueload.load(write, Narrowed(unit=office.land_unit), scope, calendar, NOW).holders
    assert [(one.id, one.name, one.past) for one in officers] == [
        (office.officer.user_id, "Trần Văn Thụ Lý", 1)
    ]
    narrowed = Narrowed(unit=NOBODY, officer=NOBODY, day=on("Fri 2026-11-20"))
    assert dueload.count(write, narrowed, EVERYTHING, scope, NOW).number == 2


def test_nobody_sees_another_agencys_load(office: Office, write: Session) -> None:
    calendar = national_calendar(write)
    own = dueload.load(write, Narrowed(), office.stranger.scope, calendar, NOW)
    assert (own.past, own.today) == (0, 1)
    assert dueload.load(write, Narrowed(agency="H50.19000"), office.stranger.scope, calendar, NOW).today == 0


def test_pages_go_on_without_a_gap(office: Office, write: Session) -> None:
    scope, narrowed, seen, after = everybody(office), Narrowed(day=NOW.date()), [], ""
    while True:
        page = dueload.page(write, narrowed, EVERYTHING, scope, NOW, after=after, size=2)
        seen += [row.code for row in page.rows]
        if not (after := page.after):
            break
    assert len(seen) == len(set(seen)) == 3


def test_a_calendar_that_ends_soon_shows_six_weeks() -> None:
    short = WorkCalendar([WeeklyHours(DEFAULT_WEEK)], {}, [2026])
    first, last, fifth = dueload.stretch(short, on("Mon 2026-12-28"))
    assert (last, fifth) == (on("Mon 2027-02-08"), on("Mon 2027-01-04"))
    assert first < on("Mon 2026-12-28")


def test_how_full_a_day_is_goes_by_the_fullest() -> None:
    assert [level(many, 40) for many in (0, 1, 10, 11, 40)] == [0, 1, 1, 2, 4]
    assert level(2, 2) == 1


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("scope", "index"),
    [
        pytest.param(ALL_OF_IT, "ix_dossier_overdue", id="of the whole province"),
        pytest.param(
            Scope(all=False, agency_ids=frozenset({2})), "ix_dossier_resolving_open", id="of a commune"
        ),
    ],
)
def test_the_load_is_read_by_an_index(database: Database, scope: Scope, index: str) -> None:
    asked: list[tuple[str, object]] = []

    def hear(_c: object, _cursor: object, statement: str, given: object, _x: object, _many: bool) -> None:
        asked.append((statement, given))

    engine: Engine = database.engine
    with database.reading() as session:
        calendar = national_calendar(session)
        event.listen(engine, "before_cursor_execute", hear)
        dueload.load(session, Narrowed(), scope, calendar, NOW)
        event.remove(engine, "before_cursor_execute", hear)
        plan = session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + asked[0][0], asked[0][1]).all()
    assert any(index in row.detail for row in plan), plan
