"""The door: who comes in, what the browser keeps, and what a script over an open page is told."""

import datetime as dt
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.desk import PASSWORD, Office, open_office
from tthc_tracker import clock
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.extensions import database
from tthc_tracker.models.account import LoginSession, User
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.services import accounts, people
from tthc_tracker.services.logins import TRIES_PER_ACCOUNT, token_hash

COOKIE = "__Host-tthc-session"
GOOD = "con trâu ăn cỏ đồng xa"


@pytest.fixture
def office(app: Flask) -> Office:
    with database.transaction() as session:
        return open_office(session)


@pytest.fixture
def visitor(app: Flask, office: Office) -> FlaskClient:
    """Somebody at the door."""
    return at_the_door(app)


def at_the_door(app: Flask) -> FlaskClient:
    """A browser of its own, over https."""
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def clerk_of(office: Office) -> str:
    return f"clerk{office.ward}"


def enter(client: FlaskClient, name: str, password: str = PASSWORD, **more: str):
    return client.post("/dang-nhap", data={"username": name, "password": password, **more})


def token_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


@pytest.mark.parametrize("name", ["clerk{0}", "CLERK{0}@EXAMPLE.INVALID", " clerk{0} "])
def test_name_or_address_and_password_let_in(visitor: FlaskClient, office: Office, name: str) -> None:
    answer = enter(visitor, name.format(office.ward))
    assert (answer.status_code, answer.location) == (302, "/")
    assert visitor.get("/phien").status_code == 204


def test_the_cookie_is_kept_from_scripts_and_other_sites(visitor: FlaskClient, office: Office) -> None:
    answer = enter(visitor, clerk_of(office))
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith(COOKIE + "="))
    for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert flag in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie


@pytest.mark.parametrize(
    "who",
    [
        pytest.param("clerk{0}", id="a wrong password"),
        pytest.param("nobody", id="a name that nobody has"),
        pytest.param("closed", id="an account that was closed"),
    ],
)
def test_whoever_is_not_let_in_is_told_the_same(visitor: FlaskClient, office: Office, who: str) -> None:
    password = PASSWORD if who == "closed" else "something else"
    name = f"head_of_unit{office.ward}" if who == "closed" else who.format(office.ward)
    if who == "closed":
        with database.transaction() as session:
            session.get_one(User, office.head.user_id).active = False
    answer = enter(visitor, name, password)
    assert answer.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text
    assert visitor.get_cookie(COOKIE) is None


def test_a_failure_leaves_its_trace_without_what_was_typed(visitor: FlaskClient, office: Office) -> None:
    enter(visitor, clerk_of(office), "bí mật gõ nhầm")
    with database.reading() as session:
        entry = session.execute(select(AuditEntry).where(AuditEntry.action == "sign_in_failed")).scalar_one()
    assert entry.object_id == str(office.clerk.user_id)
    assert "bí mật" not in json.dumps(entry.facts)


def test_after_ten_wrong_passwords_even_the_right_one_waits(visitor: FlaskClient, office: Office) -> None:
    for _ in range(TRIES_PER_ACCOUNT):
        assert enter(visitor, clerk_of(office), "wrong").status_code == 422
    answer = enter(visitor, clerk_of(office))
    assert answer.status_code == 429
    assert "15 phút" in answer.text
    assert enter(visitor, f"officer{office.ward}").status_code == 302


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/danh-muc?q=x", "/danh-muc?q=x"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\tevil", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_never_leaves_the_house(
    visitor: FlaskClient, office: Office, target: str, lands: str
) -> None:
    assert enter(visitor, clerk_of(office), next=target).location == lands


def test_a_session_brought_along_is_not_the_one_that_is_opened(visitor: FlaskClient, office: Office) -> None:
    visitor.set_cookie(COOKIE, "a" * 64, secure=True)
    enter(visitor, clerk_of(office))
    first = token_of(visitor)
    assert first != "a" * 64
    enter(visitor, clerk_of(office))
    second = token_of(visitor)
    assert second != first
    visitor.set_cookie(COOKIE, first, secure=True)
    assert visitor.get("/phien", headers={"X-Requested-With": "fetch"}).status_code == 401


def test_a_cookie_replayed_after_signing_out_opens_nothing(visitor: FlaskClient, office: Office) -> None:
    enter(visitor, clerk_of(office))
    token = token_of(visitor)
    answer = visitor.post("/dang-xuat")
    assert (answer.status_code, answer.location) == (302, "/dang-nhap")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert visitor.get_cookie(COOKIE) is None
    visitor.set_cookie(COOKIE, token, secure=True)
    assert visitor.get("/danh-muc").location == "/dang-nhap?next=/danh-muc"


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "0" * 63, "đ" * 32])
def test_a_made_up_cookie_opens_nothing(visitor: FlaskClient, office: Office, token: str) -> None:
    visitor.set_cookie(COOKIE, token, secure=True)
    assert visitor.get("/danh-muc").status_code == 302


def test_a_script_over_an_open_page_is_told_and_signs_in_without_leaving(
    visitor: FlaskClient, office: Office
) -> None:
    assert visitor.get("/danh-muc", headers={"HX-Request": "true"}).status_code == 401
    form = visitor.get("/dang-nhap", headers={"HX-Request": "true"})
    assert "<html" not in form.text
    assert 'name="password"' in form.text
    data = {"username": clerk_of(office), "password": PASSWORD}
    answer = visitor.post("/dang-nhap", data=data, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert json.loads(answer.headers["HX-Trigger"])["tthc:signed-in"]["csrf"]
    assert visitor.get("/danh-muc", headers={"HX-Request": "true"}).status_code == 200


def test_form_tokens_outlive_the_session_of_the_same_person_only(app: Flask, office: Office) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = at_the_door(app)

    def token() -> str:
        page = client.get("/dang-nhap", headers={"HX-Request": "true"}).text
        return page.split('name="csrf_token" value="')[1].split('"')[0]

    referrer = {"Referer": "https://localhost/"}

    def come_in(name: str) -> None:
        data = {"username": name, "password": PASSWORD, "csrf_token": token()}
        assert client.post("/dang-nhap", data=data, headers=referrer).status_code == 302

    come_in(clerk_of(office))
    kept = token()
    come_in(clerk_of(office))
    assert client.post("/dang-nhap", data={"csrf_token": kept}, headers=referrer).status_code == 422
    come_in(f"officer{office.ward}")
    assert client.post("/dang-nhap", data={"csrf_token": kept}, headers=referrer).status_code == 400


def test_presence_is_noted_once_a_minute_at_most(
    app: Flask, visitor: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = clock.now()
    enter(visitor, clerk_of(office))

    def seen() -> list[dt.datetime]:
        with database.reading() as session:
            return list(session.execute(select(LoginSession.last_seen_at)).scalars())

    first = seen()
    visitor.get("/phien")
    assert seen() == first
    later = started + dt.timedelta(minutes=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    visitor.get("/phien")
    assert seen() == [later]


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(
    app: Flask, visitor: FlaskClient, office: Office
) -> None:
    enter(visitor, clerk_of(office))
    elsewhere = at_the_door(app)
    enter(elsewhere, clerk_of(office))
    data = {"current": "wrong", "password": GOOD, "repeated": GOOD}
    assert "Mật khẩu hiện tại không đúng" in visitor.post("/tai-khoan/mat-khau", data=data).text
    data["current"] = PASSWORD
    other = visitor.post("/tai-khoan/mat-khau", data=data | {"repeated": GOOD + "x"})
    assert "không giống nhau" in other.text
    easy = visitor.post(
        "/tai-khoan/mat-khau", data=data | {"password": "password1234", "repeated": "password1234"}
    )
    assert "dễ đoán" in easy.text
    assert visitor.post("/tai-khoan/mat-khau", data=data).status_code == 302
    assert visitor.get("/phien").status_code == 204
    assert elsewhere.get("/phien").status_code == 302


def test_whoever_must_change_his_password_gets_no_further(visitor: FlaskClient, office: Office) -> None:
    with database.transaction() as session:
        session.get_one(User, office.clerk.user_id).must_change_password = True
    enter(visitor, clerk_of(office))
    assert visitor.get("/danh-muc").location == "/tai-khoan/mat-khau"
    assert "Lần đầu đăng nhập" in visitor.get("/tai-khoan/mat-khau").text
    data = {"current": PASSWORD, "password": GOOD, "repeated": GOOD}
    assert visitor.post("/tai-khoan/mat-khau", data=data).location == "/"
    assert visitor.get("/danh-muc").status_code == 200


def test_a_link_lets_its_person_set_a_password_and_come_in(visitor: FlaskClient, office: Office) -> None:
    with database.transaction() as session:
        command = accounts.InvitePerson("moi@example.invalid", "Người Mới", office.clerk.memberships)
        _, token = accounts.invite(session, command, actor=None, now=clock.now())
    assert "Người Mới" in visitor.get(f"/lien-ket/{token}").text
    easy = {"password": "nguoimoi1234", "repeated": "nguoimoi1234"}
    assert visitor.post(f"/lien-ket/{token}", data=easy).status_code == 422
    answer = visitor.post(f"/lien-ket/{token}", data={"password": GOOD, "repeated": GOOD})
    assert answer.status_code == 302
    assert visitor.get("/phien").status_code == 204
    assert visitor.get(f"/lien-ket/{token}").status_code == 410
    assert visitor.get("/lien-ket/x").status_code == 410


def test_rights_taken_away_are_gone_with_the_next_request(visitor: FlaskClient, office: Office) -> None:
    enter(visitor, f"controller{office.province}")
    assert visitor.get("/giam-sat/qua-han").status_code == 200
    with database.transaction() as session:
        less = [Membership(Role.CLERK, office.ward)]
        people.give_roles(session, office.controller.user_id, 1, less, actor=None, now=clock.now())
    enter(visitor, f"controller{office.province}")
    assert visitor.get("/giam-sat/qua-han").status_code == 403


def test_no_page_of_anybody_is_kept_by_the_browser(visitor: FlaskClient, office: Office) -> None:
    enter(visitor, clerk_of(office))
    assert visitor.get("/danh-muc").headers["Cache-Control"] == "no-store"


def test_the_token_of_the_cookie_is_only_a_hash_in_the_database(visitor: FlaskClient, office: Office) -> None:
    enter(visitor, clerk_of(office))
    with database.reading() as session:
        kept = session.execute(select(LoginSession.id_hash)).scalars().all()
    assert kept == [token_hash(token_of(visitor))]
