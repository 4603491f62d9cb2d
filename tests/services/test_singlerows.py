"""One row past the unit of work: exactly what a flush stores, and an object that is as if it were flushed."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.services.test_reception import AN, FACTS, take
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tthc_tracker.domain.lifecycle import ApplicantKind
from tthc_tracker.domain.receptionfacts import Fee, Paper
from tthc_tracker.extensions import Database
from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.services import singlerows

WRITTEN = ("person", "dossier", "dossier_code", "dossier_component", "dossier_event", "custody")
GIVEN_OUT = {"id", "dossier_id", "owner_id", "applicant_id"}
FULL = replace(
    FACTS,
    owner=replace(AN, full_name="Trần Thị B", id_number="", no_id_reason="mất thẻ", phone="0912345678"),
    papers=(Paper("Tờ khai", 1, 0, digitised=True), Paper("Ảnh", 0, 2)),
    fee=Fee(50_000, "due"),
)


@pytest.fixture
def office(write: Session) -> Office:
    return open_office(write)


def _flushed(session: Session, one: Base, desk: int | None = None) -> None:
    session.add(one)
    session.flush()


def _stored(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Every value as the database has it, past all types of ours, but for the numbers it gave."""
    found = {
        table: [dict(row) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).mappings()]
        for table in WRITTEN
    }
    return {
        table: [{name: value for name, value in row.items() if name not in GIVEN_OUT} for row in rows]
        for table, rows in found.items()
    }


def test_a_reception_is_stored_as_a_flush_would_store_it(
    write: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = []
    for way in (singlerows.write, _flushed):
        monkeypatch.setattr(singlerows, "write", way)
        with write.begin_nested() as savepoint:
            take(write, office, FULL, key="a" * 32)
            stored.append(_stored(write))
            savepoint.rollback()
    assert stored[0] == stored[1]
    assert {table: len(rows) for table, rows in stored[0].items()} == {
        "person": 2, "dossier": 1, "dossier_code": 1, "dossier_component": 2, "dossier_event": 1,
        "custody": 1,
    }  # fmt: skip


def test_the_session_holds_what_was_written_and_writes_what_is_changed(database: Database) -> None:
    one = Person(kind=ApplicantKind.CITIZEN, full_name="Nguyễn Văn An", name_folded="nguyen van an")
    with database.transaction() as session:
        singlerows.write(session, one)
        assert inspect(one).persistent
        assert session.get(Person, one.id) is one
        assert one.email is None
        assert not session.dirty
        one.email = "an@example.vn"
    with database.reading() as session:
        assert session.get_one(Person, one.id).email == "an@example.vn"


def test_what_the_database_refuses_is_refused_as_in_a_flush(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        singlerows.write(session, Dossier(id=1, code="H50-1"))
    with database.reading() as session:
        assert session.get(Dossier, 1) is None


def test_a_moment_without_its_offset_is_refused(write: Session, office: Office) -> None:
    made = take(write, office)
    dossier = write.get_one(Dossier, made.dossier_id)
    values = {column.key: getattr(dossier, column.key) for column in Dossier.__table__.columns}
    naive = at("Mon 2026-11-23 14:00").replace(tzinfo=None)
    again = Dossier(**values | {"id": made.dossier_id + 1, "code": "H50-2", "recorded_at": naive})
    with pytest.raises(ValueError, match="offset"):
        singlerows.write(write, again)
