"""`flask fieldreports import`: take in a file of field reports (phản ánh hiện trường)."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.cli.files import read_text, refuse, tell
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.photos import LARGEST
from tthc_tracker.extensions import database
from tthc_tracker.services.fieldreportfiles import Enclosed, load_reports
from tthc_tracker.services.fieldreportphotos import Album
from tthc_tracker.services.fieldreports import agency_of
from tthc_tracker.services.tablerows import BadRows

fieldreports_group = AppGroup("fieldreports", help="Reports of citizens from the field.")


@fieldreports_group.command("import")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--agency", "agency_code", required=True, help="Code of the agency that takes them in.")
@click.option(
    "--photos", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Where the photos lie that the column photo names.",
)  # fmt: skip
def import_file(path: Path, agency_code: str, folder: Path | None) -> None:
    """Read PATH, a CSV with code, kind, place, words, received_at; all of it or nothing.

    A code that is known with the same content is left as it is, so a file may be loaded again.
    """
    text, now = read_text(path), clock.now()
    photos = Enclosed(Album(current_app.config["SETTINGS"].var), lambda name: _photo(folder, name))
    try:
        with database.transaction() as session:
            agency_id = agency_of(session, agency_code, now.date())
            outcome = load_reports(
                session, text, agency_id=agency_id, actor_id=None, now=now, photos=photos
            )  # fmt: skip
    except InvalidInput as error:
        raise click.ClickException(f"Không có cơ quan «{agency_code}» đang hoạt động.") from error
    except BadRows as error:
        refuse(path.name, error)
    else:
        tell(path.name, outcome)


def _photo(folder: Path | None, name: str) -> bytes | None:
    """A photo of the folder itself, or as much of it as shows that it is too large; None for no such file."""
    if folder is None or Path(name).name != name or not (folder / name).is_file():
        return None
    with (folder / name).open("rb") as file:
        return file.read(LARGEST + 1)
