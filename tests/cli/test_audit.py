"""`flask audit` and the evening's seal: what an operator sees and what leaves the house."""

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.support.desk import open_office
from tests.support.moments import at
from tthc_tracker.extensions import database
from tthc_tracker.jobs import mailing, sealing
from tthc_tracker.jobs.work import work_of
from tthc_tracker.services import audit, trail
from tthc_tracker.services.trailkeys import NAME, Keyring

NOW = at("Mon 2026-11-23 09:00")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_seal_leaves_by_mail_and_file_and_the_check_says_what_it_found(
    app: Flask, tmp_path: Path
) -> None:
    work = work_of(app.config["SETTINGS"])
    with database.transaction() as session:
        trail.begin(session, Keyring(work.var / NAME))
        ward = open_office(session).ward
        audit.note(session, "noted", actor_id=None, now=NOW, agency_id=ward)
    assert sealing.seal_trail(work) == {"sealed": 1, "laid_down": 1, "mails": 1}
    assert sealing.seal_trail(work) == {"sealed": 0, "laid_down": 0, "mails": 0}
    assert mailing.deliver_mail(work)["sent"] == 1

    runner = app.test_cli_runner()
    root = runner.invoke(args=["audit", "seals"]).output.split()[1]
    (letter,) = (work.var / "mail").glob("*.eml")
    assert root in letter.read_text().replace("=\n", "")
    good = runner.invoke(args=["audit", "verify"])
    assert "Nhật ký nguyên vẹn." in good.output, good.output
    assert good.exit_code == 0
    only = runner.invoke(
        args=["audit", "verify", "--agency", "H50.19000", "--from", "2026-11-01", "--format", "json"]
    )
    assert json.loads(only.output)["links"] == 1

    (work.var / "trail.seals").write_text("{}\n")
    assert runner.invoke(args=["audit", "verify"]).exit_code == 1
    (work.var / "trail.seals").unlink()
    runner.invoke(args=["audit", "new-key"])
    (work.var / NAME).chmod(0o600)
    (work.var / NAME).write_text("")
    bad = runner.invoke(args=["audit", "verify", "--format", "json"])
    assert (bad.exit_code, json.loads(bad.output)["breaks"][0]["fault"]) == (1, "key_unknown")
