"""The list of outages, the page of one, and what is done about it: view = permission, form, one verb."""

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its stubs are older than it

from tthc_tracker import clock
from tthc_tracker.domain.errors import ConflictingSubmission, InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import filtering, listing, outagelists
from tthc_tracker.queries import outages as reads
from tthc_tracker.queries.outages import Part
from tthc_tracker.services import outages
from tthc_tracker.services.acting import Target
from tthc_tracker.web import selection
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import show
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.outages.forms import EndForm, OutageForm
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import outagelists as listwords
from tthc_tracker.wording import outages as words
from tthc_tracker.wording.columns import See

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
        status = show(form, fault)  # first: the page shows what it puts into the form
        return _index(form), status
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


@blueprint.get("/su-co/ho-so")
@requires(Permission.VIEW_DOSSIERS)
def touched() -> ResponseReturnValue:
    """The dossiers that were logged here meanwhile, as a list that people keep."""
    if "outage" not in request.args:
        return redirect(url_for("outages.index"))
    return _touched(ListPage.of(reading(), "outage", request.args))


@blueprint.post("/su-co/<int:outage_id>/da-nhap-lai")
@requires(Permission.LOG_OUTAGES)
def entered(outage_id: int) -> ResponseReturnValue:
    """What was ticked has been entered in the other system."""
    asked = request.args.to_dict() | {"outage": str(outage_id)}
    page = ListPage.of(reading(), "outage", asked)
    known, targets = _found(outage_id), page.targets(reading(), request.form, clock.now())
    if problem := selection.problem(targets, request.form):
        return _touched(page, problem), 422

    def mark(session: Session, target: Target) -> None:
        outages.mark_entered(session, known.id, target, person=current_user, now=clock.now())

    report = selection.carry_out(targets, selection.once(request.form, "entered", (), mark))
    flash(words.entered(report.done, report.refused), "success" if report.done else "error")
    return redirect(page.other(), 303)


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


def _outage(outage_id: int, form: EndForm) -> str:
    session, now, known = reading(), clock.now(), _found(outage_id)
    return render_template(
        "outages/outage.html",
        outage=known,
        counts=reads.counted(session, known, current_user.scope, now),
        form=form,
        may_end=known.ended_at is None and known.agency_id == current_user.home_agency_id,
        words=words,
        now=now,
    )


def _touched(page: ListPage, problem: str = "") -> str:
    session, now, after = reading(), clock.now(), request.args.get("after", "")
    asked = page.asked(now)
    known, filters = outagelists.outage_of(session, asked), ListFilters.of(session, page)
    found = page.kept.page(session, asked, after, listing.PAGE)
    counts = reads.counted(session, known, current_user.scope, now, filters.chosen)
    numbers = {Part.ALL: counts.all, Part.LEFT: counts.left, Part.ENTERED: counts.all - counts.left}
    here = reads.part_of(page.question)
    return render_template(
        "outages/touched.html",
        page=page, outage=known, filters=filters, problem=problem, count=numbers[here],
        lines=page.lines(found.rows, See.at(now, now), picked=set(request.form.getlist(selection.FIELD))),
        tabs=[(listwords.PARTS[one], page.other(xem=one), one is here, numbers[one]) for one in Part],
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        may=Permission.LOG_OUTAGES in current_user.permissions,
        submission_key=secrets.token_hex(16), words=listwords, now=now,
    )  # fmt: skip
