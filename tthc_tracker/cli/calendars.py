"""`flask calendar`: office hours, holidays, make-up days and known years from a file."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.cli.files import read_text, refuse, tell
from tthc_tracker.extensions import database
from tthc_tracker.jobs import calendars as jobs
from tthc_tracker.jobs.work import work_of
from tthc_tracker.services import calendarchanges
from tthc_tracker.services.tablerows import BadRows
from tthc_tracker.wording import calendarchanges as words

calendar_group = AppGroup("calendar", help="The work calendar.")


@calendar_group.command("load", help="Columns date,kind,windows,basis [agency,weekdays].")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--confirm", is_flag=True, help="Move the open dossiers that this moves.")
def load(file: Path, confirm: bool) -> None:
    """Load a calendar file; loading it again changes nothing, a bad row stops all of it (status 1).

    Where open dossiers would move it says how many, and moves them only when it is told to (status 1).
    """
    text = read_text(file)
    try:
        with database.transaction() as session:
            found = calendarchanges.load_or_propose(session, text, now=clock.now())
    except BadRows as error:
        refuse(file.name, error)
    else:
        if isinstance(found, int):
            _move(file.name, found, confirm=confirm)
        else:
            tell(file.name, found)


def _move(name: str, change_id: int, *, confirm: bool) -> None:
    work = work_of(current_app.config["SETTINGS"])
    jobs.judge(work, change_id)
    with database.transaction() as session:
        counts, agreed = calendarchanges.decide_alone(session, change_id, yes=confirm, now=clock.now())
    click.echo(f"{name}: {words.moved(counts)}.")
    if not agreed:
        raise click.ClickException(words.NOT_CONFIRMED)
    jobs.write(work, change_id)
