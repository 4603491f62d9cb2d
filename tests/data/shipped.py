"""The shipped files as rows, read here without the product."""

import csv
from pathlib import Path

from tthc_tracker import data

FOLDER = Path(data.__file__).parent
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.csv"))


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one file by its head."""
    with data.path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))
