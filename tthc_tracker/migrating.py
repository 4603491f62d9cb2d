"""Bring a database to the schema of this code, and tell whether it is there.

Telling it needs no alembic: whoever serves pages answers it for /readyz, and never loads what migrates.
"""

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, column, inspect, select, table

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

_SAID = re.compile(r"""^(down_revision|revision) = (?:"(\w+)"|None)$""", re.MULTILINE)
_AT: Select[str] = select(column("version_num")).select_from(table("alembic_version"))


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
            _alembic("upgrade", connection, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate down to `revision` (`base` for nothing left)."""
    with engine.begin() as connection:
        _alembic("downgrade", connection, revision)


def _alembic(step: str, connection: Connection, revision: str) -> None:
    """Let alembic go there on this connection; it is loaded by the first that needs it."""
    config: Any = import_module("alembic.config").Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    getattr(import_module("alembic.command"), step)(config, revision)
