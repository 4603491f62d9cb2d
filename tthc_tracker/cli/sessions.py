"""`flask reports session`: the report of a quarter's session as PDF or as a document that Word opens."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from tthc_tracker import clock
from tthc_tracker.cli.reports import Unanswerable
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.periods import Period, PeriodKind, parse_period
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.extensions import database
from tthc_tracker.queries import sessionreport
from tthc_tracker.queries.sessionreport import SessionReport
from tthc_tracker.web.sessions.making import FORMS, file_of


@click.command("session")
@click.option("--quarter", required=True, metavar="QUARTER", help="A statutory quarter: 2024-Q1.")
@click.option("--agency", default="", metavar="CODE", help="This agency and those below it.")
@click.option("--format", "form", type=click.Choice(FORMS), default="pdf", show_default=True)
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@with_appcontext
def session_command(quarter: str, agency: str, form: str, output: Path) -> None:
    """Write the report of a quarter's session: indicators, rates, the late, causes, outages, conclusions."""
    found = _read(_quarter(quarter), agency)
    output.write_bytes(file_of(found, form))
    click.echo(f"Đã ghi {output}.")


def _quarter(text: str) -> Period:
    period = parse_period(text)
    if period is None or period.kind is not PeriodKind.QUARTER:
        raise Unanswerable(f"Không đọc được quý “{text}”: viết như 2024-Q1.")
    return period


def _read(period: Period, agency: str) -> SessionReport:
    with database.reading() as unit:
        try:
            return sessionreport.report(unit, agency, period, EVERYTHING, clock.now())
        except NotFound:
            raise Unanswerable(f"Không có cơ quan nào mang mã {agency}.") from None
