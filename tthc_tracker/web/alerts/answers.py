"""One alert, and what is answered to it: view = permission, form, one verb. Nothing is changed by a look."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.errors import ConflictingSubmission, DuplicateSubmission, InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.services import alertanswers, disputes, submissions
from tthc_tracker.services.alertanswers import AcknowledgeAlert
from tthc_tracker.web import acts, selection
from tthc_tracker.web.access import local_path, requires
from tthc_tracker.web.acts import RefusedError
from tthc_tracker.web.alerts import forms, page
from tthc_tracker.web.alerts.blueprint import blueprint
from tthc_tracker.web.alerts.forms import AlertForm, DisputeForm
from tthc_tracker.web.forms import RELOAD
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import alertanswers as words
from tthc_tracker.wording import batches


@blueprint.get("/<code>")
@requires(Permission.VIEW_ALERTS)
def show(code: str) -> ResponseReturnValue:
    """An alert: what is wrong, whose it is, what was answered, and what this person may answer."""
    return page.render(reading(), page.find(reading(), code, clock.now()), clock.now())


@blueprint.post("/<code>/ghi-nhan")
@requires(Permission.ACKNOWLEDGE_ALERTS)
def acknowledge_one(code: str) -> ResponseReturnValue:
    """Say what will be done and by when; its bell falls silent for me."""
    return _carry_out(code, forms.AcknowledgeForm(), _acknowledge, words.ACKNOWLEDGED)


@blueprint.post("/<code>/hoan")
@requires(Permission.ACKNOWLEDGE_ALERTS)
def snooze(code: str) -> ResponseReturnValue:
    """Not before a day; once."""
    return _carry_out(code, forms.SnoozeForm(), alertanswers.snooze, words.SNOOZED, not_now=words.ONCE)


@blueprint.post("/<code>/chuyen")
@requires(Permission.ACKNOWLEDGE_ALERTS)
def hand_on(code: str) -> ResponseReturnValue:
    """It is somebody else's from now on."""
    return _carry_out(code, forms.HandForm(), alertanswers.hand_on, words.HANDED)


@blueprint.post("/<code>/cho-dong-bo")
@requires(Permission.DISPUTE_SOURCE)
def dispute(code: str) -> ResponseReturnValue:
    """The dossier is resolved over there; its source has not said so yet."""
    form = DisputeForm()
    form.code = page.find(reading(), code, clock.now()).dossier_code or ""
    return _carry_out(code, form, disputes.dispute, words.DISPUTED)


def _acknowledge(session: Session, command: AcknowledgeAlert, *, person: Any, now: Any) -> None:
    alertanswers.acknowledge(session, command, user_id=person.user_id, now=now)


def _carry_out(
    code: str, form: AlertForm, verb: Callable[..., Any], done: str, *, not_now: str = words.CHANGED
) -> ResponseReturnValue:
    """Carry out one act; a refused one shows the alert again with what was typed."""
    line = page.find(reading(), code, clock.now())
    try:
        acts.carry_out(form, _once(verb, form.name), lambda: form.to_command(line.line.id), not_now=not_now)
    except RefusedError as no:
        line = page.find(reading(), code, clock.now())
        return page.render(reading(), line, clock.now(), refused=form, errors=no.errors), no.status
    flash(done, "success")
    return redirect(local_path(request.form.get("back")) or url_for("alerts.index"))


def _once(verb: Callable[..., Any], action: str) -> Callable[..., None]:
    """The verb, carried out once for one form, however often that is sent."""
    key = selection.key_of(request.form)

    def act(session: Session, command: Any, *, person: Any, now: Any) -> None:
        if not key:
            raise InvalidInput(selection.KEY, RELOAD)
        content = submissions.fingerprint(asdict(command))
        try:
            submissions.claim(
                session, key, user_id=person.user_id, action=f"alert_{action}", content=content, now=now
            )
        except DuplicateSubmission:
            return
        except ConflictingSubmission:
            raise InvalidInput(selection.KEY, batches.REUSED) from None
        verb(session, command, person=person, now=now)
        submissions.settle(session, key, kind="alert", result=request.path.split("/")[-2], now=now)

    return act
