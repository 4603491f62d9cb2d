"""`flask feeds`: where a source is fetched from is set and listed; its token is shown to nobody."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.desk import open_office
from tthc_tracker.extensions import database
from tthc_tracker.models.feed import SourceFeed
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.services.feeds import token_of

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

SOURCE, TOKEN = "provincial-portal", "ma-truy-cap-rat-kin"
URL = "https://cong.example.gov.vn/ho-so"


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Any:
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], feed_root=tmp_path)
    with database.transaction() as session:
        open_office(session)
    return app.test_cli_runner().invoke


def stored() -> SourceFeed:
    with database.reading() as session:
        return session.execute(select(SourceFeed)).scalar_one()


def test_a_feed_is_set_listed_and_looked_at(app: Flask, run: Any) -> None:
    kept = run(args=["feeds", "set", SOURCE, "--url", URL, "--token-from", "-", "--every", "10"], input=TOKEN)
    assert kept.exit_code == 0, kept.output
    assert token_of(stored().sealed_token, SOURCE, app.config["SETTINGS"].secret_key) == TOKEN
    assert run(args=["feeds", "look", SOURCE]).exit_code == 0
    source, state, place, *_ = run(args=["feeds", "list"]).stdout.split("\t")
    assert (source, state, place) == (SOURCE, "running", URL)
    assert run(args=["feeds", "set", SOURCE, "--folder", "cong/hs", "--off"]).exit_code == 0
    assert "\toff\tcong/hs\t" in run(args=["feeds", "list"]).stdout
    assert run(args=["feeds", "look", SOURCE]).exit_code == 1
    assert stored().sealed_token == "", "a folder needs none"
    with database.reading() as session:
        noted = list(session.execute(select(AuditEntry.action, AuditEntry.facts)))
    assert [action for action, _ in noted if action.startswith("feed")] == [
        "feed_set",
        "feed_asked",
        "feed_set",
    ]
    assert TOKEN not in f"{noted}{kept.output}{run(args=['feeds', 'list']).output}"


def test_a_token_stays_with_its_server_and_the_cursor_with_its_place(app: Flask, run: Any) -> None:
    run(args=["feeds", "set", SOURCE, "--url", URL, "--token-from", "-"], input=TOKEN)
    with database.transaction() as session:
        session.execute(select(SourceFeed)).scalar_one().cursor = "7"
    moved = run(args=["feeds", "set", SOURCE, "--url", "https://noi-khac.example.com/ho-so"])
    assert (moved.exit_code, moved.stderr[:6]) == (1, "token:")
    run(args=["feeds", "set", SOURCE, "--url", URL])
    assert (stored().cursor, bool(stored().sealed_token)) == ("7", True)
    run(args=["feeds", "set", SOURCE, "--url", URL, "--from-start", "--no-token"])
    assert (stored().cursor, stored().sealed_token) == ("", "")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param(["--url", "https://127.0.0.1/"], "place: ", id="a private address"),
        pytest.param(["--folder", "../etc"], "place: ", id="out of the root"),
        pytest.param(["--folder", "a", "--every", "1"], "every_minutes: ", id="too often"),
        pytest.param(["--url", URL, "--token-from", "-"], "token: ", id="a token of two words"),
    ],
)
def test_what_cannot_be_set_is_said_in_one_line(run: Any, asked: list[str], told: str) -> None:
    refused = run(args=["feeds", "set", SOURCE, *asked], input="hai từ")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(told)


@pytest.mark.parametrize("source", ["khong-co", "desk"])
def test_only_another_system_is_fetched_from(run: Any, source: str) -> None:
    assert run(args=["feeds", "set", source, "--folder", "a"]).exit_code == 1
    assert run(args=["feeds", "set", SOURCE]).exit_code == 2
