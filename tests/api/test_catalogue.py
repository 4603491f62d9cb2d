"""What other systems read besides dossiers: catalogue, calendar figures; known by their ETag, in pages."""

import json

import pytest
from flask import Flask

from tests.support import wire
from tests.support.desk import open_office
from tests.support.wire import System, accepted
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.extensions import database

PERIOD = "/statistics?from=2026-11-01&to=2026-11-30"


@pytest.fixture
def portal(app: Flask) -> System:
    with database.transaction() as session:
        open_office(session)
    return System(app, wire.token())


@pytest.mark.parametrize("name", ["agencies", "sectors", "sources", "procedures"])
def test_a_catalogue_is_read_page_by_page_each_entry_once(portal: System, name: str) -> None:
    whole = portal.send("GET", f"/{name}?limit=200").json["items"]
    codes, after, more = [], "", True
    while more:
        page = portal.send("GET", f"/{name}?limit=2&after={after}").json
        codes += [item["code"] for item in page["items"]]
        after, more = page["next"], page["more"]
    assert codes[: len(whole)] == [item["code"] for item in whole]
    assert codes == sorted(set(codes))
    assert portal.send("GET", f"/{name}?after={after}").json["items"] == []


def test_a_cursor_that_was_never_given_is_refused(portal: System) -> None:
    for cursor in ("x", "%00", "MS4xLjE"):
        assert portal.send("GET", f"/agencies?after={cursor}").status_code == 422


def test_a_procedure_comes_with_what_it_promises(portal: System) -> None:
    items = portal.send("GET", "/procedures?limit=200").json["items"]
    [found] = [item for item in items if item["code"] == "1.004873"]
    [limit] = found["limits"]
    assert (limit["promised"], limit["unit"], limit["channel"]) == ("3", "working_day", None)
    assert found["valid_to"] is None


def test_what_is_known_is_not_sent_again(portal: System) -> None:
    for path in ("/agencies", "/procedures", "/calendar?year=2026", PERIOD):
        first = portal.send("GET", path)
        again = portal.send("GET", path, If_None_Match=first.headers["ETag"])
        assert (first.status_code, again.status_code, again.data) == (200, 304, b""), path
        assert "max-age" in first.headers["Cache-Control"], path


def test_a_year_is_told_day_by_day(portal: System) -> None:
    answer = portal.send("GET", "/calendar?year=2026&agency=H50.19000").json
    days = {day["date"]: day for day in answer["days"]}
    assert len(days) == 365
    assert days["2026-11-23"] == {
        "date": "2026-11-23", "kind": "working", "windows": ["07:00-11:30", "13:30-17:00"],
    }  # fmt: skip
    assert (days["2026-11-22"]["kind"], days["2026-11-22"]["windows"]) == ("weekly_off", [])
    assert days["2026-11-24"]["kind"] == "holiday"


def test_a_year_nobody_knows_and_an_agency_there_is_not_are_said(portal: System) -> None:
    assert portal.send("GET", "/calendar?year=2150").status_code == 404
    assert portal.send("GET", "/calendar?year=2026&agency=H99").json["errors"][0]["field"] == "agency"


def test_figures_are_those_of_the_command(app: Flask, portal: System) -> None:
    portal.send("POST", "/dossiers", accepted())
    words = ["reports", "statutory", "--from", "2026-11-01", "--to", "2026-11-30", "--by", "agency"]
    printed = json.loads(app.test_cli_runner().invoke(args=words).stdout)
    told = portal.send("GET", f"{PERIOD}&by=agency").json
    assert told["total"]["received"]["total"] == 1
    assert {**told, "as_of": ""} == {**printed, "as_of": ""}


def test_a_key_reads_the_figures_of_its_agency_and_of_no_other(app: Flask, portal: System) -> None:
    portal.send("POST", "/dossiers", accepted())
    other = System(app, wire.token(scopes=[ApiScope.STATISTICS], agency="H50.19001"))
    assert other.send("GET", PERIOD).json["total"]["received"]["total"] == 0
    refused = other.send("GET", f"{PERIOD}&agency=H50.19000")
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "agency")


def test_a_question_that_cannot_be_answered_names_its_field(portal: System) -> None:
    for query, field in (
        ("from=x&to=2026-11-30", "from"), ("from=2026-11-30&to=2026-11-01", "to"),
        ("from=1800-01-01&to=2026-11-01", "from"), ("from=2000-01-01&to=2026-11-01&by=month", "by"),
        ("from=2026-11-01&to=2026-11-30&agency=H99", "agency"), ("to=2026-11-01", "from"),
    ):  # fmt: skip
        answer = portal.send("GET", f"/statistics?{query}")
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field), query


def test_a_status_is_written_only_over_what_was_read(portal: System) -> None:
    path = f"/dossiers/{portal.send('POST', '/dossiers', accepted()).json['MaHoSo']}"
    known = portal.send("GET", path).headers["ETag"]
    ended = {"TrangThaiHoSo": 9, "NgayKetThucXuLy": "20261118090000"}
    moved = portal.send("PATCH", f"{path}/status", ended, If_Match=known)
    assert moved.status_code == 200
    stale = portal.send("PATCH", f"{path}/status", {"TrangThaiHoSo": 10}, If_Match=known)
    assert (stale.status_code, stale.mimetype) == (412, "application/problem+json")
    assert portal.send("GET", path).json["TrangThaiHoSo"] == 9
    after = {"TrangThaiHoSo": 10, "NgayTra": "20261118100000"}
    fresh = portal.send("GET", path).headers["ETag"]
    assert portal.send("PATCH", f"{path}/status", after, If_Match=fresh).status_code == 200


def test_every_answer_says_what_the_key_may_still_ask(portal: System) -> None:
    left = [int(portal.send("GET", "/agencies").headers["RateLimit-Remaining"]) for _ in range(2)]
    assert left[0] - left[1] == 1
    assert {"RateLimit-Limit", "RateLimit-Reset"} <= set(portal.send("GET", "/deadline").headers.keys())
