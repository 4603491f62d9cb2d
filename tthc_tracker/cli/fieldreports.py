"""`flask fieldreports import`: take in a file of field reports (phản ánh hiện trường)."""

from pathlib import Path

import click
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.cli.files import read_text, refuse, tell
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.extensions import database
from tthc_tracker.services.fieldreportfiles import load_reports
from tthc_tracker.services.fieldreports import agency_of
from tthc_tracker.services.tablerows import BadRows

fieldreports_group = AppGroup("fieldreports", help="Reports of citizens from the field.")


@fieldreports_group.command("import")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--agency", "agency_code", required=True, help="Code of the agency that takes them in.")
def import_file(path: Path, agency_code: str) -> None:
    """Read PATH, a CSV with code, kind, place, words, received_at; all of it or nothing.

    A code that is known with the same content is left as it is, so a file may be loaded again.
    """
    text, now = read_text(path), clock.now()
    try:
        with database.transaction() as session:
            agency_id = agency_of(session, agency_code, now.date())
            outcome = load_reports(session, text, agency_id=agency_id, actor_id=None, now=now)
    except InvalidInput as error:
        raise click.ClickException(f"Không có cơ quan «{agency_code}» đang hoạt động.") from error
    except BadRows as error:
        refuse(path.name, error)
    else:
        tell(path.name, outcome)
