"""The screen of keys: one is shown once, listed by its use, revoked; whoever keeps a part only looks."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.support.desk import OPENED, PASSWORD, open_office
from tests.support.wire import System
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.extensions import database
from tthc_tracker.models.account import User
from tthc_tracker.models.api import ApiToken
from tthc_tracker.services import accounts

PAGE = "/khoa-ket-noi"
ASKED = {"source": "provincial-portal", "name": "Cổng tỉnh", "days": "365", "may_read": "y"}


@pytest.fixture
def office(app: Flask) -> None:
    with database.transaction() as session:
        made = open_office(session)
        for name, agency_id in (("tinh", made.province), ("phuong", made.ward)):
            held = (Membership(Role.ADMINISTRATOR, agency_id),)
            command = accounts.InvitePerson(f"{name}@example.invalid", name, held)
            user = accounts.create(session, command, now=OPENED)
            user.password_hash = session.get_one(User, made.clerk.user_id).password_hash


def entered(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    assert client.post("/dang-nhap", data={"username": name, "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def admin(app: Flask, office: None) -> FlaskClient:
    return entered(app, "tinh")


def keys() -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(ApiToken)).scalar_one()


def test_a_key_is_shown_once_and_opens_until_it_is_revoked(app: Flask, admin: FlaskClient) -> None:
    issued = admin.post(PAGE, data=ASKED)
    found = re.search(r"tthc_[\w-]{43}", issued.text)
    assert found is not None
    system = System(app, found[0])
    assert "Chưa dùng" in admin.get(PAGE).text
    assert system.send("GET", "/dossiers").status_code == 200
    listed = admin.get(PAGE).text
    assert found[0] not in listed
    assert "Chưa dùng" not in listed
    assert "Đọc hồ sơ của nguồn" in listed
    assert admin.post(f"{PAGE}/1/thu-hoi").status_code == 302
    assert system.send("GET", "/dossiers").status_code == 401
    assert "Đã thu hồi" in admin.get(PAGE).text


def test_a_form_sent_twice_issues_one_key(admin: FlaskClient) -> None:
    key = re.search(r'name="submission_key" value="(\w{32})"', admin.get(PAGE).text)
    assert key is not None
    once, twice = (admin.post(PAGE, data=ASKED | {"submission_key": key[1]}) for _ in range(2))
    assert (once.status_code, twice.status_code, keys()) == (200, 422, 1)
    assert "đã cấp rồi" in twice.text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"name": ""}, "Hãy đặt tên khoá", id="no name"),
        pytest.param({"may_read": ""}, "ít nhất một quyền", id="a key to nothing"),
    ],
)
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    admin: FlaskClient, changed: dict[str, str], told: str
) -> None:
    asked = {name: value for name, value in (ASKED | {"name": "Tên đã gõ"} | changed).items() if value}
    answer = admin.post(PAGE, data=asked)
    assert (answer.status_code, keys()) == (422, 0)
    assert told in answer.text
    assert changed.get("name") == "" or "Tên đã gõ" in answer.text


def test_whoever_administers_a_part_is_told_who_can(app: Flask, admin: FlaskClient) -> None:
    admin.post(PAGE, data=ASKED)
    part = entered(app, "phuong")
    page = part.get(PAGE)
    assert page.status_code == 200
    assert "Cổng tỉnh" not in page.text
    assert "cơ quan cao nhất" in page.text
    assert part.post(PAGE, data=ASKED).status_code == 422
    part.post(f"{PAGE}/1/thu-hoi")
    assert "Còn hiệu lực" in admin.get(PAGE).text
    assert keys() == 1


def test_a_key_that_is_being_replaced_says_so_and_gives_no_other(app: Flask, admin: FlaskClient) -> None:
    admin.post(PAGE, data=ASKED)
    with database.reading() as session:
        number = session.execute(select(ApiToken.id)).scalar_one()
    assert admin.post(f"{PAGE}/{number}/doi-khoa", data={"hours": "24"}).status_code == 200
    again = admin.post(f"{PAGE}/{number}/doi-khoa", data={"hours": "24"})
    assert (again.status_code, "đã có khoá thay thế" in again.text, keys()) == (422, True, 2)
    run = app.test_cli_runner().invoke
    told = run(args=["api", "rotate-token", str(number)])
    assert (told.exit_code, "đã có khoá thay thế" in told.output) == (1, True)
    listed = admin.get(PAGE).text
    for words in ("Đang được thay", f"khoá số {number + 1} thay<", f"thay khoá số {number}<"):
        assert listed.count(words) == 1, words
    assert f"/{number}/doi-khoa" not in listed
    lines = run(args=["api", "list-tokens"]).stdout.splitlines()
    assert [line.split("\t")[-1] for line in lines] == [f"replaces {number}", f"replaced by {number + 1}"]


def test_a_key_is_replaced_by_one_that_is_shown_once(app: Flask, admin: FlaskClient) -> None:
    old = re.search(r"tthc_[\w-]{43}", admin.post(PAGE, data=ASKED).text)
    with database.reading() as session:
        number = session.execute(select(ApiToken.id)).scalar_one()
    assert "Cổng tỉnh" in admin.get(f"{PAGE}/{number}/doi-khoa").text
    replaced = admin.post(f"{PAGE}/{number}/doi-khoa", data={"hours": "0"})
    assert f"thay khoá số {number}" in replaced.text
    new = re.search(r"tthc_[\w-]{43}", replaced.text)
    assert old is not None
    assert new is not None
    states = [System(app, key[0]).send("GET", "/dossiers").status_code for key in (old, new)]
    assert states == [401, 200]
    assert admin.get(f"{PAGE}/{number}/doi-khoa").status_code == 302
