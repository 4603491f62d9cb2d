"""One read session a request, and write units around single verbs."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g
from sqlalchemy.orm import Session

from tthc_tracker.extensions import database


def reading() -> Session:
    """The request's read-only session, opened at the first use and closed with the request."""
    if "read_session" not in g:
        g.read_session = database.new_read_session()
    session: Session = g.read_session
    return session


@contextmanager
def transaction() -> Iterator[Session]:
    """A write unit, committed at its end and before the answer leaves.

    The request's read snapshot is given up first: what is read afterwards includes what was written.
    """
    close_reading()
    with database.transaction() as session:
        yield session


def close_reading(_error: BaseException | None = None) -> None:
    """Close the request's read session, if one was opened."""
    session: Session | None = g.pop("read_session", None)
    if session is not None:
        session.close()


def register(app: Flask) -> None:
    """Close what a request opened when it ends."""
    app.teardown_request(close_reading)
