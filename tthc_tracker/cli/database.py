"""`flask db`: the schema."""

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock, migrating
from tthc_tracker.extensions import database
from tthc_tracker.services import trail
from tthc_tracker.services.catalogue import seed_reference
from tthc_tracker.services.trailkeys import NAME, Keyring

database_group = AppGroup("db", help="The database and its schema.")


def bring_up_to_date() -> None:
    """Migrate, and put in what every database needs."""
    migrating.upgrade(database.engine)
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


@database_group.command("current")
def current() -> None:
    """Say which revision the database is at, and which this code needs."""
    with database.engine.connect() as connection:
        click.echo(f"database {migrating.current(connection)}, code {migrating.head()}")
