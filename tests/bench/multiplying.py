"""Makes a large office of a smaller one inside its database: every dossier again and again (copies.py).

What the product has written stands aside in a schema `base`; the tables are filled anew, in the order of
their keys, without secondary indexes, triggers and references; then these are made again. The sums of the
facts are made by the product's own steps, as after an upgrade. The trail knows the base and none of the
copies, until it is forgotten and `flask db upgrade` chains all that stands there.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text, update

from tests.bench import copies
from tests.bench.copies import MULTIPLIED, SERIES, Dialect, Steps, table_of
from tthc_tracker.domain.folding import fold
from tthc_tracker.engine import sqlite
from tthc_tracker.extensions import Database
from tthc_tracker.models.base import Base
from tthc_tracker.models.fact import FactLedger
from tthc_tracker.queries.yearclosure import YEAR
from tthc_tracker.services import dailyfacts, search

Run = Callable[[str], Any]
_ROOM = -2_000_000  # KiB of pages that SQLite may hold while it builds
_TRAIL = ("trail_link", "trail_head", "trail_seal")
_SETS = (  # about as much work each
    ("person", "dossier", "dossier_code", "dossier_fact", "reception_round", "pause", "handover", "custody",
     "alert", "alert_recipient"),
    ("dossier_event", "event_private", "dossier_component"),
)  # fmt: skip


def sqlite_office(path: Path, base: Path, times: int) -> None:
    """Have the office of the file `base` so many times in the file `path`, which is a copy of it."""
    with closing(sqlite.connect(str(path), isolation_level=None)) as raw:
        for setting in ("foreign_keys=OFF", "journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE",
                        f"cache_size={_ROOM}", "threads=2", "secure_delete=OFF"):  # fmt: skip
            raw.execute(f"PRAGMA {setting}").fetchall()
        raw.execute("ATTACH ? AS base", (str(base),))
        for setting in ("journal_mode=OFF", "synchronous=OFF"):
            raw.execute(f"PRAGMA base.{setting}").fetchall()
        run: Run = raw.execute
        says = Dialect("sqlite")
        laid = raw.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('index', 'trigger')"
            f" AND tbl_name IN ({_listed(MULTIPLIED)}) ORDER BY tbl_name, name"
        ).fetchall()
        for kind, name, _ in laid:
            run(f"DROP {kind} main.{name}")
        run("BEGIN")
        steps = _remark(run, raw.executemany, says, times)
        run("COMMIT")
        for table in MULTIPLIED:
            run(f"DELETE FROM main.{table}")
        run("INSERT INTO dossier_search (dossier_search) VALUES ('delete-all')")
        run("INSERT INTO dossier_search (dossier_search, rank) VALUES ('hashsize', 67108864)")
        _work(run, [each for names in _SETS for each in _copying(names, steps, says)])
        _work(run, _searching(steps, says))
        run("DELETE FROM dossier_search_config WHERE k = 'hashsize'")
        _work(run, [(f"index {name}", [sql]) for kind, name, sql in laid if kind == "index"])
        for kind, _, sql in laid:
            if kind == "trigger":
                run(sql)
        raw.execute("DETACH base")
        raw.execute("PRAGMA locking_mode=NORMAL").fetchall()
        raw.execute("PRAGMA journal_mode=WAL").fetchall()


def forget_trail(path: Path) -> None:
    """Have an office of SQLite be in no trail, for the next upgrade to begin one of all that stands there."""
    with closing(sqlite.connect(str(path))) as raw:
        guards = raw.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({_listed(_TRAIL)})"
        ).fetchall()
        for name, _ in guards:
            raw.execute(f"DROP TRIGGER {name}")
        for table in _TRAIL:
            raw.execute(f"DELETE FROM {table}")
        for _, guard in guards:
            raw.execute(guard)
        raw.commit()


def postgresql_office(address: str, times: int) -> None:
    """Have the office of this database so many times in it. address: its superuser's."""
    says = Dialect("postgresql")
    with _quick(address) as raw:
        run: Run = raw.execute
        for statement in ("CREATE SCHEMA base", *(
            f"CREATE UNLOGGED TABLE base.{table} AS TABLE public.{table}" for table in MULTIPLIED
        )):  # fmt: skip
            run(statement)

        def many(statement: str, rows: Iterable[Sequence[Any]]) -> None:
            with raw.cursor() as cursor:
                cursor.executemany(statement.replace("?", "%s"), rows)

        steps = _remark(run, many, says, times)
        run("ANALYZE")
        laid = raw.execute(_INDEXES, ([*MULTIPLIED, "dossier_search"],)).fetchall()
        for name, _ in laid:
            run(f"DROP INDEX {name}")
        run(f"TRUNCATE {', '.join(MULTIPLIED)}, dossier_search CASCADE")  # what refers to them is empty
    work = [_copying(names, steps, says) for names in _SETS]
    work[1] += _searching(steps, says)
    _together(address, work)
    indexes = [(f"index {name}", [sql.replace(" ON ONLY ", " ON ")]) for name, sql in laid]
    heavy = [each for each in indexes if "dossier_event" in each[1][0] or "dossier_search" in each[1][0]]
    _together(address, [heavy, [each for each in indexes if each not in heavy]])
    with _quick(address) as raw:
        for table in SERIES:
            raw.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"
            )
        raw.execute(f"SELECT setval('dossier_serial', (SELECT MAX(id % {YEAR}) FROM dossier))")
        raw.execute("DROP SCHEMA base CASCADE")
        raw.execute(_WORDS)  # as the trigger, which was not there, and its job do


_WORDS = """
INSERT INTO dossier_word (term)
SELECT word FROM ts_stat('SELECT document FROM dossier_search') WHERE word !~ '^[and][0-9]+$'
ON CONFLICT DO NOTHING
"""
_INDEXES = """
SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
WHERE t.relname = ANY (%s) AND t.relnamespace = 'public'::regnamespace AND NOT c.relispartition
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid AND contype IN ('p', 'u', 'x'))
ORDER BY t.relname, c.relname
"""


@contextmanager
def _quick(address: str) -> Iterator[psycopg.Connection]:
    """A superuser's connection that fires no trigger and looks at no reference."""
    with psycopg.connect(address, autocommit=True) as raw:
        for setting in ("session_replication_role = replica", "maintenance_work_mem = '1500MB'",
                        "work_mem = '256MB'", "max_parallel_maintenance_workers = 1", "jit = off",
                        "synchronous_commit = off", "statement_timeout = 0"):  # fmt: skip
            raw.execute(f"SET {setting}")
        yield raw


def _together(address: str, parts: Sequence[list[tuple[str, list[str]]]]) -> None:
    def one(part: list[tuple[str, list[str]]]) -> None:
        with _quick(address) as raw:
            _work(raw.execute, part)

    with ThreadPoolExecutor(len(parts)) as threads:
        list(threads.map(one, parts))


def sum_up(database: Database) -> None:
    """Make the sums over days anew, by the product's own steps."""
    with database.transaction() as session:
        session.execute(update(FactLedger).values(standing=dailyfacts.SUMMING, step=0))
    run = dailyfacts.Run()
    while run.more:
        begun = time.perf_counter()
        with database.transaction() as session:
            if database.engine.dialect.name == "sqlite":
                session.execute(text(f"PRAGMA cache_size={_ROOM}"))  # so that it sorts in memory
            dailyfacts.fold_next(session, run)
        _tell(run.summed, begun)


# --- on both


def _bare(run: Run) -> None:
    """Nothing else may hang on what is copied: it would stay with one of the copies, or with none."""
    hanging, left = set(MULTIPLIED), -1
    while left != len(hanging):
        left = len(hanging)
        hanging |= {
            table.name for table in Base.metadata.tables.values()
            if {key.column.table.name for key in table.foreign_keys} & hanging
        }  # fmt: skip
    for name in sorted(hanging - set(MULTIPLIED)):
        assert run(f"SELECT 1 FROM {name} LIMIT 1").fetchone() is None, f"{name} is not copied"


def _remark(
    run: Run, many: Callable[[str, Iterable[Sequence[Any]]], Any], says: Dialect, times: int
) -> Steps:
    """Write down once what the copies need to know of the rows of the base."""
    _bare(run)
    for statement in (*copies.REMARKS, copies.NUMBERED.format(times=times), copies.told(says)):
        run(statement)
    run(copies.COUNTED.format(times=times))
    by = {table: run(f"SELECT COALESCE(MAX(id), 0) + 1 FROM base.{table}").fetchone()[0] for table in SERIES}
    by["dossier"] = run(f"SELECT MAX(id % {YEAR}) + 1 FROM base.dossier").fetchone()[0]
    years = run(f"SELECT DISTINCT id / {YEAR} FROM base.dossier ORDER BY 1").fetchall()
    steps = Steps(times, by, tuple(year for (year,) in years))
    known = run(
        "SELECT procedure_id, procedure_version_id, sector_id, limit_amount, limit_unit FROM base.dossier"
        " WHERE limit_unit IS NOT NULL GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2"
    ).fetchall()
    several = {
        procedure for place, (procedure, *_) in enumerate(known) if place and known[place - 1][0] == procedure
    }
    rings = [
        (procedure, version, (procedure if procedure in several else None, *alike))
        for procedure, version, *alike in known
    ]  # fmt: skip
    once = {procedure: each for each in rings for procedure in each[:1]}
    rest = run("SELECT DISTINCT procedure_id, procedure_version_id FROM base.dossier").fetchall()
    once |= {
        procedure: (procedure, version, procedure) for procedure, version in rest if procedure not in once
    }
    many("INSERT INTO base.sibling VALUES (?, ?, ?, ?, ?)", copies.siblings(list(once.values()), steps))
    _remark_names(run, many, times)
    rows = run(
        "SELECT id, receiving_agency_id, resolving_agency_id, returning_agency_id, code FROM base.dossier"
        " ORDER BY id"
    )
    many(
        "INSERT INTO base.placed VALUES (?, ?, ?)",
        [(row[0], search.places(row[1:4]), row[4].split("-")[-2]) for row in rows.fetchall()],
    )
    return steps


def _remark_names(run: Run, many: Callable[[str, Iterable[Sequence[Any]]], Any], times: int) -> None:
    places: dict[str, int] = {}
    named = []
    for person_id, name in run("SELECT id, full_name FROM base.person ORDER BY id").fetchall():
        family, *between, given = name.split(" ")
        middle = " ".join(between)
        place = places.setdefault(middle, len(places))
        named.append((person_id, place, family, given, fold(family), fold(middle), fold(given)))
    many("INSERT INTO base.named VALUES (?, ?, ?, ?, ?, ?, ?)", named)
    many("INSERT INTO base.middle VALUES (?, ?, ?, ?)", copies.middles(len(places), times))


Part = tuple[str, list[str]]


def _copying(names: Iterable[str], steps: Steps, says: Dialect) -> list[Part]:
    parts = [(name, list(copies.insertions(table_of(name), steps, says))) for name in names]
    if "dossier_fact" in names:
        parts += [(name, [copies.facts_of_days(name)]) for name in ("daily_fact", "daily_length")]
    return parts


def _searching(steps: Steps, says: Dialect) -> list[Part]:
    return [("search", [copies.searchable(steps, says, copy) for copy in range(steps.times)])]


def _work(run: Run, parts: Iterable[Part]) -> None:
    for name, statements in parts:
        begun = time.perf_counter()
        for statement in statements:
            run(statement)
        _tell(name, begun)


def _tell(name: str, begun: float) -> None:
    print(f"  {time.perf_counter() - begun:7.1f} s  {name}", file=sys.stderr, flush=True)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
