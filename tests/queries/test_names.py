"""Names kept in a process: never another than the database has when a unit begins, whoever renamed it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.desk import Office, open_office
from tests.support.screens import counted
from tthc_tracker.extensions import Database
from tthc_tracker.models.agency import Unit
from tthc_tracker.queries import names

KINDS: dict[str, tuple[names.Names[Any], str]] = {
    "agency": (names.agencies, "name"),
    "unit": (names.units, "name"),
    "app_user": (names.officers, "full_name"),
    "procedure": (names.procedures, "code"),
    "procedure_version": (names.versions, "name"),
    "sector": (names.sectors, "name"),
    "source": (names.sources, "name"),
}


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def read(database: Database, ask: Callable[[Session], Any]) -> Any:
    with database.reading() as session:
        return ask(session)


def test_what_is_renamed_by_anybody_is_called_so_by_the_next_unit(database: Database, office: Office) -> None:
    for table, (kept, column) in KINDS.items():
        with database.reading() as session:
            its_id: int = session.execute(text(f"SELECT MAX(id) FROM {table}")).scalar_one()
            before = kept.one(session, its_id)
        with database.transaction() as session:
            session.execute(text(f"UPDATE {table} SET {column} = 'Mới' WHERE id = {its_id}"))
        now = read(database, lambda session, kept=kept, its_id=its_id: kept.one(session, its_id))
        assert "Mới" in (now, *now), table
        assert "Mới" not in (before, *before), table


def test_who_renames_sees_it_at_once_and_nobody_sees_what_is_undone(
    database: Database, office: Office
) -> None:
    before = read(database, lambda session: names.agencies.one(session, office.ward))
    with database.transaction() as session:
        rename = "UPDATE agency SET name = 'Xã Thử' WHERE id = :ward"
        session.execute(text(rename), {"ward": office.ward})
        assert names.agencies.one(session, office.ward).name == "Xã Thử"
        session.rollback()
    assert read(database, lambda session: names.agencies.one(session, office.ward)) == before


def test_names_that_are_known_are_not_asked_for(database: Database, office: Office) -> None:
    def ask(session: Session) -> Any:
        return names.units.of(session, (office.land_unit, None, office.civil_unit))

    known = read(database, ask)
    with counted() as ran:
        assert read(database, ask) is known
    assert [one for one in ran if "FROM unit" in one] == []
    assert names.units.of(Session(database.engine), (None,)) == {}


def test_what_was_added_since_is_asked_for_by_its_id(database: Database, office: Office) -> None:
    read(database, lambda session: names.units.one(session, office.land_unit))
    with database.transaction() as session:
        unit = Unit(agency_id=office.ward, code="moi", name="Phòng Mới")
        session.add(unit)
        session.flush()
        new = unit.id
    assert read(database, lambda session: names.units.one(session, new)) == "Phòng Mới"
    with counted() as ran:
        assert read(database, lambda session: names.units.one(session, new)) == "Phòng Mới"
    assert [one for one in ran if "FROM unit" in one] == []


def test_what_is_no_new_name_raises_nothing(database: Database, office: Office) -> None:
    number = "SELECT number FROM revision WHERE name = 'names'"
    with database.transaction() as session:
        session.execute(text("UPDATE agency SET name = 'Xã Thử' WHERE id = :ward"), {"ward": office.ward})
        before = session.execute(text(number)).scalar_one()
        session.execute(text("UPDATE agency SET name = name, phone = '1022'"))
        assert session.execute(text(number)).scalar_one() == before
