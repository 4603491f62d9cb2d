"""What a migration adds it takes away again, on both databases."""

from decimal import Decimal
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import Engine, event, inspect, text
from sqlalchemy.exc import OperationalError

from tests.support.register import lay_register
from tthc_tracker import migrating
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.periods import quarter
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.extensions import Database
from tthc_tracker.queries import indicators, search

BEFORE_INDICATORS = "0045"
FIRST = "0004"  # what was there when the first installation could be


def shape(engine: Engine) -> dict[str, Any]:
    """Tables with their columns and indexes, as the database itself tells."""
    looked = inspect(engine)
    return {
        table: (
            sorted((one["name"], str(one["type"]), one["nullable"]) for one in looked.get_columns(table)),
            sorted(str(one["name"]) for one in looked.get_indexes(table)),
        )
        for table in looked.get_table_names()
    }


@pytest.mark.bare
def test_down_and_up_again_leaves_the_schema_as_it_was(database: Database) -> None:
    before = shape(database.engine)
    migrating.downgrade(database.engine, FIRST)
    gone = {"entered_figure"}  # its rows became figures of indicators
    assert shape(database.engine).keys() - gone < before.keys()
    migrating.upgrade(database.engine)
    after = shape(database.engine)
    assert after == before


def test_what_the_files_say_of_revisions_is_what_alembic_makes_of_them() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrating.MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert migrating.head() == scripts.get_current_head()
    assert migrating.known() == {script.revision for script in scripts.walk_revisions()}


def test_dossiers_of_before_are_found_by_the_end_of_their_codes(database: Database) -> None:
    with database.transaction() as session:
        register = lay_register(session)
        nameless = register.rows[7]
        gone = "rowid" if database.engine.dialect.name == "sqlite" else "dossier_id"
        session.execute(text(f"DELETE FROM dossier_search WHERE {gone} = {nameless.id}"))
    migrating.downgrade(database.engine, "0060")
    migrating.upgrade(database.engine)
    clerk = register.office.clerk.scope
    with database.reading() as session:
        for typed in (nameless.code[-4:], nameless.code[-11:]):
            assert [row.code for row in search.find(session, typed, clerk).rows] == [nameless.code]
        for scope in (clerk, EVERYTHING):
            found = search.find(session, "ngo quoc y", scope)
            assert len(found.rows) == search.MOST, "by their names still"


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_words_are_collected_while_nobody_can_write_past_the_triggers(database: Database) -> None:
    migrating.downgrade(database.engine, "0134")
    put = text(
        "INSERT INTO dossier_search (dossier_id, document) VALUES (:id, to_tsvector('simple', :names))"
    )
    refused = []

    def write_meanwhile(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "ts_stat" in statement:
            with desk.begin():
                desk.execute(text("SET LOCAL lock_timeout = '100ms'"))
                with pytest.raises(OperationalError) as fault:
                    desk.execute(put, {"id": 2, "names": "zeta"})
            refused.append(type(fault.value.orig))

    with database.engine.connect() as desk:
        with desk.begin():
            desk.execute(put, {"id": 1, "names": "alpha"})
        event.listen(database.engine, "before_cursor_execute", write_meanwhile)
        try:
            migrating.upgrade(database.engine)
        finally:
            event.remove(database.engine, "before_cursor_execute", write_meanwhile)
        with desk.begin():
            desk.execute(put, {"id": 2, "names": "zeta"})
    assert refused == [LockNotAvailable]
    with database.reading() as session:
        known, noted = (
            session.execute(text(f"SELECT term FROM {table}")).scalars().all()
            for table in ("dossier_word", "dossier_word_new")
        )
    assert (known, noted) == (["alpha"], ["zeta"])


def test_figures_entered_before_become_figures_of_an_indicator_and_go_back(database: Database) -> None:
    migrating.downgrade(database.engine, BEFORE_INDICATORS)
    columns = "indicator, level, period_start, period_end, percent, evidence"
    row = "'network_environment', 'xa', '2023-12-15', '2024-03-14', 76, 'Phiên họp'"
    with database.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO entered_figure ({columns}) VALUES ({row})"))
    migrating.upgrade(database.engine)
    with database.reading() as session:
        (one,) = indicators.network_environment(session, EVERYTHING, quarter(2024, 1))
        assert (one.level, one.percent, one.evidence) == (Level.XA, Decimal(76), "Phiên họp")
    migrating.downgrade(database.engine, BEFORE_INDICATORS)
    with database.engine.connect() as connection:
        kept = connection.execute(text("SELECT level, percent FROM entered_figure")).one()
        assert (kept.level, int(kept.percent)) == ("xa", 76)
    migrating.upgrade(database.engine)


def test_keys_that_were_used_stay_what_they_are_when_they_are_bound_to_an_agency(database: Database) -> None:
    migrating.downgrade(database.engine, "0074")
    moment = "'2026-11-16 01:00:00.000000'"
    columns = "id, token_hash, hint, source_id, name, scopes, created_at, expires_at"
    answer = "token_id, key, fingerprint, status, body, created_at"
    with database.engine.begin() as connection:
        connection.execute(text(
            f"INSERT INTO api_token ({columns}) VALUES"
            f" (1, '{'a' * 64}', 'aaaa', 2, 'Cổng tỉnh', 'submit;read', {moment}, {moment})"
        ))  # fmt: skip
        connection.execute(text(
            f"INSERT INTO api_answer ({answer}) VALUES (1, 'k', '{'b' * 64}', 201, '{{}}', {moment})"
        ))  # fmt: skip
    migrating.upgrade(database.engine)
    with database.engine.begin() as connection:
        assert connection.execute(text("SELECT token_id, key, status FROM api_answer")).all() == [
            (1, "k", 201)
        ]
        widest = "submit;update;read;deadline;reports;catalogue;statistics"
        connection.execute(text(f"UPDATE api_token SET scopes = '{widest}'"))
        connection.execute(text(
            f"INSERT INTO api_token ({columns}) VALUES"
            f" (2, '{'c' * 64}', 'cccc', 2, 'LGSP', 'catalogue', {moment}, {moment})"
        ))  # fmt: skip
    migrating.downgrade(database.engine, "0074")
    with database.engine.connect() as connection:
        kept = connection.execute(text("SELECT scopes, revoked_at IS NULL FROM api_token ORDER BY id")).all()
        assert [(row[0], bool(row[1])) for row in kept] == [
            ("submit;update;read;deadline;reports", True), ("", False),
        ]  # fmt: skip
        assert connection.execute(text("SELECT COUNT(*) FROM api_answer")).scalar_one() == 1
    migrating.upgrade(database.engine)
