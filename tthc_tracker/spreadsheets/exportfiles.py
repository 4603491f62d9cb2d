"""Where files of lists lie until somebody fetches them: one by its number, read by its owner only."""

import os
import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def path_of(var: Path, export_id: int, form: str) -> Path:
    """The file of an export."""
    return var / "exports" / f"{export_id}.{form}"


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Write the file under another name; it stands under its own only when it is whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")  # two writers never share one
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def lying(var: Path) -> list[Path]:
    """Every file there is, drafts of an ended process among them."""
    return list((var / "exports").glob("*.*")) + list((var / "exports").glob(".*.tmp"))


def forget(paths: Iterable[Path], known: Collection[int]) -> int:
    """Remove the files that belong to no export any more; how many. Look what lies there before asking which
    are known: the file of an export asked for in between stays."""
    gone = {path for path in paths if _number(path) not in known}
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _number(path: Path) -> int:
    digits = path.name.lstrip(".").partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() else -1
