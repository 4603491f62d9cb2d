"""What is done about an indicator: added, changed, given a target, given a figure."""

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.errors import ConflictingSubmission, InvalidInput, StaleVersion
from tthc_tracker.domain.periods import Period
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
        status = _put(form, fault)
        return pages.show_form(form), status
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
    """Say what is to be reached from the period on."""
    form = TargetForm()

    def verb(session: Session, period: Period) -> None:
        command = form.to_command(code, period)
        indicators.set_target(session, command, person=current_user, now=clock.now())

    return _carry_out(code, form, verb, words.TARGET_SET, lambda: pages.show(code, target=form))


@blueprint.post("/<code>/so-lieu")
@requires(Permission.ENTER_INDICATORS)
def enter(code: str) -> ResponseReturnValue:
    """Enter a figure of the period, or correct it."""
    form = ValueForm()

    def verb(session: Session, period: Period) -> None:
        command = form.to_command(code, period)
        indicators.enter(session, command, person=current_user, now=clock.now())

    return _carry_out(code, form, verb, words.ENTERED, lambda: pages.show(code, value=form))


def _carry_out(
    code: str,
    form: TargetForm | ValueForm,
    verb: Callable[[Session, Period], None],
    said: str,
    again: Callable[[], str],
) -> ResponseReturnValue:
    """Do it if the form allows, else show the page `again` with what was refused."""
    view = reads.find(reading(), code, current_user.scope)
    form.part.choices = part_choices(tuple(words.PARTS))
    if not form.validate_on_submit():
        return again(), 422
    try:
        with transaction() as session:
            verb(session, pages.asked_of(view))
    except (InvalidInput, ConflictingSubmission) as fault:
        status = _put(form, fault)
        return again(), status
    flash(said, "success")
    return redirect(url_for("indicators.indicator", code=view.code, period=pages.asked_of(view).key), 303)


def _put(form: AddForm | TargetForm | ValueForm, fault: InvalidInput | ConflictingSubmission) -> int:
    """Put a refusal where the person sees it; the status of the answer."""
    if isinstance(fault, InvalidInput):
        return show(form, fault)
    form.form_errors.append(RELOAD)
    return 409
