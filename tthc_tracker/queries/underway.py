"""Statements that are begun before anybody wants their rows (decision 0091).

On PostgreSQL a page's session waits for no answer before it is wanted: what a page will ask anyway is begun
with what it asks first, and the server is at it while the page goes on. Elsewhere nothing is begun.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable, Result
from sqlalchemy.orm import Session

_BEGUN = "statements under way"


def begin(session: Session, statement: Executable, values: Mapping[str, Any], *, plain: bool = False) -> None:
    """Send a statement along with the next that is waited for; `answer` gives its rows.

    statement: one that is put together once. values: hashable each of them (a tuple, not a list). plain: of
    columns alone, so that the session has not to look.
    """
    if _line_of(session) is not None:
        begun = session.info.setdefault(_BEGUN, {})
        begun[_named(statement, values)] = statement, _ask(session, statement, values, plain=plain)


def set_to_work(session: Session) -> None:
    """Send what was begun now, before anything is waited for."""
    if (line := _line_of(session)) is not None:
        line.push()


def answer(
    session: Session, statement: Executable, values: Mapping[str, Any], *, plain: bool = False
) -> Result[*tuple[Any, ...]]:
    """What a statement comes to, whether it was begun before or not; values: hashable, as of `begin`."""
    begun: dict[tuple[Any, ...], tuple[Executable, Result[*tuple[Any, ...]]]] = session.info.get(_BEGUN, {})
    if (found := begun.pop(_named(statement, values), None)) is not None:
        return found[1]
    return _ask(session, statement, values, plain=plain)


def _named(statement: Executable, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """An id is nobody else's as long as its statement is kept, so it is kept beside its result."""
    return (id(statement), *values.values())


def _ask(
    session: Session, statement: Executable, values: Mapping[str, Any], *, plain: bool
) -> Result[*tuple[Any, ...]]:
    return (session.connection() if plain else session).execute(statement, values)


def _line_of(session: Session) -> Any:
    """The connection of a unit that waits for no answer; None for any other."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return None
    raw: Any = connection.connection.driver_connection
    return raw if raw.line is not None else None
