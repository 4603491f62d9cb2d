"""A head signs the report of a period, and opens a signed one again."""

import datetime as dt
import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField

from tthc_tracker import clock
from tthc_tracker.domain.errors import (
    ConflictingSubmission,
    DuplicateSubmission,
    InvalidInput,
    NotAllowed,
    StaleVersion,
)
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import signedreports, statutorytables
from tthc_tracker.queries.statisticsquestions import Asked
from tthc_tracker.queries.statutorymarks import SIGNED as SIGNED_IN
from tthc_tracker.services import signedreports as verbs
from tthc_tracker.services import submissions
from tthc_tracker.services.signedreports import ReopenReport, SignReport
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import RELOAD
from tthc_tracker.web.reports import forms
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.reports.signed import show
from tthc_tracker.web.reports.statutory import around, lead, may_sign, question
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import signedreports as words
from tthc_tracker.wording import statutoryforms

KEY = 32  # hexadecimal digits of a form's key
SIGNED = "Đã chốt số liệu của kỳ này."
REOPENED = "Đã mở chốt. Bản đã chốt vẫn được giữ; kỳ này có thể chốt lại."


class SignForm(FlaskForm):
    """What the reader of the figures has seen."""

    edition = HiddenField()
    seen = HiddenField()
    submission_key = HiddenField()


@blueprint.get("/tong-hop/chot")
@requires(Permission.SIGN_REPORTS)
def sign_form() -> ResponseReturnValue:
    """The figures as they would be signed now, reckoned from the dossiers one by one."""
    return _draft(question(SIGNED_IN))


@blueprint.post("/tong-hop/chot")
@requires(Permission.SIGN_REPORTS)
def sign() -> ResponseReturnValue:
    """Sign them, if they still are what was read."""
    asked = question(SIGNED_IN)
    try:
        report_id = _sign(asked, clock.now())
    except (StaleVersion, ConflictingSubmission):
        return _draft(asked, words.CHANGED), 409
    except InvalidInput as fault:
        return _draft(asked, fault.message), 422
    flash(SIGNED, "success")
    return redirect(url_for("reports.signed", report_id=report_id), 303)


def _sign(asked: Asked, now: dt.datetime) -> int:
    """The id of the report; of a form that was sent twice that of the first."""
    form, person = SignForm(), current_user
    edition = form.edition.data or ""
    agency_id = statutorytables.id_of(reading(), asked.agency)
    command = SignReport(
        agency_id, asked.period, int(edition) if edition.isdigit() else 0, form.seen.data or ""
    )
    told = {"agency": asked.agency, "period": asked.period.key, "edition": edition}
    content, key = submissions.fingerprint(told), form.submission_key.data or ""
    if len(key) != KEY:
        raise InvalidInput("submission_key", RELOAD)
    try:
        with transaction() as session:
            submissions.claim(
                session, key, user_id=person.user_id, action="sign_report", content=content, now=now
            )
            report_id = verbs.sign(session, command, person=person, now=now)
            submissions.settle(session, key, kind="signed_report", result=str(report_id), now=now)
    except DuplicateSubmission as again:
        return int(again.outcome or 0)
    return report_id


def _draft(asked: Asked, fault: str = "") -> str:
    if not may_sign(asked.agency):
        raise NotAllowed("signs the reports of another agency")
    session, now = reading(), clock.now()
    found = signedreports.draft(session, asked.agency, asked.period, now)
    table = found.tables[asked.by.value]
    head = signedreports.head_of(session, asked.agency, asked.period, now.date())
    return render_template(
        "reports/sign_form.html",
        shown=forms.shown(statutoryforms.form(table, head), lead(asked, table.by)),
        draft=found,
        fault=fault,
        not_ended=verbs.not_ended(asked.period, now),
        submission_key=secrets.token_hex(16),
        words=words,
        **around(asked, "reports.sign_form", SIGNED_IN),
    )


@blueprint.post("/tong-hop/da-chot/<int:report_id>/mo-chot")
@requires(Permission.SIGN_REPORTS)
def reopen(report_id: int) -> ResponseReturnValue:
    """Open a signed report again, with a reason; it stays as it was signed."""
    try:
        with transaction() as session:
            _reopen(session, report_id)
    except InvalidInput as fault:
        return show(report_id, fault.message, request.form.get("reason", "")), 422
    except StaleVersion:
        return show(report_id, words.GONE), 409
    flash(REOPENED, "success")
    return redirect(url_for("reports.signed", report_id=report_id), 303)


def _reopen(session: Session, report_id: int) -> None:
    command = ReopenReport(report_id, request.form.get("reason", ""))
    verbs.reopen(session, command, person=current_user, now=clock.now())
