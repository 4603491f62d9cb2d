"""The same figures for machines: CSV and JSON by month and agency, with their schema; no sign-in."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from tthc_tracker import clock
from tthc_tracker.domain.disclosure import FEWEST
from tthc_tracker.domain.periods import Period
from tthc_tracker.queries import opendata
from tthc_tracker.queries.opendata import NUMBERS, OpenRow
from tthc_tracker.spreadsheets import csvtext
from tthc_tracker.web import publicpages
from tthc_tracker.web.access import public
from tthc_tracker.web.reports.answers import Answers
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import opendata as words

LIFE = dt.timedelta(hours=1)
_HEAD = (words.MONTH, words.AGENCY_CODE, words.AGENCY, words.LEVEL, *NUMBERS, words.PERCENT)

_months: Answers[tuple[OpenRow, ...]] = Answers(LIFE)


@blueprint.get("/tong-hop/du-lieu-mo.csv")
@public
def open_csv() -> ResponseReturnValue:
    """One line an agency and month; empty where a number is kept back."""
    return _file("text/csv", lambda rows, _months: "".join(csvtext.lines(_HEAD, map(_cells, rows))))


@blueprint.get("/tong-hop/du-lieu-mo.json")
@public
def open_json() -> ResponseReturnValue:
    """The same as JSON; null where a number is kept back."""
    return _file("application/json", _as_json)


@blueprint.get("/tong-hop/du-lieu-mo.schema.json")
@public
def open_schema() -> ResponseReturnValue:
    """What the fields of both mean."""
    text = json.dumps(words.schema(_schema_address()), ensure_ascii=False, indent=1)
    return _cacheable(Response(text, mimetype="application/schema+json"))


def _file(kind: str, write: Callable[[list[OpenRow], list[str]], str]) -> Response:
    publicpages.count("open_data")
    now = clock.now()
    asked = opendata.months(now.date(), _year(now.year))
    rows = [row for month in asked for row in _of_month(month, now)]
    return _cacheable(Response(write(rows, [month.key for month in asked]), mimetype=kind))


def _of_month(month: Period, now: dt.datetime) -> tuple[OpenRow, ...]:
    session = reading()
    return _months.get(session, month, now, lambda: opendata.of_month(session, month, now))


def _year(this: int) -> int | None:
    """The year that is asked for, if one is; of others there is nothing."""
    asked = request.args.get("nam", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) == len(str(this))):
        abort(404)
    return int(asked) if opendata.FIRST_YEAR <= int(asked) <= this else abort(404)


def _cells(row: OpenRow) -> list[object]:
    numbers = (row.numbers[name] for name in NUMBERS)
    return [row.month, row.agency_code, row.agency, row.level.value, *numbers, row.on_time_percent]


def _as_json(rows: list[OpenRow], months: list[str]) -> str:
    found: dict[str, Any] = {
        "title": words.TITLE, "schema": _schema_address(), "fewest": FEWEST, "months": months,
        "rows": [
            dict(zip(_HEAD, _cells(row), strict=True))
            | {words.PERCENT: None if row.on_time_percent is None else float(row.on_time_percent)}
            for row in rows
        ],
    }  # fmt: skip
    return json.dumps(found, ensure_ascii=False, indent=1)


def _schema_address() -> str:
    return str(current_app.config["SETTINGS"].public_url) + url_for("reports.open_schema")


def _cacheable(answer: Response) -> Response:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return publicpages.cacheable(answer, LIFE.seconds)
