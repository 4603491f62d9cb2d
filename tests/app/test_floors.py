"""The bare SQL of a page can be asked again on either database, whatever the page asked."""

import pytest
from sqlalchemy import select

from tests.bench.floors import floor_of, listening
from tthc_tracker.extensions import Database
from tthc_tracker.models.setting import Revision


@pytest.mark.parametrize("locks", [False, True], ids=["what only reads", "what locks rows, as a scan does"])
def test_what_was_heard_is_asked_again(database: Database, locks: bool) -> None:
    statement = select(Revision.number)
    with listening(database.engine) as heard, database.transaction() as session:
        session.execute(statement.with_for_update() if locks else statement).all()
    assert floor_of(database.engine, heard).statements == len(heard) >= 1
