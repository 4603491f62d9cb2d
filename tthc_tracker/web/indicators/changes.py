"""What is done about an indicator: added, changed, given a target, given a figure."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import ConflictingSubmission, InvalidInput, StaleVersion
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import indicators as reads
from tthc_tracker.services import indicators
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import RELOAD, show
from tthc_tracker.web.indicators import pages
from tthc_tracker.web.indicators.blueprint import blueprint
from tthc_tracker.web.indicators.forms import AddForm, EditForm, TargetForm, ValueForm, part_choices
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import indicators as words


@blueprint.post("")
@requires(Permission.ENTER_INDICATORS)
def add() -> ResponseReturnValue:
    """Put an indicator on the board of one's agency."""
    form = AddForm()
    if not form.validate_on_submit():
        return pages.show_form(form), 422
    command = form.to_command(indicators.enters_for(current_user)[0], pages.asked())
    try:
        with transaction() as session:
            code = indicators.add(session, command, person=current_user, now=clock.now())
    except (InvalidInput, ConflictingSubmission) as fault:
        return pages.show_form(form), _put(form, fault)
    flash(words.ADDED, "success")
    return redirect(url_for("indicators.indicator", code=code, period=pages.asked().key), 303)


@blueprint.post("/<code>/sua")
@requires(Permission.ENTER_INDICATORS)
def edit(code: str) -> ResponseReturnValue:
    """Change what it says, or who owes it."""
    view, form = reads.find(reading(), code, current_user.scope), EditForm()
    if not form.validate_on_submit():
        return pages.show_form(form, view), 422
    try:
        with transaction() as session:
            indicators.edit(session, form.to_command(code), person=current_user, now=clock.now())
    except (InvalidInput, StaleVersion) as fault:
        status = show(form, fault)
        return pages.show_form(form, view), status
    flash(words.EDITED, "success")
    return redirect(url_for("indicators.indicator", code=code, period=pages.asked().key), 303)


@blueprint.post("/<code>/muc-giao")
@requires(Permission.ENTER_INDICATORS)
def set_target(code: str) -> ResponseReturnValue:
    """Say what is to be reached from the quarter on."""
    form = TargetForm()
    form.part.choices = part_choices(tuple(words.PARTS))
    view = reads.find(reading(), code, current_user.scope)
    if not form.validate_on_submit():
        return pages.show(code, target=form), 422
    command = form.to_command(view.code, pages.asked())
    try:
        with transaction() as session:
            indicators.set_target(session, command, person=current_user, now=clock.now())
    except (InvalidInput, ConflictingSubmission) as fault:
        status = _put(form, fault)
        return pages.show(code, target=form), status
    return _done(code, words.TARGET_SET)


@blueprint.post("/<code>/so-lieu")
@requires(Permission.ENTER_INDICATORS)
def enter(code: str) -> ResponseReturnValue:
    """Enter a figure of the quarter, or correct it."""
    form = ValueForm()
    form.part.choices = part_choices(tuple(words.PARTS))
    view = reads.find(reading(), code, current_user.scope)
    if not form.validate_on_submit():
        return pages.show(code, value=form), 422
    command = form.to_command(view.code, pages.asked())
    try:
        with transaction() as session:
            indicators.enter(session, command, person=current_user, now=clock.now())
    except (InvalidInput, ConflictingSubmission) as fault:
        status = _put(form, fault)
        return pages.show(code, value=form), status
    return _done(code, words.ENTERED)


def _done(code: str, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("indicators.indicator", code=code, period=pages.asked().key), 303)


def _put(form: AddForm | TargetForm | ValueForm, fault: InvalidInput | ConflictingSubmission) -> int:
    """Put a refusal where the person sees it; the status of the answer."""
    if isinstance(fault, InvalidInput):
        return show(form, fault)
    form.form_errors.append(RELOAD)
    return 409
