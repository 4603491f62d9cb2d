"""The file of seals beside the database: one line a seal, only ever appended to. Copy it elsewhere."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tthc_tracker.queries.trailchecks import Sealed

NAME = "trail.seals"


def lay_down(path: Path, seals: Sequence[Sealed]) -> int:
    """Append the seals that the file lacks, to the disk; how many."""
    known = set(read(path))
    lacking = [seal for seal in seals if seal not in known]
    if lacking:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(seal)) + "\n" for seal in lacking)
            file.flush()
            os.fsync(file.fileno())
    return len(lacking)


def read(path: Path) -> list[Sealed]:
    """The seals in the file; none if there is no file.

    Raises:
        ValueError: a line is no seal.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    try:
        return [Sealed(**json.loads(line)) for line in lines if line.strip()]
    except TypeError as error:
        raise ValueError(f"{path.name}: a line is no seal") from error
