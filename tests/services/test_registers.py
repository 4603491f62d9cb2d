"""The book of a desk: numbers without a gap, each year its own, and no line moves once it has one."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.queries import registers
from tthc_tracker.services import reception
from tthc_tracker.services import registers as service
from tthc_tracker.services.reception import ReceiveDossier

NOW = at("Tue 2026-11-17 16:00")


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def receive(database: Database, office: Office, moment: dt.datetime) -> str:
    with database.transaction() as session:
        facts = ReceptionFacts("1.004873", Party("Nguyễn An", id_number="044093001234"))
        command = ReceiveDossier(new_key(), office.ward, facts, moment)
        return reception.receive(session, command, actor=office.clerk, now=NOW).code


def book(database: Database, office: Office, year: int = 2026) -> list[tuple[int, str]]:
    with database.transaction() as session:
        service.number(session, office.ward, year, NOW.tzinfo)
    with database.reading() as session:
        lines = registers.lines(session, office.ward, year, after=0, most=100)
    return [(line.number, line.code) for line in lines]


def test_numbers_go_by_acceptance_and_what_is_entered_later_follows(
    database: Database, office: Office
) -> None:
    later = receive(database, office, at("Tue 2026-11-17 10:00"))
    first = receive(database, office, at("Mon 2026-11-16 09:00"))
    assert book(database, office) == [(1, first), (2, later)]
    backdated = receive(database, office, at("Mon 2026-11-16 08:00"))
    assert book(database, office) == [(1, first), (2, later), (3, backdated)]
    assert book(database, office) == [(1, first), (2, later), (3, backdated)]


def test_a_desk_and_a_year_have_each_a_book(database: Database, office: Office) -> None:
    receive(database, office, at("Mon 2026-11-16 09:00"))
    assert book(database, office, 2025) == []
    with database.transaction() as session:
        assert service.number(session, office.other, 2026, NOW.tzinfo) == 0
    with database.reading() as session:
        assert registers.count(session, office.ward, 2026, NOW.tzinfo) == 1


def test_a_line_keeps_its_number_for_ever(database: Database, office: Office) -> None:
    receive(database, office, at("Mon 2026-11-16 09:00"))
    book(database, office)
    for statement in ("UPDATE register_line SET number = 9", "DELETE FROM register_line"):
        with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
            session.execute(text(statement))
