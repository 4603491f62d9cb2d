"""Remove from var/ what an erasure has let go of; once it is committed, so that nothing is lost by a refusal.

A process that ends in between leaves files to the nightly clean-up, except letters of the demo's mail folder.
"""

from pathlib import Path

from tthc_tracker.channels.files import MailFiles
from tthc_tracker.extensions import database
from tthc_tracker.queries import keptlists
from tthc_tracker.services.erasure import Erased
from tthc_tracker.services.fieldreportphotos import Album
from tthc_tracker.spreadsheets import exportfiles
from tthc_tracker.spreadsheets.intake import Shelf


def remove(var: Path, erased: Erased) -> None:
    """Remove letters, files that were sent in, and files of lists that may name who was erased."""
    MailFiles(var / "mail").forget(erased.letters)
    for name in erased.imports:
        Shelf(var).forget(name)
    for name in erased.photos:
        Album(var).forget(name)
    lying = exportfiles.lying(var)
    with database.reading() as session:
        known = keptlists.known_exports(session)
    exportfiles.forget(lying, known)
