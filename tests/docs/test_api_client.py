"""The client that docs/api.md shows is run as it stands, against the running product; so is its receiver."""

import os
import re
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.docs.pages import ROOT
from tests.support import servers, wire
from tests.support.desk import open_office
from tests.support.moments import at
from tthc_tracker import clock
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.domain.webhooks import Allowed, WebhookEvent
from tthc_tracker.extensions import Database, database
from tthc_tracker.jobs.webhooking import deliver_webhooks
from tthc_tracker.jobs.work import Work
from tthc_tracker.services import webhookoutbox, webhooks
from tthc_tracker.services.webhooks import RegisterEndpoint

PAGE = ROOT / "docs" / "api.md"


def programs() -> list[str]:
    """The programs of the page: who is told, who asks."""
    return re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def client() -> str:
    """The program that asks."""
    _, program = programs()
    return program


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_client_of_the_page_does_what_the_page_says(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    with database.transaction() as session:
        open_office(session)
    clock = tmp_path / "clock"
    clock.write_text(at("Mon 2026-11-23 09:00").isoformat())
    with servers.web(database_url, tmp_path, TTHC_TEST_CLOCK=str(clock)) as site:
        run_twice(servers.environment(database_url, tmp_path, url=site.url) | {"TTHC_URL": site.url})


def run_twice(env: dict[str, str]) -> None:
    env |= {"TTHC_API_KEY": wire.token(days=730), "NO_PROXY": "127.0.0.1"}
    for first in ("201", "201"):  # the second run repeats the first answer
        done = subprocess.run(
            [sys.executable, "-c", client()], env=env, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        assert lines[0] == f"{first} 20261117090000"
        assert lines[1].startswith("200 {'MaHoSo': 'H50.19000-261116-0001', 'TrangThaiHoSo': 2")
        assert lines[2] == "H50.19000-261116-0001 2 20261119100000 True"


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_receiver_of_the_page_takes_what_is_signed_and_nothing_else(app: Flask, tmp_path: Path) -> None:
    with database.transaction() as session:
        open_office(session)
    portal = wire.System(app, wire.token())
    portal.send("POST", "/dossiers", wire.accepted())
    port = servers.free_port()
    here = Allowed.of(["127.0.0.1/32"])
    work = Work("https://tthc.test", "a@b.test", "", tmp_path, secret_key="k" * 40, webhook_allow=here)
    command = RegisterEndpoint(wire.PORTAL, "LGSP", f"http://127.0.0.1:{port}/", frozenset(WebhookEvent))
    with database.transaction() as session:
        number, secret = webhooks.register(
            session, command, key=work.secret_key, allowed=here, actor=None, now=clock.now()
        )
    finished = {"TrangThaiHoSo": 9, "NgayKetThucXuLy": "20261118090000"}
    portal.send("PATCH", "/dossiers/H50.19000-261116-0001/status", finished)
    (tmp_path / "receiver.py").write_text(programs()[0], encoding="utf-8")
    env = {"PORT": str(port), "TTHC_WEBHOOK_SECRET": secret, "PYTHONPATH": str(tmp_path)}
    receiver = servers.spawn(["receiver"], os.environ | env, tmp_path / "log")
    try:
        servers.until(lambda: answers(port), receiver)
        assert deliver_webhooks(replace(work, secret_key="x" * 40)) == {"later": 1}  # signed by another
        with database.transaction() as session:
            webhookoutbox.retry(session, number, actor_id=None, now=clock.now())
        assert deliver_webhooks(work) == {"told": 1}
        servers.until(lambda: "1 dossier.finished H50.19000-261116-0001\n" in receiver.tail(), receiver)
    finally:
        receiver.kill()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_scopes_of_the_page_are_those_there_are() -> None:
    told = re.findall(r"^\| `(\w+)` \| `", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert told == [scope.value for scope in ApiScope]
