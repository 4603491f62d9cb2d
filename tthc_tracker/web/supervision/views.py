"""The three lists. What is done with them as lists is in web/lists."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import filtering, listing
from tthc_tracker.queries.supervision import Listing
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import listings
from tthc_tracker.wording.columns import See

blueprint = Blueprint("supervision", __name__)


@blueprint.get("/giam-sat/qua-han")
@requires(Permission.VIEW_SUPERVISION)
def overdue() -> ResponseReturnValue:
    """Overdue dossiers, the longest late first."""
    return _show(Listing.OVERDUE)


@blueprint.get("/giam-sat/cham-tiep-nhan")
@requires(Permission.VIEW_SUPERVISION)
def late_reception() -> ResponseReturnValue:
    """Online dossiers nobody has answered in time."""
    return _show(Listing.LATE_RECEPTION)


@blueprint.get("/giam-sat/sap-den-han")
@requires(Permission.VIEW_SUPERVISION)
def due_soon() -> ResponseReturnValue:
    """Dossiers whose deadline is near."""
    return _show(Listing.DUE_SOON)


@blueprint.get("/giam-sat/da-hen-lai")
@requires(Permission.VIEW_SUPERVISION)
def reappointed() -> ResponseReturnValue:
    """Late on the lawful date, not yet on the second: the nearest second date first."""
    return _show(Listing.REAPPOINTED)


@blueprint.get("/giam-sat/co-quan")
@requires(Permission.VIEW_SUPERVISION)
def agencies() -> ResponseReturnValue:
    """Agencies that fit what was typed into the filter."""
    items = filtering.suggest_agencies(reading(), current_user.scope, request.args.get("q", "")[:100])
    return render_template("supervision/_suggestions.html", items=items, field="agency")


@blueprint.get("/giam-sat/can-bo")
@requires(Permission.VIEW_SUPERVISION)
def officers() -> ResponseReturnValue:
    """Officers who fit what was typed into the filter."""
    items = filtering.suggest_officers(reading(), current_user.scope, request.args.get("q", "")[:100])
    return render_template("supervision/_suggestions.html", items=items, field="officer")


def _tabs(which: Listing, page: ListPage) -> list[tuple[str, str, bool, None]]:
    """What is overdue on the date that people were told, and what is so on the lawful date only."""
    late = (Listing.OVERDUE, Listing.REAPPOINTED)
    here = "?" + page.here if page.here else ""
    return [
        (listings.TABS[one.value], url_for(f"supervision.{one.value}") + here, one is which, None)
        for one in late
        if which in late
    ]


def _show(which: Listing) -> ResponseReturnValue:
    session, now = reading(), clock.now()
    page, after = ListPage.of(session, which.value, request.args), request.args.get("after", "")
    asked = page.asked(now)
    found = page.kept.page(session, asked, after, listing.PAGE)
    return render_template(
        "supervision/list.html",
        page=page,
        words=listings.WORDS[which],
        tabs=_tabs(which, page),
        date_words=listings.DATES.get(which.value),
        lines=page.lines(found.rows, See.at(now, listing.stale_before(session, now))),
        count=page.kept.count_beside(session, asked, found, after),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        filters=ListFilters.of(session, page),
        now=now,
    )
