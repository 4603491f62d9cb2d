"""The load as a calendar with a table beside it, and the dossiers of one of its days as a list."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import dueload, filtering, listing
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.dueload import NOBODY, HolderLoad, Narrowed
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import dueload as words
from tthc_tracker.wording import listings
from tthc_tracker.wording.columns import See
from tthc_tracker.wording.formats import iso

blueprint = Blueprint("workload", __name__)

SHOWN = 20  # units or officers beside the calendar


@blueprint.get("/giam-sat/lich-den-han")
@requires(Permission.VIEW_SUPERVISION)
def calendar() -> ResponseReturnValue:
    """Thirty working days behind and ahead of today, of everybody one sees or of whom one chooses."""
    session, now = reading(), clock.now()
    narrowed = Narrowed.of(request.args)
    hours = work_calendar(session, current_user.home_agency_id)
    found = dueload.load(session, narrowed, current_user.scope, hours, now)
    return render_template(
        "workload/calendar.html",
        load=found, shown=SHOWN, words=words, now=now, narrowed=narrowed, asked=_asked(narrowed), iso=iso,
        nobody=listings.NOBODY, holders=[(one, _to(narrowed, one)) for one in found.holders],
        chips=[(said, without) for _, said, without in _chosen(session, narrowed)],
    )  # fmt: skip


@blueprint.get("/giam-sat/hen-tra-ngay")
@requires(Permission.VIEW_SUPERVISION)
def due_day() -> ResponseReturnValue:
    """The dossiers that a day of the calendar counts."""
    session, now = reading(), clock.now()
    page, after = ListPage.of(session, "due_day", request.args), request.args.get("after", "")
    narrowed = Narrowed.of(page.question)
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    on, until = narrowed.day or now.date(), narrowed.until
    said = {name: what for name, what, _ in _chosen(session, narrowed)} | words.days(on, until)
    return render_template(
        "workload/day.html", page=page, words=words, now=now, on=on, until=until,
        back=url_for("workload.calendar", **_asked(narrowed)),
        filters=ListFilters.of(session, page, own=said),
        lines=page.lines(found.rows, See.at(now, now)),
        count=page.kept.count(session, page.asked(now)),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
    )  # fmt: skip


def _asked(narrowed: Narrowed) -> dict[str, Any]:
    """What an address of the calendar says of whose load it is."""
    asked = {"agency": narrowed.agency or None, "unit": narrowed.unit, "holder": narrowed.officer}
    return {name: value for name, value in asked.items() if value is not None}


def _to(narrowed: Narrowed, one: HolderLoad) -> str:
    """The calendar of one row of the table: of a unit, then of an officer."""
    own = {"unit": one.id} if narrowed.unit is None else {"holder": one.id}
    return url_for("workload.calendar", **(_asked(narrowed) | own))


def _chosen(session: Session, narrowed: Narrowed) -> list[tuple[str, str, str]]:
    """What the calendar is narrowed to: the name in the address, words, the address without it."""
    asked, found = _asked(narrowed), []
    said = {
        "agency": narrowed.agency and (filtering.agency_name(session, narrowed.agency) or narrowed.agency),
        "unit": _unit(session, narrowed.unit),
        "holder": _officer(session, narrowed.officer),
    }
    for name, what in said.items():
        if name in asked and what:
            rest = {key: value for key, value in asked.items() if key not in {name, "holder"}}
            found.append((name, what, url_for("workload.calendar", **rest)))
    return found


def _unit(session: Session, unit: int | None) -> str:
    if unit is None:
        return ""
    return words.NO_UNIT if unit == NOBODY else filtering.unit_name(session, unit) or "Đơn vị"


def _officer(session: Session, officer: int | None) -> str:
    if officer is None:
        return ""
    return listings.NOBODY if officer == NOBODY else filtering.officer_name(session, officer) or "Cán bộ"
