"""Erase a person on the dossiers that were ticked."""

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.services import erasurerequests
from tthc_tracker.web import erasedfiles
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import show
from tthc_tracker.web.personaldata import page
from tthc_tracker.web.personaldata.blueprint import blueprint
from tthc_tracker.web.personaldata.forms import EraseForm
from tthc_tracker.web.personaldata.views import secret
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import personaldata as words


@blueprint.post("/xoa")
@requires(Permission.ERASE_PERSONAL)
def erase() -> ResponseReturnValue:
    """All of it or nothing; a refusal keeps what was ticked and typed."""
    asked, form = page.asked(request.form), EraseForm()
    if asked is None:
        return page.forgotten()
    if not form.validate_on_submit():
        return page.render(reading(), asked, erase=form), 422
    command, now = form.to_command(asked.number), clock.now()
    try:
        with transaction() as session:
            erased = erasurerequests.erase(session, command, person=current_user, secret=secret(), now=now)
    except InvalidInput as fault:
        status = show(form, fault)
        return page.render(reading(), asked, erase=form), status
    erasedfiles.remove(current_app.config["SETTINGS"].var, erased)
    flash(words.erased_words(erased.dossiers, erased.papers, erased.lines), "success")
    return redirect(url_for("personaldata.ask"), 303)
