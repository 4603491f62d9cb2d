"""Rows of many ids in one parameter."""

from sqlalchemy import bindparam, column, select, table, text
from sqlalchemy.orm import Session

from tests.support.sending import open_province
from tthc_tracker.models.agency import Agency
from tthc_tracker.queries.among import Ids, among

FOUND = select(Agency.id).where(among(Agency.id, bindparam("ids", type_=Ids()))).order_by(Agency.id)


def test_the_rows_of_the_ids_are_found_and_no_others(read: Session) -> None:
    open_province()
    every = list(read.execute(select(Agency.id).order_by(Agency.id)).scalars())
    assert list(read.execute(FOUND, {"ids": every[1:4]}).scalars()) == every[1:4]
    assert list(read.execute(FOUND, {"ids": [every[0], 10**15]}).scalars()) == every[:1]
    assert list(read.execute(FOUND, {"ids": []}).scalars()) == []


def test_they_are_looked_up_and_not_searched_for(read: Session) -> None:
    dialect = read.get_bind().dialect
    asked = str(select(column("id")).select_from(table("dossier")).where(
        among(column("id"), bindparam("ids", type_=Ids()))
    ).compile(dialect=dialect))  # fmt: skip
    assert " = 1" not in asked
    if dialect.name == "sqlite":
        plan = read.execute(text(f"EXPLAIN QUERY PLAN {asked}".replace("?", "'[1,2]'"))).all()
        assert any("SEARCH dossier USING INTEGER PRIMARY KEY" in line[-1] for line in plan), plan
