"""`flask catalogue`, `flask calendar`, `flask users`: what they print, their status, nothing half-done."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from tests.services.test_pausing import receive
from tests.support.desk import open_office
from tthc_tracker.extensions import database
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.calendar import CalendarYear
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.setting import FormTitle

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
AGENCIES = str(SAMPLES / "agencies_vinhphuc.csv")


@pytest.fixture
def cli(app: Flask) -> FlaskCliRunner:
    """A shell on an empty, migrated database."""
    return app.test_cli_runner()


def count(kind: type) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(kind)).scalar_one()


def test_an_upgraded_database_has_sources_form_titles_and_the_national_calendar(cli: FlaskCliRunner) -> None:
    for _ in range(2):
        assert cli.invoke(args=["db", "upgrade"]).exit_code == 0
        assert (count(Source), count(CalendarYear)) == (6, 9)
        assert count(FormTitle) > 0
        assert count(Agency) == 0


def test_a_file_loads_and_the_second_time_nothing_is_new(cli: FlaskCliRunner) -> None:
    first = cli.invoke(args=["catalogue", "load", "agencies", AGENCIES])
    again = cli.invoke(args=["catalogue", "load", "agencies", AGENCIES])
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.output == "agencies_vinhphuc.csv: thêm 4, sửa 0, giữ nguyên 0.\n"
    assert again.output == "agencies_vinhphuc.csv: thêm 0, sửa 0, giữ nguyên 4.\n"


@pytest.mark.parametrize(
    ("command", "text", "said"),
    [
        pytest.param(
            ["catalogue", "load", "agencies"],
            "code,name,level,parent\nH1,Một,tinh,\nH2,Hai,quan,\n",
            r"dòng 3, cột level: «quan» không có",
            id="agencies",
        ),
        pytest.param(
            ["catalogue", "load", "procedures"],
            "code,name,sector,levels,amount,unit\n1.1,Tên,Hộ tịch,xa,1,working_day\n",
            r"dòng 2, cột code: «1.1» không phải mã thủ tục",
            id="procedures",
        ),
        pytest.param(
            ["calendar", "load"],
            "date,kind,windows,basis\n2026-02-30,holiday,,x\n",
            r"dòng 2, cột date: «2026-02-30» không phải ngày",
            id="the calendar",
        ),
        pytest.param(
            ["catalogue", "load", "units"], "agency;code\n", r"dòng 1, cột name: thiếu cột", id="no column"
        ),
    ],
)
def test_a_bad_row_is_named_with_its_reason_and_nothing_is_loaded(
    cli: FlaskCliRunner, tmp_path: Path, command: list[str], text: str, said: str
) -> None:
    file = tmp_path / "tệp.csv"
    file.write_text(text, encoding="utf-8")
    result = cli.invoke(args=[*command, str(file)])
    assert result.exit_code == 1
    assert re.search(said, result.stderr)
    assert result.stdout == ""
    assert count(Agency) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("mã\n".encode("utf-16"), "không phải UTF-8", id="another encoding"),
        pytest.param(None, "Không mở được tệp", id="no file at all"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_so(
    cli: FlaskCliRunner, tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "tep.csv"
    if content is not None:
        file.write_bytes(content)
    result = cli.invoke(args=["catalogue", "load", "agencies", str(file)])
    assert result.exit_code == 1
    assert said in result.stderr


def test_what_is_shipped_loads_by_one_command(cli: FlaskCliRunner) -> None:
    result = cli.invoke(args=["catalogue", "load", "shipped"])
    assert result.exit_code == 0
    assert "agencies/quang_tri.csv: thêm 95" in result.output
    assert count(Agency) == 406


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_titles_of_forms_that_were_written_out_load_again_as_they_are(
    cli: FlaskCliRunner, tmp_path: Path
) -> None:
    cli.invoke(args=["db", "upgrade"])
    file = tmp_path / "mau.csv"
    file.write_text(cli.invoke(args=["catalogue", "export", "forms"]).output, encoding="utf-8")
    said = cli.invoke(args=["catalogue", "load", "forms", str(file)]).output
    assert said == f"mau.csv: thêm 0, sửa 0, giữ nguyên {count(FormTitle)}.\n"


def test_the_first_administrator_comes_in_by_a_link_printed_once(app: Flask, cli: FlaskCliRunner) -> None:
    cli.invoke(args=["catalogue", "load", "agencies", AGENCIES])
    result = cli.invoke(args=["users", "invite-admin", "--email", "An@Tinh.example", "--agency", "H62"])
    assert result.exit_code == 0
    link = re.fullmatch(r"https://localhost(/lien-ket/[\w-]{43})\n", result.stdout)
    assert link is not None
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    password = "con trâu ăn cỏ đồng xa"
    assert client.post(link[1], data={"password": password, "repeated": password}).status_code == 302
    assert client.get("/nguoi-dung").status_code == 200
    reset = cli.invoke(args=["users", "reset-link", "--email", "an@tinh.example"])
    assert reset.stdout.startswith("https://localhost/lien-ket/")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ["invite-admin", "--email", "an@x.vn", "--agency", "H99"], "Không có cơ quan", id="no agency"
        ),
        pytest.param(["invite-admin", "--email", "không", "--agency", "H62"], "không đúng", id="no address"),
        pytest.param(["reset-link", "--email", "ai@x.vn"], "Không có tài khoản", id="no account"),
    ],
)
def test_a_link_for_nobody_is_not_made(cli: FlaskCliRunner, arguments: list[str], said: str) -> None:
    cli.invoke(args=["catalogue", "load", "agencies", AGENCIES])
    result = cli.invoke(args=["users", *arguments])
    assert result.exit_code == 1
    assert said in result.stderr
    assert count(User) == 0


def test_an_agency_s_end_is_said_first_and_done_then(cli: FlaskCliRunner) -> None:
    with database.transaction() as session:
        office = open_office(session)
        receive(session, office)
    words = ["agencies", "close", "H50.19000", "--last-day", "2026-11-17", "--decision", "NQ 1"]
    said = cli.invoke(args=[*words, "--heir", "H50.19001", "--dry-run"])
    assert "sẽ chuyển 1 hồ sơ đang mở" in said.output
    assert cli.invoke(args=["agencies", "move"]).output == "Đã chuyển 0 hồ sơ sang cơ quan kế thừa.\n"
    done = cli.invoke(args=[*words, "--heir", "H50.19001"])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Đã chuyển 1 hồ sơ sang cơ quan kế thừa.")
    wrong = cli.invoke(args=[*words, "--heir", "H50.19000"])
    assert (wrong.exit_code, wrong.output) == (
        1, "Error: Cơ quan không thể kế thừa chính nó. Hãy chọn cơ quan khác.\n",
    )  # fmt: skip


def test_a_calendar_that_would_move_open_dossiers_says_how_many_and_asks(
    cli: FlaskCliRunner, tmp_path: Path
) -> None:
    with database.transaction() as session:
        dossier_id = receive(session, open_office(session)).id

    def due() -> str:
        with database.reading() as session:
            found = session.get_one(Dossier, dossier_id).current_due_at
            assert found is not None
            return f"{found:%d/%m}"

    file = tmp_path / "lich.csv"
    file.write_text("date,kind,windows,basis\n2026-11-18,holiday,,Công văn 12\n", encoding="utf-8")
    before = due()
    asked = cli.invoke(args=["calendar", "load", str(file)])
    assert (asked.exit_code, due()) == (1, before)
    assert "1 hồ sơ đang mở đổi ngày hẹn" in asked.output
    assert "--confirm" in asked.output
    done = cli.invoke(args=["calendar", "load", str(file), "--confirm"])
    assert done.exit_code == 0, done.output
    assert (before, due()) == ("19/11", "20/11")
    again = cli.invoke(args=["calendar", "load", str(file)])
    assert (again.exit_code, "0 hồ sơ đang mở" in again.output) == (0, True)
