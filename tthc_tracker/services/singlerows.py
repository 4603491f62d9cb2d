"""One new row past the unit of work: its statement is put together once, its object is as if flushed.

A flush finds out anew what there is to write, in which order, and what came of it: a fifth of a reception.
Who makes an object and knows that all it refers to is written hands it over here. What is stored is the same
to the letter (tests/services/test_singlerows.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import Column, CursorResult, Dialect, Table
from sqlalchemy.orm import Session, make_transient_to_detached

from tthc_tracker.models.base import Base, Moment
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.services import bulkrows, trail


@dataclass(frozen=True)
class _Plan:
    """How an object of a model is written. key: the column that the database numbers; '' where we do."""

    statement: str
    columns: tuple[tuple[str, bulkrows.Convert | None], ...]
    defaults: tuple[tuple[str, Callable[[], Any]], ...]
    key: str


def write(session: Session, one: Base, desk: int | None = None) -> None:
    """Write a new object now. The session holds it from then on, and writes what is changed of it.

    desk: of an event, the receiving agency of its dossier, to spare the look at it.

    Raises:
        DBAPIError (IntegrityError, DataError, …): as a flush would.
    """
    session.flush()  # what it refers to may wait there
    plan = _plan(type(one), session.connection().dialect, vars(one).get("id") is not None, returning=True)
    written = _send(session, plan, one)
    if plan.key:
        vars(one)[plan.key] = written.scalar_one()
    make_transient_to_detached(one)
    session.add(one)
    if isinstance(one, DossierEvent):
        trail.cover_events(session, [vars(one)], [desk])


def leave(session: Session, one: Base) -> None:
    """Write a new object that nobody asks for again in this unit: nothing is waited for (decision 0083)."""
    session.flush()
    _send(session, _plan(type(one), session.connection().dialect, numbered=False, returning=False), one)


def _send(session: Session, plan: _Plan, one: Base) -> CursorResult[Any]:
    values = vars(one)
    for name, make in plan.defaults:
        if name not in values:
            values[name] = make()
    row = tuple(values[name] if convert is None else convert(values[name]) for name, convert in plan.columns)
    return session.connection().exec_driver_sql(plan.statement, row)


@cache
def _plan(model: type[Base], dialect: Dialect, numbered: bool, *, returning: bool) -> _Plan:
    table = cast("Table", model.__table__)
    key = "" if numbered or "id" not in table.c else "id"
    columns = [column for column in table.c if column.name != key]
    return _Plan(
        bulkrows.insert_text(table, columns, dialect) + (f" RETURNING {key}" if key and returning else ""),
        tuple((column.name, _converter(column, dialect)) for column in columns),
        tuple((column.name, _default(column)) for column in columns),
        key,
    )


def _converter(column: Column[Any], dialect: Dialect) -> bulkrows.Convert | None:
    if isinstance(column.type, Moment):  # a file's were checked when they were read
        return column.type.bind_processor(dialect)
    return bulkrows.converter(column, dialect)


def _default(column: Column[Any]) -> Callable[[], Any]:
    default = cast(Any, column.default)
    if default is None:
        return lambda: None
    if default.is_scalar:
        return lambda: default.arg
    return lambda: default.arg(None)
