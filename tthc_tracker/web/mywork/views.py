"""The lists of one person's work, and what is done to several of their rows at once."""

import secrets
from collections.abc import Iterable, Mapping

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import dossiers, listing, mywork, worklists
from tthc_tracker.queries.mywork import Tab, Worker
from tthc_tracker.services.acting import Target
from tthc_tracker.services.batches import MOST
from tthc_tracker.web import selection
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.mywork import acts
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import mywork as words
from tthc_tracker.wording.columns import See

blueprint = Blueprint("mywork", __name__, url_prefix="/viec-cua-toi")


@blueprint.get("")
@requires(Permission.ASSIGN_DOSSIERS)
def index() -> ResponseReturnValue:
    """My work: due today, this week, paused, to confirm; at a desk also what lies there."""
    return _show()


@blueprint.post("/nhieu-ho-so")
@requires(Permission.ASSIGN_DOSSIERS)
def several() -> ResponseReturnValue:
    """Carry out one act on every row that was ticked; what became of each is told."""
    page, form = _page(_tab()), request.form
    action, targets = acts.action_of(form.get("viec", "")) or abort(400), _targets(page)
    if problem := selection.problem(targets, form):
        return _show(problem), 422
    verb = selection.once(form, action, acts.FIELDS, acts.verb(action, form, current_user, clock.now()))
    report = selection.carry_out(targets, verb)
    shown = render_template(
        "mywork/report.html",
        report=report,
        action=action,
        words=words,
        back=page.other(),
        batch=selection.key_of(form) if action is Action.ASSIGN else "",
    )
    return shown, 200 if report.done else 422


def _targets(page: ListPage) -> list[Target]:
    return page.targets(reading(), request.form, clock.now())


def _tab() -> Tab:
    return mywork.tab_of(request.values.get("tab", ""), _worker())


def _page(tab: Tab) -> ListPage:
    """The tab as a list that people keep."""
    name = "handed" if tab in mywork.HANDED else "at_desk" if tab is Tab.AT_DESK else "work"
    return ListPage.of(reading(), name, request.args.to_dict() | {"tab": tab.value})


def _worker() -> Worker:
    return Worker(current_user.user_id, current_user.memberships)


def _the_other_agency(tab: Tab) -> list[tuple[int, str]]:
    """At a desk, what was received for another agency goes to that agency."""
    return [(acts.WHOLE_AGENCY, words.OTHER_AGENCY)] if tab is Tab.AT_DESK else []


def _show(problem: str = "") -> str:
    session, now, tab, worker = reading(), clock.now(), _tab(), _worker()
    page = _page(tab)
    filters = ListFilters.of(session, page)
    counts = mywork.counts(session, worker, now, filters.chosen)
    size = MOST if request.values.get("so-dong") == str(MOST) else listing.PAGE
    long = {"so-dong": str(size) if size != listing.PAGE else ""}
    after = request.args.get("after", "")
    found = page.kept.page(session, page.asked(now), after, size)
    home = current_user.home_agency_id
    picked = set(request.form.getlist(selection.FIELD))
    return render_template(
        "mywork/index.html",
        now=now,
        tab=tab,
        page=page,
        filters=filters,
        words=words,
        problem=problem,
        lines=page.lines(found.rows, See.at(now, now), picked=picked),
        own_tabs=_tabs(page, mywork.OWN, tab, counts),
        other_tabs=_tabs(page, tuple(one for one in Tab if one not in mywork.OWN), tab, counts),
        to_collect=worklists.to_collect_count(session, home) if worker.desks() and home else None,
        count=counts.get(tab, 0),
        next_url=page.other(after=found.after, **long) if found.after else None,
        first_url=page.other(**long) if after else None,
        more_url=page.other(**{"so-dong": str(MOST)}) if counts.get(tab, 0) > size else None,
        acts=acts.offered(tab),
        units=[*(dossiers.units_of(session, home) if home else []), *_the_other_agency(tab)],
        officers=dossiers.officers_of(session, home) if home else [],
        submission_key=secrets.token_hex(16),
    )


def _tabs(
    page: ListPage, tabs: Iterable[Tab], here: Tab, counts: Mapping[Tab, int]
) -> list[tuple[str, str, bool, int]]:
    return [
        (words.TABS[one], page.other(tab=one.value, sort=""), one is here, counts[one])
        for one in tabs
        if one in counts
    ]
