"""The queue that heads sign, several rows at once; who is late without an apology. More in web/lists."""

import secrets
from collections.abc import Callable, Mapping

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import apologies as reads
from tthc_tracker.queries import listing
from tthc_tracker.queries.apologylist import Tab, tab_of
from tthc_tracker.services import apologies
from tthc_tracker.services.acting import Target
from tthc_tracker.services.apologies import ApproveApology, ReasonApology, RejectApology
from tthc_tracker.web import selection
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.reappointing.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import apologylists as words
from tthc_tracker.wording.columns import See
from tthc_tracker.wording.labels import label

FIELDS = ("ly-do", "nguyen-nhan", "ly-do-in")


@blueprint.get("/giam-sat/xin-loi")
@requires(Permission.VIEW_SUPERVISION)
def queue() -> ResponseReturnValue:
    """Drafts that wait for a signature, what was decided, and who is late without an apology."""
    return _show(ListPage.of(reading(), "apologies", request.args))


@blueprint.post("/giam-sat/xin-loi")
@requires(Permission.DECIDE_APOLOGIES)
def several() -> ResponseReturnValue:
    """Approve or reject every draft that was ticked, or give all one reason; what became of each is told."""
    page, form = ListPage.of(reading(), "apologies", request.args), request.form
    act = form.get("viec", "")
    if act not in words.ACTS:
        abort(400)
    targets = page.targets(reading(), form, clock.now())
    if problem := selection.problem(targets, form) or _unsaid(act, form):
        return _show(page, problem), 422
    report = selection.carry_out(targets, selection.once(form, act, FIELDS, _verb(act, form)))
    prints = url_for("lists.choose", name=page.name, tab=Tab.APPROVED.value) if act == "duyet" else ""
    shown = render_template(
        "reappointing/report.html",
        report=report, act=act, words=words, back=page.other(), prints=prints, field=selection.FIELD,
        value=selection.value,
    )  # fmt: skip
    return shown, 200 if report.done else 422


def _verb(act: str, form: Mapping[str, str]) -> Callable[[Session, Target], object]:
    """What to do with one row; what is typed holds for all rows."""
    now, why = clock.now(), form.get("ly-do", "")[:500]
    domain = str(current_app.config["SETTINGS"].mail_domain)

    def approve(session: Session, target: Target) -> object:
        command = ApproveApology(target)
        return apologies.approve(session, command, person=current_user, now=now, mail_domain=domain)

    def reject(session: Session, target: Target) -> object:
        return apologies.reject(session, RejectApology(target, why), person=current_user, now=now)

    def give_reason(session: Session, target: Target) -> object:
        command = ReasonApology(target, LatenessCause(form["nguyen-nhan"]), form.get("ly-do-in", "")[:500])
        return apologies.give_reason(session, command, person=current_user, now=now)

    return {"duyet": approve, "khong-duyet": reject, "ghi-ly-do": give_reason}[act]


def _unsaid(act: str, form: Mapping[str, str]) -> str:
    """What an act lacks for every row, said once; '' for nothing."""
    if act == "ghi-ly-do" and form.get("nguyen-nhan") not in set(LatenessCause):
        return words.NO_CAUSE
    return ""


def _show(page: ListPage, problem: str = "") -> str:
    session, now, tab = reading(), clock.now(), tab_of(page.question)
    after = request.args.get("after", "")
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    picked = set(request.form.getlist(selection.FIELD))
    return render_template(
        "reappointing/queue.html",
        page=page,
        filters=ListFilters.of(session, page),
        words=words,
        tab=tab,
        problem=problem,
        lines=page.lines(found.rows, See.at(now, now), picked=picked),
        count=page.kept.count(session, page.asked(now)),
        tabs=[(words.TABS[one], page.other(tab=one.value), one is tab, None) for one in Tab],
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        unapologised=reads.unapologised(session, current_user.scope, now),
        causes=[(one.value, label(one)) for one in LatenessCause],
        decides=Permission.DECIDE_APOLOGIES in current_user.permissions and tab is Tab.WAITING,
        submission_key=secrets.token_hex(16),
        now=now,
    )
