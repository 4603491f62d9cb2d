"""Every address × every scope × own and other source; no cookie, no mark, no way round."""

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from tests.domain.test_photos import JFIF, TABLE, jpeg
from tests.support import wire
from tests.support.desk import PASSWORD, open_office
from tests.support.wire import System, accepted, dossier
from tthc_tracker import api, clock
from tthc_tracker.api.guarding import DOCUMENT
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.extensions import database
from tthc_tracker.queries import accounts as queries
from tthc_tracker.services import apitokens, logins

CODE = "H50.19000-261116-0001"
CANARY, CANARY_ID = "Kim Tự Canary", "044093009999"
OWN, OTHER = wire.PORTAL, wire.OTHER


@dataclass(frozen=True)
class Door:
    """One operation: its scope, an address that names the canary's dossier, and what the two sources get."""

    endpoint: str
    scope: ApiScope
    method: str
    path: str
    body: Any
    own: int
    other: int


SENT = accepted(ChuHoSo=CANARY, MaDoiTuong=CANARY_ID)
STATUS = {"TrangThaiHoSo": 4}

REPORT = wire.report()["MaPhanAnh"]
REPORTED = wire.report(HoTen=CANARY)

DOORS = (
    Door("dossiers.submit", ApiScope.SUBMIT, "POST", "/dossiers", SENT, 200, 409),
    Door("dossiers.update_status", ApiScope.UPDATE, "PATCH", f"/dossiers/{CODE}/status", STATUS, 200, 404),
    Door("dossiers.read", ApiScope.READ, "GET", f"/dossiers/{CODE}", None, 200, 404),
    Door("dossiers.changed", ApiScope.READ, "GET", "/dossiers", None, 200, 200),
    Door("dossiers.deadline", ApiScope.DEADLINE, "GET",
         "/deadline?MaTTHC=1.004873&NgayTiepNhan=20261116090000", None, 200, 200),
    Door("dossiers.agencies", ApiScope.CATALOGUE, "GET", "/agencies", None, 200, 200),
    Door("dossiers.sectors", ApiScope.CATALOGUE, "GET", "/sectors", None, 200, 200),
    Door("dossiers.sources", ApiScope.CATALOGUE, "GET", "/sources", None, 200, 200),
    Door("dossiers.procedures", ApiScope.CATALOGUE, "GET", "/procedures", None, 200, 200),
    Door("dossiers.calendar", ApiScope.CATALOGUE, "GET", "/calendar?year=2026", None, 200, 200),
    Door("dossiers.statistics", ApiScope.STATISTICS, "GET",
         "/statistics?from=2026-11-01&to=2026-11-30&by=agency", None, 200, 200),
    Door("dossiers.submit_report", ApiScope.FIELD_REPORTS, "POST", "/field-reports", REPORTED, 200, 409),
    Door("dossiers.read_report", ApiScope.FIELD_REPORTS, "GET", f"/field-reports/{REPORT}", None, 200, 404),
    Door("dossiers.put_photo", ApiScope.FIELD_REPORTS, "PUT", f"/field-reports/{REPORT}/photo",
         jpeg(JFIF, TABLE), 204, 404),
)  # fmt: skip


@pytest.fixture
def canary(app: Flask) -> Flask:
    """The application, with one dossier that the first source sent."""
    with database.transaction() as session:
        open_office(session)
    system = System(app, wire.token(OWN))
    assert system.send("POST", "/dossiers", SENT).status_code == 201
    assert system.send("POST", "/field-reports", REPORTED).status_code == 201
    return app


def test_every_operation_stands_in_the_table_and_the_other_way_round(app: Flask) -> None:
    made = api.create(app.config["SETTINGS"])
    endpoints = {rule.endpoint for rule in made.url_map.iter_rules()}
    assert endpoints == {door.endpoint for door in DOORS} | {DOCUMENT}


def test_a_door_opens_to_its_scope_only_and_to_another_source_never(canary: Flask) -> None:
    wrong = []
    for door, scope, source in itertools.product(DOORS, ApiScope, (OWN, OTHER)):
        answer = System(canary, wire.token(source, [scope])).send(door.method, door.path, door.body)
        wanted = 403 if scope is not door.scope else door.own if source == OWN else door.other
        if answer.status_code != wanted:
            wrong.append(f"{door.endpoint} with {scope} of {source}: {answer.status_code}, not {wanted}")
        if source == OTHER and (CANARY in answer.text or CANARY_ID in answer.text or CODE in answer.text):
            wrong.append(f"{door.endpoint} shows the canary to {source}")
    assert not wrong, "\n".join(wrong)


def test_the_canary_would_be_seen_where_it_may_be(canary: Flask) -> None:
    system = System(canary, wire.token(OWN, [ApiScope.READ]))
    for path in (f"/dossiers/{CODE}", "/dossiers"):
        assert CANARY in system.send("GET", path).text


def test_the_desks_own_dossiers_are_nobodys_to_read(app: Flask) -> None:
    """A key reads what its source sent by wire or file, not whatever bears the source's name."""
    with database.transaction() as session:
        open_office(session)
    form = System(app, wire.token("desk"))
    form.send("POST", "/dossiers", dossier())
    assert len(form.send("GET", "/dossiers").json["items"]) == 1


NO_KEYS = {
    "nothing": "",
    "no key": "Bearer",
    "a key nobody issued": "Bearer tthc_" + "x" * 43,
    "letters no key has": "Bearer tthc_\u00e9",
    "another scheme": "Basic dHRoYzp4",
}


def test_without_a_key_nothing_opens_but_the_document(canary: Flask) -> None:
    for (what, header), door in itertools.product(NO_KEYS.items(), DOORS):
        answer = System(canary, "").send(door.method, door.path, door.body, Authorization=header)
        told = (answer.status_code, answer.headers["WWW-Authenticate"])
        assert told == (401, "Bearer"), f"{door.endpoint} with {what}"
    document = canary.test_client().get("/api/v1/openapi.json")
    assert (document.status_code, document.json["openapi"]) == (200, "3.1.0")


def test_a_session_of_the_screens_is_no_key(canary: Flask) -> None:
    with database.transaction() as session:
        credentials = queries.credentials_of(session, 1)
        assert credentials is not None
        cookie = logins.open_session(session, credentials, PASSWORD, network="", agent="", now=clock.now())
    browser = canary.test_client()
    browser.set_cookie("__Host-tthc-session", cookie, secure=True)
    assert browser.get(f"/api/v1/dossiers/{CODE}", base_url="https://localhost").status_code == 401


def test_a_key_that_was_revoked_or_is_over_opens_nothing(canary: Flask) -> None:
    token = wire.token()
    system = System(canary, token)
    assert system.send("GET", "/dossiers").status_code == 200
    with database.transaction() as session:
        known = apitokens.recognise(session, token, clock.now())
        assert known is not None
        assert apitokens.recognise(session, token, clock.now() + dt.timedelta(days=31)) is None
        apitokens.revoke(session, known.token_id, actor=None, now=clock.now())
    assert system.send("GET", "/dossiers").status_code == 401


def test_too_many_requests_of_one_key_wait_and_another_key_does_not(
    canary: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apitokens, "RATE", 3)
    hasty, calm = System(canary, wire.token()), System(canary, wire.token())
    answers = [hasty.send("GET", "/dossiers") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert calm.send("GET", "/dossiers").status_code == 200


def test_whatever_is_asked_under_api_is_answered_as_a_problem(app: Flask) -> None:
    client = app.test_client()
    for method, path, status in (
        ("GET", "/api", 404), ("GET", "/api/v2/dossiers", 404), ("GET", "/api/v1/nope\0", 404),
        ("PUT", "/api/v1/dossiers", 405), ("OPTIONS", "/api/v1/dossiers", 405),
        ("TRACE", "/api/v1/deadline", 405),
    ):  # fmt: skip
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), path
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "POST" in client.put("/api/v1/dossiers").headers["Allow"]


def test_the_list_shows_that_a_key_is_in_use(canary: Flask) -> None:
    from tthc_tracker.queries import apitokens as lists

    with database.reading() as session:
        [line] = lists.tokens(session)
    assert line.last_used_at is not None
    assert line.source_code == OWN
