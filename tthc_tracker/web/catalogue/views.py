"""Looking at the catalogue."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import agencies, catalogue, formtitles
from tthc_tracker.queries.agencies import PAGE, AgencyLine, AgencySearch
from tthc_tracker.queries.catalogue import ProcedureLine, ProcedureSearch
from tthc_tracker.services import agencyediting
from tthc_tracker.web.access import may_open, requires
from tthc_tracker.web.catalogue.blueprint import blueprint
from tthc_tracker.web.catalogue.endings import left_at
from tthc_tracker.web.unit_of_work import reading

FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}")

Line = TypeVar("Line", AgencyLine, ProcedureLine)


def tabs(active: str) -> list[tuple[str, str, bool, None]]:
    """The lists of the catalogue."""
    lists = (
        ("Cơ quan, đơn vị", "catalogue.index"),
        ("Thủ tục hành chính", "catalogue.procedures"),
        ("Nguồn dữ liệu", "catalogue.sources"),
        ("Quy tắc tạm dừng", "pausing.rules"),
        ("Mẫu in", "catalogue.forms"),
    )
    return [(words, url_for(endpoint), endpoint == active, None) for words, endpoint in lists]


def _level() -> Level | None:
    text = request.args.get("level", "")
    return Level(text) if text in set(Level) else None


def _paged(lines: Sequence[Line], endpoint: str, **chosen: str | None) -> dict[str, Any]:
    """One page of lines, and the addresses of the next and the first with what is chosen."""
    shown = lines[:PAGE]
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    return {
        "lines": shown,
        "next_url": url_for(endpoint, **kept, after=shown[-1].code) if len(lines) > PAGE else None,
        "first_url": url_for(endpoint, **kept) if request.args.get("after") else None,
    }


@blueprint.get("/danh-muc")
@requires(Permission.VIEW_CATALOGUE)
def index() -> ResponseReturnValue:
    """Agencies without a superior, or wherever somebody looks for them."""
    search = AgencySearch(request.args.get("q", "").strip()[:100], _level())
    lines = agencies.agencies(reading(), search, after=request.args.get("after", "")[:40])
    return render_template(
        "catalogue/index.html",
        tabs=tabs("catalogue.index"),
        search=search,
        levels=list(Level),
        today=clock.now().date(),
        **_paged(lines, "catalogue.index", q=search.text, level=search.level),
    )


@blueprint.get("/danh-muc/co-quan/<code>")
@requires(Permission.VIEW_CATALOGUE)
def agency(code: str) -> ResponseReturnValue:
    """One agency: what is above and below it, its units, who it took over from."""
    session = reading()
    page = agencies.agency_page(session, code) or abort(404)
    below = AgencySearch(parent_id=page.id)
    lines = agencies.agencies(session, below, after=request.args.get("after", "")[:40])
    return render_template(
        "catalogue/agency.html",
        tabs=tabs("catalogue.index"),
        page=page,
        editable=page.id in agencyediting.catalogued_by(session, current_user),
        left=left_at(page),
        today=clock.now().date(),
        **_paged(lines, "catalogue.agency", code=code),
    )


@blueprint.get("/danh-muc/co-quan-goi-y")
@requires(Permission.VIEW_CATALOGUE)
def suggest_agencies() -> ResponseReturnValue:
    """Agencies for a field in which somebody types part of a name or code."""
    found = agencies.suggest_agencies(reading(), request.args.get("q", "")[:100], clock.now().date())
    items = [
        {"value": line.code, "label": line.name, "note": line.code, "text": f"{line.code} {line.name}"}
        for line in found
    ]
    field = request.args.get("o", "")
    field = field if FIELD.fullmatch(field) else "parent_code"
    return render_template("catalogue/_suggestions.html", items=items, field=field)


@blueprint.get("/danh-muc/thu-tuc")
@requires(Permission.VIEW_CATALOGUE)
def procedures() -> ResponseReturnValue:
    """Procedures in force, by any part of name or code."""
    session, args = reading(), request.args
    search = ProcedureSearch(args.get("q", "").strip()[:100], args.get("sector", "")[:40], _level())
    lines = catalogue.procedures(session, search, clock.now().date(), after=args.get("after", "")[:8])
    chosen = {"q": search.text, "sector": search.sector, "level": search.level}
    return render_template(
        "catalogue/procedures.html",
        tabs=tabs("catalogue.procedures"),
        search=search,
        levels=list(Level),
        sectors=catalogue.sectors(session),
        **_paged(lines, "catalogue.procedures", **chosen),
    )


@blueprint.get("/danh-muc/thu-tuc/<code>")
@requires(Permission.VIEW_CATALOGUE)
def procedure(code: str) -> ResponseReturnValue:
    """One procedure with its versions, limits and papers."""
    page = catalogue.procedure_page(reading(), code) or abort(404)
    return render_template(
        "catalogue/procedure.html", tabs=tabs("catalogue.procedures"), page=page, today=clock.now().date()
    )


@blueprint.get("/danh-muc/nguon")
@requires(Permission.VIEW_CATALOGUE)
def sources() -> ResponseReturnValue:
    """Where dossiers come from, and how fresh each source is."""
    return render_template(
        "catalogue/sources.html",
        tabs=tabs("catalogue.sources"),
        lines=catalogue.sources(reading()),
        may_fetch=may_open("feeds.edit"),
    )


@blueprint.get("/danh-muc/mau-in")
@requires(Permission.VIEW_CATALOGUE)
def forms() -> ResponseReturnValue:
    """What printed forms are called, by which number and basis, from which day to which."""
    return render_template(
        "catalogue/forms.html",
        tabs=tabs("catalogue.forms"), lines=formtitles.titles(reading()), today=clock.now().date(),
    )  # fmt: skip
