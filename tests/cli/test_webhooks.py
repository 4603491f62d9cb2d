"""`flask webhooks`: a secret is printed once; what is wrong is said in one line."""

import pytest
from flask import Flask

from tests.support.desk import open_office
from tthc_tracker.extensions import database

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

ADD = ["webhooks", "add", "--source", "provincial-portal", "--name", "LGSP", "--url"]


def test_an_address_is_registered_given_another_secret_and_stopped(app: Flask) -> None:
    with database.transaction() as session:
        open_office(session)
    run = app.test_cli_runner().invoke
    added = run(args=[*ADD, "https://lgsp.example.gov.vn/nhan", "--event", "dossier.finished"])
    assert added.exit_code == 0, added.output
    secret = added.stdout.strip()
    assert secret.startswith("whsec_")
    number, state, source, events, *_ = run(args=["webhooks", "list"]).stdout.split("\t")
    assert (state, source, events) == ("running", "provincial-portal", "dossier.finished")
    other = run(args=["webhooks", "rotate", number]).stdout.strip()
    assert other.startswith("whsec_")
    assert other != secret
    assert "0 tin" in run(args=["webhooks", "retry", number]).stdout
    assert run(args=["webhooks", "stop", number]).exit_code == 0
    assert "stopped" in run(args=["webhooks", "list"]).stdout
    assert secret not in run(args=["webhooks", "list"]).stdout


def test_what_cannot_be_done_is_said_in_one_line(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    for url in ("http://lgsp.example.gov.vn/", "https://127.0.0.1/"):
        refused = run(args=[*ADD, url])
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.startswith("url: ")
    for verb in ("rotate", "stop"):
        missing = run(args=["webhooks", verb, "9"])
        assert missing.exit_code == 1
        assert "webhooks list" in missing.stderr
