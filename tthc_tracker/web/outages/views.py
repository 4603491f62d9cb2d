"""The list of outages, the page of one, and what is done about it: view = permission, form, one verb."""

import secrets
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its stubs are older than it

from tthc_tracker import clock
from tthc_tracker.domain.errors import ConflictingSubmission, InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import filtering
from tthc_tracker.queries import outages as reads
from tthc_tracker.services import outages
from tthc_tracker.services.acting import Target
from tthc_tracker.web import selection
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import show
from tthc_tracker.web.outages.forms import EndForm, OutageForm
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import outages as words

blueprint = Blueprint("outages", __name__)


@blueprint.get("/su-co")
@requires(Permission.VIEW_DOSSIERS)
def index() -> ResponseReturnValue:
    """The outages of one's agencies and of those above, and the form of a new one."""
    return _index(_form(OutageForm(formdata=None)))


@blueprint.post("/su-co")
@requires(Permission.LOG_OUTAGES)
def note() -> ResponseReturnValue:
    """Put an outage down."""
    form = _form(OutageForm())
    if not form.validate_on_submit():
        return _index(form), 422
    try:
        with transaction() as session:
            command = form.to_command(current_user.home_agency_id or 0)
            outage_id = outages.note(session, command, person=current_user, now=clock.now())
    except InvalidInput as fault:
        return _index(form), show(form, fault)
    except ConflictingSubmission:
        form.form_errors.append(words.REUSED)
        return _index(form), 409
    flash(words.NOTED, "success")
    return redirect(url_for("outages.outage", outage_id=outage_id), 303)


@blueprint.get("/su-co/<int:outage_id>")
@requires(Permission.VIEW_DOSSIERS)
def outage(outage_id: int) -> ResponseReturnValue:
    """What was logged here while the system was down, what is still to be entered there first."""
    return _outage(outage_id, EndForm(formdata=None))


@blueprint.post("/su-co/<int:outage_id>/het")
@requires(Permission.LOG_OUTAGES)
def end(outage_id: int) -> ResponseReturnValue:
    """The system is back."""
    form, known = EndForm(), reads.find(reading(), outage_id, current_user.scope)
    if not form.validate_on_submit():
        return _outage(outage_id, form), 422
    try:
        with transaction() as session:
            outages.end(session, known.id, form.ended_at.aware(), person=current_user, now=clock.now())
    except InvalidInput as fault:
        status = show(form, fault)
        return _outage(outage_id, form), status
    flash(words.ENDED, "success")
    return redirect(url_for("outages.outage", outage_id=outage_id), 303)


@blueprint.post("/su-co/<int:outage_id>/da-nhap-lai")
@requires(Permission.LOG_OUTAGES)
def entered(outage_id: int) -> ResponseReturnValue:
    """What was ticked has been entered in the other system."""
    known, targets = _found(outage_id), selection.chosen(request.form.getlist(selection.FIELD))
    if problem := selection.problem(targets, request.form):
        return _outage(outage_id, EndForm(formdata=None), problem), 422

    def mark(session: Session, target: Target) -> None:
        outages.mark_entered(session, known.id, target, person=current_user, now=clock.now())

    report = selection.carry_out(targets, selection.once(request.form, "entered", (), mark))
    flash(words.entered(report.done, report.refused), "success" if report.done else "error")
    return redirect(url_for("outages.outage", outage_id=outage_id), 303)


def _found(outage_id: int) -> reads.OutageView:
    return reads.find(reading(), outage_id, current_user.scope)


def _form(form: OutageForm) -> OutageForm:
    """The form with its choices, and a key if it has none."""
    sectors = [SelectChoice(code, name) for code, name in filtering.sectors(reading())]
    form.sector.choices = [SelectChoice("", words.EVERY_SECTOR), *sectors]
    form.submission_key.data = form.submission_key.data or secrets.token_hex(16)
    return form


def _index(form: OutageForm) -> str:
    may = Permission.LOG_OUTAGES in current_user.permissions and current_user.home_agency_id is not None
    after = request.args.get("after", "")
    page = reads.listed(reading(), current_user.scope, after=after)
    return render_template(
        "outages/index.html",
        outages=page.rows,
        next_url=url_for("outages.index", after=page.after) if page.after else None,
        first_url=url_for("outages.index") if after else None,
        form=form if may else None,
        words=words,
        now=clock.now(),
    )


def _outage(outage_id: int, form: EndForm, problem: str = "") -> str:
    session, now, known = reading(), clock.now(), _found(outage_id)
    after = request.args.get("after", "")
    page = reads.touched(session, known, current_user.scope, now, after=after)
    counts = reads.counted(session, known, current_user.scope, now)
    here = partial(url_for, "outages.outage", outage_id=outage_id)
    return render_template(
        "outages/outage.html",
        outage=known,
        rows=page.rows,
        counts=counts,
        next_url=here(after=page.after) if page.after else None,
        first_url=here() if after else None,
        form=form,
        problem=problem,
        may=Permission.LOG_OUTAGES in current_user.permissions,
        may_end=known.ended_at is None and known.agency_id == current_user.home_agency_id,
        value=selection.value,
        field_name=selection.FIELD,
        submission_key=secrets.token_hex(16),
        words=words,
        now=now,
    )
