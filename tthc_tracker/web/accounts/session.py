"""From the cookie to the person: the session cookie, the loader of Flask-Login, signing in and out."""

import logging
import secrets
from typing import Any

from flask import Request, Response, current_app, g, request, session
from flask_login import current_user
from sqlalchemy.exc import OperationalError

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotFound, NotNow
from tthc_tracker.queries import accounts
from tthc_tracker.services import accounts as services
from tthc_tracker.services import logins
from tthc_tracker.web.guarding import login_manager
from tthc_tracker.web.unit_of_work import latest, reading, transaction

log = logging.getLogger(__name__)


class WrongCredentialsError(Exception):
    """No account of that name, a wrong password, or an account that was closed: told alike."""


def cookie_name() -> str:
    """The cookie's name; browsers keep `__Host-` only where nobody else can set it."""
    return "__Host-tthc-session" if current_app.config["SETTINGS"].secure_cookies else "tthc-session"


@login_manager.request_loader
def load(incoming: Request) -> accounts.Identity | None:
    """The person whose session cookie a request carries."""
    token = incoming.cookies.get(cookie_name(), "")
    if len(token) != 2 * logins.TOKEN_BYTES:
        return None
    now = clock.now()
    identity = accounts.identity_by_session(latest(), logins.token_hash(token), now)
    if identity and logins.must_note_presence(identity.last_seen_at, now):
        _note_presence(identity)
    return identity


def _note_presence(identity: accounts.Identity) -> None:
    try:
        with transaction() as write:
            logins.note_presence(write, identity.session_hash, now=clock.now())
    except OperationalError:  # a full disk or a busy writer must not keep anybody from reading
        log.warning("presence not noted", extra={"user_id": identity.user_id})


def sign_in(login: str, password: str) -> str:
    """Let somebody in; gives the token for the cookie.

    Raises:
        NotNow: too many tries.
        WrongCredentialsError: not this password for this name.
    """
    now = clock.now()
    network = logins.network_of(request.remote_addr)
    credentials = accounts.credentials_by_login(reading(), logins.login_key(login))
    _count_try(credentials, login, network)
    if not logins.is_right(credentials, password) or credentials is None:
        with transaction() as write:
            logins.note_failure(write, credentials, network=network, now=now)
        raise WrongCredentialsError
    return start(credentials, password)


def _count_try(credentials: accounts.Credentials | None, login: str, network: str) -> None:
    try:
        with transaction() as write:
            logins.count_try(write, credentials, login=login, network=network, now=clock.now())
    except NotNow:
        log.warning("sign-in throttled", extra={"network": network})
        raise


def start(credentials: accounts.Credentials, password: str) -> str:
    """Open a session for somebody who has proved who he is; the one this browser had is over."""
    now = clock.now()
    network = logins.network_of(request.remote_addr)
    with transaction() as write:
        if current_user.is_authenticated:
            logins.close_session(write, current_user.session_hash, user_id=current_user.user_id, now=now)
        token = logins.open_session(
            write, credentials, password, network=network, agent=request.user_agent.string, now=now
        )
    _renew_form_tokens(credentials.user_id)
    return token


def change_password(current: str, password: str) -> str:
    """Give the person signed in a new password; gives the token of the session opened with it.

    Raises:
        InvalidInput: the old one is wrong or was tried too often, or the new one is too easy to guess.
    """
    now = clock.now()
    network = logins.network_of(request.remote_addr)
    credentials = accounts.credentials_of(reading(), current_user.user_id)
    try:
        _count_try(credentials, "", network)
    except NotNow as error:
        raise InvalidInput("current", "Quá nhiều lần thử. Hãy đợi 15 phút rồi thử lại.") from error
    if not logins.is_right(credentials, current):
        raise InvalidInput("current", "Mật khẩu hiện tại không đúng.")
    with transaction() as write:
        services.set_own_password(write, current_user.user_id, password, now=now)
    return _start_again(current_user.user_id, password)


def redeem(token: str, password: str) -> str:
    """Set a password by a one-time link and let its person in.

    Raises:
        NotFound: the link was used or its time is over.
        InvalidInput: a password that is too easy to guess.
    """
    with transaction() as write:
        user_id = services.redeem_link(write, logins.token_hash(token), password, now=clock.now())
    return _start_again(user_id, password)


def _start_again(user_id: int, password: str) -> str:
    credentials = accounts.credentials_of(reading(), user_id)
    if credentials is None:
        raise NotFound
    return start(credentials, password)


def _renew_form_tokens(user_id: int) -> None:
    """New form tokens for a new person; whoever signs in again over an open form keeps those of his tabs."""
    if session.get("for") != user_id:
        session.clear()
        session["for"] = user_id
        session["salt"] = secrets.token_hex(8)
        g.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)  # this request's, of the session just left


def keep(response: Response, token: str) -> Response:
    """Put the session on the browser until it is closed; the database decides how long it is good."""
    response.set_cookie(cookie_name(), token, **_cookie_flags())
    return response


def sign_out() -> None:
    """End the session of this request in the database, and forget its form tokens."""
    with transaction() as write:
        logins.close_session(write, current_user.session_hash, user_id=current_user.user_id, now=clock.now())
    session.clear()


def forget(response: Response) -> Response:
    """Take the session off the browser, with what it has kept of our pages."""
    response.delete_cookie(cookie_name(), **_cookie_flags())
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _cookie_flags() -> dict[str, Any]:
    return {
        "path": "/",
        "secure": current_app.config["SETTINGS"].secure_cookies,
        "httponly": True,
        "samesite": "Lax",
    }
