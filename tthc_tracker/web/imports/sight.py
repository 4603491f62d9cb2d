"""How a file that is sent can be read: as it is, by the map of its source, or once somebody has made one."""

from dataclasses import dataclass
from pathlib import Path

from flask_login import current_user

from tthc_tracker.queries import columnmaps, imports
from tthc_tracker.spreadsheets.exchangefile import glance_at
from tthc_tracker.spreadsheets.faults import UnagreedError
from tthc_tracker.spreadsheets.filekinds import Kind
from tthc_tracker.spreadsheets.samples import sample_of
from tthc_tracker.web.imports.columnforms import is_mappable
from tthc_tracker.web.unit_of_work import reading


@dataclass(frozen=True)
class Sight:
    """What a file is, and by which map it is read; unmapped: by none that there is."""

    kind: Kind
    columns_id: int | None = None
    unmapped: bool = False


def read_at_sight(path: Path, source_code: str) -> Sight:
    """Look at the beginning of a file.

    Raises:
        UnusableFileError: nothing that can be read, whoever says how.
    """
    try:
        return Sight(glance_at(path))
    except UnagreedError:
        kept = columnmaps.in_force(reading(), source_code, imports.homes(current_user.memberships))
        return _by_map(path, kept) if kept else _unmapped(path)


def _by_map(path: Path, kept: columnmaps.KeptMap) -> Sight:
    try:
        return Sight(glance_at(path, kept.how), kept.id)
    except UnagreedError:
        return _unmapped(path)


def _unmapped(path: Path) -> Sight:
    """Worth asking a person.

    Raises:
        UnagreedError: what hinders, where it is not.
    """
    sample = sample_of(path)
    if not is_mappable(sample):
        glance_at(path)
    return Sight(sample.kind, unmapped=True)
