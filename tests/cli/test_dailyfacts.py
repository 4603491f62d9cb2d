"""`flask reports verify` names what is kept otherwise than the dossiers have it; `rebuild` puts it right."""

import json
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.support.moments import at, on
from tests.support.statisticsdata import IDS, plant
from tthc_tracker.services import dailyfacts

if TYPE_CHECKING:
    from click.testing import Result
    from flask import Flask

    from tthc_tracker.extensions import Database

PERIOD = ["--from", "2026-01-01", "--to", "2026-12-31"]


@pytest.fixture
def planted(app: "Flask") -> "Flask":
    from tthc_tracker.extensions import database

    with database.transaction() as session:
        plant(session, Random(7), 120, on("Fri 2026-05-01"), on("Wed 2026-09-30"), at("Tue 2026-09-15 00:00"))
    fold(database)
    return app


def fold(database: "Database") -> None:
    run = dailyfacts.Run()
    while run.more:
        with database.transaction() as session:
            dailyfacts.fold_next(session, run)


def verify(app: "Flask", *more: str) -> "Result":
    return app.test_cli_runner().invoke(args=["reports", "verify", *PERIOD, *more])


def told(answer: "Result") -> dict:
    return json.loads(answer.stdout)


def spoil(statement: str) -> None:
    from tthc_tracker.extensions import database

    with database.transaction() as session:
        assert session.execute(text(statement)).rowcount > 0


def test_what_follows_from_the_dossiers_is_verified(planted: "Flask") -> None:
    answer = verify(planted, "--format", "json")
    assert answer.exit_code == 0, answer.output
    found = told(answer)
    assert found["ok"] is True
    assert (found["dossiers"], found["waiting"], found["standing"]) == (120, 0, "ready")
    assert verify(planted, "--agency", "H50.20").exit_code == 0


def test_each_number_that_differs_is_named_and_made_right_again(planted: "Flask") -> None:
    spoil("UPDATE daily_fact SET online = online + 1 WHERE online > 0 AND agency_id = 9004")
    spoil("UPDATE fact_sum SET late = late + 2 WHERE grain = 'quarter' AND series = 'sector' AND late > 0")
    spoil("UPDATE length_sum SET number = number + 1 WHERE series = 'agency' AND grain = 'half_month'")
    answer = verify(planted, "--format", "json")
    assert answer.exit_code == 1
    differences = told(answer)["differences"]
    days = [each for each in differences if not each["of"]]
    assert {(each["agency"], each["measure"]) for each in days} == {("H50.20", "online")}
    assert all(each["kept"] == each["found"] + 1 for each in days)
    sums = {(each["measure"], each["of"].split()[0]) for each in differences if each["of"]}
    assert {("late", "quarter"), ("length", "half_month"), ("online", "day")} <= sums
    own = told(verify(planted, "--format", "json", "--agency", "G01"))["differences"]
    assert {each["agency"] for each in own} == {"G01"}
    assert "đang lưu" in verify(planted).output
    assert planted.test_cli_runner().invoke(args=["reports", "rebuild"]).exit_code == 0
    assert verify(planted).exit_code == 0


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_numbers_under_another_sector_are_found(planted: "Flask") -> None:
    spoil("UPDATE OR IGNORE daily_fact SET sector_id = 9001 + 9002 - sector_id")
    differences = told(verify(planted, "--format", "json"))["differences"]
    assert "groups" in {each["measure"] for each in differences if not each["of"]}


def test_what_waits_is_compared_as_it_was(planted: "Flask") -> None:
    spoil("UPDATE dossier SET sector_id = 9001 + 9002 - sector_id, fee_state = 'paid'")
    answer = verify(planted, "--format", "json")
    assert answer.exit_code == 0, answer.output
    assert told(answer)["waiting"] == 120


def test_what_cannot_be_asked_is_said_so(planted: "Flask") -> None:
    assert "không có cơ quan" in verify(planted, "--agency", "X99").output
    turned = ["reports", "verify", "--from", "2026-02-01", "--to", "2026-01-01"]
    answer = planted.test_cli_runner().invoke(args=turned)
    assert "ngày đầu sau ngày cuối" in answer.output
    assert answer.exit_code == 1
    assert IDS["H50.20"] == 9004
