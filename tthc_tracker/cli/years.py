"""`flask years`: which years there are, and old ones put into an archive and brought back (PostgreSQL)."""

import json
from collections.abc import Callable

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tthc_tracker import clock, migrating
from tthc_tracker.domain.errors import NotAllowed, NotNow
from tthc_tracker.extensions import database
from tthc_tracker.queries import archives
from tthc_tracker.services import archiving
from tthc_tracker.services.archiving import Asked, Done
from tthc_tracker.wording import years as words
from tthc_tracker.wording.formats import number

years_group = AppGroup("years", help="Years, and the archive of old ones (PostgreSQL).")

_YEAR = click.argument("year", type=click.IntRange(1900, 9999))
_BY = click.option("--by", required=True, help="User name of the administrator of the whole who decides it.")
_DRY = click.option("--dry-run", is_flag=True, help="Say what would be moved; change nothing.")
_FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
_SAID_EVERY = 200_000  # rows: about two seconds


@years_group.command("list")
@_FORMAT
def list_years(form: str) -> None:
    """Name the years that hold dossiers, and those in the archive."""
    with database.reading() as session:
        live, archived = archives.live_years(session), archives.years(session)
    if form == "json":
        there = [
            {"year": one.year, "at": one.at.isoformat(), "by": one.by, "there": one.there, "rows": one.rows}
            for one in archived
        ]
        click.echo(json.dumps({"in_use": live, "archived": there}, ensure_ascii=False))
        return
    for year, many in live.items():
        click.echo(f"{year}  {number(many):>12} hồ sơ  {words.IN_USE}")
    for one in archived:
        click.echo(words.listed(one))


@years_group.command("archive")
@_YEAR
@_BY
@click.option(
    "--keep", type=click.IntRange(archiving.LEAST_YEARS), default=archiving.LEAST_YEARS, show_default=True,
    help="Whole years that must have passed since the last dossier of it ended.",
)  # fmt: skip
@click.option("--with-uncollected", is_flag=True, help="Also dossiers whose result nobody has collected.")
@_DRY
@_FORMAT
def archive(year: int, by: str, *, keep: int, with_uncollected: bool, dry_run: bool, form: str) -> None:
    """Move all rows of YEAR to the schema archive_YEAR, in one transaction, as the owner of the tables.

    Stop web and scheduler, take a backup and try it with --dry-run first.
    """
    asked = Asked(year, by, keep=keep, with_uncollected=with_uncollected, dry_run=dry_run)
    done = _carried_out(archiving.archive, asked)
    _tell(done, form, words.tried(done) if dry_run else words.archived(done, archives.schema_of(year)))


@years_group.command("restore")
@_YEAR
@_BY
@_DRY
@_FORMAT
def restore(year: int, by: str, *, dry_run: bool, form: str) -> None:
    """Bring YEAR back from the schema archive_YEAR, each row as it was, in one transaction."""
    done = _carried_out(archiving.restore, Asked(year, by, dry_run=dry_run))
    _tell(done, form, words.tried(done) if dry_run else words.restored(done))


def _carried_out(verb: Callable[..., Done], asked: Asked) -> Done:
    with database.engine.connect() as connection:
        revision = migrating.current(connection)
    try:
        with database.transaction() as session:
            done = verb(session, asked, revision=revision, now=clock.now(), say=_progress())
            _undo_if_tried(session, asked)
    except (NotNow, NotAllowed) as refused:
        raise click.ClickException(str(refused)) from refused
    except IntegrityError as broken:  # what a row refers to has gone meanwhile
        detail = str(broken.orig).partition("\n")[0]
        raise click.ClickException(words.BROKEN.format(detail=detail)) from broken
    return done


def _undo_if_tried(session: Session, asked: Asked) -> None:
    if asked.dry_run:
        session.rollback()


def _progress() -> Callable[[int], None]:
    read, said = 0, 0

    def say(many: int) -> None:
        nonlocal read, said
        read += many
        if read - said >= _SAID_EVERY:
            said = read
            click.echo(words.COMPARED.format(rows=number(read)), err=True)

    return say


def _tell(done: Done, form: str, said: str) -> None:
    if form == "json":
        tables = {proof.table: {"rows": proof.rows, "hash": proof.hash} for proof in done.proofs}
        told = {"year": done.year, "dossiers": done.dossiers, "rows": done.rows, "tables": tables}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for proof in done.proofs:
        click.echo(words.LINE.format(table=proof.table, rows=number(proof.rows), hash=proof.hash[:16]))
    click.echo(said)
