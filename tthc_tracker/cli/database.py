"""`flask db`: the schema."""

import datetime as dt

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock, migrating
from tthc_tracker.extensions import database
from tthc_tracker.jobs import moving
from tthc_tracker.jobs.work import LEASE, JobFault
from tthc_tracker.services import leases, restoring, trail
from tthc_tracker.services.catalogue import seed_reference
from tthc_tracker.services.moving import Proof
from tthc_tracker.services.trailkeys import NAME, Keyring
from tthc_tracker.wording import moving as words

database_group = AppGroup("db", help="The database and its schema.")


def bring_up_to_date() -> None:
    """Migrate, and put in what every database needs."""
    migrating.upgrade(database.engine)
    migrating.add_years(database.engine, clock.now().year + 1)
    with database.transaction() as session:
        trail.begin(session, Keyring(current_app.config["SETTINGS"].var / NAME))
    with database.transaction() as session:
        seed_reference(session, clock.now())


@database_group.command("upgrade")
def upgrade() -> None:
    """Make the database, or bring it to the schema of this version."""
    bring_up_to_date()
    click.echo(f"Cơ sở dữ liệu ở phiên bản {migrating.head()}.")


@database_group.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Go back to a revision (`base` empties the schema). Take a backup first."""
    migrating.downgrade(database.engine, revision)


@database_group.command("move")
@click.option("--to", "url", required=True, help="The empty PostgreSQL database: postgresql+psycopg://…")
def move(url: str) -> None:
    """Carry a SQLite installation over to PostgreSQL, then compare both row by row.

    Stop web and scheduler first. Stopped half-way, the same command goes on. Exit status 1 when the sides
    differ; the file stays as it is.
    """
    source, keyring = database.engine, Keyring(current_app.config["SETTINGS"].var / NAME)
    try:
        target = moving.open_target(source, url)
        rows = moving.rows_of(source)
        with (
            click.progressbar(length=rows, label=words.CARRYING) as carrying,
            click.progressbar(length=rows, label=words.COMPARING) as comparing,
        ):
            moved = moving.move(source, target, keyring, carried=carrying.update, compared=comparing.update)
    except JobFault as fault:
        raise click.ClickException(str(fault)) from fault
    _tell(moved)
    target.dispose()


@database_group.command("settle")
@click.option(
    "--as-of", "as_of", required=True, help="The moment it was put back to: 2026-11-27T09:30+07:00."
)
def settle(as_of: str) -> None:
    """After your own tool has put PostgreSQL back to an earlier moment, before web and scheduler start.

    Codes that may be on receipts are skipped, mails held, sign-ins ended; `flask restore` does it on SQLite.
    """
    made_at, now = _moment(as_of), clock.now()
    with database.transaction() as session:
        if not leases.is_free(session, LEASE):
            raise click.ClickException(words.STOP_SCHEDULER)
        done = restoring.settle(session, made_at=made_at, now=now, file_name="")
    click.echo(
        words.SETTLED.format(numbers=done.skipped_numbers, mails=done.held_mails, ended=done.ended_sessions)
    )


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(words.NO_MOMENT.format(text=text)) from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=clock.HANOI)
    if moment > clock.now():
        raise click.BadParameter(words.NOT_YET.format(text=text))
    return moment


def _tell(moved: moving.Moved) -> None:
    for proof in moved.proofs:
        line = words.LINE.format(
            table=proof.table, here=proof.here, there=proof.there, hash=proof.hash_there[:16]
        )
        click.echo(line + _difference(proof))
    trail_of = moved.trail
    click.echo(words.TRAIL.format(links=trail_of.links, chains=trail_of.chains, breaks=len(trail_of.breaks)))
    if not moved.whole:
        raise click.ClickException(words.NOT_WHOLE)
    click.echo(words.WHOLE.format(rows=sum(proof.there for proof in moved.proofs)))


def _difference(proof: Proof) -> str:
    if proof.same:
        return ""
    said = words.COUNTS_DIFFER if proof.differs_at is None else words.DIFFERS.format(key=proof.differs_at)
    return f"  {said}"


@database_group.command("current")
def current() -> None:
    """Say which revision the database is at, and which this code needs."""
    with database.engine.connect() as connection:
        click.echo(f"database {migrating.current(connection)}, code {migrating.head()}")
