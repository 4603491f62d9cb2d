"""Damage done by hand to a test database, past its own guards, and undone again."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tthc_tracker.engine import sqlite


@contextmanager
def doctored(url: str, statement: str) -> Iterator[None]:
    """The database after `statement`, without triggers and foreign keys; as before at the end."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with _file(Path(parsed.database or ""), statement):
            yield
    else:
        with _server(f"postgresql://postgres@127.0.0.1:{parsed.port}/{parsed.database}", statement):
            yield


@contextmanager
def _file(path: Path, statement: str) -> Iterator[None]:
    """Nobody else has the file open while it is put back: a read unit closes with the check."""
    kept = path.with_suffix(".kept")
    raw = sqlite.connect(str(path))
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    shutil.copyfile(path, kept)
    raw = sqlite.connect(str(path))
    raw.execute("PRAGMA foreign_keys=OFF")
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute(statement)
    raw.commit()
    raw.close()
    try:
        yield
    finally:
        whole = sqlite.connect(str(kept))
        damaged = sqlite.connect(str(path))
        whole.backup(damaged)
        damaged.close()
        whole.close()
        kept.unlink()


@contextmanager
def _server(address: str, statement: str) -> Iterator[None]:
    """Kept apart in tables of the same rows: what was changed or deleted is put back from there."""
    with psycopg.connect(address, autocommit=True) as connection:
        table = _table_of(statement)
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"CREATE TABLE kept_rows AS SELECT * FROM {table}")
        try:
            connection.execute(statement)
            yield
        finally:
            connection.execute(f"DELETE FROM {table}")
            connection.execute(f"INSERT INTO {table} SELECT * FROM kept_rows")
            connection.execute("DROP TABLE kept_rows")


def _table_of(statement: str) -> str:
    words = statement.split()
    return words[1] if words[0] == "UPDATE" else words[2]
