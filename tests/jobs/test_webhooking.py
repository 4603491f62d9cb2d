"""Another system is told of changes: signed, in order, until it has them; no private address is called."""

import base64
import datetime as dt
import hashlib
import hmac
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support import wire
from tests.support.desk import open_office
from tests.support.hooks import Receiver, receiving
from tests.support.moments import Wall
from tests.support.wire import System, accepted, dossier
from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound
from tthc_tracker.domain.webhooks import GIVEN_UP_AFTER, Allowed, WebhookEvent
from tthc_tracker.extensions import database
from tthc_tracker.jobs.webhooking import deliver_webhooks
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.webhook import WebhookDelivery
from tthc_tracker.queries import webhooks as queries
from tthc_tracker.services import restoring, webhookoutbox, webhooks
from tthc_tracker.services.webhooks import RegisterEndpoint

KEY = "k" * 40
HERE = Allowed.of(["127.0.0.0/8"])
PERSONAL = ("Nguyễn Thị Hoà", "044093001234", "0912345678")
CODE = "H50.19000-261116-0001"


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    return Wall.stopped(monkeypatch)


@pytest.fixture
def portal(app: Flask, wall: Wall) -> System:
    with database.transaction() as session:
        open_office(session)
    return System(app, wire.token())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work("https://tthc.test", "a@b.test", "", tmp_path, secret_key=KEY, webhook_allow=HERE)


def listen(url: str, *events: WebhookEvent, source: str = wire.PORTAL) -> tuple[int, str]:
    command = RegisterEndpoint(source, "LGSP", url, frozenset(events or WebhookEvent))
    with database.transaction() as session:
        return webhooks.register(session, command, key=KEY, allowed=HERE, actor=None, now=clock.now())


def finish(portal: System, code: str = CODE) -> None:
    ended = {"TrangThaiHoSo": 9, "NgayKetThucXuLy": "20261118090000"}
    assert portal.send("PATCH", f"/dossiers/{code}/status", ended).status_code == 200


def signed_with(secret: str, headers: dict[str, str], body: str) -> bool:
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    mine = "v1," + base64.b64encode(hmac.new(raw, said, hashlib.sha256).digest()).decode()
    return mine in headers["webhook-signature"].split(" ")


def statuses() -> list[str]:
    with database.reading() as session:
        return list(session.execute(select(WebhookDelivery.status).order_by(WebhookDelivery.id)).scalars())


def test_after_a_restore_calls_go_on_above_all_that_was_told_in_the_lost_time(
    portal: System, receiver: Receiver, work: Work
) -> None:
    """A receiver takes of each dossier the highest number it has seen."""
    listen(receiver.url)
    portal.send("POST", "/dossiers", accepted())
    with database.transaction() as session:
        restoring.settle(session, made_at=clock.now(), now=clock.now(), file_name="")
    finish(portal)
    assert deliver_webhooks(work) == {"told": 1}
    assert [said["sequence"] for said in receiver.bodies] == [restoring.TOLD + 1]


def test_changes_are_told_in_order_signed_and_without_anything_personal(
    portal: System, receiver: Receiver, work: Work
) -> None:
    _, secret = listen(f"{receiver.url}/nhan")
    portal.send("POST", "/dossiers", accepted())
    finish(portal)
    portal.send("PATCH", f"/dossiers/{CODE}/status", {"TrangThaiHoSo": 10, "NgayTra": "20261118100000"})
    assert deliver_webhooks(work) == {"told": 2}
    assert deliver_webhooks(work) == {}
    assert [path for path, _, _ in receiver.came] == ["/nhan"] * 2
    assert [said["type"] for said in receiver.bodies] == ["dossier.finished", "dossier.returned"]
    assert [said["sequence"] for said in receiver.bodies] == [1, 2]
    assert [said["data"]["TrangThaiHoSo"] for said in receiver.bodies] == [9, 10]
    for _, headers, body in receiver.came:
        assert signed_with(secret, headers, body)
        assert not signed_with(secret, headers, body + " ")
        assert not any(each in body for each in PERSONAL)


def test_only_its_own_source_and_only_what_it_asked_for(
    portal: System, receiver: Receiver, work: Work
) -> None:
    listen(f"{receiver.url}/khac", source=wire.OTHER)
    listen(f"{receiver.url}/tra", WebhookEvent.RETURNED)
    portal.send("POST", "/dossiers", accepted())
    finish(portal)
    assert deliver_webhooks(work) == {}
    assert receiver.came == []


def test_what_is_refused_is_rolled_back_with_its_call(portal: System, receiver: Receiver, work: Work) -> None:
    listen(receiver.url)
    portal.send("POST", "/dossiers", accepted())
    finish(portal)
    deliver_webhooks(work)
    assert portal.send("PATCH", f"/dossiers/{CODE}/status", {"TrangThaiHoSo": 2}).status_code == 409
    assert deliver_webhooks(work) == {}


def test_a_call_that_is_not_taken_comes_again_under_its_id(
    portal: System, receiver: Receiver, work: Work, wall: Wall
) -> None:
    listen(receiver.url)
    portal.send("POST", "/dossiers", accepted())
    finish(portal)
    receiver.answers = [500, 302]
    for minutes in (0, 2, 10):
        wall.moment += dt.timedelta(minutes=minutes)
        deliver_webhooks(work)
        deliver_webhooks(work)  # not before its time
    assert [path for path, _, _ in receiver.came] == ["/"] * 3, "a redirect is not followed"
    assert len({headers["webhook-id"] for _, headers, _ in receiver.came}) == 1
    assert len({headers["webhook-timestamp"] for _, headers, _ in receiver.came}) == 3
    assert statuses() == ["sent"]


def test_an_address_where_nobody_answers_rests_and_is_given_up_after_three_days(
    portal: System, receiver: Receiver, work: Work, wall: Wall
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    number, _ = listen(f"http://127.0.0.1:{port}/")
    for each in (CODE, "H50.19000-261116-0002"):
        portal.send("POST", "/dossiers", accepted(each))
        finish(portal, each)
    assert deliver_webhooks(work) == {"later": 1}, "the second is not tried where the first found nobody"
    assert deliver_webhooks(work) == {}
    wall.moment += GIVEN_UP_AFTER
    assert deliver_webhooks(work) == {"given_up": 2}
    with database.reading() as session:
        [line] = queries.endpoints(session)
    assert (line.id, line.dead, bool(line.last_error)) == (number, 2, True)
    with database.transaction() as session:
        assert webhookoutbox.retry(session, number, actor_id=None, now=wall.now()) == 2
    assert statuses() == ["pending", "pending"]
    with database.reading() as session:
        settled = session.execute(select(WebhookDelivery.settled_at)).scalars().all()
    assert settled == [None, None], "what waits again is not settled"


def test_a_name_that_leads_into_the_intranet_by_then_is_not_called(
    portal: System, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS is the one thing a test cannot change for real: the name is public when registered, not later."""
    port = receiver.url.rpartition(":")[2]
    listen(f"https://doi.example.com:{port}/")
    portal.send("POST", "/dossiers", accepted())
    finish(portal)
    outside = Work("https://tthc.test", "a@b.test", "", tmp_path, secret_key=KEY)
    for address in ("127.0.0.1", "169.254.169.254", "10.0.0.5", "100.64.3.3"):
        place: Any = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, int(port)))
        public: Any = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", int(port)))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, _p=place, _q=public, **_k: [_q, _p])
        with database.transaction() as session:
            for endpoint in queries.endpoints(session):
                webhookoutbox.retry(session, endpoint.id, actor_id=None, now=clock.now())
        assert deliver_webhooks(outside) == {"later": 1}
    with database.reading() as session:
        [line] = queries.endpoints(session)
    assert "mạng nội bộ" in line.last_error
    assert receiver.came == []


def test_a_secret_that_is_replaced_still_signs_for_a_day(
    portal: System, receiver: Receiver, work: Work, wall: Wall
) -> None:
    number, old = listen(receiver.url)
    with database.transaction() as session:
        new = webhooks.rotate(session, number, key=KEY, actor=None, now=wall.now())
    for each in (CODE, "H50.19000-261116-0002"):
        portal.send("POST", "/dossiers", accepted(each))
        finish(portal, each)
        deliver_webhooks(work)
        wall.moment += dt.timedelta(days=1)
    (_, first, body), (_, second, later) = receiver.came
    assert signed_with(old, first, body)
    assert signed_with(new, first, body)
    assert not signed_with(old, second, later)
    assert signed_with(new, second, later)


def test_an_address_that_is_stopped_is_told_nothing_more(
    portal: System, receiver: Receiver, work: Work
) -> None:
    number, _ = listen(receiver.url)
    portal.send("POST", "/dossiers", dossier())
    with database.transaction() as session:
        webhooks.stop(session, number, actor=None, now=clock.now())
    portal.send("PATCH", f"/dossiers/{CODE}/status", {"TrangThaiHoSo": 2, "NgayTiepNhan": "20261116100000"})
    assert deliver_webhooks(work) == {}
    with pytest.raises(NotFound), database.transaction() as session:
        webhooks.stop(session, number, actor=None, now=clock.now())


REGISTER = RegisterEndpoint(wire.PORTAL, "LGSP", "https://a.gov.vn/", frozenset(WebhookEvent))
WRONG: dict[str, dict[str, Any]] = {
    "source": {"source_code": "x"}, "name": {"name": ""}, "events": {"events": frozenset()},
    "url": {"url": "http://a.gov.vn/"},
}  # fmt: skip


@pytest.mark.parametrize("field", WRONG)
def test_what_cannot_be_registered_is_named(portal: System, field: str) -> None:
    command = replace(REGISTER, **WRONG[field])
    with pytest.raises(InvalidInput) as refused, database.transaction() as session:
        webhooks.register(session, command, key=KEY, allowed=HERE, actor=None, now=clock.now())
    assert refused.value.field == field


def test_only_who_administers_every_agency_registers(app: Flask, wall: Wall) -> None:
    with database.transaction() as session:
        office = open_office(session)
    with pytest.raises(NotAllowed), database.transaction() as session:
        webhooks.register(session, REGISTER, key=KEY, allowed=HERE, actor=office.clerk, now=clock.now())


def test_old_calls_are_forgotten(portal: System, receiver: Receiver, work: Work, wall: Wall) -> None:
    listen(receiver.url)
    portal.send("POST", "/dossiers", accepted())
    finish(portal)
    deliver_webhooks(work)
    with database.transaction() as session:
        assert webhookoutbox.sweep(session, wall.now() + dt.timedelta(days=29)) == 0
        assert webhookoutbox.sweep(session, wall.now() + dt.timedelta(days=31)) == 1
