"""The people's screens: invite, edit, give roles, close."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.desk import OPENED, PASSWORD, Office, open_office
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.extensions import database
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import User
from tthc_tracker.services import accounts

GOOD = "con trâu ăn cỏ đồng xa"


@pytest.fixture
def office(app: Flask) -> Office:
    with database.transaction() as session:
        made = open_office(session)
        command = accounts.InvitePerson(
            "quantri@example.invalid", "Quản Trị Phường", (Membership(Role.ADMINISTRATOR, made.ward),)
        )
        user = accounts.create(session, command, now=OPENED)
        user.password_hash = session.get_one(User, made.clerk.user_id).password_hash
    return made


@pytest.fixture
def admin(app: Flask, office: Office) -> FlaskClient:
    """The ward's administrator, signed in."""
    return entered(app, "quantri")


def entered(app: Flask, name: str, password: str = PASSWORD) -> FlaskClient:
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    assert client.post("/dang-nhap", data={"username": name, "password": password}).status_code == 302
    return client


def user(email: str) -> User:
    with database.reading() as session:
        return session.execute(select(User).where(User.email == email)).scalar_one()


def roles_of(user_id: int) -> list[Membership]:
    with database.reading() as session:
        rows = session.execute(select(MembershipRow).where(MembershipRow.user_id == user_id)).scalars()
        return [Membership(row.role, row.agency_id, row.unit_id) for row in rows]


INVITATION = {
    "full_name": "Hoàng Thị Mới",
    "email": "Moi@Example.invalid",
    "role": "clerk",
    "agency": "H50.19000",
    "unit": "DC",
}


def test_an_invitation_is_a_link_shown_once_by_which_the_new_person_comes_in(
    app: Flask, admin: FlaskClient, office: Office
) -> None:
    page = admin.post("/nguoi-dung/moi", data=INVITATION)
    link = re.search(r"https://localhost(/lien-ket/[\w-]+)", page.text)
    assert link is not None
    assert "24 giờ" in page.text
    new = user("moi@example.invalid")
    assert roles_of(new.id) == [Membership(Role.CLERK, office.ward, office.land_unit)]
    assert link[1] not in admin.get(f"/nguoi-dung/{new.id}").text
    visitor = app.test_client()
    visitor.environ_base["wsgi.url_scheme"] = "https"
    assert visitor.post(link[1], data={"password": GOOD, "repeated": GOOD}).status_code == 302
    assert "Hoàng Thị Mới" in visitor.get("/danh-muc").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"full_name": ""}, "Hãy nhập họ và tên", id="without a name"),
        pytest.param({"email": "không phải thư"}, "thư điện tử không đúng", id="without an address"),
        pytest.param(
            {"email": "quantri@example.invalid"}, "đã có tài khoản", id="with an address that is taken"
        ),
        pytest.param({"agency": "H99"}, "Không có cơ quan mã H99", id="at an agency that is not there"),
        pytest.param({"unit": "XX"}, "không có đơn vị mã XX", id="at a unit that is not there"),
        pytest.param({"full_name": "Ai\u202eĐó"}, "Có ký tự lạ", id="with a name that turns the line round"),
    ],
)
def test_a_refused_invitation_keeps_what_was_typed(
    admin: FlaskClient, office: Office, change: dict[str, str], said: str
) -> None:
    answer = admin.post("/nguoi-dung/moi", data=INVITATION | change)
    assert answer.status_code == 422
    assert said in answer.text
    for name in ("H50.19000", "Moi@Example.invalid"):
        assert name in answer.text or name in {INVITATION[key] for key in change}


def test_nobody_is_invited_to_where_one_does_not_administer(admin: FlaskClient, office: Office) -> None:
    assert admin.post("/nguoi-dung/moi", data=INVITATION | {"agency": "H50", "unit": ""}).status_code == 403


def test_the_list_shows_the_own_subtree_only(admin: FlaskClient, office: Office) -> None:
    page = admin.get("/nguoi-dung").text
    assert "Lê Thị Một Cửa" in page
    assert "Ngô Văn Nơi Khác" not in page
    assert "Ngô Văn Nơi Khác" not in admin.get("/nguoi-dung?agency=H50.19001&q=noi+khac").text
    assert "Trần Văn Thụ Lý" not in admin.get("/nguoi-dung?q=mot+cua").text


def test_name_and_address_are_corrected(admin: FlaskClient, office: Office) -> None:
    address = f"/nguoi-dung/{office.clerk.user_id}"
    data = {
        "full_name": "Lê Thị Hai Cửa",
        "email": "hai@example.invalid",
        "title": "Công chức",
        "version": "1",
    }
    assert admin.post(address, data=data).status_code == 302
    changed = user("hai@example.invalid")
    assert (changed.full_name, changed.name_folded, changed.title) == (
        "Lê Thị Hai Cửa",
        "le thi hai cua",
        "Công chức",
    )
    again = admin.post(address, data=data | {"full_name": "Lê Thị Ba Cửa"})
    assert again.status_code == 409
    assert "Người khác vừa sửa" in again.text
    for both in ("Bạn nhập: Lê Thị Ba Cửa", "Đang lưu: Lê Thị Hai Cửa"):
        assert both in again.text
    answers = {"differs": "full_name", "version": "2"}
    assert admin.post(address, data=data | answers | {"full_name": "Lê Thị Ba Cửa"}).status_code == 409
    mine = data | answers | {"full_name": "Lê Thị Ba Cửa", "title": "", "keep-full_name": "stored"}
    assert admin.post(address, data=mine).status_code == 302
    changed = user("hai@example.invalid")
    assert (changed.full_name, changed.title, changed.version) == ("Lê Thị Hai Cửa", "", 3)


def test_two_who_give_roles_at_once_see_both_and_lose_none(admin: FlaskClient, office: Office) -> None:
    address = f"/nguoi-dung/{office.clerk.user_id}/vai-tro"
    kept = f"clerk:{office.ward}:"
    first = {"version": "1", "keep": kept, "role": "officer", "agency": "H50.19000", "unit": "HT"}
    assert admin.post(address, data=first).status_code == 302
    late = first | {"unit": "DC"}
    shown = admin.post(address, data=late)
    assert shown.status_code == 409
    assert "Phường Đông Hà, Phòng Hộ tịch" in shown.text
    assert "H50.19000, đơn vị DC" in shown.text
    answer = late | {"version": "2", "differs": "roles"}
    assert admin.post(address, data=answer).status_code == 409, "no answer yet"
    assert admin.post(address, data=answer | {"keep-roles": "stored"}).status_code == 302
    civil = Membership(Role.OFFICER, office.ward, office.civil_unit)
    assert roles_of(office.clerk.user_id) == [Membership(Role.CLERK, office.ward), civil]
    assert admin.post(address, data=answer | {"keep-roles": "typed"}).status_code == 302
    land = Membership(Role.OFFICER, office.ward, office.land_unit)
    assert roles_of(office.clerk.user_id) == [Membership(Role.CLERK, office.ward), land]


def test_roles_are_kept_added_and_taken_away(admin: FlaskClient, office: Office) -> None:
    address = f"/nguoi-dung/{office.clerk.user_id}/vai-tro"
    kept = f"clerk:{office.ward}:"
    data = {"version": "1", "keep": kept, "role": "officer", "agency": "H50.19000", "unit": "HT"}
    assert admin.post(address, data=data).status_code == 302
    added = Membership(Role.OFFICER, office.ward, office.civil_unit)
    assert roles_of(office.clerk.user_id) == [Membership(Role.CLERK, office.ward), added]
    only = {
        "version": "2",
        "keep": f"officer:{office.ward}:{office.civil_unit}",
        "role": "clerk",
        "agency": "",
    }
    assert admin.post(address, data=only).status_code == 302
    assert roles_of(office.clerk.user_id) == [added]
    none = admin.post(address, data={"version": "3", "role": "clerk", "agency": ""})
    assert none.status_code == 422
    assert "hãy khoá tài khoản" in none.text
    assert roles_of(office.clerk.user_id) == [added]


@pytest.mark.parametrize(
    "keep", ["administrator:1:", "clerk:999:", "clerk::", "boss:2:", "clerk:2:9999", "clerk:²:", ""]
)
def test_a_made_up_role_is_not_given(admin: FlaskClient, office: Office, keep: str) -> None:
    held = roles_of(office.clerk.user_id)
    data = {"version": "1", "keep": [f"clerk:{office.ward}:", keep], "role": "clerk", "agency": ""}
    admin.post(f"/nguoi-dung/{office.clerk.user_id}/vai-tro", data=data)
    assert roles_of(office.clerk.user_id) == held


def test_a_closed_account_is_out_at_once_and_can_come_back(
    app: Flask, admin: FlaskClient, office: Office
) -> None:
    clerk = entered(app, f"clerk{office.ward}")
    address = f"/nguoi-dung/{office.clerk.user_id}"
    assert admin.post(address + "/khoa", data={"version": "1"}).status_code == 302
    assert clerk.get("/danh-muc").status_code == 302
    assert "Mở lại tài khoản" in admin.get(address).text
    assert "Lê Thị Một Cửa" in admin.get("/nguoi-dung?state=closed").text
    assert admin.post(address + "/mo-lai", data={"version": "2"}).status_code == 302
    entered(app, f"clerk{office.ward}")


def test_all_sessions_are_ended_and_a_new_password_can_be_asked_for(
    app: Flask, admin: FlaskClient, office: Office
) -> None:
    clerk = entered(app, f"clerk{office.ward}")
    address = f"/nguoi-dung/{office.clerk.user_id}"
    admin.post(address + "/ket-thuc-phien")
    assert clerk.get("/danh-muc").status_code == 302
    admin.post(address + "/buoc-doi-mat-khau")
    assert entered(app, f"clerk{office.ward}").get("/danh-muc").location == "/tai-khoan/mat-khau"
    page = admin.post(address + "/lien-ket")
    assert "30 phút" in page.text
    log = admin.get(address).text
    for words in (
        "Kết thúc mọi phiên đăng nhập",
        "Buộc đổi mật khẩu",
        "Cấp liên kết đặt mật khẩu",
        "Đăng nhập",
    ):
        assert words in log


def test_ones_own_page_offers_nothing_that_would_lock_one_out(admin: FlaskClient, office: Office) -> None:
    own = user("quantri@example.invalid").id
    page = admin.get(f"/nguoi-dung/{own}").text
    assert "Khoá tài khoản" not in page
    assert admin.post(f"/nguoi-dung/{own}/khoa", data={"version": "1"}).status_code == 403
    roles = {"version": "1", "role": "auditor", "agency": "H50.19000"}
    assert admin.post(f"/nguoi-dung/{own}/vai-tro", data=roles).status_code == 403


def test_extra_fields_change_nothing(admin: FlaskClient, office: Office) -> None:
    extra = dict.fromkeys(("id", "active", "auth_version", "password_hash", "demo", "created_at"), "1")
    before = user(f"clerk{office.ward}@example.invalid")
    data = {"full_name": before.full_name, "email": before.email, "version": "1"} | extra
    admin.post(f"/nguoi-dung/{office.clerk.user_id}", data=data)
    after = user(before.email)
    assert (after.id, after.active, after.auth_version, after.password_hash, after.demo) == (
        before.id,
        before.active,
        before.auth_version,
        before.password_hash,
        before.demo,
    )
