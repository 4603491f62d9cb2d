"""Signs that a record may not be what happened: counts by agency, the list of each, what to do."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.anomalies import Sign
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import anomalies, listing
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import anomalylists as words
from tthc_tracker.wording.columns import See

blueprint = Blueprint("anomalies", __name__)

MOST = 60  # agencies on the page; the lists hold all


@blueprint.get("/giam-sat/bat-thuong")
@requires(Permission.VIEW_SUPERVISION)
def index() -> ResponseReturnValue:
    """Each sign with its number and what to do, and where they are: by agency, and of one by unit."""
    found = anomalies.by_agency(reading(), current_user.scope)
    totals = {sign: sum(one.numbers[sign] for one in found) for sign in Sign}
    chosen = next((one for one in found if one.code == request.args.get("only")), None)
    units = anomalies.by_unit(reading(), current_user.scope, chosen.code) if chosen else []
    return render_template(
        "anomalies/index.html", agencies=found[:MOST], left_out=max(0, len(found) - MOST), totals=totals,
        words=words, now=clock.now(), chosen=chosen, units=units,
    )  # fmt: skip


@blueprint.get("/giam-sat/bat-thuong/danh-sach")
@requires(Permission.VIEW_SUPERVISION)
def listed() -> ResponseReturnValue:
    """What bears one sign, the newest first."""
    session, now, after = reading(), clock.now(), request.args.get("after", "")
    page = ListPage.of(session, "anomalies", request.args)
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    return render_template(
        "anomalies/listed.html", page=page, words=words, now=now, sign=anomalies.sign_of(page.question),
        lines=page.lines(found.rows, See.at(now, listing.stale_before(session, now))),
        count=page.kept.count(session, page.asked(now)), filters=ListFilters.of(session, page),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
    )  # fmt: skip
