"""Bring a database to the schema of this code, and tell whether it is there.

Telling it needs no alembic: whoever serves pages answers it for /readyz, and never loads what migrates.
"""

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, column, inspect, select, table, text

from tthc_tracker.queries.unhurried import take_time
from tthc_tracker.queries.yearclosure import YEAR

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

_SAID = re.compile(r"""^(down_revision|revision) = (?:"(\w+)"|None)$""", re.MULTILINE)
_AT: Select[str] = select(column("version_num")).select_from(table("alembic_version"))

_PARTITIONED = ("dossier", "dossier_event")
_YEAR_OF = re.compile(r"dossier_\d{4}")
_PARTS = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'dossier'::regclass")
_OWNS = text("SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = 'dossier'::regclass")
_ANY_OF_YEAR = text("SELECT EXISTS (SELECT FROM dossier WHERE id >= :first AND id < :next)")
# A statement's trigger on the whole table does not guard its parts, and each says by itself when it is
# vacuumed (as migration 0101 has it).
_NEW_PART = text(
    "SELECT format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)"
    " WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02,"
    " autovacuum_analyze_scale_factor = 0.02)',"
    " CAST(:part AS text), CAST(:table AS text), CAST(:first AS bigint), CAST(:next AS bigint)),"
    " format('CREATE TRIGGER part_whole BEFORE TRUNCATE ON %I"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', CAST(:part AS text))"
)


@cache
def _revisions() -> dict[str, str]:
    """What each revision goes on from (empty for the first), as the files say."""
    files = (MIGRATIONS / "versions").glob("*.py")
    said = [dict(_SAID.findall(path.read_text(encoding="utf-8"))) for path in files]
    return {each["revision"]: each["down_revision"] for each in said}


def head() -> str:
    """The newest revision this code knows."""
    (newest,) = _revisions().keys() - _revisions().values()
    return newest


def known() -> frozenset[str]:
    """Every revision this code can migrate from."""
    return frozenset(_revisions())


def current(connection: Connection) -> str | None:
    """The revision the database is at, or None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(_AT).scalar_one_or_none()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate up to `revision`, all in one transaction where the database allows it."""
    with engine.begin() as connection:
        if revision != "head" or current(connection) != head():
            take_time(connection)  # an index over ten million rows
            _alembic("upgrade", connection, revision)


def add_years(engine: Engine, through: int) -> list[int]:
    """Give each year up to `through` its partitions on PostgreSQL (decision 0073); the years that got them.

    A year of which dossiers lie among the later ones already stays there: its rows are not moved.
    """
    if engine.dialect.name != "postgresql":
        return []
    with engine.begin() as connection:
        owns = connection.execute(_OWNS).scalar_one()
        there = set(connection.execute(_PARTS).scalars())
        newest = max(int(name[-4:]) for name in there if _YEAR_OF.fullmatch(name))
        missing = [year for year in range(newest + 1, through + 1) if owns and not _has(connection, year)]
        for year in missing:
            for table_name in _PARTITIONED:
                _add_partition(connection, table_name, year)
    return missing


def _has(connection: Connection, year: int) -> bool:
    return bool(
        connection.execute(_ANY_OF_YEAR, {"first": year * YEAR, "next": (year + 1) * YEAR}).scalar_one()
    )


def _add_partition(connection: Connection, table_name: str, year: int) -> None:
    named = {"table": table_name, "part": f"{table_name}_{year}"}
    bounds = {"first": year * YEAR, "next": (year + 1) * YEAR}
    for statement in connection.execute(_NEW_PART, named | bounds).one():
        connection.exec_driver_sql(statement)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate down to `revision` (`base` for nothing left)."""
    with engine.begin() as connection:
        take_time(connection)
        _alembic("downgrade", connection, revision)


def _alembic(step: str, connection: Connection, revision: str) -> None:
    """Let alembic go there on this connection; it is loaded by the first that needs it."""
    config: Any = import_module("alembic.config").Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    getattr(import_module("alembic.command"), step)(config, revision)
