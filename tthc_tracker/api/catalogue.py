"""The catalogue and the calendar, for systems that fill in their own forms and promise their own dates."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from flask import Response
from marshmallow import Schema
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.api import catalogueschemas as schemas
from tthc_tracker.api.blueprint import IF_NONE_MATCH, View, blueprint, documented
from tthc_tracker.api.conditional import tagged
from tthc_tracker.api.cursors import code_at, place
from tthc_tracker.api.guarding import needs
from tthc_tracker.api.problems import FieldError, Problem, invalid
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.domain.exchange import CHANNEL_NUMBER
from tthc_tracker.domain.exchangeobject import iso
from tthc_tracker.extensions import database
from tthc_tracker.queries import catalogueexchange as reads
from tthc_tracker.queries.agencies import agency_id
from tthc_tracker.queries.calendaryears import WeekLine
from tthc_tracker.queries.catalogue import LimitLine
from tthc_tracker.wording import problems as words

Entry = TypeVar("Entry")
_ETAG = {"ETag": {"schema": {"type": "string"}}}
_KNOWN = "Không đổi so với ETag đã biết"
KEEP = 300  # seconds; a catalogue changes a few times a month


def _read(
    path: str, question: type[Schema], answer: type[Schema], told: str, *statuses: int
) -> Callable[[View], View]:
    """Serve what is read here: by a key with the scope of the catalogue, with an ETag, 304 for who has it."""

    def made(view: View) -> View:
        view = blueprint.alt_response(304, success=True, description=_KNOWN)(view)
        view = blueprint.response(200, answer, headers=_ETAG, description=told)(view)
        view = blueprint.arguments(question, location="query")(view)
        view = documented(ApiScope.CATALOGUE, *statuses, parameters=[IF_NONE_MATCH])(view)
        served: View = blueprint.route(path, methods=["GET"], tags=["catalogue"])(
            needs(ApiScope.CATALOGUE)(view)
        )
        return served

    return made


@_read("/agencies", schemas.PageQuestion, schemas.AgencyPage, "Cơ quan, theo thứ tự mã")
def agencies(asked: dict[str, Any]) -> Response:
    """Đọc danh mục cơ quan."""
    return _page(asked, reads.agencies, lambda entry: entry.code, _agency)


@_read("/sectors", schemas.PageQuestion, schemas.SectorPage, "Lĩnh vực, theo thứ tự mã")
def sectors(asked: dict[str, Any]) -> Response:
    """Đọc danh mục lĩnh vực."""
    return _page(
        asked, reads.sectors, lambda entry: entry[0], lambda entry: {"code": entry[0], "name": entry[1]}
    )


@_read("/sources", schemas.PageQuestion, schemas.SourcePage, "Nguồn, theo thứ tự mã")
def sources(asked: dict[str, Any]) -> Response:
    """Đọc danh mục nguồn hồ sơ, với thời điểm dữ liệu mới nhất của từng nguồn."""
    return _page(asked, reads.sources, lambda entry: entry.code, _source)


@_read("/procedures", schemas.PageQuestion, schemas.ProcedurePage, "Thủ tục, theo thứ tự mã")
def procedures(asked: dict[str, Any]) -> Response:
    """Đọc danh mục thủ tục đang có hiệu lực, với thời hạn, cấp và thành phần hồ sơ."""
    today = clock.now().date()

    def read(session: Session, after: str, most: int) -> list[reads.ProcedureEntry]:
        return reads.procedures(session, today, after, most)

    return _page(asked, read, lambda entry: entry.code, _procedure)


@_read("/calendar", schemas.YearQuestion, schemas.YearAnswer, "Một năm, từng ngày một", 404)
def calendar(asked: dict[str, Any]) -> Response:
    """Đọc lịch làm việc một năm của một cơ quan: từng ngày làm hay nghỉ, giờ nào, đã công bố hay tạm tính."""
    code = asked["agency"]
    with database.reading() as session:
        agency = agency_id(session, code) if code else None
        if code and agency is None:
            raise invalid([FieldError("agency", words.no_agency(code))])
        found = reads.year(session, agency, asked["year"])
    if found is None:
        raise Problem(404, words.unknown_year(asked["year"]))
    return tagged(
        {
            "year": asked["year"],
            "agency": code or None,
            "provisional": found.status != "published",
            "basis": found.basis,
            "hours": [_week(line) for line in found.weeks],
            "days": [
                {"date": day.on.isoformat(), "kind": day.kind.value, "windows": list(day.windows)}
                for day in found.days
            ],
        },
        keep=KEEP,
    )


def _page(
    asked: dict[str, Any],
    read: Callable[[Session, str, int], Sequence[Entry]],
    code_of: Callable[[Entry], str],
    shown: Callable[[Entry], dict[str, Any]],
) -> Response:
    """A page of a catalogue behind the cursor, and where the next begins."""
    after, most = code_at(asked["after"]), asked["limit"]
    if after is None:
        raise invalid([FieldError("after", words.BAD_PLACE)])
    with database.reading() as session:
        found = read(session, after, most + 1)
    page = found[:most]
    reached = place(code_of(page[-1])) if page else asked["after"]
    body = {"items": [shown(entry) for entry in page], "next": reached, "more": len(found) > most}
    return tagged(body, keep=KEEP)


def _agency(entry: reads.AgencyEntry) -> dict[str, Any]:
    return {
        "code": entry.code, "name": entry.name, "level": entry.level.value, "parent": entry.parent_code,
        "active_from": _day(entry.active_from), "active_to": _day(entry.active_to),
    }  # fmt: skip


def _source(entry: reads.SourceEntry) -> dict[str, Any]:
    return {"code": entry.code, "name": entry.name, "kind": entry.kind.value, "as_of": iso(entry.as_of)}


def _procedure(entry: reads.ProcedureEntry) -> dict[str, Any]:
    version = entry.version
    return {
        "code": entry.code, "full_code": version.full_code, "name": version.name,
        "sector": entry.sector_code, "levels": [level.value for level in version.levels],
        "service_level": version.service_level.value, "same_day": version.same_day,
        "valid_from": version.valid_from.isoformat(), "valid_to": _day(version.valid_to),
        "limits": [_limit(line) for line in version.limits],
        "components": [
            {
                "position": line.position, "name": line.name, "originals": line.originals,
                "certified": line.certified, "copies": line.copies,
            }
            for line in version.components
        ],
    }  # fmt: skip


def _limit(line: LimitLine) -> dict[str, Any]:
    return {
        "case": line.case_code, "case_name": line.case_name,
        "channel": CHANNEL_NUMBER[line.channel] if line.channel else None,
        "promised": _amount(line.promised_amount),
        "legal": None if line.legal_amount is None else _amount(line.legal_amount), "unit": line.unit.value,
    }  # fmt: skip


def _week(line: WeekLine) -> dict[str, Any]:
    return {
        "since": line.since.isoformat(), "purpose": line.purpose, "basis": line.basis,
        "days": [[part.strip() for part in windows.split(";") if part.strip()] for windows in line.days],
    }  # fmt: skip


def _amount(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _day(on: dt.date | None) -> str | None:
    return on.isoformat() if on else None
