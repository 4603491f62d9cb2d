"""New words of the search index on PostgreSQL: noted without waiting, asked for at once, carried later."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.bench.floors import listening
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.extensions import Database
from tthc_tracker.jobs import tasks
from tthc_tracker.jobs.work import Work
from tthc_tracker.queries import searchindex
from tthc_tracker.services import search

pytestmark = pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)


def put_in(database: Database, dossier_id: int, *names: str) -> None:
    """Index a dossier by itself, as a reception does."""
    with database.transaction() as session:
        search.index_dossier(session, dossier_id, names, [1], f"H50.19000-261101-{dossier_id:04}")


def words_of(database: Database, table: str) -> Sequence[str]:
    with database.reading() as session:
        return session.execute(text(f"SELECT term FROM {table} ORDER BY term")).scalars().all()


def found(
    database: Database, monkeypatch: pytest.MonkeyPatch, *names: str, among: int = 1
) -> tuple[list[int], list[str]]:
    """Whom some words find, the last unfinished, and how PostgreSQL's index was asked."""
    monkeypatch.setattr(searchindex, "WINDOW", among)
    with database.reading() as session, listening(database.engine) as asked:
        ids = searchindex.newest(session, names, [], EVERYTHING, 50)
    return list(ids), [values["wanted"] for statement, values in asked if "dossier_id + 0" in statement]


def test_writers_of_the_same_new_words_do_not_wait_for_each_other_whatever_their_order(
    database: Database,
) -> None:
    with database.transaction() as unit, database.transaction() as desk:
        for session in (unit, desk):
            session.execute(text("SET LOCAL lock_timeout = '1s'"))  # whoever waited would never be let go
        search.index_dossier(unit, 1, ["zeta"], [1], "H50.19000-261101-0001")
        search.index_dossier(desk, 2, ["alpha"], [1], "H50.19000-261101-0002")
        search.index_dossier(desk, 3, ["zeta"], [1], "H50.19000-261101-0003")
        search.index_dossier(unit, 4, ["alpha"], [1], "H50.19000-261101-0004")
    assert words_of(database, "dossier_word_new") == ["alpha", "alpha", "zeta", "zeta"]


def test_carrying_over_waits_for_no_writer_and_no_writer_for_it(database: Database) -> None:
    put_in(database, 1, "zeta")
    with database.transaction() as desk, database.transaction() as job:
        for session in (desk, job):
            session.execute(text("SET LOCAL lock_timeout = '1s'"))
        search.index_dossier(desk, 2, ["alpha"], [1], "H50.19000-261101-0002")
        assert not search.carry_words(job)
        search.index_dossier(desk, 3, ["zeta"], [1], "H50.19000-261101-0003")
    assert words_of(database, "dossier_word") == ["zeta"]
    with database.transaction() as session:
        search.carry_words(session)
    assert words_of(database, "dossier_word") == ["alpha", "zeta"]


def test_what_was_received_just_now_is_found_by_an_unfinished_name_before_and_after_the_job(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put_in(database, 1, "ngo zetana")
    tasks.fold_facts(Work("https://tthc.test", "a@b.test", "", tmp_path))
    put_in(database, 2, "ngo zetbong")
    put_in(database, 3, "le van")
    before = found(database, monkeypatch, "ngo", "zet")
    assert before == ([2, 1], ["ngo & (zetana | zetbong)"])
    assert words_of(database, "dossier_word_new") == ["le", "van", "zetbong"]
    tasks.fold_facts(Work("https://tthc.test", "a@b.test", "", tmp_path))
    assert words_of(database, "dossier_word_new") == []
    assert words_of(database, "dossier_word") == ["le", "ngo", "van", "zetana", "zetbong"]
    assert found(database, monkeypatch, "ngo", "zet") == before


def test_a_word_that_many_have_noted_leaves_room_for_the_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(database, 1, "ngo zetana")
    put_in(database, 2, "ngo zetbong")
    put_in(database, 3, "le van")
    with database.transaction() as session:  # as writers do that do not see each other
        again = "INSERT INTO dossier_word_new (term) SELECT 'zetana' FROM generate_series(1, :many)"
        session.execute(text(again), {"many": 2 * searchindex.MOST_ENDINGS})
    assert found(database, monkeypatch, "ngo", "zet") == ([2, 1], ["ngo & (zetana | zetbong)"])


def test_words_are_noted_once_where_they_are_seen_and_never_those_of_codes(database: Database) -> None:
    for number in range(1, 4):
        put_in(database, number, "ngo zeta")
    assert words_of(database, "dossier_word_new") == ["ngo", "zeta"]
    with database.transaction() as session:
        search.carry_words(session)
    put_in(database, 4, "ngo zeta")
    assert words_of(database, "dossier_word_new") == []


def test_words_are_carried_over_in_their_order_a_few_at_a_time(database: Database) -> None:
    put_in(database, 1, "e d c b x")
    for left in (["d", "e", "x"], ["x"], []):
        with database.transaction() as session:
            assert search.carry_words(session, 2) == bool(left)
        assert words_of(database, "dossier_word_new") == left
    assert words_of(database, "dossier_word") == ["b", "c", "d", "e", "x"]
