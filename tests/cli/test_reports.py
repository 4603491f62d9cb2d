"""`flask reports`: the statistics as others script them."""

import csv
import io
import json
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.support.moments import at, on
from tests.support.statisticsdata import hand_on, plant

if TYPE_CHECKING:
    from flask import Flask

PERIOD = ["--from", "2026-06-15", "--to", "2026-09-14"]
PARTS = {
    "received": {"online", "direct", "carried", "total"},
    "resolved": {"early", "on_time", "late", "total"},
    "open": {"within", "overdue", "total"},
    "memo": {
        "paused", "withdrawn", "stopped", "refused", "reappointed", "transferred_in",
        "transferred_out", "no_due_date",
    },
    "rates": {
        "on_time", "on_time_completed", "overdue_open", "online", "reception", "electronic", "online_payment",
        "components", "results",
    },
}  # fmt: skip


@pytest.fixture
def planted(app: "Flask") -> "Flask":
    from tthc_tracker.extensions import database

    with database.transaction() as session:
        plant(session, Random(7), 120, on("Fri 2026-05-01"), on("Wed 2026-09-30"), at("Tue 2026-09-15 00:00"))
    return app


def _table(app: "Flask", *more: str) -> dict:
    answer = app.test_cli_runner().invoke(args=["reports", "statutory", *PERIOD, *more])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("by", ["level", "agency", "sector", "procedure", "channel", "source"])
def test_the_table_has_the_shape_it_was_promised(planted: "Flask", by: str) -> None:
    table = _table(planted, "--by", by)
    assert set(table) == {"date", "from", "to", "as_of", "rows", "total"}
    assert table["rows"]
    assert table["total"]["key"] is None
    for row in (*table["rows"], table["total"]):
        assert set(row) == {"key", "label", "balances", *PARTS}
        assert {part: set(row[part]) for part in PARTS} == PARTS
        assert row["received"]["total"] == row["resolved"]["total"] + row["open"]["total"]
        assert row["balances"] is True
        assert all(set(rate) == {"num", "den", "percent"} for rate in row["rates"].values())
    for part in ("received", "resolved", "open"):
        for column in PARTS[part]:
            assert sum(row[part][column] for row in table["rows"]) == table["total"][part][column]


def test_an_agency_narrows_the_table_to_those_below_it(planted: "Flask") -> None:
    keys = {row["key"] for row in _table(planted, "--by", "agency", "--agency", "H50")["rows"]}
    assert keys == {"H50", "H50.01", "H50.02", "H50.20"}
    assert [row["key"] for row in _table(planted, "--agency", "H50.20")["rows"]] == ["xa"]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_table_can_be_asked_as_it_was_known_on_a_day(planted: "Flask") -> None:
    assert _table(planted)["total"]["received"]["total"] > 0
    nothing = _table(planted, "--known-on", "2026-01-01")
    assert (nothing["rows"], nothing["total"]["received"]["total"]) == ([], 0)
    run = planted.test_cli_runner().invoke
    refused = run(args=["reports", "statutory", *PERIOD, "--known-on", "31/2"])
    assert (refused.exit_code, "31/2" in refused.output) == (2, True)


def test_csv_says_what_json_says(planted: "Flask") -> None:
    table = _table(planted, "--by", "agency")
    answer = planted.test_cli_runner().invoke(
        args=["reports", "statutory", *PERIOD, "--by", "agency", "--format", "csv"]
    )
    rows = list(csv.DictReader(io.StringIO(answer.output.lstrip("\ufeff"))))
    assert [row["key"] for row in rows] == [row["key"] or "" for row in (*table["rows"], table["total"])]
    assert [int(row["received.total"]) for row in rows[:-1]] == [
        row["received"]["total"] for row in table["rows"]
    ]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_months_are_not_printed_in_a_form_that_adds_them_up(planted: "Flask", tmp_path: Path) -> None:
    assert [row["key"][-2:] for row in _table(planted, "--by", "month")["rows"]] == ["06", "07", "08", "09"]
    run = planted.test_cli_runner().invoke
    file = str(tmp_path / "thang.xlsx")
    refused = run(
        args=["reports", "statutory", *PERIOD, "--by", "month", "--format", "xlsx", "--output", file]
    )
    assert (refused.exit_code, "không cộng" in refused.output) == (2, True)
    long = ["--from", "2020-01-01", "--to", "2026-09-14", "--by", "month"]
    refused = run(args=["reports", "statutory", *long])
    assert (refused.exit_code, "60 tháng" in refused.output) == (2, True)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("by", ["level", "agency", "sector", "procedure"])
def test_the_workbook_has_the_figures_of_the_json(planted: "Flask", tmp_path: Path, by: str) -> None:
    path = tmp_path / "bieu.xlsx"
    answer = planted.test_cli_runner().invoke(
        args=["reports", "statutory", *PERIOD, "--by", by, "--format", "xlsx", "--output", str(path)]
    )
    assert answer.exit_code == 0, answer.output
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path, data_only=True).active]
    total = _table(planted, "--by", by)["total"]
    wanted = [
        *(total["received"][name] for name in ("total", "online", "direct", "carried")),
        *(total["resolved"][name] for name in ("total", "early", "on_time", "late")),
        *(total["open"][name] for name in ("total", "within", "overdue")),
    ]
    assert next(row[2:] for row in rows if row[1] == "Tổng cộng") == wanted
    if by == "level":
        assert [row[0] for row in rows if str(row[1]).startswith("Cấp ")] == ["A", "C", "D"]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_paper_needs_a_file_and_a_file_that_cannot_be_written_is_told(planted: "Flask") -> None:
    runner = planted.test_cli_runner()
    for more in (["--format", "pdf"], ["--format", "xlsx"], ["--output", "/nowhere/at/all.json"]):
        answer = runner.invoke(args=["reports", "statutory", *PERIOD, *more])
        assert answer.exit_code == 2
        assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_memo_says_what_was_passed_on(planted: "Flask") -> None:
    from sqlalchemy import select

    from tthc_tracker.extensions import database
    from tthc_tracker.models.dossier import Dossier

    with database.transaction() as session:
        one = select(Dossier.id).where(Dossier.closed_at.is_(None), Dossier.due_at.is_not(None)).limit(1)
        hand_on(session, session.execute(one).scalar_one(), [(on("Mon 2026-09-14"), "H50.20")])
    memo = _table(planted, "--by", "agency")["total"]["memo"]
    assert (memo["transferred_in"], memo["transferred_out"]) == (1, 1)


def test_the_summary_is_the_total_of_the_table(planted: "Flask") -> None:
    answer = planted.test_cli_runner().invoke(args=["reports", "summary", *PERIOD, "--agency", "H50"])
    summary, total = json.loads(answer.output), _table(planted, "--agency", "H50")["total"]
    assert summary["rows"] == total["received"]["total"]
    assert summary["resolved"] == total["resolved"]["total"] == summary["early_or_on_time"] + summary["late"]
    assert summary["open"] == summary["open_within"] + summary["open_overdue"] == total["open"]["total"]
    assert summary["received_in_period"] + summary["carried_over"] == summary["rows"]
    assert summary["on_time_rate_percent"] == total["rates"]["on_time"]["percent"]


def test_an_empty_database_has_an_empty_table(app: "Flask") -> None:
    table = _table(app)
    assert table["rows"] == []
    assert table["total"]["rates"]["on_time"] == {"num": 0, "den": 0, "percent": None}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param([*PERIOD, "--agency", "X99"], id="an agency that does not exist"),
        pytest.param(["--from", "2026-09-14", "--to", "2026-06-15"], id="a period that runs backwards"),
        pytest.param(["--from", "14/9/2026", "--to", "2026-12-14"], id="a day in another form"),
        pytest.param(["--from", "2026-09-14", "--to", "9999-12-31"], id="a period to the end of time"),
    ],
)
@pytest.mark.parametrize("command", ["statutory", "summary"])
def test_what_cannot_be_answered_gets_one_line(app: "Flask", wrong: list[str], command: str) -> None:
    answer = app.test_cli_runner().invoke(args=["reports", command, *wrong])
    assert answer.exit_code == 2
    assert len(answer.stderr.splitlines()) == 1
    assert not answer.stdout
