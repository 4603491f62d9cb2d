"""The bench: the bare SQL of a page is asked again on either database; sizes are read as they are written."""

import pytest
from sqlalchemy import select

from tests.bench.__main__ import amount
from tests.bench.floors import floor_of, listening
from tthc_tracker.extensions import Database
from tthc_tracker.models.setting import Revision


@pytest.mark.parametrize("locks", [False, True], ids=["what only reads", "what locks rows, as a scan does"])
def test_what_was_heard_is_asked_again(database: Database, locks: bool) -> None:
    statement = select(Revision.number)
    with listening(database.engine) as heard, database.transaction() as session:
        session.execute(statement.with_for_update() if locks else statement).all()
    assert floor_of(database.engine, heard).statements == len(heard) >= 1


@pytest.mark.parametrize(("text", "wanted"), [("2000", 2_000), ("100k", 100_000), ("10m", 10_000_000)])
def test_sizes_are_read_as_they_are_written(text: str, wanted: int) -> None:
    assert amount(text) == wanted
