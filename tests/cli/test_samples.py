"""The two real exports through the commands a user types, with exactly their expected results."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.support.desk import SAMPLES

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


def test_the_figures_of_vinh_phuc_are_those_it_published(runner: FlaskCliRunner, tmp_path: Path) -> None:
    load(runner, "portal_export_vinhphuc.csv", tmp_path)
    summary = json.loads(said(runner, "reports", "summary", *QUARTER, "--agency", "H62", "--format", "json"))
    assert summary == json.loads((SAMPLES / "expected_vinhphuc.json").read_text(encoding="utf-8"))


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
