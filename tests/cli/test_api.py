"""`flask api`: a key is printed once, listed without its text, and revoked."""

import pytest
from flask import Flask

from tests.support.desk import open_office
from tests.support.wire import System
from tthc_tracker.extensions import database

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_a_key_is_issued_listed_and_revoked(app: Flask) -> None:
    with database.transaction() as session:
        open_office(session)
    run = app.test_cli_runner().invoke
    words = ["api", "issue-token", "--source", "provincial-portal", "--scope", "read", "--name", "Cổng tỉnh"]
    issued = run(args=words)
    assert issued.exit_code == 0, issued.output
    token = issued.stdout.strip()
    system = System(app, token)
    assert system.send("GET", "/dossiers").status_code == 200
    listed = run(args=["api", "list-tokens"]).stdout
    number, state, source, scopes, *_ = listed.split("\t")
    assert (state, source, scopes) == ("valid", "provincial-portal", "read")
    assert token not in listed
    assert token[-4:] in listed
    assert run(args=["api", "revoke-token", number]).exit_code == 0
    assert system.send("GET", "/dossiers").status_code == 401
    assert "revoked" in run(args=["api", "list-tokens"]).stdout


def test_what_cannot_be_done_is_said_in_one_line(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    nobody = run(args=["api", "issue-token", "--source", "x", "--scope", "read", "--name", "y"])
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "Không có nguồn" in nobody.stderr
    missing = run(args=["api", "revoke-token", "9"])
    assert missing.exit_code == 1
    assert "list-tokens" in missing.stderr
