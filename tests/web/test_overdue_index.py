"""A filtered list of what is late in a whole province is answered from one index, in its order."""

import pytest
from flask import Flask
from sqlalchemy import text

from tests.bench.floors import Statement, listening
from tests.support import screens
from tests.support.register import Register
from tests.web.test_lists import work
from tthc_tracker.extensions import database
from tthc_tracker.jobs import tasks
from tthc_tracker.jobs.work import Work

__all__ = ["work"]

# What ANALYZE found in an office of a million dossiers with 200 agencies; every other index has a million.
_A_PROVINCE = {
    "ix_dossier_overdue": "98363 241 1 1 1 1 1 1 1 1 1",
    "ix_dossier_unit_open": "102003 233 26 10",
    "ix_dossier_returning_open": "102003 511 27 10",
    "ix_dossier_resolving_open": "102003 511 27 10",
    "ix_dossier_receiving_open": "102003 511 27 10",
    "ix_dossier_officer_open": "102003 233 26 10",
}


@pytest.mark.parametrize("laid", ["sqlite"], indirect=True)
def test_statistics_do_not_lead_away_from_the_index_of_what_is_late(
    laid: tuple[Flask, Register], work: Work
) -> None:
    controller = screens.before(laid[0], laid[1].office.controller)
    _run("ANALYZE dossier")
    tasks.clean_up(work)
    marks = _run("SELECT DISTINCT stat LIKE '% noskipscan' FROM sqlite_stat1 WHERE tbl = 'dossier'")
    assert marks == [(1,)]
    _run("UPDATE sqlite_stat1 SET stat = '1005343' || substr(stat, instr(stat, ' ')) WHERE tbl = 'dossier'")
    for index, told in _A_PROVINCE.items():
        _run(f"UPDATE sqlite_stat1 SET stat = '{told} noskipscan' WHERE idx = '{index}'")
    assert "ix_dossier_overdue" in _plan_of_the_list(controller)


def _run(statement: str) -> list[tuple[object, ...]]:
    with database.engine.begin() as connection:
        done = connection.execute(text(statement))
        return [tuple(row) for row in done] if done.returns_rows else []


def _plan_of_the_list(controller: screens.Screen) -> str:
    database.engine.dispose()  # statistics are read when a connection is opened
    with listening(database.engine) as asked:
        controller.get("/giam-sat/qua-han?sector=dat-dai&channel=post")
    return "\n".join(_plan(one) for one in asked if "overdue_from <=" in one[0])


def _plan(asked: Statement) -> str:
    with database.reading() as session:
        return str(session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + asked[0], asked[1]).all())
