"""Backups of a SQLite database: made in one step while others write, proved, packed, rotated, proved again.

PostgreSQL is backed up by its own tools (docs/operations.md): here it is left alone.
"""

import datetime as dt
import gzip
import hashlib
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from tthc_tracker import clock, migrating
from tthc_tracker.extensions import database
from tthc_tracker.jobs.work import JobFault, Work
from tthc_tracker.queries.backupfiles import NAME, made_on
from tthc_tracker.services.fieldreportphotos import Album

DAILY, WEEKLY, MONTHLY = 7, 4, 12
PHOTOS_KEPT = dt.timedelta(days=1)  # that no backup names: one that is being made may be about to
_COUNTED = ("dossier", "dossier_code", "dossier_event", "alert", "outbox", "app_user")

# Every backup bears user_version 1, so that nobody serves a copy put in place without `flask restore`.
COPY_MARK = 1


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


def back_up(work: Work) -> dict[str, Any]:
    """Make a backup under var/backups and drop those that rotation no longer keeps."""
    if database.engine.dialect.name != "sqlite":
        return {"skipped": database.engine.dialect.name}
    folder = work.var / "backups"
    path, proof = make(database.engine, folder, clock.now(), album=Album(work.var))
    removed = rotate(folder)
    return {"file": path.name, "bytes": path.stat().st_size, "removed": removed} | proof.counts


def _module(engine: Engine) -> Any:
    return engine.dialect.dbapi


def make(engine: Engine, folder: Path, now: dt.datetime, *, album: Album | None = None) -> tuple[Path, Proof]:
    """Copy, prove, pack and put in place; an interrupted backup leaves the earlier ones and a `.tmp`.

    album: where the photos lie that the database names. They never change, so one copy beside the backups
    serves all of these; each backup says which are its own.

    Raises:
        JobFault: the copy is not sound.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"tthc-{now:%Y%m%d-%H%M%S}.sqlite.gz"
    copy, packed = folder / f".{path.name}.copy.tmp", folder / f".{path.name}.tmp"
    try:
        _copy(engine, copy)
        proof = examine(engine, copy, made_at=now.isoformat(timespec="seconds"))
        if not proof.sound:
            raise JobFault(f"backup is not sound: {proof.integrity}")
        _pack(copy, packed)
        photos = _keep_photos(engine, copy, album, Album(folder)) if album else {}
        manifest = asdict(proof) | {"sha256": _sha256(packed), "photos": photos}
        path.with_suffix(".json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        packed.replace(path)
    finally:
        copy.unlink(missing_ok=True)
        packed.unlink(missing_ok=True)
    return path, proof


def _copy(engine: Engine, path: Path) -> None:
    path.unlink(missing_ok=True)
    with engine.connect().execution_options(readonly=True) as connection:
        raw: Any = connection.connection.driver_connection
        target = _module(engine).connect(str(path))
        path.chmod(0o600)
        try:
            raw.backup(target, pages=-1)  # one step: in pieces it starts again with every write
            target.execute("PRAGMA journal_mode=DELETE")
            target.execute("PRAGMA user_version=1")
        finally:
            target.close()


def _keep_photos(engine: Engine, copy: Path, album: Album, beside: Album) -> dict[str, str]:
    """The photos that a copy of the database names, each with its digest; one erased meanwhile is gone."""
    connection = _module(engine).connect(str(copy))
    try:
        names = connection.execute("SELECT photo FROM field_report WHERE photo IS NOT NULL").fetchall()
    finally:
        connection.close()
    kept = ((name, beside.take_over(name, album)) for (name,) in names)
    return {name: digest for name, digest in kept if digest}


def photos_of(path: Path) -> dict[str, str]:
    """The photos that belong to a backup, by name; whether each is still beside it: its digest, else ''."""
    beside = Album(path.parent)
    noted: dict[str, str] = manifest_of(path).get("photos", {})
    return {name: digest if beside.digest(name) == digest else "" for name, digest in noted.items()}


def _pack(source: Path, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as plain, os.fdopen(descriptor, "wb") as file:
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0) as packed:
            shutil.copyfileobj(plain, packed, 1 << 20)
        file.flush()
        os.fsync(file.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The database in a backup file, in a folder that goes away again."""
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=path.parent) as folder:
        plain = Path(folder) / "restored.sqlite"
        try:
            with gzip.open(path, "rb") as packed, plain.open("wb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)
        except (OSError, EOFError, zlib.error) as error:
            raise JobFault(f"{path.name}: {type(error).__name__}") from error
        plain.chmod(0o600)
        yield plain


def examine(engine: Engine, path: Path, *, made_at: str = "") -> Proof:
    """Read a database file from end to end: integrity, foreign keys, schema, counts, histories."""
    connection = _module(engine).connect(str(path))
    try:
        integrity = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
        if integrity != "ok":
            return Proof(made_at, "", integrity, {})
        schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        counts = {name: _count(connection, name) for name in _COUNTED}
        return Proof(made_at, str(schema), _contradiction(connection) or "ok", counts)
    except _module(engine).DatabaseError as error:
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


def manifest_of(path: Path) -> dict[str, Any]:
    """What was written beside a backup when it was made; empty if nothing is there."""
    beside = path.with_suffix(".json")
    content: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    return content


def check(engine: Engine, path: Path) -> Proof:
    """Unpack a backup and prove it against its manifest.

    Raises:
        JobFault: it cannot be unpacked, was changed, is not sound, or holds other counts than when made.
    """
    manifest = manifest_of(path)
    if manifest and manifest["sha256"] != _sha256(path):
        raise JobFault(f"{path.name}: not the file that was written")
    with unpacked(path) as plain:
        proof = examine(engine, plain, made_at=str(manifest.get("made_at", "")))
    if not proof.sound:
        raise JobFault(f"{path.name}: {proof.integrity}, schema {proof.schema or '?'}")
    if manifest and manifest["counts"] != proof.counts:
        raise JobFault(f"{path.name}: holds other counts than when it was made")
    return proof


# --- rotation


def rotate(folder: Path) -> int:
    """Keep the newest of each of 7 days, 4 weeks and 12 months; how many files went."""
    paths = sorted(folder.glob(NAME), reverse=True)
    kept = set(kept_of(paths))
    for path in paths:
        if path not in kept:
            path.unlink()
            path.with_suffix(".json").unlink(missing_ok=True)
    needed = {name for path in kept for name in manifest_of(path).get("photos", {})}
    Album(folder).sweep(needed, (clock.now() - PHOTOS_KEPT).timestamp())
    return len(paths) - len(kept)


def kept_of(paths: Iterable[Path]) -> list[Path]:
    """Which of the backups, newest first, rotation keeps."""
    newest_first, kept = list(paths), set[Path]()
    for form, most in (("%Y-%m-%d", DAILY), ("%G-%V", WEEKLY), ("%Y-%m", MONTHLY)):
        periods: dict[str, Path] = {}
        for path in newest_first:
            periods.setdefault(made_on(path).strftime(form), path)
        kept.update(list(periods.values())[:most])
    return [path for path in newest_first if path in kept]
