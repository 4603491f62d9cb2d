"""Fresh databases for tests: migrated once in a run, copied for each test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import postgres, runs
from tthc_tracker import migrating
from tthc_tracker.engine import make_engine

ENGINES = ("sqlite", "postgresql")


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema and leave it without a connection."""
    engine = make_engine(url)
    try:
        migrating.upgrade(engine)
    finally:
        engine.dispose()


@contextmanager
def migrated(kind: str, folder: Path) -> Iterator[str]:
    """The address of a fresh migrated database of `kind`; a SQLite file lies in `folder`."""
    if kind == "postgresql":
        cluster = postgres.shared()
        name = cluster.create_database(template=_postgresql_template(cluster))
        try:
            yield cluster.url(name)
        finally:
            cluster.drop_database(name)
    else:
        yield _copy_of_sqlite(folder)


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if kind == "postgresql":
        with postgres.empty_database() as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'empty.sqlite'}"


def _postgresql_template(cluster: postgres.Cluster) -> str:
    with runs.only_one("postgres-template") as made:
        if not made.exists():
            name = cluster.create_database()
            migrate(cluster.url(name))
            made.write_text(name)
        return made.read_text()


def _copy_of_sqlite(folder: Path) -> str:
    template = runs.folder() / "template.sqlite"
    with runs.only_one("sqlite-template") as made:
        if not made.exists():
            migrate(f"sqlite:///{template}")  # the last connection to close leaves no -wal file beside it
            made.touch()
    copy = folder / "tthc.sqlite"
    shutil.copyfile(template, copy)
    return f"sqlite:///{copy}"
