"""The catalogue's screens: looked at by everybody, edited by the administrator of the subtree."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.services.test_pausing import receive
from tests.support.desk import OPENED, PASSWORD, Office, open_office
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.extensions import database
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.queries import scoping
from tthc_tracker.services import accounts


@pytest.fixture
def office(app: Flask) -> Office:
    with database.transaction() as session:
        made = open_office(session)
        for name, agency_id in (("tinh", made.province), ("phuong", made.ward)):
            command = accounts.InvitePerson(
                f"{name}@example.invalid", "Quản Trị", (Membership(Role.ADMINISTRATOR, agency_id),)
            )
            user = accounts.create(session, command, now=OPENED)
            user.password_hash = session.get_one(User, made.clerk.user_id).password_hash
    return made


def entered(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    assert client.post("/dang-nhap", data={"username": name, "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def province(app: Flask, office: Office) -> FlaskClient:
    """The province's administrator, signed in."""
    return entered(app, "tinh")


@pytest.fixture
def clerk(app: Flask, office: Office) -> FlaskClient:
    """A clerk of the ward, signed in."""
    return entered(app, f"clerk{office.ward}")


def agency(code: str) -> Agency:
    with database.reading() as session:
        return session.execute(select(Agency).where(Agency.code == code)).scalar_one()


NEW = {"code": "H50.19002", "name": "Xã Hiếu Giang", "level": "xa", "parent_code": "H50"}


def test_everybody_finds_an_agency_without_marks_and_walks_the_tree(clerk: FlaskClient) -> None:
    assert "Uỷ ban nhân dân tỉnh" in clerk.get("/danh-muc").text
    found = clerk.get("/danh-muc?q=dong ha").text
    assert "Phường Đông Hà" in found
    assert "Xã Cam Lộ" not in found
    page = clerk.get("/danh-muc/co-quan/H50").text
    assert "Phường Đông Hà" in page
    assert "Xã Cam Lộ" in page
    ward = clerk.get("/danh-muc/co-quan/H50.19000").text
    assert "Phòng Địa chính" in ward
    assert "Thêm đơn vị" not in ward
    assert clerk.get("/danh-muc/co-quan/H99").status_code == 404


def test_a_procedure_is_found_and_shows_its_limit_and_papers(clerk: FlaskClient) -> None:
    found = clerk.get("/danh-muc/thu-tuc?q=chung thuc ban sao").text
    assert "2.000815" in found
    assert "Trong ngày" in found
    page = clerk.get("/danh-muc/thu-tuc/1.004873").text
    assert "3 ngày làm việc" in page
    assert "Đang áp dụng" in page
    assert clerk.get("/danh-muc/thu-tuc/9.999999").status_code == 404


def test_every_source_and_the_moment_of_its_data_is_listed(clerk: FlaskClient) -> None:
    page = clerk.get("/danh-muc/nguon").text
    for code in ("desk", "provincial-portal", "national-portal", "ministry-civil-status"):
        assert code in page


@pytest.mark.parametrize(
    ("year", "said"),
    [
        pytest.param("2026", "Làm bù", id="a year with its swaps"),
        pytest.param("2027", "Lịch năm này là tạm tính", id="a provisional year"),
        pytest.param("2035", "Chưa có lịch của năm này", id="an unknown year"),
        pytest.param("không", "Lịch làm việc năm", id="no year at all"),
    ],
)
def test_a_year_of_the_calendar_says_how_far_it_is_known(clerk: FlaskClient, year: str, said: str) -> None:
    assert said in clerk.get("/lich", query_string={"nam": year}).text


def test_a_new_agency_is_in_scope_at_once(province: FlaskClient, office: Office) -> None:
    assert province.post("/danh-muc/co-quan/H50/them", data=NEW).location == "/danh-muc/co-quan/H50.19002"
    with database.reading() as session:
        assert agency("H50.19002").id in scoping.subtree(session, office.province)
    assert "Xã Hiếu Giang" in province.get("/danh-muc/co-quan/H50").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"code": "H50.19000"}, "đã có cơ quan khác dùng", id="a code that is taken"),
        pytest.param({"code": "có dấu"}, "Mã chỉ gồm", id="a code with marks"),
        pytest.param({"name": ""}, "Hãy nhập tên cơ quan", id="no name"),
        pytest.param({"parent_code": "H99"}, "Không có cơ quan mã H99", id="a superior that is not there"),
        pytest.param(
            {"active_from": "2026-02-01", "active_to": "2026-01-01"}, "trước ngày bắt đầu", id="backwards"
        ),
    ],
)
def test_a_refused_agency_keeps_what_was_typed(
    province: FlaskClient, change: dict[str, str], said: str
) -> None:
    answer = province.post("/danh-muc/co-quan/H50/them", data=NEW | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert "H50" in answer.text


def test_an_agency_is_changed_and_keeps_its_code(province: FlaskClient) -> None:
    data = NEW | {"code": "H50.XX", "name": "Phường Đông Hà Mới", "version": "1", "phone": "0233 3852 999"}
    assert province.post("/danh-muc/co-quan/H50.19000/sua", data=data).status_code == 302
    changed = agency("H50.19000")
    assert (changed.name, changed.name_folded, changed.phone) == (
        "Phường Đông Hà Mới",
        "phuong dong ha moi",
        "0233 3852 999",
    )
    late = data | {"name": "Phường Đông Hà 2", "active_to": "31/12/2027", "address": "1 Hùng Vương"}
    shown = province.post("/danh-muc/co-quan/H50.19000/sua", data=late)
    assert shown.status_code == 409
    for both in ("Bạn nhập: Phường Đông Hà 2", "Đang lưu: Phường Đông Hà Mới", "Bạn nhập: 31/12/2027"):
        assert both in shown.text
    names = re.findall(r'name="differs" value="(\w+)"', shown.text)
    assert names[-3:] == ["name", "active_to", "address"]
    version = re.search(r'name="version" value="(\d+)"', shown.text)
    assert version is not None
    answers = {f"keep-{name}": "stored" for name in names} | {"keep-address": "typed"}
    again = late | answers | {"differs": names, "version": version[1]}
    assert province.post("/danh-muc/co-quan/H50.19000/sua", data=again).status_code == 302
    changed = agency("H50.19000")
    assert (changed.name, changed.active_to, changed.address) == ("Phường Đông Hà Mới", None, "1 Hùng Vương")


def test_an_agency_is_not_put_below_what_is_below_it(province: FlaskClient, office: Office) -> None:
    data = {"name": "Uỷ ban nhân dân tỉnh", "level": "tinh", "parent_code": "H50.19000", "version": "1"}
    answer = province.post("/danh-muc/co-quan/H50/sua", data=data)
    assert answer.status_code == 422
    assert "nằm dưới cơ quan đang sửa" in answer.text


def test_the_wards_administrator_edits_the_ward_and_nothing_above_or_beside(
    app: Flask, office: Office
) -> None:
    ward = entered(app, "phuong")
    assert ward.get("/danh-muc/co-quan/H50.19000/sua").status_code == 200
    for code in ("H50", "H50.19001"):
        assert ward.get(f"/danh-muc/co-quan/{code}/sua").status_code == 403
        assert (
            ward.post(f"/danh-muc/co-quan/{code}/them", data=NEW | {"parent_code": code}).status_code == 403
        )
        assert (
            ward.post(f"/danh-muc/co-quan/{code}/don-vi", data={"code": "A", "name": "Phòng A"}).status_code
            == 403
        )
    beside = NEW | {"parent_code": "H50.19001"}
    assert ward.post("/danh-muc/co-quan/H50.19000/them", data=beside).status_code == 403


def test_a_unit_is_added_changed_and_put_out_of_use(province: FlaskClient, office: Office) -> None:
    address = "/danh-muc/co-quan/H50.19000/don-vi"
    new = {"code": "VH", "name": "Phòng Văn hoá", "active": "y"}
    assert province.post(address, data=new).status_code == 302
    taken = province.post(address, data=new)
    assert taken.status_code == 422
    assert "đã có đơn vị khác" in taken.text
    with database.reading() as session:
        unit_id = session.execute(select(Unit.id).where(Unit.code == "VH")).scalar_one()
    old = {"code": "VH", "name": "Phòng Văn hoá - Xã hội", "version": "1"}
    assert province.post(f"{address}/{unit_id}", data=old).status_code == 302
    with database.reading() as session:
        unit = session.get_one(Unit, unit_id)
    assert (unit.name, unit.active, unit.version) == ("Phòng Văn hoá - Xã hội", False, 2)
    assert province.post(f"{address}/{unit_id}", data=old).status_code == 409
    assert province.get(f"/danh-muc/co-quan/H50.19001/don-vi/{unit_id}").status_code == 404


def test_suggestions_come_while_somebody_types(clerk: FlaskClient) -> None:
    page = clerk.get("/danh-muc/co-quan-goi-y?q=cam lo").text
    assert 'data-value="H50.19001"' in page
    assert "Không tìm thấy" in clerk.get("/danh-muc/co-quan-goi-y?q=khong co").text


ENDING = {"last_day": "17/11/2026", "decision": "NQ 1680/NQ-UBTVQH15", "rest": "H50.19001"}


def test_an_agency_s_end_is_looked_at_before_it_is_done(province: FlaskClient, office: Office) -> None:
    with database.transaction() as session:
        receive(session, office)
    address = "/danh-muc/co-quan/H50.19000/ket-thuc"
    assert "Nhận tất cả" in province.get(address).text
    shown = province.post(address, data=ENDING | {"version": "1", "act": "preview"})
    assert shown.status_code == 200
    assert "Sẽ chuyển 1 hồ sơ đang mở" in shown.text
    assert "Xã Cam Lộ" in shown.text
    assert agency("H50.19000").active_to is None, "a preview changes nothing"
    done = province.post(address, data=ENDING | {"version": "1", "act": "end"}, follow_redirects=True)
    assert "Còn 1 hồ sơ đang mở" in done.text
    assert agency("H50.19000").active_to == dt.date(2026, 11, 17)
    again = province.get(address).text
    assert "Đã ghi kết thúc: ngày làm việc cuối cùng 17/11/2026, kế thừa: Xã Cam Lộ." in again
    stale = province.post(address, data=ENDING | {"version": "1", "act": "end"})
    assert stale.status_code == 409
    assert "NQ 1680/NQ-UBTVQH15" in stale.text, "nothing typed is lost"


def test_an_heir_may_be_typed_without_script_and_a_wrong_one_is_refused_beside_its_field(
    province: FlaskClient, office: Office
) -> None:
    address = "/danh-muc/co-quan/H50.19000/ket-thuc"
    typed = ENDING | {"rest": "", "rest_text": "H50.19001 Xã Cam Lộ", "version": "1", "act": "preview"}
    assert "Không có hồ sơ nào đang mở" in province.post(address, data=typed).text
    wrong = province.post(address, data=typed | {"rest_text": "H99 nơi nào"})
    assert wrong.status_code == 422
    assert "Không có cơ quan mã H99" in wrong.text
