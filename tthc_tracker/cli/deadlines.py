"""`flask deadlines`: the law at the command line."""

import json
import sys

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from tthc_tracker import clock
from tthc_tracker.cli.reckoning import answer_lines
from tthc_tracker.domain.errors import CalendarHorizonError, NotFound
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.extensions import database
from tthc_tracker.queries import custody, dossiers, promises
from tthc_tracker.queries.calendars import national_calendar
from tthc_tracker.wording import custody as custodywords
from tthc_tracker.wording import ledgers
from tthc_tracker.wording.reckoning import horizon

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


@deadlines_group.command("explain")
@click.argument("code")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text")
def explain_command(code: str, shape: str) -> None:
    """Reckon the due date of a stored dossier again and show the working.

    Exit status 0 when it is what is stored (or was given by a source), 1 when it differs, 2 when it cannot
    be reckoned or there is no such dossier.
    """
    try:
        with database.reading() as session:
            view = dossiers.find(session, code, EVERYTHING)
            explained = promises.explained(session, view.dossier, clock.minute())
            steps = custody.steps_of(session, view.dossier.id)
    except NotFound as error:
        raise click.exceptions.Exit(_complain(ledgers.unknown(code))) from error
    except CalendarHorizonError as error:
        raise click.exceptions.Exit(_complain(horizon(error.looked_at, error.year))) from error
    answer = ledgers.account(view.dossier, explained)
    answer["process"] = custodywords.step_facts(steps) if steps else None
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1) if shape == "json" else ledgers.page(answer))
    if shape == "text" and steps:
        click.echo("\n".join(custodywords.step_lines(steps, clock.minute())))
    if answer["same"] is False:
        sys.exit(1)


def _complain(message: str) -> int:
    click.echo(message, err=True)
    return 2
