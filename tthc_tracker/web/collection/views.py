"""The results that wait at a desk, and the reminder to several applicants at once."""

import secrets
from dataclasses import replace
from functools import partial

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import collecting, listing
from tthc_tracker.queries.collecting import Waits
from tthc_tracker.services import release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.release import RemindApplicant
from tthc_tracker.web import selection
from tthc_tracker.web.access import requires
from tthc_tracker.web.collection.blueprint import blueprint
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import collecting as words
from tthc_tracker.wording import mywork
from tthc_tracker.wording.columns import See


@blueprint.get("/ket-qua-cho-tra")
@requires(Permission.VIEW_DOSSIERS)
def waiting() -> ResponseReturnValue:
    """Results that nobody has collected, the longest waiting first."""
    return _show()


@blueprint.post("/ket-qua-cho-tra/nhac")
@requires(Permission.RETURN_RESULT)
def remind() -> ResponseReturnValue:
    """Write to the applicants of the rows that were ticked; what became of each is told."""
    page, form = _page(), request.form
    targets = page.targets(reading(), form, clock.now())
    if problem := selection.problem(targets, form):
        return _show(problem), 422
    domain = current_app.config["SETTINGS"].mail_domain
    verb = partial(_remind, person=current_user, now=clock.now(), mail_domain=domain)
    report = selection.carry_out(targets, selection.once(form, "remind_applicant", (), verb))
    shown = render_template(
        "mywork/report.html", report=report, action=Action.REMIND, words=mywork, back=page.other()
    )
    return shown, 200 if report.done else 422


def _remind(session: Session, target: Target, **given: object) -> None:
    release.remind(session, RemindApplicant(target), **given)  # type: ignore[arg-type]  # passed on as they came


def _page() -> ListPage:
    return ListPage.of(reading(), "results", request.args)


def _show(problem: str = "") -> str:
    session, now, page, after = reading(), clock.now(), _page(), request.args.get("after", "")
    which = Waits.read(page.question, current_user.memberships)
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    own = {"quay": words.MY_DESK} if which.desks else {}
    filters, scope = ListFilters.of(session, page, own=own), current_user.scope
    days = {one: replace(which, days=one) for one in collecting.DAYS}
    ways = {one: replace(which, way=one) for one in words.WAYS}
    counts = {
        one: collecting.count(session, scope, one, now, filters.chosen)
        for one in {*days.values(), *ways.values()}
    }
    picked = set(request.form.getlist(selection.FIELD))
    return render_template(
        "collection/waiting.html",
        now=now,
        page=page,
        filters=filters,
        words=words,
        problem=problem,
        lines=page.lines(found.rows, See.at(now, now), picked=picked),
        tabs=[
            (words.SINCE[one], page.other(tu=str(one or "")), wanted == which, counts[wanted].number)
            for one, wanted in days.items()
        ],
        ways=[
            (words.WAYS[one], page.other(cach=one), wanted == which, counts[wanted].number)
            for one, wanted in ways.items()
        ],
        count=counts[which],
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        submission_key=secrets.token_hex(16),
        today=now.date(),
    )
