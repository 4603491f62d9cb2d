"""The list of what is paused. What is done with it as a list is in web/lists."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import listing
from tthc_tracker.queries.pausedlist import flag_of
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.pausing.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import pausedlists as words
from tthc_tracker.wording.columns import See


@blueprint.get("/giam-sat/tam-dung")
@requires(Permission.VIEW_SUPERVISION)
def paused() -> ResponseReturnValue:
    """Open pauses, the longest first; a tab for each thing that the controller looks at."""
    session, now = reading(), clock.now()
    page, after = ListPage.of(session, "paused", request.args), request.args.get("after", "")
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    return render_template(
        "pausing/list.html",
        page=page,
        words=words,
        lines=page.lines(found.rows, See.at(now, listing.stale_before(session, now))),
        count=page.kept.count(session, page.asked(now)),
        filters=ListFilters.of(session, page, dates="Tạm dừng"),
        tabs=_tabs(page),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        now=now,
    )


def _tabs(page: ListPage) -> list[tuple[str, str, bool, None]]:
    chosen = flag_of(page.question)
    return [(said, page.other(flag=flag), flag == (chosen or ""), None) for flag, said in words.TABS.items()]
