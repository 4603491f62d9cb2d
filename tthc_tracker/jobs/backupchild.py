"""The child that proves and packs the copy of a backup: SQLite sorts in memory, which never comes back whole.

It sees the copy alone, never the database, and writes nothing but a file that its parent puts in place: it
needs no lease. Whatever ends its parent ends it, and the copy is left as by any interrupted backup.
"""

import gzip
import hashlib
import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from tthc_tracker import migrating
from tthc_tracker.engine import sqlite_module

_COUNTED = ("dossier", "dossier_code", "dossier_event", "alert", "outbox", "app_user")


@dataclass(frozen=True)
class Proof:
    """What a backup was found to hold."""

    made_at: str
    schema: str
    integrity: str
    counts: dict[str, int]

    @property
    def sound(self) -> bool:
        """Whether it can be restored by this code."""
        return self.integrity == "ok" and self.schema in migrating.known()


def _pack(source: Path, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as plain, os.fdopen(descriptor, "wb") as file:
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0) as packed:
            shutil.copyfileobj(plain, packed, 1 << 20)
        file.flush()
        os.fsync(file.fileno())


def sha256_of(path: Path) -> str:
    """The digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def examine(path: Path, *, made_at: str = "") -> Proof:
    """Read a database file from end to end: integrity, foreign keys, schema, counts, histories."""
    connection = sqlite_module.connect(str(path))
    try:
        integrity = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
        if integrity != "ok":
            return Proof(made_at, "", integrity, {})
        schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        counts = {name: _count(connection, name) for name in _COUNTED}
        return Proof(made_at, str(schema), _contradiction(connection) or "ok", counts)
    except sqlite_module.DatabaseError as error:
        return Proof(made_at, "", type(error).__name__, {})
    finally:
        connection.close()


_COUNTS = {name: f"SELECT count(*) FROM {name}" for name in _COUNTED}  # noqa: S608 (fixed names above)


def _count(connection: Any, name: str) -> int:
    return int(connection.execute(_COUNTS[name]).fetchone()[0])


def _contradiction(connection: Any) -> str:
    """What contradicts itself; empty for nothing."""
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        return "a row refers to one that is not there"
    uncoded = (
        "SELECT 1 FROM dossier d WHERE NOT EXISTS (SELECT 1 FROM dossier_code c WHERE c.dossier_id=d.id)"
    )
    if connection.execute(uncoded).fetchone():
        return "a dossier without a code"
    gap = "SELECT 1 FROM dossier_event GROUP BY dossier_id HAVING count(*) <> max(seq) LIMIT 1"
    if connection.execute(gap).fetchone():
        return "a history with a gap"
    return ""


def _end_with(parent: Any) -> None:
    """Whoever asked holds the pipe open until he has been answered."""
    parent.read()
    os._exit(1)


def main() -> None:
    """Serve the parent at the other end of standard input and output."""
    with open(0, "rb", closefd=False) as work:
        copy, packed, made_at = json.loads(work.readline())
        Thread(target=_end_with, args=[work], daemon=True).start()
        proof, digest = examine(Path(copy), made_at=made_at), ""
        if proof.sound:
            _pack(Path(copy), Path(packed))
            digest = sha256_of(Path(packed))
        sys.stdout.write(json.dumps([asdict(proof), digest]) + "\n")
        sys.stdout.flush()
        os._exit(0)  # a thread waits for the parent


if __name__ == "__main__":
    main()
