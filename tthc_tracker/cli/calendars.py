"""`flask calendar`: office hours, holidays, make-up days and known years from a file."""

from pathlib import Path

import click
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.cli.files import read_text, refuse, tell
from tthc_tracker.extensions import database
from tthc_tracker.services import calendars
from tthc_tracker.services.tablerows import BadRows

calendar_group = AppGroup("calendar", help="The work calendar.")


@calendar_group.command("load", help="Columns date,kind,windows,basis [agency,weekdays].")
@click.argument("file", type=click.Path(path_type=Path))
def load(file: Path) -> None:
    """Load a calendar file; loading it again changes nothing, a bad row stops all of it (status 1)."""
    text = read_text(file)
    try:
        with database.transaction() as session:
            outcome = calendars.load_calendar(session, text, actor_id=None, now=clock.now())
    except BadRows as error:
        refuse(file.name, error)
    else:
        tell(file.name, outcome)
