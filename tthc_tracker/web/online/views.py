"""The queue: what waits for the desk's answer, the oldest deadline first."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.onlinequeue import Part
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import listing, onlinequeue
from tthc_tracker.queries.lists import part_of
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.online.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import online as words
from tthc_tracker.wording.columns import See

CHANNELS = (Channel.ONLINE, Channel.POST)


@blueprint.get("/tiep-nhan/truc-tuyen")
@requires(Permission.RECEIVE_DOSSIERS)
def queue() -> ResponseReturnValue:
    """One part of the queue, filtered as the address says."""
    session, now, part, after = reading(), clock.now(), part_of(request.args), request.args.get("after", "")
    name = "online_applicant" if part is Part.APPLICANT else "online"
    page = ListPage.of(session, name, request.args)
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    filters = ListFilters.of(session, page, channels=CHANNELS)
    return render_template(
        "online/queue.html",
        page=page, part=part, filters=filters, now=now, words=words,
        lines=page.lines(found.rows, See.at(now, listing.stale_before(session, now))),
        counts=onlinequeue.counts(session, filters.chosen, current_user.scope, now),
        parts=tuple(Part),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
    )  # fmt: skip
