"""What the parts of a page ask alike: once where nothing can change, each time where it can."""

import pytest

from tthc_tracker.extensions import Database
from tthc_tracker.queries.onceaunit import once

pytestmark = [pytest.mark.bare, pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)]


def test_a_unit_that_only_reads_asks_once_by_key(database: Database) -> None:
    asked: list[str] = []
    with database.reading() as session:
        for key in ("a", "b", "a", "a"):
            assert once(session, key, lambda key=key: _noted(asked, key)) == key
    assert asked == ["a", "b"]


def test_the_next_unit_asks_anew_in_the_same_session_too(database: Database) -> None:
    numbers = iter(range(9))
    with database.reading() as session:
        assert [once(session, "a", lambda: next(numbers)) for _ in range(2)] == [0, 0]
        session.rollback()
        assert once(session, "a", lambda: next(numbers)) == 1
    with database.reading() as session:
        assert once(session, "a", lambda: next(numbers)) == 2


def test_a_unit_that_writes_asks_each_time(database: Database) -> None:
    numbers = iter(range(9))
    with database.transaction() as session:
        assert [once(session, "a", lambda: next(numbers)) for _ in range(3)] == [0, 1, 2]


def _noted(asked: list[str], key: str) -> str:
    asked.append(key)
    return key
