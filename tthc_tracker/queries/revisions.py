"""What this process may keep in memory, and until which change of the database."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, URL, ScalarSelect, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from tthc_tracker.models.setting import Revision

Value = TypeVar("Value")


_READ = "revisions read"
_OWN = "values of a transaction that has raised one"
_ALL = select(Revision.name, Revision.number)


class _ByName(FunctionElement[Any]):
    """Two columns of all rows as one object of JSON."""

    type = JSON()
    inherit_cache = True


@compiles(_ByName)
def _json_group_object(element: Any, compiler: Any, **how: Any) -> str:
    return f"json_group_object({compiler.process(element.clauses, **how)})"


@compiles(_ByName, "postgresql")
def _json_object_agg(element: Any, compiler: Any, **how: Any) -> str:
    return f"json_object_agg({compiler.process(element.clauses, **how)})"


def in_one_column() -> ScalarSelect[Any]:
    """All of them, for a statement that is the first of its unit; what it finds goes to `note_revisions`."""
    return select(_ByName(Revision.name, Revision.number)).scalar_subquery()


def note_revisions(session: Session, found: dict[str, int] | None) -> None:
    """Keep for this unit what another statement has read along."""
    session.info[_READ] = (session.get_transaction(), found or {})


def revisions(session: Session) -> dict[str, int]:
    """The number of the last change of each name that has changed; read once a transaction."""
    unit, numbers = session.info.get(_READ, (None, {}))
    if unit is None or unit is not session.get_transaction():
        rows = session.connection().execute(_ALL).all()
        note_revisions(session, {row.name: row.number for row in rows})
        _unit, numbers = session.info[_READ]
    found: dict[str, int] = numbers
    return found


def revision(session: Session, name: str) -> int:
    """The number of the last change of `name`, 0 before the first."""
    return revisions(session).get(name, 0)


def forget_revisions(session: Session) -> None:
    """Have them read again: this transaction has raised one.

    Until it ends, what it reads is kept for it alone. It may yet be undone, and the number that it saw
    given to another change.
    """
    session.info.pop(_READ, None)
    session.info[_OWN] = (session.get_transaction(), {})


def _own_values(session: Session) -> dict[Hashable, Any] | None:
    """What a transaction that has raised a revision keeps for itself; None: this one has raised none."""
    unit, values = session.info.get(_OWN, (None, {}))
    return values if unit is not None and unit is session.get_transaction() else None


class Remembered(Generic[Value]):
    """Values kept by key while the revision they were read at still stands.

    One read of a handful of rows tells; a change by any process is seen by the next request.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._values: dict[Hashable, Value] = {}
        self._origin: tuple[URL, int] | None = None

    def get(self, session: Session, key: Hashable, read: Callable[[], Value]) -> Value:
        """The value for `key`, read again when the database has moved on."""
        own = _own_values(session)
        if own is not None:
            if (self, key) not in own:
                own[self, key] = read()
            value: Value = own[self, key]
            return value
        return self._shared(session, key, read)

    def _shared(self, session: Session, key: Hashable, read: Callable[[], Value]) -> Value:
        origin = (session.get_bind().engine.url, revision(session, self._name))
        with self._lock:
            if origin != self._origin:
                self._values.clear()
                self._origin = origin
            if key in self._values:
                return self._values[key]
        value = read()
        with self._lock:
            if origin == self._origin:
                self._values[key] = value
        return value
