"""Say that it cannot be done in time, decide on it, say why it is late: view = permission, form, one verb."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import dossiers
from tthc_tracker.services import apologies, lateness
from tthc_tracker.services.reckoning import Moved
from tthc_tracker.web import acts
from tthc_tracker.web.access import requires
from tthc_tracker.web.acts import RefusedError
from tthc_tracker.web.reappointing import forms, page
from tthc_tracker.web.reappointing.blueprint import blueprint
from tthc_tracker.web.reappointing.forms import ApologyForm
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import apologies as words


@blueprint.get("/ho-so/<code>/xin-loi")
@requires(Permission.VIEW_DOSSIERS)
def dossier(code: str) -> ResponseReturnValue:
    """The apology of a dossier, its dates, why it is late; and what this person may do about them."""
    return page.render(reading(), dossiers.find(reading(), code, current_user.scope), clock.now())


@blueprint.post("/ho-so/<code>/xin-loi/du-thao")
@requires(Permission.DRAFT_APOLOGIES)
def draft(code: str) -> ResponseReturnValue:
    """It cannot be done in time: the head finds a draft."""
    return _carry_out(code, forms.DraftForm(), apologies.draft, words.DRAFTED)


@blueprint.post("/ho-so/<code>/xin-loi/sua")
@requires(Permission.DRAFT_APOLOGIES)
def edit(code: str) -> ResponseReturnValue:
    """Change the draft."""
    return _carry_out(code, forms.EditForm(), apologies.edit, words.EDITED)


@blueprint.post("/ho-so/<code>/xin-loi/duyet")
@requires(Permission.DECIDE_APOLOGIES)
def approve(code: str) -> ResponseReturnValue:
    """Sign it: the promise moves, the applicant is told."""
    verb = partial(apologies.approve, mail_domain=str(current_app.config["SETTINGS"].mail_domain))
    return _carry_out(code, forms.ApproveForm(), verb, words.APPROVED_AT_SOURCE)


@blueprint.post("/ho-so/<code>/xin-loi/khong-duyet")
@requires(Permission.DECIDE_APOLOGIES)
def reject(code: str) -> ResponseReturnValue:
    """No second date."""
    return _carry_out(code, forms.RejectForm(), apologies.reject, words.REJECTED)


@blueprint.post("/ho-so/<code>/ly-do-tre")
@requires(Permission.ADD_NOTE)
def explain(code: str) -> ResponseReturnValue:
    """Why it is late."""
    return _carry_out(code, forms.LatenessForm(), lateness.explain, words.EXPLAINED)


def _carry_out(code: str, form: ApologyForm, verb: Callable[..., Any], said: str) -> ResponseReturnValue:
    """Carry out one act; a refused one shows the page again with what was typed."""
    try:
        outcome = acts.carry_out(form, verb, lambda: form.to_command(code), not_now=words.NOT_NOW)
    except RefusedError as no:
        view = dossiers.find(reading(), code, current_user.scope)
        return page.render(reading(), view, clock.now(), refused=form, errors=no.errors), no.status
    flash(words.moved(outcome.old, outcome.new) if isinstance(outcome, Moved) else said, "success")
    return redirect(url_for("reappointing.dossier", code=code), 303)
