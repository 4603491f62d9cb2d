"""Processes on screen and from files: a new version each time, a warning where the sum is off."""

import html

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import func, select

from tests.support.desk import OPENED, PASSWORD, Office, open_office
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.extensions import database
from tthc_tracker.models.account import User
from tthc_tracker.models.process import Process, ProcessStep
from tthc_tracker.services import accounts

CODE = "1.004873"  # 3 working days
PATH = f"/danh-muc/thu-tuc/{CODE}/quy-trinh"
HEAD = "procedure,step,name,holder,unit,amount,limit_unit,signature\n"
GOOD = (
    HEAD + f'{CODE},1,Tiếp nhận,desk,,"0,5",working_day,\n{CODE},2,Thẩm định,unit,HT,2,working_day,\n'
    f"{CODE},3,Ký duyệt,leader,,4,working_hour,1\n"
)


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


def typed(number: int, *steps: tuple[str, str, str, str]) -> dict[str, str]:
    """The form as sent: name, holder, unit, hours."""
    fields = {"number": str(number)}
    for at, (name, holder, unit, hours) in enumerate(steps):
        fields |= {
            f"steps-{at}-position": str(at + 1), f"steps-{at}-name": name, f"steps-{at}-holder": holder,
            f"steps-{at}-unit_code": unit, f"steps-{at}-amount": hours, f"steps-{at}-unit": "working_hour",
        }  # fmt: skip
    return fields


def count(kind: type) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(kind)).scalar_one()


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_process_is_made_changed_and_compared_with_the_limit(app: Flask, office: Office) -> None:
    client = entered(app, "tinh")
    first = typed(0, ("Tiếp nhận", "desk", "", "4"), ("Thẩm định", "unit", "HT", "20"), ("", "unit", "", ""))
    assert client.post(f"{PATH}/sua", data=first).status_code == 302
    page = client.get(PATH).text
    assert "Tổng các bước bằng thời hạn của thủ tục." in page
    late = typed(0, ("Tiếp nhận", "desk", "", "2"), ("Thẩm định", "unit", "DC", "22"))
    shown = client.post(f"{PATH}/sua", data=late)
    assert shown.status_code == 409
    for both in ("Bạn nhập: 1, Tiếp nhận", "DC, 22", "Đang lưu: 1, Tiếp nhận", "HT, 20"):
        assert both in html.unescape(shown.text), both
    answered = late | {"number": "1", "differs": "steps", "keep-steps": "stored"}
    assert client.post(f"{PATH}/sua", data=answered).status_code == 302
    assert "phiên bản 2" not in client.get(PATH).text, "what is stored again makes no version"
    longer = typed(1, ("Tiếp nhận", "desk", "", "4"), ("Thẩm định", "unit", "HT", "48"))
    assert client.post(f"{PATH}/sua", data=longer).status_code == 302
    page = client.get(PATH).text
    assert "Tổng các bước dài hơn thời hạn" in page
    assert "phiên bản 1" in page
    assert "phiên bản 2" in page


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("step", "said"),
    [
        pytest.param(("Thẩm định", "unit", "HT", "hai"), "Hãy ghi số từ 0", id="no number"),
        pytest.param(
            ("Thẩm định", "unit", "Phòng Hộ tịch", "2"), "Mã chỉ gồm chữ không dấu", id="a name for a code"
        ),
        pytest.param(("Trả kết quả", "desk", "", "2"), "Một cửa chỉ giữ bước đầu", id="the desk at the end"),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(
    app: Flask, office: Office, step: tuple[str, str, str, str], said: str
) -> None:
    client = entered(app, "tinh")
    answer = client.post(f"{PATH}/sua", data=typed(0, ("Tiếp nhận", "desk", "", "4"), step))
    assert answer.status_code == 422
    assert said in answer.text
    assert step[0] in answer.text
    assert count(Process) == 0


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_only_who_administers_every_agency_changes_a_process(app: Flask, office: Office) -> None:
    client = entered(app, "phuong")
    page = client.post(f"{PATH}/sua", data=typed(0, ("Thẩm định", "unit", "HT", "20")))
    assert "chỉ quản trị viên của cơ quan cao nhất sửa" in page.text
    assert count(Process) == 0


@pytest.fixture
def cli(app: Flask, office: Office) -> FlaskCliRunner:
    return app.test_cli_runner()


def load(cli: FlaskCliRunner, tmp_path, text: str):
    file = tmp_path / "quy-trinh.csv"
    file.write_text(text, encoding="utf-8")
    return cli.invoke(args=["catalogue", "load", "processes", str(file)])


def test_a_file_loads_and_what_is_exported_changes_nothing(cli: FlaskCliRunner, tmp_path) -> None:
    assert load(cli, tmp_path, GOOD).output == "quy-trinh.csv: thêm 1, sửa 0, giữ nguyên 0.\n"
    exported = cli.invoke(args=["catalogue", "export", "processes"]).output
    assert exported.splitlines()[2] == f"{CODE},,2,Thẩm định,unit,HT,,2,working_day,"
    assert load(cli, tmp_path, exported).output == "quy-trinh.csv: thêm 0, sửa 0, giữ nguyên 1.\n"
    shorter = GOOD.replace(",2,working_day", ",1,working_day")
    assert load(cli, tmp_path, shorter).output == "quy-trinh.csv: thêm 0, sửa 1, giữ nguyên 0.\n"
    assert (count(Process), count(ProcessStep)) == (2, 6)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param(
            f"{CODE},4,Bước,sep,,1,working_day,\n", "dòng 5, cột holder: «sep»", id="no such holder"
        ),
        pytest.param(f"{CODE},5,Bước,unit,HT,1,working_day,\n", "dòng 5, cột step: cần là 4", id="a gap"),
        pytest.param(
            "9.999999,1,Bước,unit,HT,1,working_day,\n", "không có thủ tục mã 9.999999", id="unknown"
        ),
        pytest.param(
            f"{CODE},4,Trả,desk,,1,working_day,\n", "Một cửa chỉ giữ bước đầu", id="desk at the end"
        ),
        pytest.param(f"{CODE},4,Bước,unit,HT,1.5,month,\n", "dòng 5, cột amount", id="half a month"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_loaded(cli: FlaskCliRunner, tmp_path, row: str, said: str) -> None:
    result = load(cli, tmp_path, GOOD + row)
    assert result.exit_code == 1
    assert said in result.output
    assert count(Process) == 0
