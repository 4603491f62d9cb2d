"""What the edges share: the database with its read and write sessions. No Flask: the scheduler has none."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from tthc_tracker.engine import (
    UnknownOutcomeError,
    WritersInTurn,
    for_reading,
    go_on,
    make_engine,
    unconfirmed_commits,
)
from tthc_tracker.replica import Replica, Standing
from tthc_tracker.services import trail
from tthc_tracker.services.trailkeys import Keyring

log = logging.getLogger(__name__)

# Where commits do not wait for the disk, what is committed may not be written yet.
_WRITTEN_UP_TO = text(
    "SELECT CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn() "
    "ELSE pg_current_wal_flush_lsn() END"
)


class Database:
    """The engine of this process. Bound once by the composition root, disposed after a fork."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._replica: Replica | None = None

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("database.bind(url) has not been called")
        return self._engine

    def bind(
        self, url: str, *, replica_url: str = "", keyring: Keyring | None = None, **options: Any
    ) -> None:
        """Take the engine for `url` (`sqlite:///…` or `postgresql+psycopg://…`).

        replica_url: a hot standby of it, from which pages may read. keyring: signs the trail of what is
        written; the application always gives it.
        """
        self.dispose()
        self._engine = make_engine(url, **options)
        self._replica = Replica(replica_url, self._engine) if replica_url else None
        self._writers = WritersInTurn() if self._engine.dialect.name == "sqlite" else None
        self._write = sessionmaker(self._engine, expire_on_commit=False)
        if keyring is not None:
            trail.attend(self._write, keyring)
        self._read = sessionmaker(for_reading(self._engine), expire_on_commit=False)
        self._read_in_line = sessionmaker(for_reading(self._engine, in_line=True), expire_on_commit=False)

    def dispose(self) -> None:
        """Close every connection; the next use opens new ones."""
        if self._engine is not None:
            self._engine.dispose()
        if self._replica is not None:
            self._replica.engine.dispose()

    def forget_connections(self) -> None:
        """After a fork: leave the parent's connections to the parent and open new ones when needed."""
        self.engine.dispose(close=False)
        if self._replica is not None:
            self._replica.engine.dispose(close=False)

    @property
    def has_replica(self) -> bool:
        """Whether pages may be read from a standby."""
        return self._replica is not None

    def replica_standing(self) -> Standing | None:
        """How the standby stands from which pages are read; None where there is none."""
        return self._replica.standing() if self._replica is not None else None

    def new_read_session(self, seen: str | None = None) -> Session:
        """A session that cannot write; the caller closes it.

        seen: how far its reader has seen the database (`position`, or empty), so that a standby may serve him
        once it has come as far; None: only the database itself will do.
        """
        if self._replica is None or seen is None:
            return self._read_in_line()
        return self._replica.session(seen) or self._read_in_line()

    def position(self) -> str:
        """How far the database has been written by now; empty where there is no standby to be behind."""
        if self._replica is None:
            return ""
        with self.engine.connect().execution_options(postgresql_readonly=True) as connection:
            return str(connection.execute(_WRITTEN_UP_TO).scalar_one())

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A read-only unit: never a write (the engine refuses it); on SQLite one snapshot."""
        with self._read() as session:
            yield session

    @contextmanager
    def transaction(self, *, in_one_go: bool = False) -> Iterator[Session]:
        """A write unit: committed at the end or not at all.

        in_one_go: what it writes is sent without waiting for each answer. A row that the database refuses is
        told then by a later statement or the commit, so nothing in it may mend such a fault by a savepoint.

        Raises:
            WritersBusy: others wrote for longer than one may wait; nothing was done.
            UnknownOutcomeError: the commit stands here but no standby has confirmed it; do not
                acknowledge, let the same submission key be sent again (decision 0004).
        """
        turn = self._writers.turn() if self._writers else nullcontext()
        with turn, self._write() as session:
            with session.begin():
                connection = session.connection()
                info = connection.info
                if in_one_go:
                    go_on(connection)
                before = unconfirmed_commits(info)
                yield session
            if unconfirmed_commits(info) > before:
                raise UnknownOutcomeError


database = Database()
