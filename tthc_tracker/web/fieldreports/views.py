"""The page of a report, its photo, and what is done about it: view = permission, form, one verb."""

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker.domain.fieldreports import ReportAct
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import fieldreports as reads
from tthc_tracker.services import fieldreporthandling, fieldreportprivacy
from tthc_tracker.web import acts, erasedfiles
from tthc_tracker.web.access import requires
from tthc_tracker.web.acts import RefusedError
from tthc_tracker.web.fieldreports import page
from tthc_tracker.web.fieldreports.blueprint import blueprint
from tthc_tracker.web.fieldreports.forms import ActForm, ContactForm, EraseForm
from tthc_tracker.web.fieldreports.intake import album
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import fieldreports as words


@blueprint.get("/<code>")
@requires(Permission.VIEW_DOSSIERS)
def show(code: str) -> ResponseReturnValue:
    """The page of a report."""
    return page.render(code)


@blueprint.get("/<code>/anh")
@requires(Permission.VIEW_DOSSIERS)
def photo(code: str) -> ResponseReturnValue:
    """Its photo, as a picture and nothing else, to whoever sees the report."""
    name = reads.show(reading(), code, current_user.scope).photo
    found = album().read(name) if name else None
    if found is None:
        abort(404)
    answer = Response(found.data, mimetype=found.kind.value)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/<code>/xu-ly")
@requires(Permission.HANDLE_FIELD_REPORTS)
def handle(code: str) -> ResponseReturnValue:
    """Accept it, pass it on or back, answer it, note whether that was to satisfaction."""
    return _handled(code, set(ReportAct) - {ReportAct.PUBLISH, ReportAct.WITHDRAW})


@blueprint.post("/<code>/cong-khai")
@requires(Permission.PUBLISH_FIELD_REPORTS)
def publish(code: str) -> ResponseReturnValue:
    """Say that its answer is public, or no more."""
    return _handled(code, {ReportAct.PUBLISH, ReportAct.WITHDRAW})


@blueprint.post("/<code>/lien-he")
@requires(Permission.VIEW_PERSONAL)
def show_contact(code: str) -> ResponseReturnValue:
    """The same page once, with who reported; that it was seen is noted first."""
    form = ContactForm()
    try:
        acts.carry_out(form, fieldreportprivacy.show, lambda: form.to_command(code), not_now=words.NOT_NOW)
    except RefusedError as no:
        return page.render(code, contact_form=form), no.status
    return page.render(code, contact=reads.contact(reading(), code, current_user.scope))


@blueprint.post("/<code>/xoa")
@requires(Permission.ERASE_PERSONAL)
def erase(code: str) -> ResponseReturnValue:
    """Free it of what is personal, at somebody's request."""
    form, early = EraseForm(), words.ERASED_WHEN_ANSWERED
    try:
        erased = acts.carry_out(form, fieldreportprivacy.erase, lambda: form.to_command(code), not_now=early)
    except RefusedError as no:
        return page.render(code, erase_form=form, errors=no.errors), no.status
    erasedfiles.remove(current_app.config["SETTINGS"].var, erased)
    flash(words.CONTACT_ERASED, "success")
    return redirect(url_for("fieldreports.show", code=code), 303)


def _handled(code: str, among: set[ReportAct]) -> ResponseReturnValue:
    form = ActForm()
    if request.form.get("act") not in among:
        abort(400)
    verb, late = fieldreporthandling.handle, {"not_now": words.NOT_NOW, "changed": words.STALE}
    try:
        acts.carry_out(form, verb, lambda: form.to_command(code), **late)
    except RefusedError as no:
        return page.render(code, refused=form, errors=no.errors), no.status
    flash(words.DONE[ReportAct(form.act.data or "")], "success")
    return redirect(_after(code), 303)


def _after(code: str) -> str:
    """Its page; what has been passed on to where one sees nothing leads to the list."""
    seen = reads.is_seen(reading(), code, current_user.scope)
    return url_for("fieldreports.show", code=code) if seen else url_for("fieldreports.index")
