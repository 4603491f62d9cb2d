"""One read session a request, and write units around single verbs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, current_app, g, request
from sqlalchemy.orm import Session

from tthc_tracker.extensions import database

SEEN = "tthc-seen"
LAGS = 300  # seconds: far longer than a standby may be behind and still be read (`Replica.BEHIND`)
_POSITION = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")


def reading() -> Session:
    """The request's read-only session, opened at the first use and closed with the request.

    Where there is a standby, pages are read from it, as far as their reader's own writing has come there.
    """
    if "read_session" not in g:
        g.read_session = database.new_read_session(_seen())
    session: Session = g.read_session
    return session


def latest() -> Session:
    """A read-only session on the database itself: for what must not lag, as who somebody is."""
    if not database.has_replica:
        return reading()
    if "latest_session" not in g:
        g.latest_session = database.new_read_session()
    session: Session = g.latest_session
    return session


def _seen() -> str | None:
    """How far the reader has seen the database; None: he must read the database itself."""
    if not database.has_replica or request.method not in {"GET", "HEAD"} or "written_up_to" in g:
        return None
    seen = request.cookies.get(SEEN, "")
    return seen if _POSITION.fullmatch(seen) else ""


@contextmanager
def transaction(*, in_one_go: bool = False) -> Iterator[Session]:
    """A write unit, committed at its end and before the answer leaves; in_one_go as of `Database`.

    The request's read snapshot is given up first: what is read afterwards includes what was written.
    """
    close_reading()
    with database.transaction(in_one_go=in_one_go) as session:
        yield session
    if database.has_replica:
        g.written_up_to = database.position()


def close_reading(_error: BaseException | None = None) -> None:
    """Close the request's read sessions, if any were opened."""
    for name in ("read_session", "latest_session"):
        session: Session | None = g.pop(name, None)
        if session is not None:
            session.close()


def _let_see(answer: Response) -> Response:
    """Have whoever has written find it on the next page, wherever that is read from."""
    if position := g.get("written_up_to", ""):
        secure = current_app.config["SETTINGS"].secure_cookies
        answer.set_cookie(SEEN, position, max_age=LAGS, secure=secure, httponly=True, samesite="Lax")
    return answer


def register(app: Flask) -> None:
    """Close what a request opened when it ends."""
    app.teardown_request(close_reading)
    app.after_request(_let_see)
