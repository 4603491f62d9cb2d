"""Addresses that are told of changes: the list, a new one, one with its calls, and what is done with it."""

import secrets
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import (
    ConflictingSubmission,
    DuplicateSubmission,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.webhooks import Allowed
from tthc_tracker.queries import webhooks as queries
from tthc_tracker.queries.catalogue import sources
from tthc_tracker.services import webhooks as services
from tthc_tracker.services.apitokens import may_manage
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import show as show_fault
from tthc_tracker.web.forms import whole
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.web.webhooks.forms import EndpointForm
from tthc_tracker.wording import webhooks as words

blueprint = Blueprint("webhooks", __name__)
_SENT_BEFORE = (DuplicateSubmission, ConflictingSubmission)
_VERBS = {"pause": services.pause, "resume": services.resume, "stop": services.stop}


@blueprint.get("/noi-nhan-tin-bao")
@requires(Permission.MANAGE_API_TOKENS)
def index() -> ResponseReturnValue:
    """Every address with what waits for it and what was given up."""
    return _page(_form())


@blueprint.post("/noi-nhan-tin-bao")
@requires(Permission.MANAGE_API_TOKENS)
def register() -> ResponseReturnValue:
    """Register an address; its secret is shown once and kept nowhere."""
    form, settings = _form(), current_app.config["SETTINGS"]
    if form.validate_on_submit():
        allowed, by = Allowed.of(settings.webhook_allow), _by()
        try:
            with transaction() as session:
                _, secret = services.register(session, form.to_command(), allowed=allowed, **by)
            return render_template("webhooks/secret.html", secret=secret, called=form.name.data)
        except InvalidInput as error:
            show_fault(form, error)
        except _SENT_BEFORE:
            form.form_errors.append(words.REGISTERED_ALREADY)
        except NotAllowed:
            form.form_errors.append(words.ONLY_THE_WHOLE)
    return _page(form, 422)


@blueprint.get("/noi-nhan-tin-bao/<int:endpoint_id>")
@requires(Permission.MANAGE_API_TOKENS)
def show(endpoint_id: int) -> ResponseReturnValue:
    """One address and the calls to it, the newest first."""
    session, status = reading(), request.args.get("tinh-trang", "")
    line = queries.endpoint(session, endpoint_id) if may_manage(session, current_user) else None
    if line is None:
        return _refused()
    rows, more = queries.deliveries(
        session, endpoint_id, status=status, before=whole(request.args.get("truoc", ""))
    )
    return render_template(
        "webhooks/show.html", line=line, rows=rows, words=words, now=clock.now(), status=status,
        once=secrets.token_hex(16),
        next_url=_of(endpoint_id, status, rows[-1].id) if more else None,
        first_url=_of(endpoint_id, status) if request.args.get("truoc") else None,
        parts=[(said, _of(endpoint_id, key), key == status, None) for key, said in words.PARTS.items()],
    )  # fmt: skip


def _of(endpoint_id: int, status: str, before: int | None = None) -> str:
    asked: dict[str, Any] = {"tinh-trang": status or None, "truoc": before}
    return url_for("webhooks.show", endpoint_id=endpoint_id, **asked)


@blueprint.post("/noi-nhan-tin-bao/<int:endpoint_id>/<any(pause, resume, stop):act>")
@requires(Permission.MANAGE_API_TOKENS)
def settle(endpoint_id: int, act: str) -> ResponseReturnValue:
    """Pause an address, go on with it, or tell it nothing more."""
    try:
        with transaction() as session:
            _VERBS[act](session, endpoint_id, actor=current_user, now=clock.now())
    except (NotAllowed, NotFound):
        return _refused()
    flash(words.DONE[act], "success")
    return redirect(url_for("webhooks.show", endpoint_id=endpoint_id), 303)


@blueprint.post("/noi-nhan-tin-bao/<int:endpoint_id>/gui-lai")
@requires(Permission.MANAGE_API_TOKENS)
def send_again(endpoint_id: int) -> ResponseReturnValue:
    """Let one call that was given up leave again, or all of them."""
    asked = request.form.get("tin", "")
    if (delivery_id := whole(asked)) is None and asked:
        return _refused()
    try:
        with transaction() as session:
            many = services.send_again(session, endpoint_id, delivery_id, actor=current_user, now=clock.now())
    except (NotAllowed, NotFound):
        return _refused()
    flash(words.AGAIN.format(many=many), "success" if many else "info")
    return redirect(url_for("webhooks.show", endpoint_id=endpoint_id), 303)


@blueprint.post("/noi-nhan-tin-bao/<int:endpoint_id>/doi-bi-mat")
@requires(Permission.MANAGE_API_TOKENS)
def rotate(endpoint_id: int) -> ResponseReturnValue:
    """Another secret, shown once; for a day calls are signed with the one before too."""
    once = request.form.get("submission_key", "")[:32]
    try:
        with transaction() as session:
            secret = services.rotate(session, endpoint_id, submission_key=once, **_by())
    except _SENT_BEFORE:
        flash(words.ROTATED_ALREADY, "danger")
        return redirect(url_for("webhooks.show", endpoint_id=endpoint_id), 303)
    except (NotAllowed, NotFound):
        return _refused()
    return render_template("webhooks/secret.html", secret=secret, called=f"số {endpoint_id}")


def _by() -> dict[str, Any]:
    """Who makes a secret, when, and what it is derived from."""
    return {"key": current_app.config["SETTINGS"].secret_key, "actor": current_user, "now": clock.now()}


def _form() -> EndpointForm:
    form = EndpointForm()
    form.offer(sources(reading()))
    return form


def _page(form: EndpointForm, status: int = 200) -> ResponseReturnValue:
    session = reading()
    manages = may_manage(session, current_user)
    lines = queries.endpoints(session) if manages else []
    body = render_template(
        "webhooks/index.html", form=form, lines=lines, manages=manages, now=clock.now(), words=words
    )
    return body, status


def _refused() -> ResponseReturnValue:
    flash(words.GONE if may_manage(reading(), current_user) else words.ONLY_THE_WHOLE, "danger")
    return redirect(url_for("webhooks.index"), 303)
