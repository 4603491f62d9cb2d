"""A year of the work calendar: each day's kind and what it rests on, and the office hours."""

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.workcalendar import FIRST_YEAR, LAST_YEAR, DayKind
from tthc_tracker.queries.agencies import agency_id, name_of
from tthc_tracker.queries.calendaryears import missing_ahead, year_page
from tthc_tracker.web.access import requires
from tthc_tracker.web.unit_of_work import reading

blueprint = Blueprint("calendar", __name__)

# One letter a kind, so that no day is told by its colour alone.
LETTERS = {
    DayKind.HOLIDAY: "L",
    DayKind.SWAP_OFF: "H",
    DayKind.MAKE_UP: "B",
    DayKind.OTHER_HOURS: "R",
}


def _year() -> int:
    text = request.args.get("nam", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else clock.now().year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _beside() -> dict[str, Any]:
    """Today, what the reader may do, and the years that whoever sees to the calendar is told of."""
    held, today = current_user.permissions, clock.now().date()
    watches = not held.isdisjoint({Permission.MANAGE_CALENDAR, Permission.MANAGE_ALERT_RULES})
    return {
        "today": today,
        "missing": missing_ahead(reading(), today) if watches else (),
        "may_change": Permission.MANAGE_CALENDAR in held,
        "may_sign": Permission.DECIDE_APOLOGIES in held,
    }


@blueprint.get("/lich")
@requires(Permission.VIEW_CATALOGUE)
def year() -> ResponseReturnValue:
    """One year, of one's own agency or of the agency asked for."""
    code = request.args.get("agency", current_user.home_agency_code).strip()
    found = agency_id(reading(), code) if code else None
    if code and found is None:
        abort(404)
    return render_template(
        "calendar/year.html",
        page=year_page(reading(), found, _year()),
        agency=code,
        agency_name=name_of(reading(), code) if code else "",
        letters=LETTERS,
        kinds=list(DayKind),
        **_beside(),
    )
