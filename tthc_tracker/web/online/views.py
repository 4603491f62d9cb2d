"""The queue: what waits for the desk's answer, the oldest deadline first."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.onlinequeue import Part
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import filtering, listing, onlinequeue
from tthc_tracker.queries.listing import Filters
from tthc_tracker.queries.lists import part_of
from tthc_tracker.web.access import requires
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.online.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import online as words
from tthc_tracker.wording.columns import See
from tthc_tracker.wording.labels import label

CHANNELS = (Channel.ONLINE, Channel.POST)


@blueprint.get("/tiep-nhan/truc-tuyen")
@requires(Permission.RECEIVE_DOSSIERS)
def queue() -> ResponseReturnValue:
    """One part of the queue, filtered as the address says."""
    session, now, part, after = reading(), clock.now(), part_of(request.args), request.args.get("after", "")
    name = "online_applicant" if part is Part.APPLICANT else "online"
    page = ListPage.of(session, name, request.args)
    found, filters = page.kept.page(session, page.asked(now), after, listing.PAGE), _filters(page)
    return render_template(
        "online/queue.html",
        page=page, part=part, filters=filters, now=now, words=words, channels=CHANNELS,
        lines=page.lines(found.rows, See.at(now, listing.stale_before(session, now))),
        counts=onlinequeue.counts(session, filters, current_user.scope, now),
        sources=filtering.sources(session), chips=_chips(session, page, filters), parts=tuple(Part),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
    )  # fmt: skip


def _filters(page: ListPage) -> Filters:
    return listing.read_filters(page.question)


def _chips(session: Any, page: ListPage, filters: Filters) -> list[tuple[str, str]]:
    sources = dict(filtering.sources(session))
    said = {
        "procedure": filters.procedure and f"Thủ tục {filters.procedure}",
        "source": filters.source and sources.get(filters.source, filters.source),
        "channel": filters.channel and label(filters.channel),
    }
    return [(str(one), page.other(**{name: ""})) for name, one in said.items() if one]
