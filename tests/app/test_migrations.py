"""What a migration adds it takes away again, on both databases."""

from typing import Any

import pytest
from sqlalchemy import Engine, inspect

from tthc_tracker import migrating
from tthc_tracker.extensions import Database

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
    assert shape(database.engine).keys() < before.keys()
    migrating.upgrade(database.engine)
    after = shape(database.engine)
    assert after == before
