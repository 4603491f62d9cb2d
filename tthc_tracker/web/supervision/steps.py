"""The list of running steps. What is done with it as a list is in web/lists."""

import datetime as dt
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import listing, steplist
from tthc_tracker.queries.steplist import LateUnit, Tab
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.supervision.views import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import steplists as words
from tthc_tracker.wording.columns import See


@blueprint.get("/giam-sat/buoc-dang-chay")
@requires(Permission.VIEW_SUPERVISION)
def steps() -> ResponseReturnValue:
    """Steps that run, over their limit first, and the units that hold such."""
    session, now = reading(), clock.now()
    page, after = ListPage.of(session, "steps", request.args), request.args.get("after", "")
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    return render_template(
        "supervision/steps.html",
        page=page,
        words=words,
        lines=page.lines(found.rows, See.at(now, now)),
        count=page.kept.count(session, page.asked(now)),
        filters=ListFilters.of(session, page, dates="Hạn bước"),
        **_beside(session, page, now),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        now=now,
    )


def _beside(session: Session, page: ListPage, now: dt.datetime) -> dict[str, Any]:
    """The tabs above the list, and the units below it that hold steps over their limit."""
    chosen = steplist.tab_of(page.question)
    late = steplist.late_units(session, current_user.scope, now)
    return {
        "tabs": [(words.TABS[one], page.other(tab=one.value), one is chosen, None) for one in Tab],
        "units": [(one, _to(one)) for one in late],
    }


def _to(one: LateUnit) -> str:
    """The list narrowed to what a unit is counted for."""
    unit = one.unit_id or listing.NOBODYS
    return url_for("supervision.steps", agency=one.agency_code, unit=unit, tab=Tab.LATE.value)
