"""`flask deadlines`: the law at the command line."""

import sys

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from tthc_tracker.cli.reckoning import answer_lines
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.extensions import database
from tthc_tracker.queries.calendars import national_calendar

deadlines_group = AppGroup("deadlines", help="Due dates and how they come about.")


def _stored_calendar() -> WorkCalendar:
    try:
        with database.reading() as session:
            return national_calendar(session)
    except SQLAlchemyError as error:
        raise NotFound("the stored national calendar cannot be read") from error


@deadlines_group.command("reckon")
@click.option("--no-steps", is_flag=True, help="Leave the working out of the answers.")
def reckon_command(no_steps: bool) -> None:
    """Answer cases read from standard input, one JSON object a line, in their order.

    A case without "calendar" goes by the stored national one; otherwise no database is needed.
    """
    for answer in answer_lines(sys.stdin.buffer, _stored_calendar, with_steps=not no_steps):
        click.echo(answer.encode())
