"""Units whose statements may take as long as they take.

Everywhere else PostgreSQL gives a statement up after a minute (postgresql.py): no page holds a worker
for longer.
"""

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

_UNTIL_ITS_END = text("SET LOCAL statement_timeout = 0")


def take_time(unit: Session | Connection) -> None:
    """Lift the limit for the statements of this unit, until it ends; SQLite has none."""
    connection = unit.connection() if isinstance(unit, Session) else unit
    if connection.dialect.name == "postgresql":
        connection.execute(_UNTIL_ITS_END)
