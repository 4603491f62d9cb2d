"""Makes a large office of a smaller one: its dossiers again and again, as rows, with other numbers and codes.

    python -m tests.bench.multiplying --office FOLDER --times N --to VAR

FOLDER is what `python -m tests.bench.cpu --keep FOLDER` has built; VAR becomes an installation's folder.

Built one by one (population.py) a million dossiers take hours; copied inside SQLite, minutes. What is copied
are the dossiers with their codes, people, events, papers, clocks and pauses. The facts of the copies wait in
`fact_queue`, where the triggers put them; the search index does not know the copies.
"""

import argparse
import shutil
from pathlib import Path

from sqlalchemy import Column, Table

from tests.support import databases, servers
from tthc_tracker.engine import sqlite
from tthc_tracker.models.base import Base
from tthc_tracker.services.numbering import YEAR
from tthc_tracker.services.trailkeys import NAME

_COPIED = (
    "person", "dossier", "dossier_code", "dossier_event", "dossier_component", "reception_round", "pause",
)  # fmt: skip
_TRAIL = ("trail_link", "trail_head", "trail_seal")


def multiply(path: Path, times: int) -> None:
    """Have the office in this file `times` as many dossiers. Its trail is taken out: `flask db upgrade`
    chains all that stands there anew."""
    raw = sqlite.connect(str(path))
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("PRAGMA synchronous=OFF")
    raw.execute("PRAGMA cache_size=-1000000")  # the indexes of open dossiers are met in no order
    guards = raw.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (?, ?, ?)", _TRAIL
    ).fetchall()
    for name, _ in guards:
        raw.execute(f"DROP TRIGGER {name}")
    for table in _TRAIL:
        raw.execute(f"DELETE FROM {table}")
    for _, guard in guards:
        raw.execute(guard)
    tables = [Base.metadata.tables[name] for name in _COPIED]
    steps = {each: _step(raw, each) for each in ("person", "dossier", "pause", "dossier_code")}
    bounds = {table.name: _last_row(raw, table) for table in tables}
    for copy in range(1, times):
        for table in tables:
            raw.execute(_again(table, copy, steps), (bounds[table.name],))
        raw.commit()
    raw.close()


def _last_row(raw: sqlite.Connection, table: Table) -> int:
    return int(raw.execute(f"SELECT MAX(rowid) FROM {table.name}").fetchone()[0] or 0)


def _step(raw: sqlite.Connection, table: str) -> int:
    """By how much the numbers of one copy lie above those of the one before."""
    number = {"dossier": f"id % {YEAR}", "dossier_code": "seq"}.get(table, "id")
    return int(raw.execute(f"SELECT MAX({number}) FROM {table}").fetchone()[0] or 0) + 1


def _again(table: Table, copy: int, steps: dict[str, int]) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.c)
    values = ", ".join(_value(table, column, copy, steps) for column in table.c)
    return f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.name} WHERE rowid <= ?"


def _value(table: Table, column: Column[object], copy: int, steps: dict[str, int]) -> str:
    name = f'"{column.name}"'
    refers = {key.column.table.name for key in column.foreign_keys}
    if column.name == "id":
        refers = {table.name}
    for other in refers & {"person", "dossier", "pause"}:
        return f"{name} + {copy * steps[other]}"
    if column.name == "code":  # …-0007 of the second copy is …-5007, say; a series of one day has gaps then
        further = f"CAST(substr(code, -4) AS INTEGER) + {copy * steps['dossier_code']}"
        return f"substr(code, 1, length(code) - 4) || printf('%04d', {further})"
    if table.name == "dossier_code" and column.name == "seq":
        return f"seq + {copy * steps['dossier_code']}"
    return name


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.multiplying", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--office", type=Path, required=True)
    parser.add_argument("--times", type=int, required=True)
    parser.add_argument("--to", type=Path, required=True)
    asked = parser.parse_args()
    asked.to.mkdir(parents=True)
    file = asked.to / "tthc.sqlite"
    shutil.copyfile(asked.office / "cpu.sqlite", file)
    shutil.copy(asked.office / NAME, asked.to / NAME)
    url = f"sqlite:///{file}"
    databases.migrate(url)
    multiply(file, asked.times)
    done = servers.flask(["db", "upgrade"], servers.environment(url, asked.to, url="http://127.0.0.1"))
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    main()
