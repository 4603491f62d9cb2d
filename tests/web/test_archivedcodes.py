"""A dossier of an archived year: whoever may know is told where it is; no file and no call makes it
anew."""

import html
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.support import wire
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tests.support.signedin import sign_in
from tests.support.visitor import SESSION_COOKIE
from tests.support.wire import System
from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.models.archive import ArchivedCode, ArchivedYear
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

NOW = at("Tue 2026-11-17 09:10")
CODE = "H50.19000-211116-0001"
TOLD = "đã chuyển vào kho lưu trữ ngày 02/03/2024"


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def office(app: "Flask") -> Office:
    """A ward of whose dossiers of 2021 one is known by its code alone."""
    with database.transaction() as session:
        office = open_office(session)
        session.add(
            ArchivedYear(
                year=2021, at=at("Sat 2024-03-02 20:00"), by_id=office.controller.user_id, revision="0126"
            )
        )
        session.flush()
        source = select(Source.id).where(Source.code == wire.PORTAL)
        places = dict.fromkeys(
            ("receiving_agency_id", "resolving_agency_id", "returning_agency_id"), office.ward
        )
        session.add(
            ArchivedCode(
                code=CODE, source_id=session.execute(source).scalar_one(), year=2021,
                dossier_id=2021 * 10**10 + 1, **places,
            )
        )  # fmt: skip
        return office


def signed_in(app: "Flask", user_id: int) -> "FlaskClient":
    with database.transaction() as session:
        token = sign_in(session, user_id, NOW)
    visitor = app.test_client()
    visitor.set_cookie(SESSION_COOKIE, token, domain="localhost", secure=True)
    return visitor


def said(answer: "TestResponse") -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_whoever_could_see_it_is_told_that_it_lies_in_the_archive(app: "Flask", office: Office) -> None:
    visitor = signed_in(app, office.clerk.user_id)
    answer = visitor.get(f"/ho-so/{CODE}", base_url="https://localhost")
    assert answer.status_code == 410
    assert TOLD in said(answer)
    assert "Phường Đông Hà" in said(answer)
    found = visitor.post("/tim-kiem", data={"q": CODE}, base_url="https://localhost")
    assert (found.status_code, found.headers["Location"]) == (303, f"/ho-so/{CODE}")


def test_whoever_could_not_learns_nothing(app: "Flask", office: Office) -> None:
    visitor = signed_in(app, office.stranger.user_id)
    answer = visitor.get(f"/ho-so/{CODE}", base_url="https://localhost")
    unknown = visitor.get("/ho-so/H50.19000-211116-0002", base_url="https://localhost")
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert TOLD not in said(answer)


def test_a_citizen_is_told_whom_to_ask(app: "Flask", office: Office) -> None:
    def asks(code: str) -> "TestResponse":
        form = {"code": code, "number": "001234", "token": ""}
        return app.test_client().post("/tra-cuu", data=form, base_url="https://localhost")

    answer = asks(CODE.lower())
    assert answer.status_code == 410
    assert "Hồ sơ này thuộc năm 2021, đã kết thúc và được chuyển vào kho lưu trữ ngày 02/03/2024" in said(
        answer
    )
    assert "Phường Đông Hà" in said(answer)
    assert asks("H50.19000-211116-0002").status_code == 422


def test_another_system_is_told_so_and_makes_none_anew(app: "Flask", office: Office) -> None:
    portal = System(app, wire.token())
    sent = portal.send("POST", "/dossiers", wire.dossier(CODE))
    assert (sent.status_code, "kho lưu trữ" in sent.get_json()["detail"]) == (409, True)
    for answer in (
        portal.send("GET", f"/dossiers/{CODE}"),
        portal.send("PATCH", f"/dossiers/{CODE}/status", {"TrangThaiHoSo": 4}),
    ):
        assert (answer.status_code, "02/03/2024" in answer.get_json()["detail"]) == (404, True)
    other = System(app, wire.token(wire.OTHER)).send("GET", f"/dossiers/{CODE}")
    assert "02/03/2024" not in other.get_json()["detail"]
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(Dossier)).scalar_one() == 0
