"""The form of a source's feed, and having it looked at now: view = permission, form, one verb."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.webhooks import Allowed
from tthc_tracker.queries import feeds as queries
from tthc_tracker.services import feeds as services
from tthc_tracker.services.apitokens import may_manage
from tthc_tracker.services.feeds import Premises
from tthc_tracker.web.access import requires
from tthc_tracker.web.feeds.forms import FeedForm
from tthc_tracker.web.forms import show, version_of
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import feeds as words

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/van-hanh/nguon/<code>")
@requires(Permission.MANAGE_API_TOKENS)
def edit(code: str) -> ResponseReturnValue:
    """Where a source is fetched from, to be set."""
    return _page(code, FeedForm.of(queries.line(reading(), code), formdata=None))


@blueprint.post("/van-hanh/nguon/<code>")
@requires(Permission.MANAGE_API_TOKENS)
def save(code: str) -> ResponseReturnValue:
    """Set it."""
    form = FeedForm()
    if not form.validate_on_submit():
        return _page(code, form, 422)
    try:
        with transaction() as session:
            command, now = form.to_command(code), clock.now()
            services.set_feed(session, command, version_of(form), _premises(), actor=current_user, now=now)
    except (InvalidInput, StaleVersion) as error:
        return _page(code, form, show(form, error))
    except NotAllowed:
        return _page(code, form, 403)
    flash(words.SAVED, "success")
    return redirect(url_for("operations.status", _anchor="nguon"), 303)


@blueprint.post("/van-hanh/nguon/<code>/lay-ngay")
@requires(Permission.MANAGE_API_TOKENS)
def look_now(code: str) -> ResponseReturnValue:
    """Have it looked at with the next run."""
    try:
        with transaction() as session:
            services.look_now(session, code, actor=current_user, now=clock.now())
        flash(words.ASKED, "success")
    except NotAllowed:
        flash(words.ONLY_THE_WHOLE, "error")
    except NotFound:
        flash(words.NOT_SET, "error")
    return redirect(url_for("operations.status", _anchor="nguon"), 303)


def _page(code: str, form: FeedForm, status: int = 200) -> ResponseReturnValue:
    session = reading()
    name = queries.fetchable(session, code) or abort(404)
    manages = may_manage(session, current_user)
    line = queries.line(session, code) if manages else None
    shown = render_template(
        "feeds/edit.html", form=form, code=code, name=name, line=line, manages=manages, words=words,
        arrivals=queries.arrivals(session, code) if line else [], root=_premises().has_root, now=clock.now(),
    )  # fmt: skip
    return shown, status


def _premises() -> Premises:
    settings = current_app.config["SETTINGS"]
    return Premises(Allowed.of(settings.webhook_allow), settings.feed_root is not None, settings.secret_key)
