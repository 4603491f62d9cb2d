"""One's own choice, and the link in a mail: opened it shows a page, sent (POST) it lowers the frequency."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import TooManyTries
from tthc_tracker.domain.mailrhythm import AlertMailKind, MailChoice, read_fewer_token
from tthc_tracker.queries import mailroutes
from tthc_tracker.queries.throttles import refuse_beyond
from tthc_tracker.services import mailchoices, throttling
from tthc_tracker.services.logins import network_of
from tthc_tracker.services.mailchoices import ChooseMails
from tthc_tracker.web.access import public, signed_in
from tthc_tracker.web.guarding import csrf
from tthc_tracker.web.mails.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import mails as words


@blueprint.get("/tai-khoan/thu")
@signed_in
def mine() -> ResponseReturnValue:
    """What one has chosen."""
    choice = mailroutes.choice_of(reading(), current_user.user_id) or MailChoice()
    return render_template("mails/mine.html", choice=choice, words=words)


@blueprint.post("/tai-khoan/thu")
@signed_in
def choose() -> ResponseReturnValue:
    """Choose otherwise."""
    form = request.form
    choice = mailchoices.read_choice(form.get("frequency", ""), bool(form.get("summary")))
    if choice is None:
        kept = mailroutes.choice_of(reading(), current_user.user_id) or MailChoice()
        return render_template("mails/mine.html", choice=kept, words=words, fault=words.CHOOSE_AGAIN), 422
    with transaction() as session:
        mailchoices.choose(session, ChooseMails(choice), person=current_user, now=clock.now())
    flash(words.CHOSEN, "success")
    return redirect(url_for("mails.mine"), 303)


@blueprint.get("/thu/<token>")
@public
def ask_fewer(token: str) -> ResponseReturnValue:
    """What the link would do. Many gateways open every link of a mail: opening it changes nothing."""
    user_id, kind = _meant(token)
    choice = mailroutes.choice_of(reading(), user_id) or abort(404)
    return render_template(
        "mails/fewer.html", token=token, kind=kind, choice=choice, then=choice.without(kind), words=words
    )


# Without a CSRF token: RFC 8058 has the mail provider send this POST, which knows no page of ours, no cookie,
# no session. None is needed either: the view asks for no session, so a foreign page can do with a reader's
# browser no more than without it; who may ask is proved by the 128 bits of the link, which only the mail has.
@blueprint.post("/thu/<token>")
@csrf.exempt
@public
def fewer(token: str) -> ResponseReturnValue:
    """Send fewer mails of the kind the link came with."""
    user_id, kind = _meant(token)
    try:
        _count_try()
    except TooManyTries as error:
        wait = {"Retry-After": str(int(error.wait.total_seconds()))}
        return render_template("mails/fewer_wait.html"), 429, wait
    with transaction() as session:
        choice = mailchoices.lower(session, user_id, kind, now=clock.now()) or abort(404)
    return render_template("mails/fewer_done.html", choice=choice, words=words)


def _meant(token: str) -> tuple[int, AlertMailKind]:
    """Whose mails a link means; a page not found for one that we never gave out."""
    return read_fewer_token(current_app.config["SETTINGS"].secret_key, token) or abort(404)


def _count_try() -> None:
    tries, now = (mailchoices.throttle_of(network_of(request.remote_addr)),), clock.now()
    refuse_beyond(reading(), tries, now=now)
    with transaction() as session:
        throttling.claim(session, tries, now=now)
