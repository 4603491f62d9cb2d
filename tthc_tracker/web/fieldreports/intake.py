"""Take a report in at the desk."""

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import ConflictingSubmission, InvalidInput, RefusedUse
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import fieldreports as reads
from tthc_tracker.services import fieldreports
from tthc_tracker.services.fieldreportphotos import Album
from tthc_tracker.web.access import requires
from tthc_tracker.web.fieldreports.blueprint import blueprint
from tthc_tracker.web.fieldreports.forms import TakeForm
from tthc_tracker.web.forms import show
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import fieldreports as words


def album() -> Album:
    """Where photos lie."""
    return Album(current_app.config["SETTINGS"].var)


@blueprint.get("/ghi")
@requires(Permission.RECEIVE_FIELD_REPORTS)
def take_form() -> ResponseReturnValue:
    """The form."""
    return _page(TakeForm.of(reads.kinds(reading()), formdata=None))


@blueprint.post("/ghi")
@requires(Permission.RECEIVE_FIELD_REPORTS)
def take() -> ResponseReturnValue:
    """Put it down; what was typed stays where something is wrong."""
    form = TakeForm.of(reads.kinds(reading()))
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        code = _taken(form)
    except InvalidInput as fault:
        status = show(form, fault)
        return _page(form), status
    except ConflictingSubmission:
        form.form_errors.append(words.REUSED)
        return _page(form), 409
    flash(words.TAKEN, "success")
    return redirect(url_for("fieldreports.show", code=code), 303)


def _taken(form: TakeForm) -> str:
    """The code of the report; no photo stays where it is not taken in."""
    data = form.sent_photo()
    photo = album().keep(data) if data else None
    try:
        with transaction() as session:
            command = form.to_command(current_user.home_agency_id or 0, photo)
            return fieldreports.take(session, command, person=current_user, now=clock.now())
    except RefusedUse:
        if photo:
            album().forget(photo)
        raise


def _page(form: TakeForm) -> str:
    return render_template("fieldreports/take.html", form=form, words=words)
