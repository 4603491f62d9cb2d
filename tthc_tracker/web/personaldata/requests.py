"""Requests about what is held on a person: what I asked for, what waits for my consent, one of them."""

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotNow
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.personalrequests import RequestStanding
from tthc_tracker.queries import personalrequests as reads
from tthc_tracker.services import personalrequests
from tthc_tracker.services.erasure import Erased
from tthc_tracker.web import erasedfiles
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import show
from tthc_tracker.web.personaldata.blueprint import blueprint
from tthc_tracker.web.personaldata.forms import DecideForm
from tthc_tracker.web.personaldata.views import secret
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import personaldata as words


@blueprint.get("/yeu-cau")
@requires(Permission.EXPORT_PERSONAL)
def requests() -> ResponseReturnValue:
    """What waits for me, and what I have asked for."""
    session, user_id, now = reading(), current_user.user_id, clock.now()
    return render_template(
        "personaldata/requests.html",
        waiting=reads.waiting(session, user_id, current_user.permissions, current_user.scope, now),
        mine=reads.mine(session, user_id, now), words=words, now=now,
    )  # fmt: skip


@blueprint.get("/yeu-cau/<int:request_id>")
@requires(Permission.EXPORT_PERSONAL)
def request_page(request_id: int) -> ResponseReturnValue:
    """One request: of which dossiers, why, and what may be done with it."""
    return _page(request_id, DecideForm(formdata=None))


@blueprint.post("/yeu-cau/<int:request_id>/duyet")
@requires(Permission.EXPORT_PERSONAL)
def decide(request_id: int) -> ResponseReturnValue:
    """Consent or refuse; an erasure is done with the consent."""
    form, now = DecideForm(), clock.now()
    if not form.validate_on_submit():
        return _page(request_id, form), 422
    command = form.to_command(request_id)
    try:
        with transaction() as session:
            erased = personalrequests.decide(session, command, person=current_user, secret=secret(), now=now)
    except InvalidInput as fault:
        status = show(form, fault)
        return _page(request_id, form), status
    except NotNow:
        return _settled(request_id)
    return _decided(request_id, erased, approved=form.approves)


def _page(request_id: int, form: DecideForm) -> str:
    session, now = reading(), clock.now()
    one = reads.request(
        session, request_id, current_user.user_id, current_user.permissions, current_user.scope, now
    )
    return render_template(
        "personaldata/request_page.html",
        one=one, dossiers=reads.dossiers(session, request_id, current_user.scope), form=form, words=words,
        now=now,
        decides=one.standing is RequestStanding.WAITING and not one.mine,
        fetches=one.standing is RequestStanding.READY and one.mine,
    )  # fmt: skip


def _settled(request_id: int) -> ResponseReturnValue:
    flash(personalrequests.SETTLED, "error")
    return redirect(url_for("personaldata.request_page", request_id=request_id), 303)


def _decided(request_id: int, erased: Erased | None, *, approved: bool) -> ResponseReturnValue:
    if erased is not None:
        erasedfiles.remove(current_app.config["SETTINGS"].var, erased)
        flash(words.erased_words(erased.dossiers, erased.papers, erased.lines), "success")
    else:
        flash(words.APPROVED_EXPORT if approved else words.REJECTED, "success")
    return redirect(url_for("personaldata.request_page", request_id=request_id), 303)
