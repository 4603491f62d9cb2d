"""The bare SQL behind a page: what it asked the database, asked again without anything around it."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

ROUNDS = 60

Statement = tuple[str, Any]


@dataclass(frozen=True)
class Floor:
    """The median of the bare SQL in milliseconds, how many statements it is, and the rows they bring."""

    milliseconds: float
    statements: int
    rows: int


@contextmanager
def listening(engine: Engine) -> Iterator[list[Statement]]:
    """Every statement that goes to the database meanwhile, as the driver gets it."""
    heard: list[Statement] = []

    def hear(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        heard.append((statement, list(parameters) if many else parameters))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def floor_of(
    engine: Engine,
    heard: list[Statement],
    *,
    write: bool = False,
    renew: Callable[[str, Any, int], Any] = lambda _statement, parameters, _number: parameters,
) -> Floor:
    """Ask it all again over one raw connection, in one unit; a written one is committed as the product does.

    `renew` gives the parameters of the n-th time: what is written once needs other keys.
    """
    taken, rows = [], 0
    # A unit that locks rows is no read-only one for PostgreSQL, though it writes none.
    commits = write or any("FOR UPDATE" in statement for statement, _parameters in heard)
    options = {"readonly": not commits, "postgresql_readonly": not commits}
    with engine.connect().execution_options(**options) as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        if connection.dialect.name == "sqlite":
            raw.execute("PRAGMA query_only=" + ("OFF" if write else "ON"))
        else:
            raw.rollback()
        cursor = raw.cursor()
        for number in range(ROUNDS):
            asked = [(statement, renew(statement, parameters, number)) for statement, parameters in heard]
            begun = time.perf_counter()
            if connection.dialect.name == "sqlite":
                raw.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            rows = _ask(cursor, asked)
            if commits:
                raw.commit()
            else:
                raw.rollback()
            taken.append(time.perf_counter() - begun)
        cursor.close()
    return Floor(statistics.median(taken) * 1000, len(heard), rows)


def _ask(cursor: Any, asked: list[Statement]) -> int:
    rows = 0
    for statement, parameters in asked:
        if isinstance(parameters, list):
            cursor.executemany(statement, parameters)
        else:
            cursor.execute(statement, parameters)
        if cursor.description is not None:
            rows += len(cursor.fetchall())
    return rows
