"""What a file has said so far of each code, in a bounded amount of memory.

The latest codes lie in a dictionary. When there are too many they move into a database of this process alone,
in a file without a name that SQLite removes by itself; a batch looks up its own codes there in one statement.
"""

import json
import sqlite3
from collections.abc import Iterable

Said = tuple[int, str]
"""The number of the row that spoke of a code first, and the hash of what it said."""

MOST = 50_000
"""Codes in memory: 17 MB. A file sent by screen has no more rows."""

_TABLE = "CREATE TABLE said (code TEXT PRIMARY KEY, number INTEGER, hash TEXT) WITHOUT ROWID"
_ASK = "SELECT code, number, hash FROM said WHERE code IN (SELECT value FROM json_each(?))"


class SeenRows:
    """Codes of one file. `expect` comes before the rows of a batch, then `of`, `note` and `forget`."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._latest: dict[str, Said] = {}
        self._met: dict[str, Said] = {}  # of this batch's codes, what lies beyond
        self._beyond: sqlite3.Connection | None = None

    def expect(self, codes: Iterable[str]) -> None:
        """Have at hand what was said of these, and make room for them."""
        if len(self._latest) > self._most:
            self._move()
        if self._beyond is not None:
            found = self._beyond.execute(_ASK, (json.dumps(list(codes)),))
            self._met = {code: (number, said) for code, number, said in found}

    def of(self, code: str) -> Said | None:
        """Which row spoke of it first, and what it said."""
        return self._latest.get(code) or self._met.get(code)

    def note(self, code: str, said: Said) -> None:
        """A row speaks of it first."""
        self._latest[code] = said

    def forget(self, code: str, said: Said) -> None:
        """This row of the last batch was undone."""
        if self._latest.get(code) == said:
            del self._latest[code]

    def _move(self) -> None:
        if self._beyond is None:
            self._beyond = _private()
        # Else SQLite would go through all its pages in memory at each row, to call them clean.
        self._beyond.execute("BEGIN")
        self._beyond.executemany(
            "INSERT INTO said VALUES (?, ?, ?)", sorted((code, *said) for code, said in self._latest.items())
        )
        self._beyond.execute("COMMIT")
        self._latest.clear()


def _private() -> sqlite3.Connection:
    # Whoever takes the batches uses it, one after the other; in which thread is no matter.
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE", "cache_size=-16000"):
        database.execute(f"PRAGMA {pragma}")
    database.execute(_TABLE)
    return database
