"""Years are partitions on PostgreSQL: lists of what is open read no old row, years to come are made ahead."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, insert, literal, select, text
from sqlalchemy.orm import Session

from tests.bench.floors import Statement, listening
from tests.support.register import NOW, Register, stocked
from tthc_tracker import migrating
from tthc_tracker.domain.lifecycle import FinishClass, State
from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import lists
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.services.numbering import YEAR

OLD = (2024, 2025)
OF_WHAT_IS_OPEN = ("overdue", "late_reception", "due_soon", "paused", "work", "online", "due_day", "results")


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """The register of 2026, and as many ended dossiers in each of the years before."""
    with stocked("postgresql", tmp_path_factory.mktemp("years")) as laid:
        with laid.database.transaction() as session:
            for back in (1, 2):
                _end_as_many(session, back)
        with laid.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        yield laid


def _end_as_many(session: Session, back: int) -> None:
    ended: dict[str, Any] = {
        "id": Dossier.id - back * YEAR, "code": f"{back}-" + Dossier.code, "state": State.RETURNED,
        "closed_at": NOW, "closed_on": NOW.date(), "returned_at": NOW, "finish_class": FinishClass.ON_TIME,
        "next_check_at": None, "reception_answered_at": NOW,
    }  # fmt: skip

    def value(column: Column[Any]) -> Any:
        found = ended.get(column.name, column)
        return found if hasattr(found, "type") else literal(found, column.type).label(column.name)

    columns = list(Base.metadata.tables["dossier"].c)
    source = select(*map(value, columns)).where(Dossier.id // YEAR == NOW.year)
    session.execute(insert(Dossier).from_select([column.name for column in columns], source))


def _scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _scans(below)


def _reads(node: dict[str, Any]) -> bool:
    met = node["Actual Rows"] or node.get("Rows Removed by Filter") or node["Node Type"] == "Seq Scan"
    return bool(node["Actual Loops"] and met)


def rows_read_of_old_years(register: Register, heard: list[Statement]) -> dict[str, list[str]]:
    """How each statement read rows of old partitions; to look into an index that holds none is no reading."""
    old = {f"dossier_{year}" for year in OLD} | {f"dossier_event_{year}" for year in OLD}
    found: dict[str, list[str]] = {}
    with register.database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        for statement, parameters in heard:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}", parameters)
            told = cursor.fetchone()[0]
            plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
            found[statement] = [
                f"{node['Node Type']} of {node['Relation Name']} by {node.get('Index Name')}"
                for node in _scans(plan)
                if node.get("Relation Name") in old and _reads(node)
            ]
    return {statement: scans for statement, scans in found.items() if scans}


@pytest.mark.parametrize("name", OF_WHAT_IS_OPEN)
def test_a_list_of_open_dossiers_reads_no_row_of_an_old_year(register: Register, name: str) -> None:
    office, one = register.office, lists.kept(name)
    asked = Asked({}, office.head.scope, NOW, office.head.user_id, office.head.memberships)
    with register.database.reading() as session, listening(register.database.engine) as heard:
        one.page(session, asked, "", 50)
        one.count(session, asked)
    reads = [each for each in heard if each[0].lstrip().upper().startswith(("SELECT", "WITH"))]
    assert any("dossier" in statement for statement, _ in reads)
    assert rows_read_of_old_years(register, reads) == {}


def test_the_look_sees_a_row_that_is_read(register: Register) -> None:
    """The negative control: without the bound of what is open, old years are read."""
    heard = [("SELECT code FROM dossier WHERE accepted_on IS NOT NULL", ())]
    assert len(next(iter(rows_read_of_old_years(register, heard).values()))) == len(OLD)


def test_years_to_come_get_partitions_of_their_own_with_the_guards_of_the_others(register: Register) -> None:
    engine = register.database.engine
    assert migrating.add_years(engine, 2027) == [], "they were there from the beginning"
    assert migrating.add_years(engine, 2029) == [2028, 2029]
    assert migrating.add_years(engine, 2029) == []
    with engine.connect() as connection:
        guards = connection.execute(text(
            "SELECT relname, array_agg(tgname ORDER BY tgname) FROM pg_trigger"
            " JOIN pg_class c ON c.oid = tgrelid"
            " WHERE NOT tgisinternal AND relname LIKE ANY ('{dossier_20%,dossier_event_20%}') GROUP BY 1"
        )).all()  # fmt: skip
    of = {name: list(kept) for name, kept in guards}
    for table in ("dossier", "dossier_event"):
        assert of[f"{table}_2028"] == of[f"{table}_2026"]
        assert "part_whole" in of[f"{table}_2028"]


def test_a_year_that_came_unprepared_stays_among_the_later_ones(register: Register) -> None:
    with register.database.transaction() as session:
        columns = [column.name for column in Base.metadata.tables["dossier"].c]
        moved = {"id": Dossier.id + 5 * YEAR, "code": "2031-" + Dossier.code}
        row = select(*(moved.get(name, getattr(Dossier, name)) for name in columns))
        session.execute(
            insert(Dossier).from_select(columns, row.where(Dossier.id // YEAR == NOW.year).limit(1))
        )
    assert migrating.add_years(register.database.engine, 2032) == [2030, 2032]
