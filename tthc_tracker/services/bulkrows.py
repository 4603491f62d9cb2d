"""Many rows of one table at once, past the unit of work: converted column by column, handed to the driver.

SQLAlchemy looks up every value of every row by its name and converts it alone: a third of an import's time.
Here a table's columns are matched once, each converts its values in one pass, and the driver takes plain
tuples (SQLite: a few prepared statements of many rows; PostgreSQL: COPY). What is stored is the same to the
letter (tests/services/test_bulkrows.py).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, repeat
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import JSON, Column, Connection, Date, Dialect, Enum, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tthc_tracker.domain.localtime import utc_text
from tthc_tracker.domain.trail import EventText
from tthc_tracker.models.base import Base, Moment
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.services import trail

Convert = Callable[[Any], Any]


# Each row's reference to a dossier is checked by a statement over all partitions. PostgreSQL would plan that
# anew for every row, three quarters of the time (decision 0020).
_ONE_PLAN = "SET LOCAL plan_cache_mode = force_generic_plan"


@dataclass(frozen=True)
class _Plan:
    """How rows that name the same columns are written."""

    statement: str
    values_of: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    converters: tuple[Convert | None, ...]
    quick: tuple[bool, ...]  # whether to convert costs less than to look if it was done before
    constants: tuple[Any, ...]  # what the model puts where a row says nothing


def insert(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], desks: Iterable[int] | None = None
) -> None:
    """Insert rows that all name the same columns (two at least) in one order; of others the model's defaults.

    desks: of events, the receiving agency of each dossier, to spare the look at it.

    Raises:
        DBAPIError (IntegrityError, DataError, …): as the statement of a single row would.
    """
    if not rows:
        return
    session.flush()  # what they refer to may wait there
    connection = session.connection()
    plan = _plan(model, tuple(rows[0]), connection.dialect)
    run(connection, plan.statement, _driver_rows(plan, rows))
    if model is DossierEvent:
        trail.cover_events(session, rows, repeat(None, len(rows)) if desks is None else desks)


def insert_driven(
    session: Session, model: type[Base], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows whose values are as the driver takes them; of columns not named the model's defaults.

    Raises:
        DBAPIError (IntegrityError, DataError, …): as the statement of a single row would.
    """
    if not rows:
        return
    session.flush()
    connection = session.connection()
    plan = _plan(model, tuple(names), connection.dialect)
    if plan.constants:
        run(connection, plan.statement, (row + plan.constants for row in rows))
    else:
        run(connection, plan.statement, iter(rows))


def copy(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows of all columns of a table as they stand in another database: nothing is added, nothing is
    chained. What is JSON comes as its text.

    Raises:
        DBAPIError (IntegrityError, DataError, …): as the statement of a single row would.
    """
    if not rows:
        return
    columns = list(table.c)
    converters = [
        None if isinstance(column.type, JSON) else converter(column, connection.dialect) for column in columns
    ]
    given = zip(*rows, strict=True)
    driven = [
        values if convert is None else map(convert, values)
        for convert, values in zip(converters, given, strict=True)
    ]
    statement = _statement(table, columns, connection.dialect)
    run(connection, statement, zip(*driven, strict=True))


_EVENT = (
    "dossier_id", "seq", "kind", "occurred_at", "recorded_at", "actor_id", "actor_name", "reason", "facts",
)  # fmt: skip


def insert_events(session: Session, events: Sequence[EventText], desks: Iterable[int]) -> None:
    """Insert events that are written out as the trail has them, and chain them. desks: of their dossiers."""
    rows: Sequence[tuple[Any, ...]] = events
    if behind := offset(session):
        rows = [(*one[:3], one[3] + behind, one[4] + behind, *one[5:]) for one in events]
    insert_driven(session, DossierEvent, _EVENT, rows)
    trail.cover_texts(session, events, desks)


# A bulk writer keeps KiB of pages, and carries SQLite's log over into the database before it is so long that
# somebody else would do it at his commit: a reception then took a tenth of a second.
_ROOM = ("PRAGMA cache_size=-48000", "PRAGMA wal_autocheckpoint=3000")
_USUAL_ROOM = (
    "PRAGMA cache_size=-4000",
    "PRAGMA wal_autocheckpoint=4000",
)  # as every connection begins (engine.py)


def make_room(session: Session) -> None:
    """Let SQLite keep the pages of the indexes that every batch comes back to, until `give_room_back`."""
    _keep_pages(session, _ROOM)


def give_room_back(session: Session) -> None:
    """The many rows are written: the pages kept for them are let go."""
    _keep_pages(session, _USUAL_ROOM)


def _keep_pages(session: Session, room: tuple[str, ...]) -> None:
    connection = session.connection()
    if connection.dialect.name == "sqlite" and connection.info.get("room") != room:
        for pragma in room:
            connection.exec_driver_sql(pragma)
        connection.info["room"] = room


def keeps_others(session: Session) -> bool:
    """Whether nobody else can write until this transaction has ended."""
    return session.get_bind().dialect.name == "sqlite"


def offset(session: Session) -> str:
    """What the database wants behind the text of a moment in UTC."""
    return "+00" if session.get_bind().dialect.name == "postgresql" else ""


def run(connection: Connection, statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
    """Give rows that are as the driver wants them to a statement: a COPY, or one of question marks."""
    if connection.dialect.name != "postgresql":
        _run_on_sqlite(connection, statement, list(rows))
        return
    try:
        cursor: Any = connection.connection.cursor()
        cursor.execute(_ONE_PLAN)
        with cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(
            statement, None, error, connection.dialect.loaded_dbapi.Error, dialect=connection.dialect
        ) from error


# Rows of one statement. Where a table has triggers, SQLite copies every page that a statement touches, to be
# able to undo that one: row by row, the copies took ten times as long as the row (decision 0047).
_AT_ONCE = 64


def _run_on_sqlite(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    start, many = 0, _AT_ONCE
    while start < len(rows):
        while many > len(rows) - start:
            many //= 2
        values = tuple(chain.from_iterable(rows[start : start + many]))
        connection.exec_driver_sql(_of_many(statement, many), values)
        start += many


@lru_cache(maxsize=512)  # of every table one for 64 rows, and those that are left over: 32, 16, …
def _of_many(statement: str, many: int) -> str:
    """The statement of one row, for many."""
    head, values, marks = statement.partition(" VALUES ")
    return head + values + ", ".join(repeat(marks, many))


def _driver_rows(plan: _Plan, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    known: dict[Convert, dict[int, Any]] = {}
    columns: list[Iterable[Any]] = []
    given = zip(*map(plan.values_of, rows), strict=True)
    for convert, quick, values in zip(plan.converters, plan.quick, given, strict=True):
        if convert is None:
            columns.append(values)
        elif quick:
            columns.append(map(convert, values))
        else:
            columns.append(_converted(convert, values, known.setdefault(convert, {})))
    return zip(*columns, *map(repeat, plan.constants), strict=False)  # constants have no end


def _converted(convert: Convert, values: Iterable[Any], known: dict[int, Any]) -> list[Any]:
    """Each object once: the dates of a row share their moments. The rows keep them alive, so an id is one."""
    return [
        known[key] if (key := id(value)) in known else known.setdefault(key, convert(value))
        for value in values
    ]


@cache
def _plan(model: type[Base], names: tuple[str, ...], dialect: Dialect) -> _Plan:
    table = cast("Table", model.__table__)
    given = [table.c[name] for name in names]
    constant = [column for column in table.c if column.name not in names and column.default is not None]
    return _Plan(
        _statement(table, (*given, *constant), dialect),
        itemgetter(*names),
        tuple(converter(column, dialect) for column in given),
        tuple(isinstance(column.type, Enum | Date) for column in given),
        tuple(_constant(column, dialect) for column in constant),
    )


def _statement(table: Table, columns: Sequence[Column[Any]], dialect: Dialect) -> str:
    if dialect.name == "postgresql":
        return f"COPY {table.name} ({', '.join(column.name for column in columns)}) FROM STDIN"
    return insert_text(table, columns, dialect)


def insert_text(table: Table, columns: Sequence[Column[Any]], dialect: Dialect) -> str:
    """The statement that inserts one row, given in the order of these columns."""
    names = ", ".join(column.name for column in columns)
    marks = ", ".join(["%s" if dialect.name == "postgresql" else "?"] * len(columns))
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 (names of our own tables; values are bound)


def _constant(column: Column[Any], dialect: Dialect) -> Any:
    default = cast(Any, column.default)
    if not default.is_scalar:
        raise TypeError(f"every row must say its {column.name}")
    convert = converter(column, dialect)
    return convert(default.arg) if convert else default.arg


@cache
def _same_for(kind: type[Any]) -> dict[Any, str | None]:
    """The texts of an enum's members; a stranger is a KeyError."""
    return {None: None} | {member: str(member.value) for member in kind}


@lru_cache(maxsize=8192)
def _day_text(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()


def _with_offset(value: dt.datetime | None) -> str | None:
    """A moment as COPY reads it: the driver takes longer over each than all else that is done to it."""
    return None if value is None else f"{utc_text(value)}+00"


def converter(column: Column[Any], dialect: Dialect) -> Convert | None:
    """As SQLAlchemy would write the column's values; None: as they are."""
    kind = column.type
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return _same_for(kind.enum_class).__getitem__
    if isinstance(kind, Date):
        return _day_text
    bind = kind.dialect_impl(dialect).bind_processor(dialect)
    return _with_offset if isinstance(kind, Moment) and dialect.name == "postgresql" else bind
