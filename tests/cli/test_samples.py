"""The two real exports through the commands a user types, with exactly their expected results."""

import io
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

from tests.support.desk import PASSWORD, SAMPLES, hire
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import database
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
QUARTER = ("--from", "2021-06-15", "--to", "2021-09-14")


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """A fresh database with nothing but what `flask db upgrade` makes and the sample's agencies."""
    made = app.test_cli_runner()
    said(made, "db", "upgrade")
    said(made, "catalogue", "load", "agencies", str(SAMPLES / "agencies_vinhphuc.csv"))
    return made


def said(runner: FlaskCliRunner, *arguments: str) -> str:
    """What a command prints, once it has ended with 0."""
    result = runner.invoke(args=list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def load(runner: FlaskCliRunner, name: str, folder: Path) -> dict[str, Any]:
    """Load a sample; the file of errors goes to `folder`."""
    arguments = ("--source", "provincial-portal", "--format", "json", "--errors", str(folder / "errors.csv"))
    answer: dict[str, Any] = json.loads(said(runner, "imports", "run", str(SAMPLES / name), *arguments))
    return answer


def test_the_figures_of_vinh_phuc_are_those_it_published(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """By command, on the screen, in the workbook and on paper alike; so they stay once they are signed."""
    load(runner, "portal_export_vinhphuc.csv", tmp_path)
    expected = json.loads((SAMPLES / "expected_vinhphuc.json").read_text(encoding="utf-8"))
    ours = (*QUARTER, "--agency", "H62")
    assert json.loads(said(runner, "reports", "summary", *ours, "--format", "json")) == expected
    for by in ("level", "agency", "sector", "procedure"):
        for kind, read in (("xlsx", of_workbook), ("pdf", of_paper)):
            path = tmp_path / f"bieu-06.{kind}"
            said(runner, "reports", "statutory", *ours, "--by", by, "--format", kind, "--output", str(path))
            assert published(read(path.read_bytes(), tmp_path)) == expected, (by, kind)
    head = signed_in(app)
    address = "?from=2021-06-15&to=2021-09-14&agency=H62"
    page = head.get(f"/tong-hop/bieu-06{address}").text
    assert published(of_page(page)) == expected
    form = dict(HIDDEN.findall(head.get(f"/tong-hop/chot{address}").text))
    report = head.post(f"/tong-hop/chot{address}", data=form).location
    assert published(of_page(head.get(report).text)) == expected
    assert published(of_workbook(head.get(f"{report}/bieu-06.xlsx").data, tmp_path)) == expected
    assert published(of_paper(head.get(f"{report}/bieu-06.pdf").data, tmp_path)) == expected
    told = json.loads(said(runner, "reports", "signed", *ours))
    now = json.loads(said(runner, "reports", "statutory", *ours))
    assert told["rows"][0]["received"] == now["rows"][0]["received"]
    assert {name: told["total"][name] for name in ("received", "resolved", "open", "memo", "balances")} == {
        name: now["total"][name] for name in ("received", "resolved", "open", "memo", "balances")
    }
    path = tmp_path / "chot.pdf"
    said(runner, "reports", "signed", *ours, "--format", "pdf", "--output", str(path))
    assert path.read_bytes() == head.get(f"{report}/bieu-06.pdf").data


def published(numbers: list[int]) -> dict[str, Any]:
    """The columns (3) to (13) of a total as the figures that were published."""
    received, online, direct, carried, resolved, early, on_time, late, still_open, within, overdue = numbers
    return {
        "from": "2021-06-15", "to": "2021-09-14", "rows": received, "resolved": resolved,
        "early_or_on_time": early + on_time, "late": late, "open": still_open, "open_within": within,
        "open_overdue": overdue, "received_in_period": online + direct, "carried_over": carried,
        "online_in_period": online, "on_time_rate_percent": round(100 * (early + on_time) / resolved, 2),
    }  # fmt: skip


def of_page(text: str) -> list[int]:
    """The numbers at the foot of the table."""
    return _numbers(re.sub(r"<[^>]+>", " ", text[text.index("<tfoot>") : text.index("</tfoot>")]))


def of_workbook(content: bytes, _folder: Path) -> list[int]:
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True).active
    return [int(cell.value) for row in sheet.iter_rows() if row[1].value == "Tổng cộng" for cell in row[2:]]


def of_paper(content: bytes, folder: Path) -> list[int]:
    path = folder / "giay.pdf"
    path.write_bytes(content)
    told = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    return _numbers(next(line for line in told.splitlines() if "Tổng cộng" in line))


def _numbers(text: str) -> list[int]:
    return [int(word.replace(".", "")) for word in text.split() if word.replace(".", "").isdigit()]


def signed_in(app: Flask) -> FlaskClient:
    """The head of the province, before a browser."""
    app.config.update(WTF_CSRF_ENABLED=False)
    with database.transaction() as session:
        province = session.execute(select(Agency.id).where(Agency.code == "H62")).scalar_one()
        head = hire(session, "Nguyễn Thị Thủ Trưởng", Role.HEAD_OF_AGENCY, province)
        username = session.get_one(User, head.user_id).username
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.post("/dang-nhap", data={"username": username, "password": PASSWORD})
    return client


@pytest.mark.parametrize("by", ["level", "agency", "sector", "procedure"])
def test_every_row_of_every_grouping_balances_and_adds_up(
    runner: FlaskCliRunner, tmp_path: Path, by: str
) -> None:
    load(runner, "portal_export_vinhphuc.csv", tmp_path)
    load(runner, "portal_export_messy.csv", tmp_path)
    table = json.loads(said(runner, "reports", "statutory", *QUARTER, "--by", by, "--format", "json"))
    assert table["total"]["received"]["total"] > 1606
    assert all(row["balances"] for row in [*table["rows"], table["total"]])
    for group in ("received", "resolved", "open", "memo"):
        for column, value in table["total"][group].items():
            assert value == sum(row[group][column] for row in table["rows"]), (group, column)


def test_the_messy_export_is_judged_row_by_row_and_adds_nothing_twice(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    expected = json.loads((SAMPLES / "expected_messy.json").read_text(encoding="utf-8"))
    first = load(runner, "portal_export_messy.csv", tmp_path)
    assert {row["row"]: row["verdict"] for row in first["by_row"]} == {
        row["row"]: row["verdict"] for row in expected["by_row"]
    }
    assert {
        name: first[name] for name in ("rows", "accepted", "identical_repeats", "refused", "warnings")
    } == {name: expected[name] for name in ("rows", "accepted", "identical_repeats", "refused", "warnings")}
    second = load(runner, "portal_export_messy.csv", tmp_path)
    assert (second["accepted"], second["updated"], second["unchanged"]) == (0, 0, 51)
