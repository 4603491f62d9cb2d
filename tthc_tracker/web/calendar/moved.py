"""The dossiers that a change of the calendar moves, as a list that people keep."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import calendarchanges, listing
from tthc_tracker.queries.calendarmoves import Asked, Part
from tthc_tracker.web.access import requires
from tthc_tracker.web.calendar.views import blueprint
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import calendarchanges as words
from tthc_tracker.wording.columns import See


@blueprint.get("/lich/ho-so-doi-ngay")
@requires(Permission.VIEW_DOSSIERS)
def moved() -> ResponseReturnValue:
    """Old and new date, dossier by dossier, of those one may see."""
    session, now = reading(), clock.now()
    page, after = ListPage.of(session, "calendar_moves", request.args), request.args.get("after", "")
    asked = Asked.of(page.question)
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    return render_template(
        "calendar/moved.html",
        page=page, words=words, now=now, filters=ListFilters.of(session, page),
        change=calendarchanges.change_of(session, asked.change_id),
        tabs=[(words.PARTS[one.value], page.other(xem=one.value), one is asked.part, None) for one in Part],
        lines=page.lines(found.rows, See.at(now, now)),
        count=page.kept.count(session, page.asked(now)),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
    )  # fmt: skip
