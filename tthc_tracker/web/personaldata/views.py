"""Look for a person: the number stays in the searcher's session, never in an address (decision 0022)."""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import listing, personalrequests
from tthc_tracker.services import personaldata
from tthc_tracker.web import secretwords
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import show
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.personaldata import page
from tthc_tracker.web.personaldata.blueprint import blueprint
from tthc_tracker.web.personaldata.forms import FindForm
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import personlists
from tthc_tracker.wording.columns import See


@blueprint.get("")
@requires(Permission.FIND_PERSON)
def ask() -> ResponseReturnValue:
    """Whom to look for, and why."""
    return _ask(FindForm(formdata=None))


@blueprint.post("")
@requires(Permission.FIND_PERSON)
def find() -> ResponseReturnValue:
    """Note the search, then lead to what it finds."""
    form = FindForm()
    if not form.validate_on_submit():
        return _ask(form), 422
    try:
        with transaction() as session:
            personaldata.find(
                session, form.to_command(), person=current_user, secret=secret(), now=clock.now()
            )
    except InvalidInput as fault:
        status = show(form, fault)
        return _ask(form), status
    key = secretwords.keep({page.NUMBER: personaldata.checked_number(form.number.data or "")})
    asked: dict[str, Any] = {secretwords.FIELD: key}
    return redirect(url_for("personaldata.found", **asked), 303)


@blueprint.get("/ket-qua")
@requires(Permission.FIND_PERSON)
def found() -> ResponseReturnValue:
    """What the search before has found; going back to it from a dossier is no other search."""
    asked = page.asked(request.args)
    return page.forgotten() if asked is None else page.render(reading(), asked)


@blueprint.get("/danh-sach")
@requires(Permission.FIND_PERSON)
def listed() -> ResponseReturnValue:
    """The same dossiers as a list that people keep: columns, filters, files, several at once."""
    known, session, now = page.asked(request.args), reading(), clock.now()
    if known is None:
        return page.forgotten()
    shown, after = ListPage.of(session, "person", request.args), request.args.get("after", "")
    found = shown.kept.page(session, shown.asked(now), after, listing.PAGE)
    return render_template(
        "personaldata/listed.html",
        page=shown, asked=known, filters=ListFilters.of(session, shown), now=now, words=personlists,
        lines=shown.lines(found.rows, See.at(now, now)), count=shown.kept.count(session, shown.asked(now)),
        next_url=shown.other(after=found.after) if found.after else None,
        first_url=shown.other() if after else None,
    )  # fmt: skip


def _ask(form: FindForm) -> str:
    waiting = personalrequests.waiting_number(
        reading(), current_user.user_id, current_user.permissions, current_user.scope, clock.now()
    )
    return render_template("personaldata/ask.html", form=form, waiting=waiting)


def secret() -> str:
    """What marks of numbers are made with."""
    return str(current_app.config["SETTINGS"].secret_key)
