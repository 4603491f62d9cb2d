"""The list of dossiers that are likely to be late. What is done with it as a list is in web/lists."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import listing
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.supervision.views import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import risklists as words
from tthc_tracker.wording.columns import See


@blueprint.get("/giam-sat/nguy-co")
@requires(Permission.VIEW_SUPERVISION)
def at_risk() -> ResponseReturnValue:
    """Open and in time, with less time left than most like it still needed: the most missing first."""
    session, now = reading(), clock.now()
    page, after = ListPage.of(session, "at_risk", request.args), request.args.get("after", "")
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    return render_template(
        "supervision/risks.html",
        page=page,
        words=words,
        lines=page.lines(found.rows, See.at(now, now)),
        count=page.kept.count(session, page.asked(now)),
        filters=ListFilters.of(session, page),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        now=now,
    )
