"""`flask years`: a year goes and comes back by commands; on SQLite they say what there is instead."""

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.moments import at

if TYPE_CHECKING:
    from click.testing import Result
    from flask import Flask

    from tthc_tracker.extensions import Database

FILLED = at("Mon 2020-11-23 14:00")
BY = ["--by", "quantri", "--with-uncollected"]


@pytest.fixture
def stocked(app: "Flask") -> "Flask":
    """Dossiers of six years ago, all ended: they lie among other early years."""
    from sqlalchemy import update

    from tthc_tracker.domain.lifecycle import State
    from tthc_tracker.extensions import database
    from tthc_tracker.models.dossier import Dossier
    from tthc_tracker.services import dailyfacts, trail
    from tthc_tracker.services.demo import filling
    from tthc_tracker.services.trailkeys import NAME, Keyring

    with database.transaction() as session:
        trail.begin(session, Keyring(app.config["SETTINGS"].var / NAME))
    with database.transaction() as session:
        filling.fill(session, now=FILLED, secret="s" * 32, dossiers=40, seed=7)
        ended = {"state": State.WITHDRAWN, "closed_at": FILLED, "closed_on": FILLED.date()}
        ended |= {"paused_since": None, "next_check_at": None}
        session.execute(update(Dossier).where(Dossier.closed_at.is_(None)).values(**ended))
    fold(database, dailyfacts.Run())
    return app


def fold(database: "Database", run: "object") -> None:
    from tthc_tracker.services import dailyfacts

    assert isinstance(run, dailyfacts.Run)
    while run.more:
        with database.transaction() as session:
            dailyfacts.fold_next(session, run)


def years(app: "Flask", *args: str) -> "Result":
    return app.test_cli_runner().invoke(args=["years", *args])


def told(answer: "Result") -> dict:
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_year_goes_and_comes_back_by_commands(stocked: "Flask") -> None:
    before = told(years(stocked, "list", "--format", "json"))
    assert before["archived"] == []
    year = max(before["in_use"], key=before["in_use"].get)
    many = before["in_use"][year]

    tried = years(stocked, "archive", year, *BY, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "chưa thay đổi gì" in tried.stdout
    assert told(years(stocked, "list", "--format", "json")) == before

    done = told(years(stocked, "archive", year, *BY, "--format", "json"))
    assert done["dossiers"] == many
    assert done["tables"]["dossier"]["rows"] == many
    listed = years(stocked, "list").stdout
    assert f"{year}" in listed
    assert "còn trong cơ sở dữ liệu" in listed
    verified = stocked.test_cli_runner().invoke(args=["audit", "verify"])
    assert verified.exit_code == 0, verified.output
    assert f"Năm {year}" in verified.stdout

    again = years(stocked, "archive", year, *BY)
    assert (again.exit_code, "đã cất vào kho" in again.stderr) == (1, True)
    assert told(years(stocked, "restore", year, "--by", "quantri", "--format", "json")) == done
    assert told(years(stocked, "list", "--format", "json")) == before


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_on_sqlite_the_command_says_what_there_is_instead(stocked: "Flask") -> None:
    listed = told(years(stocked, "list", "--format", "json"))
    year = next(iter(listed["in_use"]))
    answer = years(stocked, "archive", year, *BY)
    assert (answer.exit_code, "flask db move" in answer.stderr) == (1, True)


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_year_that_cannot_go_is_one_clear_line(stocked: "Flask") -> None:
    answer = years(stocked, "archive", "1999", *BY)
    assert (answer.exit_code, "không có hồ sơ nào" in answer.stderr) == (1, True)
    answer = years(stocked, "restore", "1999", "--by", "quantri")
    assert (answer.exit_code, "không nằm trong kho" in answer.stderr) == (1, True)
