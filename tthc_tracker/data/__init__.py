"""Facts that come with the product, as files; README.md beside this one tells the columns and the sources."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def path(name: str) -> Path:
    """Where a shipped file lies, such as `calendar/national.csv`.

    Raises:
        FileNotFoundError: no such file is shipped.
    """
    return (FOLDER / name).resolve(strict=True)
