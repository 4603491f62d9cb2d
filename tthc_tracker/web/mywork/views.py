"""The lists of one person's work, and what is done to several of their rows at once."""

from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import dossiers, listing, mywork, worklists
from tthc_tracker.queries.mywork import Tab, Worker
from tthc_tracker.services.batches import MOST
from tthc_tracker.web import selection
from tthc_tracker.web.access import requires
from tthc_tracker.web.mywork import acts
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import mywork as words
from tthc_tracker.wording import standings

blueprint = Blueprint("mywork", __name__, url_prefix="/viec-cua-toi")


@blueprint.get("")
@requires(Permission.ASSIGN_DOSSIERS)
def index() -> ResponseReturnValue:
    """My work: due today, this week, paused, to confirm; at a desk also what lies there."""
    return _show(_tab(request.args.get("tab", "")))


@blueprint.post("/nhieu-ho-so")
@requires(Permission.ASSIGN_DOSSIERS)
def several() -> ResponseReturnValue:
    """Carry out one act on every row that was ticked; what became of each is told."""
    targets, tab = selection.chosen(request.form.getlist(selection.FIELD)), _tab(request.form.get("tab", ""))
    action = acts.action_of(request.form.get("viec", "")) or abort(400)
    if not targets or len(targets) > MOST:
        said = words.TOO_MANY.format(most=MOST) if targets else words.NOTHING_CHOSEN
        return _show(tab, said), 422
    report = selection.carry_out(targets, acts.verb(action, request.form, current_user, clock.now()))
    back = url_for("mywork.index", tab=tab.value)
    shown = render_template("mywork/report.html", report=report, action=action, words=words, back=back)
    return shown, 200 if report.done else 422


def _tab(text: str) -> Tab:
    """The tab of an address; without one, a desk begins with what lies at it."""
    if text in set(Tab):
        return Tab(text)
    return Tab.AT_DESK if _worker().desks() else Tab.TODAY


def _worker() -> Worker:
    return Worker(current_user.user_id, current_user.memberships)


def _url(tab: Tab, size: int, after: str = "") -> str:
    parts = {"tab": tab.value, "so-dong": size if size != listing.PAGE else "", "after": after}
    return url_for("mywork.index") + "?" + urlencode({name: one for name, one in parts.items() if one})


def _the_other_agency(tab: Tab) -> list[tuple[int, str]]:
    """At a desk, what was received for another agency goes to that agency."""
    return [(acts.WHOLE_AGENCY, words.OTHER_AGENCY)] if tab is Tab.AT_DESK else []


def _show(tab: Tab, problem: str = "") -> str:
    session, now = reading(), clock.now()
    worker = _worker()
    size = MOST if request.values.get("so-dong") == str(MOST) else listing.PAGE
    after = request.args.get("after", "")
    found, counts = (
        mywork.page(session, tab, worker, now, after=after, size=size),
        mywork.counts(session, worker, now),
    )
    home = current_user.home_agency_id
    ticked = set(request.form.getlist(selection.FIELD))
    return render_template(
        "mywork/index.html",
        now=now,
        tab=tab,
        words=words,
        problem=problem,
        rows=found.rows,
        ticks={row.code: selection.value(row.code, row.version) for row in found.rows},
        ticked=ticked,
        own_tabs=[(words.TABS[one], _url(one, size), one is tab, counts[one]) for one in mywork.OWN],
        other_tabs=[
            (words.TABS[one], _url(one, size), one is tab, counts[one])
            for one in Tab
            if one not in mywork.OWN and one in counts
        ],
        to_collect=worklists.to_collect_count(session, home) if worker.desks() and home else None,
        count=counts.get(tab, 0),
        next_url=_url(tab, size, found.after) if found.after else None,
        first_url=_url(tab, size) if after else None,
        more_url=_url(tab, MOST) if counts.get(tab, 0) > size else None,
        size=size,
        acts=acts.offered(tab),
        units=[*(dossiers.units_of(session, home) if home else []), *_the_other_agency(tab)],
        officers=dossiers.officers_of(session, home) if home else [],
        badges=standings.BADGES,
    )
