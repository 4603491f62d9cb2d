"""`flask backup` and `flask restore` for an embedded SQLite database."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask import current_app

from tthc_tracker import clock, migrating
from tthc_tracker.extensions import database
from tthc_tracker.jobs import backups
from tthc_tracker.jobs.backupchild import Proof
from tthc_tracker.jobs.work import LEASE, JobFault, work_of
from tthc_tracker.services import leases, restoring, trail
from tthc_tracker.services.fieldreportphotos import FOLDER, Album
from tthc_tracker.services.trailkeys import NAME, Keyring

_NOT_SQLITE = "PostgreSQL: use pg_dump or pgBackRest (docs/operations.md)."


@click.command("backup")
def backup_command() -> None:
    """Make and prove a backup under var/backups while everything runs on."""
    _only_sqlite()
    work = work_of(current_app.config["SETTINGS"])
    try:
        path, proof = backups.make(database.engine, work.var / "backups", clock.now(), album=Album(work.var))
    except JobFault as fault:
        raise click.ClickException(str(fault)) from fault
    backups.rotate(work.var / "backups")
    photos = len(backups.photos_of(path))
    click.echo(f"{path}  ({proof.counts['dossier']} hồ sơ, {photos} ảnh phản ánh, lược đồ {proof.schema})")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only prove that FILE can be restored; change nothing.")
@click.option(
    "--yes", is_flag=True, help="Web and scheduler are stopped, and the database is to be replaced."
)
def restore_command(file: Path, check: bool, yes: bool) -> None:
    """Put a backup in the place of the database. Stop web and scheduler first."""
    _only_sqlite()
    try:
        proof = backups.check(file)
    except JobFault as fault:
        raise click.ClickException(str(fault)) from fault
    counts = ", ".join(f"{name} {number}" for name, number in proof.counts.items())
    click.echo(f"Bản sao đọc được trọn vẹn. Lúc {proof.made_at or '?'}, lược đồ {proof.schema}: {counts}.")
    click.echo(_photo_words(backups.photos_of(file)))
    if check:
        return
    if not yes:
        raise click.ClickException("thêm --yes sau khi đã dừng web và tiến trình định kỳ")
    _restore(file, proof)


def _only_sqlite() -> None:
    if database.engine.dialect.name != "sqlite":
        raise click.ClickException(_NOT_SQLITE)


def _restore(file: Path, proof: Proof) -> None:
    """The order is part of the promise: set aside, put in place, migrate, settle, only then open."""
    _refuse_while_served()
    target = Path(str(database.engine.url.database))
    now = clock.now()
    aside = _set_aside(target, now)
    with backups.unpacked(file) as plain:
        plain.replace(target)
    migrating.upgrade(database.engine)
    with database.transaction() as session:
        trail.begin(
            session, Keyring(current_app.config["SETTINGS"].var / NAME)
        )  # a backup of before the trail
        done = restoring.settle(session, made_at=_made_at(proof, file), now=now, file_name=file.name)
    photos = _put_back(file)
    _unmark()
    click.echo(f"Đã khôi phục. Cơ sở dữ liệu trước đó: {aside or 'không có'}")
    click.echo(
        f"Bỏ qua {done.skipped_numbers} số hồ sơ, giữ lại {done.held_mails} thư, "
        f"kết thúc {done.ended_sessions} phiên đăng nhập."
    )
    click.echo(_photo_words(photos))


def _put_back(file: Path) -> dict[str, str]:
    """Copy the photos that lie beside the backup to where reports look for them."""
    photos, album = backups.photos_of(file), Album(current_app.config["SETTINGS"].var)
    for name in (name for name, digest in photos.items() if digest):
        album.take_over(name, Album(file.parent))
    return photos


def _photo_words(photos: Mapping[str, str]) -> str:
    missing = sum(not digest for digest in photos.values())
    lost = f"; THIẾU {missing} ảnh trong {FOLDER}/ cạnh tệp sao lưu" if missing else ""
    return f"Ảnh phản ánh: {len(photos) - missing}{lost}."


def _refuse_while_served() -> None:
    if not Path(str(database.engine.url.database)).exists():
        return
    with database.engine.connect() as connection:
        empty = migrating.current(connection) is None
    if empty:
        return
    with database.transaction() as session:
        if not leases.is_free(session, LEASE):
            raise click.ClickException("tiến trình định kỳ còn chạy; hãy dừng rồi thử lại")


def _set_aside(target: Path, now: dt.datetime) -> Path | None:
    """Keep the present database, its log folded in, under another name."""
    if not target.exists():
        return None
    with database.engine.connect().execution_options(readonly=True) as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    aside = target.with_name(f"{target.name}.before-{now:%Y%m%d-%H%M%S}")
    target.replace(aside)
    for suffix in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    return aside


def _made_at(proof: Proof, file: Path) -> dt.datetime:
    if proof.made_at:
        return dt.datetime.fromisoformat(proof.made_at)
    return dt.datetime.fromtimestamp(file.stat().st_mtime, clock.HANOI)


def _unmark() -> None:
    """The copy is the database now: it may be served."""
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA user_version=0")
    database.dispose()
