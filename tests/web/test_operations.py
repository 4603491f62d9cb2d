"""Health, readiness, and the page for administrators."""

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from tests.support.desk import open_office
from tests.support.signedin import sign_in
from tthc_tracker import clock, migrating
from tthc_tracker.extensions import database
from tthc_tracker.jobs import runner
from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.account import Membership
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.queries import operations
from tthc_tracker.services import jobruns, outbox
from tthc_tracker.web.operations import readiness
from tthc_tracker.wording.formats import moment


class Usage(NamedTuple):
    """What the system says of a disk, in bytes."""

    total: int
    used: int
    free: int


GIB = 1024 * readiness.MEBIBYTE
only_sqlite = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def fresh_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_probe", readiness.WriteProbe())


@pytest.fixture
def administrator(app: Flask) -> FlaskClient:
    from tthc_tracker.domain.permissions import Role

    with database.transaction() as session:
        office = open_office(session)
        session.execute(
            update(Membership)
            .where(Membership.user_id == office.controller.user_id)
            .values(role=Role.ADMINISTRATOR)
        )
        token = sign_in(session, office.controller.user_id, clock.now())
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.set_cookie("__Host-tthc-session", token, secure=True)
    return client


@only_sqlite
def test_health_asks_no_database_and_no_sign_in(app: Flask, client: FlaskClient) -> None:
    Path(str(database.engine.url.database)).unlink()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_a_browser_that_shows_a_pdf_finds_the_icon(client: FlaskClient) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    with client.get(answer.location) as icon:
        assert icon.mimetype == "image/svg+xml"


def test_ready_means_every_check_holds(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "ready": True,
        "checks": {"database": True, "schema": True, "restored": True, "write": True, "disk": True},
    }


def test_readiness_does_not_ask_for_the_scheduler(client: FlaskClient) -> None:
    assert "scheduler" not in client.get("/readyz").text


@only_sqlite
def test_a_database_that_takes_no_writes_is_not_ready(client: FlaskClient) -> None:
    with database.transaction() as session:
        session.execute(text("DROP TABLE heartbeat"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["checks"]["write"]) == (503, False)


def test_another_schema_is_not_ready(client: FlaskClient) -> None:
    migrating.downgrade(database.engine, "0004")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["checks"]["schema"]) == (503, False)


@only_sqlite
def test_a_copy_put_in_place_by_hand_is_not_ready(client: FlaskClient) -> None:
    with database.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA user_version=1")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["checks"]["restored"]) == (503, False)


@pytest.mark.parametrize(
    ("usage", "room"),
    [
        pytest.param(Usage(100 * GIB, 0, 50 * GIB), True, id="half a disk"),
        pytest.param(Usage(1000 * GIB, 0, 3 * GIB), True, id="three gigabytes of a large disk"),
        pytest.param(Usage(1000 * GIB, 0, GIB), False, id="one gigabyte of a large disk"),
        pytest.param(Usage(2 * GIB, 0, 210 * readiness.MEBIBYTE), True, id="a tenth of a small disk"),
        pytest.param(
            Usage(2 * GIB, 0, 190 * readiness.MEBIBYTE), False, id="less than two hundred megabytes"
        ),
    ],
)
def test_a_disk_nearly_full_is_not_ready(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, usage: Usage, room: bool
) -> None:
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda _path: usage)
    assert readiness.has_room(tmp_path) is room


def test_a_write_is_tried_once_in_thirty_seconds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    probe, tries = readiness.WriteProbe(), list[int]()
    monkeypatch.setattr(probe, "_write", lambda: bool(tries.append(1) or True))
    assert [probe.ok(), probe.ok()] == [True, True]
    assert len(tries) == 1
    probe._last = (probe._last[0] - readiness.PROBE_EVERY, *probe._last[1:])
    probe.ok()
    assert len(tries) == 2


def test_the_page_says_what_runs_and_what_does_not(administrator: FlaskClient, tmp_path: Path) -> None:
    before = administrator.get("/van-hanh").text
    assert "Rà soát thời hạn chậm." in before
    work = Work("https://tthc.test", "tthc@coquan.test", "", tmp_path)
    for name in ("scan-deadlines", "housekeeping", "backup"):
        assert runner.run(BY_NAME[name], work).ok
    page = administrator.get("/van-hanh").text
    assert "Rà soát thời hạn chậm." not in page
    assert "Rà soát gần nhất" in page
    assert "Dọn dẹp" in page
    assert ("SQLite 3." in page) or ("PostgreSQL 15" in page)
    assert migrating.head() in page


def test_the_page_shows_mails_that_cannot_leave_with_what_the_server_said(
    administrator: FlaskClient,
) -> None:
    with database.transaction() as session:
        user_id = session.execute(select(Membership.user_id).limit(1)).scalar_one()
        outbox.enqueue(
            session,
            dedup_key="k",
            kind="digest",
            user_id=user_id,
            context={},
            domain="d.test",
            now=clock.now(),
        )
        session.execute(
            update(OutboxMessage).values(status="dead", last_code=550, last_error="<b>No such user</b>")
        )
    page = administrator.get("/van-hanh").text
    assert "&lt;b&gt;No such user&lt;/b&gt;" in page
    assert "550" in page


# --- the timed work is seen


def _scan(at: dt.datetime, **more: object) -> None:
    with database.transaction() as session:
        jobruns.beat(session, operations.SCAN, {"last_ok_at": at, "last_counts": {"examined": 1243}} | more)


def test_every_page_says_how_the_last_scan_went(administrator: FlaskClient) -> None:
    now = clock.now()
    _scan(now - dt.timedelta(minutes=2))
    page = administrator.get("/van-hanh").text
    assert f"Rà soát gần nhất {moment(now - dt.timedelta(minutes=2))}" in page
    assert "1.243 hồ sơ đến lúc xem, 0 lỗi" in page
    assert "Rà soát thời hạn không chạy" not in page
    _scan(now - dt.timedelta(minutes=2), last_error="OperationalError")
    assert "lần sau đó bị lỗi" in administrator.get("/").text


def test_a_banner_tells_everybody_when_three_intervals_have_passed_without_a_scan(
    administrator: FlaskClient, client: FlaskClient
) -> None:
    _scan(clock.now() - dt.timedelta(minutes=14))
    assert "Rà soát thời hạn không chạy" not in administrator.get("/").text
    _scan(clock.now() - dt.timedelta(minutes=16))
    assert "Rà soát thời hạn không chạy" in administrator.get("/").text
    assert "Rà soát thời hạn không chạy" not in client.get("/dang-nhap").text


def test_a_job_shows_what_its_last_good_run_did_and_when_the_next_is_due(
    administrator: FlaskClient, tmp_path: Path
) -> None:
    runner.run(BY_NAME["scan-deadlines"], Work("https://tthc.test", "tthc@coquan.test", "", tmp_path))
    following = clock.now() + dt.timedelta(minutes=4)
    with database.transaction() as session:
        jobruns.beat(session, "scan-deadlines", {"next_at": following})
        jobruns.note_jump(session, 90, token=1, now=clock.now())
    page = administrator.get("/van-hanh").text
    assert moment(following) in page
    assert "Đồng hồ máy chủ nhảy 90 phút" in page
    only = administrator.get("/van-hanh?viec=scan-deadlines").text
    assert "Các lần chạy gần đây: Rà soát thời hạn" in only
    assert "Đồng hồ máy chủ nhảy" not in only


def _mail(status: str) -> int:
    with database.transaction() as session:
        message = OutboxMessage(
            dedup_key=f"k{status}", kind="digest", to_address="truong@example.vn", message_id=f"<{status}>",
            status=status, attempts=14, last_code=550, last_error="550 no such user",
            next_attempt_at=clock.now(), expires_at=clock.now(), created_at=clock.now(),
        )  # fmt: skip
        session.add(message)
        session.flush()
        return message.id


def _status(message_id: int) -> tuple[str, int]:
    with database.reading() as session:
        message = session.get_one(OutboxMessage, message_id)
        return message.status, message.attempts


def test_an_administrator_lets_a_mail_that_was_given_up_leave_again(administrator: FlaskClient) -> None:
    dead, held, sent = _mail("dead"), _mail("held"), _mail("sent")
    page = administrator.get("/van-hanh").text
    assert "550 no such user" in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    administrator.post(f"/van-hanh/thu/{dead}/gui-lai", data={"csrf_token": token})
    assert (_status(dead), _status(held)) == (("pending", 0), ("held", 14))
    administrator.post("/van-hanh/thu/gui-lai", data={"csrf_token": token})
    assert (_status(held), _status(sent)) == (("pending", 0), ("sent", 14))
    with database.reading() as session:
        noted = session.execute(select(AuditEntry.facts).where(AuditEntry.action == "mail_retried"))
        assert noted.scalars().all() == [{"mails": 1}, {"mails": 1}]


def test_the_numbers_are_for_this_machine_or_the_bearer_of_the_token(app: Flask, client: FlaskClient) -> None:
    _scan(clock.now())
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    here = client.get("/metrics")
    assert 'tthc_job_last_success_age_seconds{job="scan-deadlines"} ' in here.text
    assert "tthc_dossiers_to_look_at 0" in here.text
    assert client.get("/metrics", environ_base=elsewhere).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    bearer = {"Authorization": f"Bearer {'x' * 32}"}
    assert client.get("/metrics", headers=bearer, environ_base=elsewhere).status_code == 404
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], metrics_token="x" * 32)
    assert client.get("/metrics", headers=bearer, environ_base=elsewhere).status_code == 200
    wrong = {"Authorization": f"Bearer {'y' * 32}"}
    assert client.get("/metrics", headers=wrong, environ_base=elsewhere).status_code == 404
