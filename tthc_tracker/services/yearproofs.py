"""How many rows of a table are a year's, and a hash over every one: the same wherever they lie."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, FromClause, MetaData, Select, Table, Text, and_, cast, func, select, text

from tthc_tracker.queries import yearclosure

AT_ONCE = 5_000

Say = Callable[[int], object]

# As which text a moment, a number or bytes are hashed must not hang on who asks.
_ALIKE = (
    text("SET LOCAL timezone = 'UTC'"),
    text("SET LOCAL datestyle = 'ISO, YMD'"),
    text("SET LOCAL intervalstyle = 'postgres'"),
    text("SET LOCAL bytea_output = 'hex'"),
    text("SET LOCAL extra_float_digits = 1"),
)


@dataclass(frozen=True)
class Proof:
    """One table's part of a year."""

    table: str
    columns: tuple[str, ...]
    rows: int
    hash: str


def write_alike(connection: Connection) -> None:
    """Have values written the same way by every connection, until the transaction ends."""
    for statement in _ALIKE:
        connection.execute(statement)


def live(connection: Connection, table: Table, year: int, columns: Sequence[str], say: Say) -> Proof:
    """What the year has of a table that serves."""
    rows = _rows(table, table, columns).where(yearclosure.of_year(table, year))
    return _proof(connection, table, rows, columns, say)


def laid_down(
    connection: Connection, table: Table, there: FromClause, columns: Sequence[str], say: Say
) -> Proof:
    """What lies in the archive of a table: all of it is the year's."""
    return _proof(connection, table, _rows(table, there, columns), columns, say)


def beside(connection: Connection, table: Table, there: Table, columns: Sequence[str], say: Say) -> Proof:
    """The rows of a table that serves whose keys lie in an archive of it."""
    same = and_(*(column == there.c[column.name] for column in table.primary_key))
    rows = _rows(table, table, columns).select_from(table.join(there, same))
    return _proof(connection, table, rows, columns, say)


def reflected(connection: Connection, schema: str, name: str) -> Table:
    """A table of an archive as it is there."""
    return Table(name, MetaData(), schema=schema, autoload_with=connection, resolve_fks=False)


def _rows(table: Table, there: FromClause, columns: Sequence[str]) -> Select[str]:
    whole = cast(func.row(*(there.c[name] for name in columns)), Text)
    return select(whole).order_by(*(there.c[column.name] for column in table.primary_key))


def _proof(
    connection: Connection, table: Table, rows: Select[str], columns: Sequence[str], say: Say
) -> Proof:
    found, many = hashlib.sha256(), 0
    with connection.execute(rows, execution_options={"yield_per": AT_ONCE}) as result:
        for part in result.scalars().partitions():
            for row in part:
                found.update(b"%d:" % len(row))
                found.update(row.encode())
            many += len(part)
            say(len(part))
    return Proof(table.name, tuple(columns), many, found.hexdigest())
