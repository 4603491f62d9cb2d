"""Backups of a SQLite database: made in one step while others write, proved, packed, rotated, proved again.

PostgreSQL is backed up by its own tools (docs/operations.md): here it is left alone.
"""

import datetime as dt
import gzip
import json
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.jobs.backupchild import Proof, examine, sha256_of
from tthc_tracker.jobs.work import JobFault, Work
from tthc_tracker.queries.backupfiles import NAME, made_on
from tthc_tracker.rendering import child_of_ours
from tthc_tracker.services.fieldreportphotos import Album
from tthc_tracker.wording.jobs import BACKUP_ENDED

DAILY, WEEKLY, MONTHLY = 7, 4, 12
PHOTOS_KEPT = dt.timedelta(days=1)  # that no backup names: one that is being made may be about to

# Every backup bears user_version 1, so that nobody serves a copy put in place without `flask restore`.
COPY_MARK = 1


def back_up(work: Work) -> dict[str, Any]:
    """Make a backup under var/backups and drop those that rotation no longer keeps."""
    if database.engine.dialect.name != "sqlite":
        return {"skipped": database.engine.dialect.name}
    folder = work.var / "backups"
    path, proof = make(database.engine, folder, clock.now(), album=Album(work.var), on_stop=work.on_stop)
    removed = rotate(folder)
    return {"file": path.name, "bytes": path.stat().st_size, "removed": removed} | proof.counts


def _module(engine: Engine) -> Any:
    return engine.dialect.dbapi


def make(
    engine: Engine, folder: Path, now: dt.datetime, *, album: Album | None = None,
    on_stop: list[Callable[[], None]] | None = None,
) -> tuple[Path, Proof]:  # fmt: skip
    """Copy, prove, pack and put in place; an interrupted backup leaves the earlier ones and a `.tmp`.

    album: where the photos lie that the database names. They never change, so one copy beside the backups
    serves all of these; each backup says which are its own. on_stop: what ends it (Work.on_stop).

    Raises:
        JobFault: the copy is not sound, or the child that looks at it was ended.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"tthc-{now:%Y%m%d-%H%M%S}.sqlite.gz"
    copy, packed = folder / f".{path.name}.copy.tmp", folder / f".{path.name}.tmp"
    try:
        _copy(engine, copy)
        proof, digest = _proved_and_packed(
            copy, packed, now.isoformat(timespec="seconds"), [] if on_stop is None else on_stop
        )
        if not proof.sound:
            raise JobFault(f"backup is not sound: {proof.integrity}")
        photos = _keep_photos(engine, copy, album, Album(folder)) if album else {}
        manifest = asdict(proof) | {"sha256": digest, "photos": photos}
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


def _proved_and_packed(
    copy: Path, packed: Path, made_at: str, on_stop: list[Callable[[], None]]
) -> tuple[Proof, str]:
    """What a copy was found to hold and, if it is sound, the digest of the file it was packed into.

    Raises:
        JobFault: the child was ended before it had said so.
    """
    child = child_of_ours("tthc_tracker.jobs.backupchild")
    assert child.stdin is not None
    assert child.stdout is not None
    on_stop.append(child.kill)
    try:
        asked = [str(copy.absolute()), str(packed.absolute()), made_at]
        child.stdin.write(json.dumps(asked).encode() + b"\n")
        child.stdin.flush()  # and stays open: its end is how the child knows that we have ended
        told = child.stdout.readline()
    except OSError as error:
        raise JobFault(BACKUP_ENDED) from error
    finally:
        on_stop.remove(child.kill)
        child.kill()  # it has said all, or is not to go on
        child.wait()
        child.stdout.close()
        with suppress(OSError):  # what it did not read
            child.stdin.close()
    if not told.endswith(b"\n"):
        raise JobFault(BACKUP_ENDED)
    proof, digest = json.loads(told)
    return Proof(**proof), digest


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


def manifest_of(path: Path) -> dict[str, Any]:
    """What was written beside a backup when it was made; empty if nothing is there."""
    beside = path.with_suffix(".json")
    content: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    return content


def check(path: Path) -> Proof:
    """Unpack a backup and prove it against its manifest.

    Raises:
        JobFault: it cannot be unpacked, was changed, is not sound, or holds other counts than when made.
    """
    manifest = manifest_of(path)
    if manifest and manifest["sha256"] != sha256_of(path):
        raise JobFault(f"{path.name}: not the file that was written")
    with unpacked(path) as plain:
        proof = examine(plain, made_at=str(manifest.get("made_at", "")))
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
