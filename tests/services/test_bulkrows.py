"""Many rows past the unit of work: exactly what the careful way stores, and its faults."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import event as sqlevent
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.services.test_imports import NOW, SOURCE, rows_of, vinh_phuc
from tthc_tracker.domain.lifecycle import ApplicantKind, EventKind
from tthc_tracker.domain.trail import EventText, moment_of
from tthc_tracker.extensions import Database
from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import DossierEvent, Pause
from tthc_tracker.models.importing import ImportedRow
from tthc_tracker.models.person import Person
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.services import bulkrows, importedvalues, importreading, imports, search
from tthc_tracker.services.imports import ImportFile

WRITTEN = (Person, Dossier, DossierCode, DossierEvent, ReceptionRound, Pause, ImportedRow)

GIVEN_OUT = {
    "id", "dossier_id", "owner_id", "applicant_id", "procedure_id", "procedure_version_id", "sector_id",
}  # fmt: skip
_INDEX = search.index_dossiers
OF_PEOPLE = {"owner_id": "person", "applicant_id": "person"}

__all__ = ["vinh_phuc"]  # the fixture


class _TakenBack(Exception):
    """Ends a unit whose work is not to stay."""


@contextmanager
def _passing(database: Database) -> Iterator[Session]:
    """A unit whose work is taken back."""
    with suppress(_TakenBack), database.transaction() as session:
        yield session
        raise _TakenBack


def _carefully(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], _desks: object = None
) -> None:
    """Row by row, each value bound by SQLAlchemy."""
    for row in rows:
        session.execute(insert(model.__table__), dict(row))


def _driven_carefully(
    session: Session, model: type[Base], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    _carefully(session, model, [dict(zip(names, row, strict=True)) for row in rows])


def _events_carefully(session: Session, events: Sequence[EventText], _desks: object) -> None:
    for event in events:
        row = event._asdict() | {"kind": EventKind(event.kind), "facts": json.loads(event.facts)}
        row |= {name: moment_of(row[name]) for name in ("occurred_at", "recorded_at")}
        _carefully(session, DossierEvent, [row])


def _one_by_one(session: Session, entries: Sequence[search.Entry]) -> None:
    """The search index, a statement for each dossier."""
    for entry in entries:
        _INDEX(session, [entry])


def _stored(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Every value as the database has it, past all types of ours; numbers given out are counted anew."""
    tables: dict[str, list[dict[str, Any]]] = {}
    counted: dict[tuple[str, Any], int] = {}
    for model in WRITTEN:
        table = model.__tablename__
        order = ", ".join(column.name for column in model.__table__.primary_key)
        tables[table] = []
        for found in session.execute(text(f"SELECT * FROM {table} ORDER BY {order}")).mappings():
            row = {name: value for name, value in found.items() if "batch" not in name}
            if "facts" in row:
                row["facts"] = re.sub(r'"batch": \d+', "", _text_of(row["facts"]))
            for name in GIVEN_OUT & row.keys():
                of_what = table if name == "id" else OF_PEOPLE.get(name, name.removesuffix("_id"))
                row[name] = counted.setdefault((of_what, row[name]), len(counted))
            tables[table].append(row)
    tables["dossier_search"] = _found_by(session, counted)
    return tables


def _text_of(facts: Any) -> str:
    """PostgreSQL hands out what it has read of JSON, SQLite its text."""
    return facts if isinstance(facts, str) else json.dumps(facts, sort_keys=True, ensure_ascii=False)


def _found_by(session: Session, counted: dict[tuple[str, Any], int]) -> list[dict[str, Any]]:
    """The words by which search finds each dossier."""
    asked = "SELECT dossier_id, document FROM dossier_search ORDER BY 1"
    if session.get_bind().dialect.name == "sqlite":  # it keeps no text, only where each word stands
        session.execute(
            text("CREATE VIRTUAL TABLE temp.told USING fts5vocab(main, dossier_search, instance)")
        )
        asked = 'SELECT doc, term, col, "offset" FROM temp.told ORDER BY 1, 2, 3, 4'
    found = session.execute(text(asked))
    return [{"words": words, "dossier": counted["dossier", number]} for number, *words in found]


def _loaded(database: Database, name: str) -> dict[str, list[dict[str, Any]]]:
    """What a sample leaves in the tables."""
    with database.reading() as session:
        register = imports.prepare(session, SOURCE)
    with _passing(database) as session:
        file = ImportFile(SOURCE, name, "0" * 64, NOW)
        batch_id = imports.open_batch(session, file, actor_id=None, now=NOW)
        for rows in importreading.in_batches(rows_of(name)[:800]):
            imports.take(session, register, rows, batch_id=batch_id, as_of=NOW, now=NOW)
        return _stored(session)


@pytest.mark.parametrize("name", ["portal_export_vinhphuc.csv", "portal_export_messy.csv"])
def test_bulk_writing_stores_exactly_the_same_rows_as_the_careful_path(
    vinh_phuc: Database, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    quickly = _loaded(vinh_phuc, name)
    monkeypatch.setattr(importedvalues, "_as_driven", lambda values, _terms: values)
    monkeypatch.setattr(importedvalues.Terms, "text", lambda _terms, moment: moment)
    monkeypatch.setattr(bulkrows, "insert_driven", _driven_carefully)
    monkeypatch.setattr(bulkrows, "insert_events", _events_carefully)
    monkeypatch.setattr(search, "index_dossiers", _one_by_one)
    carefully = _loaded(vinh_phuc, name)
    told = ("person", "dossier", "dossier_event", "imported_row", "dossier_search")
    assert all(quickly[table] for table in told)
    for table, rows in carefully.items():
        assert quickly[table] == rows, table


def test_signs_that_a_driver_could_take_for_its_own_are_stored_as_they_are(database: Database) -> None:
    signs = "a\tb\\N\r\nc, \"d\" 'e' ; \\. Đ\U0001f600"
    row = {
        "kind": ApplicantKind.CITIZEN, "full_name": signs, "name_folded": "\\N", "id_number": None,
        "phone": "", "birth_on": dt.date(1901, 2, 3),
    }  # fmt: skip
    with _passing(database) as session:
        bulkrows.insert(session, Person, [row | {"id": 7}])
        _carefully(session, Person, [row | {"id": 8}])
        both = session.execute(text("SELECT * FROM person WHERE id IN (7, 8) ORDER BY id")).mappings()
        one, other = map(dict, both)
    assert one | {"id": 8} == other
    assert (one["full_name"], one["name_folded"], one["phone"]) == (signs, "\\N", "")


def test_a_row_that_the_database_refuses_is_the_fault_sqlalchemy_names(database: Database) -> None:
    twice = [{"code": "X", "dossier_id": 1, "source_id": 1}] * 2
    with _passing(database) as session, pytest.raises(IntegrityError):
        bulkrows.insert(session, DossierCode, twice)


def test_a_model_that_makes_a_value_for_each_row_wants_it_said(database: Database) -> None:
    with _passing(database) as session, pytest.raises(TypeError, match="facts"):
        bulkrows.insert(session, DossierEvent, [{"dossier_id": 1, "seq": 1}])


def test_nothing_is_written_of_no_rows(database: Database) -> None:
    with database.transaction() as session:
        bulkrows.insert(session, Person, [])
        assert session.execute(text("SELECT count(*) FROM person")).scalar_one() == 0


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_pages_kept_for_many_rows_are_let_go_with_the_last_of_them(vinh_phuc: Database) -> None:
    kept = text("PRAGMA cache_size")
    with vinh_phuc.transaction() as session:
        usual = session.execute(kept).scalar_one()
        bulkrows.make_room(session)
        assert session.execute(kept).scalar_one() < usual  # in KiB, below zero
        bulkrows.give_room_back(session)
        assert session.execute(kept).scalar_one() == usual


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_rows_beyond_one_statement_come_in_a_few_and_in_their_order(database: Database) -> None:
    names = [f"Người {number}" for number in range(2 * 64 + 16 + 3)]
    row = {"kind": ApplicantKind.CITIZEN, "id_number": None, "phone": "", "birth_on": None}
    said: list[str] = []
    with _passing(database) as session:
        sqlevent.listen(session.connection(), "before_cursor_execute", lambda *given: said.append(given[2]))
        bulkrows.insert(session, Person, [row | {"full_name": name, "name_folded": ""} for name in names])
        assert [statement.count("(?") for statement in said] == [64, 64, 16, 2, 1]
        stored = session.execute(text("SELECT full_name FROM person ORDER BY id")).scalars().all()
    assert stored == names
