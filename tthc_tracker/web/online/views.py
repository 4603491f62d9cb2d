"""The queue: what waits for the desk's answer, the oldest deadline first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.onlinequeue import Part
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import filtering, listing, onlinequeue
from tthc_tracker.queries.listing import Filters
from tthc_tracker.queries.onlinequeue import Row
from tthc_tracker.web.access import requires
from tthc_tracker.web.online.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import online as words
from tthc_tracker.wording.labels import label

CHANNELS = (Channel.ONLINE, Channel.POST)


@dataclass(frozen=True)
class Line:
    """A row as the table shows it."""

    row: Row
    url: str
    badge: Any


@blueprint.get("/tiep-nhan/truc-tuyen")
@requires(Permission.RECEIVE_DOSSIERS)
def queue() -> ResponseReturnValue:
    """One part of the queue, filtered as the address says."""
    part = Part(request.args.get("xem", "")) if request.args.get("xem") in set(Part) else Part.UNANSWERED
    session, now, scope, filters = reading(), clock.now(), current_user.scope, _filters(request.args)
    after = request.args.get("after", "")
    found = onlinequeue.page(session, part, filters, scope, now, after=after)
    counts = onlinequeue.counts(session, filters, scope, now)
    return render_template(
        "online/queue.html",
        part=part, lines=[_line(row) for row in found.rows], counts=counts, filters=filters,
        channels=CHANNELS,
        sources=filtering.sources(session), stale_before=listing.stale_before(session, now), now=now,
        words=words, tabs=_tabs(part, filters, counts), chips=_chips(session, part, filters),
        next_url=_url(part, filters, after=found.after) if found.after else None,
        first_url=_url(part, filters) if after else None, clear_url=_url(part, Filters()),
    )  # fmt: skip


def _line(row: Row) -> Line:
    return Line(row, url_for("online.answer", code=row.code), words.badge(row.urgency, row.minutes))


def _filters(args: Mapping[str, str]) -> Filters:
    channel = args.get("channel", "")
    return Filters(
        procedure=args.get("procedure", "").strip()[:40].replace("\0", ""),
        source=args.get("source", "")[:40].replace("\0", ""),
        channel=Channel(channel) if channel in set(Channel) else None,
    )


def _url(part: Part, filters: Filters, *, without: str = "", after: str = "") -> str:
    chosen = {
        "xem": "" if part is Part.UNANSWERED else part.value,
        "procedure": filters.procedure,
        "source": filters.source,
        "channel": filters.channel or "",
        "after": after,
    }
    query = urlencode({name: value for name, value in chosen.items() if value and name != without})
    return url_for("online.queue") + ("?" + query if query else "")


def _tabs(here: Part, filters: Filters, counts: Mapping[Part, int]) -> list[tuple[str, str, bool, int]]:
    return [(words.PARTS[part], _url(part, filters), part is here, counts[part]) for part in Part]


def _chips(session: Any, part: Part, filters: Filters) -> list[tuple[str, str]]:
    sources = dict(filtering.sources(session))
    said = {
        "procedure": filters.procedure and f"Thủ tục {filters.procedure}",
        "source": filters.source and sources.get(filters.source, filters.source),
        "channel": filters.channel and label(filters.channel),
    }
    return [(str(one), _url(part, filters, without=name)) for name, one in said.items() if one]
