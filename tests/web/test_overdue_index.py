"""What supervisors open is answered from indexes that tell all of it, however many dossiers stand open."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.bench.floors import Statement, listening
from tests.support import screens
from tests.support.register import NOW, Register
from tests.web.test_lists import work
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.extensions import database
from tthc_tracker.jobs import tasks
from tthc_tracker.jobs.work import Work
from tthc_tracker.queries import lists
from tthc_tracker.queries.keptlist import Asked

__all__ = ["work"]

# What ANALYZE found in an office of a million dossiers with 200 agencies; every other index has a million.
_A_PROVINCE = {
    "ix_dossier_overdue": "98363 241 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "ix_dossier_late_of": "98363 7026 2342 7 1 1 1 1 1 1 1",
    "ix_dossier_unit_open": "102003 233 26 10",
    "ix_dossier_returning_open": "102003 511 27 10 10 10 10 10",
    "ix_dossier_resolving_open": "102003 511 27 10 10 10 10 10 10 10",
    "ix_dossier_receiving_open": "102003 511 27 10 10 10 10 10",
    "ix_dossier_officer_open": "102003 233 26 10",
}


@pytest.mark.parametrize("laid", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["head", "controller"])
def test_a_start_page_counts_without_looking_at_dossiers(laid: tuple[Flask, Register], who: str) -> None:
    person = screens.before(laid[0], getattr(laid[1].office, who))
    with listening(database.engine) as asked:
        person.get("/")
    counts = [one for one in asked if one[0].startswith("SELECT count(") and "FROM dossier" in one[0]]
    assert len(counts) >= 4
    # The few of which a step runs elsewhere are looked at: that index holds closed ones too.
    looking = [one for one in counts if _looks_at_dossiers(one) > int("UNION" in one[0])]
    assert [_plan(one) for one in looking] == []


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
    _forget_plans()
    assert "ix_dossier_overdue" in _plan_of_the_list(controller, "channel=post")
    for asked in ("sector=dat-dai&channel=post", "sector=dat-dai&channel=post&sort=newest", "sector=dat-dai"):
        for plan in (_plan_of_the_list(controller, asked), _plan_of_the_count(asked)):
            parts = plan.count("ix_dossier_late_of (sector_id=? AND channel=? AND overdue_from<?)")
            assert parts == (3 if asked == "sector=dat-dai" else 1), plan
            assert "SCAN dossier" not in plan


@pytest.mark.parametrize("laid", ["sqlite"], indirect=True)
def test_a_scan_passes_no_alert_that_it_does_not_need(laid: tuple[Flask, Register], work: Work) -> None:
    tasks.scan_deadlines(work)
    _run("DELETE FROM job_position")  # what is counted once an hour is counted again
    with listening(database.engine) as asked:
        tasks.scan_deadlines(work)
    plans = [_plan(one) for one in asked if one[0].startswith("SELECT alert.")]
    by_rule = [plan for plan in plans if "ix_alert_episode (rule=?)" in plan]
    of_reports = [plan for plan in plans if "field_report" in plan]
    assert len(by_rule) == 3, "backlogs, ended agencies, places without a head"
    assert ["ix_alert_field_report_id" in plan for plan in of_reports] == [True]


def _forget_plans() -> None:
    database.engine.dispose()  # statistics are read when a connection is opened


def _looks_at_dossiers(asked: Statement) -> int:
    """How many parts of a statement take anything from the table itself: its indexes tell the rest."""
    with database.reading() as session:
        run = session.connection().exec_driver_sql
        root = run("SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = 'dossier'").scalar()
        steps: list[Any] = list(run("EXPLAIN " + asked[0], asked[1]).all())
    tables = {step.p1 for step in steps if step.opcode == "OpenRead" and step.p2 == root}
    return len({step.p1 for step in steps if step.opcode == "Column"} & tables)


def _run(statement: str) -> list[tuple[object, ...]]:
    with database.engine.begin() as connection:
        done = connection.execute(text(statement))
        return [tuple(row) for row in done] if done.returns_rows else []


def _plan_of_the_list(controller: screens.Screen, narrowed: str) -> str:
    with listening(database.engine) as asked:
        controller.get(f"/giam-sat/qua-han?{narrowed}")
    return "\n".join(_plan(one) for one in asked if "overdue_from <=" in one[0])


def _plan_of_the_count(narrowed: str) -> str:
    """Asked for itself: a page that is the whole list is not counted."""
    question = dict(pair.split("=") for pair in narrowed.split("&"))
    with database.reading() as session, listening(database.engine) as asked:
        lists.kept("overdue").count(session, Asked(question, EVERYTHING, NOW))
    return "\n".join(_plan(one) for one in asked if "overdue_from <=" in one[0])


def _plan(asked: Statement) -> str:
    with database.reading() as session:
        return str(session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + asked[0], asked[1]).all())
