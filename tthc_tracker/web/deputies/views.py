"""Who is away and who stands in: the list, one more, one less."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotNow
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import deputies as reads
from tthc_tracker.queries.deputies import Colleague
from tthc_tracker.services import deputies
from tthc_tracker.web.access import requires
from tthc_tracker.web.deputies.forms import DeputyForm
from tthc_tracker.web.forms import Choice, show
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import deputies as words

blueprint = Blueprint("deputies", __name__, url_prefix="/vang-mat")


@blueprint.get("")
@requires(Permission.ACKNOWLEDGE_ALERTS)
def index() -> ResponseReturnValue:
    """Who is, will be or lately was away where I may look, and the form for one more."""
    form = DeputyForm(formdata=None, user_id=str(current_user.user_id))
    return _show(form)


@blueprint.post("")
@requires(Permission.ACKNOWLEDGE_ALERTS)
def name() -> ResponseReturnValue:
    """Somebody will be away, and somebody stands in."""
    form = DeputyForm()
    if not form.validate():
        return _show(form), 422
    try:
        with transaction() as session:
            deputies.name(session, form.to_command(), person=current_user, now=clock.now())
    except InvalidInput as fault:
        status = show(form, fault)
        return _show(form), status
    except NotAllowed:
        form.user_id.errors = [words.NOT_YOURS]
        return _show(form), 422
    flash(words.NAMED, "success")
    return redirect(url_for("deputies.index"), 303)


@blueprint.post("/<int:deputyship_id>/ket-thuc")
@requires(Permission.ACKNOWLEDGE_ALERTS)
def end(deputyship_id: int) -> ResponseReturnValue:
    """Whoever was away is back, or does not go."""
    try:
        with transaction() as session:
            deputies.end(session, deputyship_id, person=current_user, now=clock.now())
    except NotNow:
        flash(words.OVER, "error")
    else:
        flash(words.ENDED, "success")
    return redirect(url_for("deputies.index"), 303)


def _show(form: DeputyForm) -> str:
    session, now = reading(), clock.now()
    own = [one.agency_id for one in current_user.memberships if one.deputyship is None]
    people = reads.colleagues(session, own)
    held = reads.roles_of(session, [one.id for one in people])
    mine = {one.id for one in people if deputies.enters_for(current_user, one.id, held.get(one.id, []))}
    form.user_id.choices = _choices([one for one in people if one.id in mine])
    form.deputy_id.choices = [Choice("", "–"), *_choices(people)]
    rows = reads.listed(session, current_user.scope, now)
    return render_template(
        "deputies/index.html",
        form=form, rows=rows, mine=mine, now=now, words=words,
        heads=any(one.head for one in people if one.id in mine), typed=request.method == "POST",
    )  # fmt: skip


def _choices(people: list[Colleague]) -> list[Choice]:
    return [Choice(str(one.id), f"{one.name}, {one.title}" if one.title else one.name) for one in people]
