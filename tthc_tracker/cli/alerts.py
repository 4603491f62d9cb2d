"""`flask alerts preview`: what would be raised at a moment; nothing is changed."""

import csv
import datetime as dt
import json
import sys

import click
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.cli.backtesting import backtest_command
from tthc_tracker.extensions import database
from tthc_tracker.services.alertpreview import Previewed, preview
from tthc_tracker.wording.formats import moment
from tthc_tracker.wording.labels import label

alerts_group = AppGroup("alerts", help="Alerts about deadlines.")
alerts_group.add_command(backtest_command)


class Moment(click.ParamType[dt.datetime]):
    """An ISO moment; without an offset it is local time of Vietnam."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        """Parse, or end with a line that says what is wanted."""
        try:
            parsed = dt.datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r}: hãy dùng dạng 2026-11-23T14:00:00+07:00", param, ctx)
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=clock.HANOI)


@alerts_group.command("preview")
@click.option("--as-of", type=Moment(), default=None, help="ISO moment (default: now).")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def preview_command(as_of: dt.datetime | None, form: str) -> None:
    """Print every alert that stands at a moment, and which of them no scan has written yet."""
    at = (as_of or clock.minute()).astimezone(clock.HANOI)
    with database.reading() as session:
        found = preview(session, at)
    if form == "json":
        answer = {"as_of": at.isoformat(timespec="seconds"), "alerts": [one.as_json() for one in found]}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _print_table(found)


def _print_table(found: list[Previewed]) -> None:
    table = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    for one in found:
        new = "mới" if one.new else ""
        table.writerow(
            (label(one.rule), one.subject_code, moment(one.due_at), one.agency, one.unit or "", new)
        )
