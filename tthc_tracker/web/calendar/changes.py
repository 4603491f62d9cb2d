"""Propose a change of the calendar, see what it comes to, agree to it or give it up."""

import secrets

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.calendarchanges import ChangeState
from tthc_tracker.domain.errors import (
    ConflictingSubmission,
    DuplicateSubmission,
    InvalidInput,
    NotAllowed,
    NotNow,
)
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import calendarchanges as reads
from tthc_tracker.queries.calendarchanges import Change
from tthc_tracker.services import calendarchanges
from tthc_tracker.services.tablerows import BadRows
from tthc_tracker.web.access import requires
from tthc_tracker.web.calendar.forms import FIELDS, NATIONAL, ChangeForm
from tthc_tracker.web.calendar.views import blueprint
from tthc_tracker.web.forms import show as put_beside
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import calendarchanges as words

SHOWN, PLACES, ROWS = 50, 100, 40
_FIELD_OF = {"windows": "windows", "agency": "agency", "date": "first"}


@blueprint.get("/lich/thay-doi")
@requires(Permission.MANAGE_CALENDAR)
def changes() -> ResponseReturnValue:
    """The changes so far, and the way to a new one."""
    mine = calendarchanges.seen_by(reading(), current_user, reads.changes(reading(), SHOWN))
    return render_template("calendar/changes.html", changes=mine, words=words)


@blueprint.get("/lich/thay-doi/moi/<kind>")
@requires(Permission.MANAGE_CALENDAR)
def change_form(kind: str) -> ResponseReturnValue:
    """The form of one kind of change."""
    return _form(kind, ChangeForm(formdata=None))


@blueprint.post("/lich/thay-doi/moi/<kind>")
@requires(Permission.MANAGE_CALENDAR)
def propose(kind: str) -> ResponseReturnValue:
    """Keep a change; the job says what it would come to."""
    form = ChangeForm()
    if kind not in FIELDS or not form.validate_on_submit():
        return _form(kind, form), 422
    try:
        change_id = _proposed(kind, form)
    except DuplicateSubmission as earlier:
        change_id = int(earlier.outcome or 0)
    except (InvalidInput, BadRows, NotAllowed, ConflictingSubmission) as fault:
        status = _refused(kind, form, fault)
        return _form(kind, form), status
    flash(words.PROPOSED, "success")
    return redirect(url_for("calendar.change", change_id=change_id), 303)


def _proposed(kind: str, form: ChangeForm) -> int:
    command = form.command(kind)
    with transaction() as session:
        return calendarchanges.propose(session, command, person=current_user, now=clock.now())


def _refused(kind: str, form: ChangeForm, fault: Exception) -> int:
    """Put a refusal where it is seen; gives the status of the answer."""
    if isinstance(fault, InvalidInput):
        return put_beside(form, fault)
    if isinstance(fault, BadRows):
        for one in fault.faults[:20]:
            field = _FIELD_OF.get(one.column, "")
            if kind != "tep" and field in (*FIELDS[kind], "agency"):
                form[field].errors = [*form[field].errors, one.message]
            else:
                form.form_errors.append(f"Dòng {one.row}, cột {one.column}: {one.message}")
        return 422
    if isinstance(fault, NotAllowed):
        form.agency.errors = [words.NOT_YOURS if form.agency.data else words.NATIONS]
        return 422
    form.form_errors.append(words.REUSED)
    return 409


@blueprint.get("/lich/thay-doi/<int:change_id>")
@requires(Permission.MANAGE_CALENDAR)
def change(change_id: int) -> ResponseReturnValue:
    """What a change says, what it comes to, and what to do about it."""
    return _show(_change(change_id))


@blueprint.get("/lich/thay-doi/<int:change_id>/tien-do")
@requires(Permission.MANAGE_CALENDAR)
def progress(change_id: int) -> ResponseReturnValue:
    """How far it is, for the script of the page; when it is done the page is asked for anew."""
    found = _change(change_id)
    if not found.is_in_work:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("calendar/_progress.html", change=found, words=words)


@blueprint.post("/lich/thay-doi/<int:change_id>/xac-nhan")
@requires(Permission.MANAGE_CALENDAR)
def agree(change_id: int) -> ResponseReturnValue:
    """Agree to what was shown."""
    _change(change_id)
    try:
        with transaction() as session:
            compared = bool(request.form.get("compared"))
            agreed = calendarchanges.agree(
                session, change_id, compared=compared, person=current_user, now=clock.now()
            )
    except InvalidInput as fault:
        return _show(_change(change_id), fault.message), 422
    except NotNow:
        return _show(_change(change_id), words.NOT_NOW), 409
    flash(*((words.AGREED, "success") if agreed else (words.OVERTAKEN, "info")))
    return redirect(url_for("calendar.change", change_id=change_id), 303)


@blueprint.post("/lich/thay-doi/<int:change_id>/bo")
@requires(Permission.MANAGE_CALENDAR)
def drop(change_id: int) -> ResponseReturnValue:
    """Give a change up."""
    _change(change_id)
    try:
        with transaction() as session:
            calendarchanges.drop(session, change_id, person=current_user, now=clock.now())
    except NotNow:
        return _show(_change(change_id), words.NOT_NOW), 409
    flash(words.DROPPED, "success")
    return redirect(url_for("calendar.changes"), 303)


def _change(change_id: int) -> Change:
    found = reads.change_of(reading(), change_id) or abort(404)
    return found if calendarchanges.seen_by(reading(), current_user, [found]) else abort(404)


def _form(kind: str, form: ChangeForm) -> str:
    if kind not in FIELDS:
        abort(404)
    form.submission_key.data = form.submission_key.data or secrets.token_hex(16)
    tabs = [(said, url_for("calendar.change_form", kind=one), one == kind, None)
            for one, said in words.KINDS.items()]  # fmt: skip
    return render_template(
        "calendar/propose.html", kind=kind, form=form, fields=FIELDS[kind], words=words, tabs=tabs,
        asks_agency=kind not in NATIONAL, suggestion=kind == "goi-y",
    )  # fmt: skip


def _show(found: Change, refused: str = "") -> str:
    known = found.state in {ChangeState.JUDGED, ChangeState.AGREED, ChangeState.DONE}
    places = reads.places(reading(), found.id, current_user.scope, PLACES) if known else []
    rows = reads.rows_of(found)
    return render_template(
        "calendar/change.html", change=found, words=words, refused=refused, places=places,
        rows=rows[:ROWS], more_rows=max(len(rows) - ROWS, 0),
    )  # fmt: skip
