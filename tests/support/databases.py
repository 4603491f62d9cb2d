"""Fresh databases for tests: migrated and stocked once in a run, copied for each test.

Stocked is what `flask db upgrade` leaves: tables with sources, titles, the national calendar and the shipped
procedures in them. Bare is the tables alone, for tests of that very loading.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from tests.support import compiling, hashing, postgres, runs
from tests.support.moments import at
from tthc_tracker import migrating
from tthc_tracker.engine import make_engine
from tthc_tracker.services import catalogue

ENGINES = ("sqlite", "postgresql")
STOCKED = at("Mon 2026-11-16 07:00")

compiling.share()
hashing.cheaply()


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema and leave it without a connection."""
    engine = make_engine(url)
    try:
        migrating.upgrade(engine)
    finally:
        engine.dispose()


def stock(url: str) -> None:
    """Load what ships with the product, as `flask db upgrade` does."""
    engine = make_engine(url)
    try:
        with Session(engine) as session, session.begin():
            catalogue.seed_reference(session, STOCKED)
    finally:
        engine.dispose()


@contextmanager
def migrated(kind: str, folder: Path, *, bare: bool = False) -> Iterator[str]:
    """The address of a fresh database of `kind`, stocked unless `bare`; a SQLite file lies in `folder`."""
    if kind == "postgresql":
        cluster = postgres.shared()
        name = cluster.create_database(template=_postgresql_template(cluster, bare=bare))
        try:
            yield cluster.url(name)
        finally:
            cluster.drop_database(name)
    else:
        yield _copy_of_sqlite(folder, bare=bare)


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if kind == "postgresql":
        with postgres.empty_database() as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'empty.sqlite'}"


def _make(url: str, *, bare: bool) -> None:
    migrate(url)
    if not bare:
        stock(url)


def _postgresql_template(cluster: postgres.Cluster, *, bare: bool) -> str:
    with runs.only_one(f"postgres-{_name(bare)}") as made:
        if not made.exists():
            name = cluster.create_database()
            _make(cluster.url(name), bare=bare)
            made.write_text(name)
        return made.read_text()


def _copy_of_sqlite(folder: Path, *, bare: bool) -> str:
    template = runs.folder() / f"{_name(bare)}.sqlite"
    with runs.only_one(f"sqlite-{_name(bare)}") as made:
        if not made.exists():
            # The last connection to close leaves no -wal file beside it.
            _make(f"sqlite:///{template}", bare=bare)
            made.touch()
    copy = folder / "tthc.sqlite"
    shutil.copyfile(template, copy)
    return f"sqlite:///{copy}"


def _name(bare: bool) -> str:
    return "bare" if bare else "stocked"
