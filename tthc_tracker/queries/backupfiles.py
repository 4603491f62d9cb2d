"""Which backups lie in a folder, by their names alone."""

import datetime as dt
from pathlib import Path

NAME = "tthc-*.sqlite.gz"


def newest(folder: Path) -> Path | None:
    """The last backup, if there is one."""
    return max(folder.glob(NAME), default=None)


def made_on(path: Path) -> dt.date:
    """The local day in the name of a backup."""
    return dt.date(int(path.name[5:9]), int(path.name[9:11]), int(path.name[11:13]))
