"""The file of errors of an import as it grows; what a kill left behind it that is not sure is cut off."""

import io
import os
from pathlib import Path
from typing import Self

from tthc_tracker.services.importjudging import Judged
from tthc_tracker.spreadsheets.errorfile import ErrorFile
from tthc_tracker.wording import importing as words


def keep_private(path: Path) -> None:
    """Make the file, or narrow one that lies there: its rows are people's, for the owner's eyes."""
    path.touch(mode=0o600)
    if path.is_file():
        path.chmod(0o600)


class GrowingErrors:
    """Writes one at a path; `sure`: how many bytes of it a transaction vouches for."""

    def __init__(self, path: Path, columns: tuple[str, ...], sure: int = 0) -> None:
        self.path, self._columns, self._sure = path, columns, sure

    def __enter__(self) -> Self:
        keep_private(self.path)
        self._raw = self.path.open("r+b")
        # One that somebody has taken away meanwhile begins anew.
        sure = self._sure if self.path.stat().st_size >= self._sure else 0
        self._raw.truncate(sure)
        self._raw.seek(sure)
        self._text = io.TextIOWrapper(self._raw, encoding="utf-8", errors="backslashreplace", newline="")
        self._file = ErrorFile(self._text, self._columns, begun=bool(sure))
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()

    def note(self, judged: list[Judged]) -> int:
        """Write down what was wrong in a batch, to the disk; how many bytes there are then."""
        for item in judged:
            if remarks := words.remarks(item):
                self._file.note(item.raw, item.number, [code for code, _, _ in remarks], words.reason(item))
        self._text.flush()
        os.fsync(self._raw.fileno())
        return self._raw.tell()
