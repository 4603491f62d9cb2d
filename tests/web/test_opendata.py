"""Open figures: two files that say the same, small numbers kept back, nobody in them, kind to caches."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support import screens
from tests.support.register import NOW
from tests.support.screens import HOST
from tthc_tracker.domain.disclosure import FEWEST
from tthc_tracker.extensions import database
from tthc_tracker.queries import opendata
from tthc_tracker.queries.opendata import NUMBERS, SUMS
from tthc_tracker.services.demo import filling
from tthc_tracker.web import publicpages

FILE = "/tong-hop/du-lieu-mo"
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "null": type(None), "array": list, "object": dict,
}  # fmt: skip


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with screens.house("sqlite", tmp_path_factory.mktemp("open")) as app:
        with database.transaction() as session:
            filling.fill(session, now=NOW, secret="s" * 32, dossiers=800)
        yield app


@pytest.fixture
def visitor(laid: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Somebody without an account, whose tries nobody has counted yet."""
    monkeypatch.setattr(publicpages, "count", lambda _what: None)
    return laid.test_client()


def fetch(client: FlaskClient, path: str, **headers: str) -> Any:
    return client.get(path, base_url=HOST, headers=headers)


def fits(value: Any, shape: dict[str, Any]) -> bool:
    """As far as our schema goes: types, members, required and further properties, items."""
    if "enum" in shape:
        return value in shape["enum"]
    kinds = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    if not any(isinstance(value, TYPES[kind]) for kind in kinds):
        return False
    if isinstance(value, list):
        return all(fits(each, shape["items"]) for each in value)
    if isinstance(value, dict):
        known = shape["properties"]
        return set(shape["required"]) <= set(value) <= set(known) and all(
            fits(each, known[name]) for name, each in value.items()
        )
    return True


def test_both_files_say_the_same_and_what_the_schema_says(visitor: FlaskClient) -> None:
    found, lines = fetch(visitor, f"{FILE}.json").json, fetch(visitor, f"{FILE}.csv").text
    schema = fetch(visitor, f"{FILE}.schema.json")
    assert schema.mimetype == "application/schema+json"
    assert fits(found, schema.get_json(force=True))
    assert found["schema"] == schema.get_json(force=True)["$id"]
    rows = list(csv.DictReader(io.StringIO(lines.removeprefix("\ufeff"))))
    assert len(rows) == len(found["rows"]) > 0
    for row, told in zip(rows, found["rows"], strict=True):
        assert list(row) == list(told)
        assert [row[name] for name in NUMBERS] == [
            "" if told[name] is None else str(told[name]) for name in NUMBERS
        ]


def test_no_small_number_stands_there_and_sums_hold_where_they_are_shown(visitor: FlaskClient) -> None:
    rows = fetch(visitor, f"{FILE}.json").json["rows"]
    numbers = [row[name] for row in rows for name in NUMBERS]
    assert not [number for number in numbers if number and number < FEWEST]
    assert None in numbers
    for row in rows:
        for one in SUMS:
            parts = [row[name] for name in one.parts]
            if None not in (*parts, row[one.total]):
                assert sum(parts) == row[one.total]
        if None in {row["resolved"], row["resolved_late"]}:
            assert row["on_time_percent"] is None


def test_nobody_is_named_and_nothing_is_ranked(visitor: FlaskClient) -> None:
    text = fetch(visitor, f"{FILE}.json").text + fetch(visitor, f"{FILE}.csv").text
    assert not [name for name in ("Nguyễn", "Trần", "Lê Thị", "044", "09") if f'"{name}' in text]
    codes = [row["agency_code"] for row in fetch(visitor, f"{FILE}.json").json["rows"]]
    months = [row["month"] for row in fetch(visitor, f"{FILE}.json").json["rows"]]
    assert months == sorted(months)
    assert codes


def test_who_knows_the_file_is_not_sent_it_again(visitor: FlaskClient) -> None:
    for kind in ("csv", "json", "schema.json"):
        first = fetch(visitor, f"{FILE}.{kind}")
        assert first.headers["Cache-Control"] == "public, max-age=3600"
        again = fetch(visitor, f"{FILE}.{kind}", If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        assert "Set-Cookie" not in first.headers


def test_a_year_has_its_complete_months_and_others_are_not_there(visitor: FlaskClient) -> None:
    asked = fetch(visitor, f"{FILE}.json?nam=2026").json["months"]
    assert asked == [f"2026-{number:02}" for number in range(1, 11)]
    for year in ("2027", "1999", "x", "20266", "٢٠٢٦"):
        assert fetch(visitor, f"{FILE}.json?nam={year}").status_code == 404
    unasked = opendata.months(NOW.date())
    assert (unasked[0].key, unasked[-1].key) == ("2025-11", "2026-10")


def test_a_network_that_asks_too_often_waits(laid: Flask) -> None:
    client = laid.test_client()
    statuses = [fetch(client, f"{FILE}.csv?nam=x").status_code for _ in range(61)]
    assert statuses == [404] * 60 + [429]
    assert int(fetch(client, f"{FILE}.json").headers["Retry-After"]) > 0
