"""How a connection behaves, whatever the database: the settings that keep acknowledged work.

SQLite: every unit begins IMMEDIATE unless read-only, synchronous=FULL, WAL only with a library free of
the WAL-reset bug (decision 0003). PostgreSQL: a commit that no standby confirmed is not acknowledged.
"""

import errno
import logging
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from math import inf
from threading import Event, Lock
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

try:
    import pysqlite3.dbapi2 as sqlite
except ImportError:  # no wheel for this processor: the system's library, without WAL
    sqlite = sqlite3

sqlite_module: Any = sqlite
"""What opens a SQLite file beside any engine."""

log = logging.getLogger(__name__)

UNCONFIRMED, LENT, IN_LINE = "commit_unconfirmed", "lent", "in_line"
"""What a pooled connection, and an engine, are marked with (postgresql.py)."""
PATIENCE = 5
"""Seconds that whoever writes waits for the one before."""
ASKS_EVERY = 0.002
"""Seconds after which whoever waits for SQLite's lock asks again."""
CACHE = 4000
"""KiB of pages that a connection to SQLite keeps, unless told otherwise."""
LONG_UNIT, REST = 0.01, 3 * ASKS_EVERY
"""Seconds: after a write unit longer than the first, a process begins none for the second."""


class WritersBusy(OperationalError):
    """Others wrote for longer than PATIENCE; nothing was done, so that the same can be tried again."""


class PoolerMistakenError(Exception):
    """What stands before the server is another pooler than the address says; the message says what to do."""


class UnknownOutcomeError(Exception):
    """A commit whose replication was given up: neither done nor undone for the one who asked."""


class WritersInTurn:
    """Lets the writers of one process at SQLite's lock one at a time, in the order in which they have come.

    A lock alone has no order: who writes batch after batch gets it back each time before those who wait have
    woken. Between processes there is no line (see `_begin_to_write`): after a long unit the process rests
    until whoever waits in another has asked.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._at_work = False
        self._line: deque[Event] = deque()
        self._rests_until = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the turn.

        Raises:
            WritersBusy: no turn came in PATIENCE seconds; nothing was done.
        """
        self._wait()
        begun = inf  # a rest is no work, and whoever is ended in it gives the turn back
        try:
            if (rest := self._rests_until - monotonic()) > 0:
                Event().wait(rest)
            begun = monotonic()
            yield
        finally:
            if (ended := monotonic()) - begun > LONG_UNIT:
                self._rests_until = ended + REST
            self._pass_on()

    def _wait(self) -> None:
        mine, first, ended = Event(), False, True
        try:
            with self._lock:
                if first := not self._at_work:
                    self._at_work = True
                else:
                    self._line.append(mine)
            # A turn may come while this one gives up.
            came = first or mine.wait(PATIENCE) or not self._left(mine)
            ended = False
        finally:  # a signal may end who waits: nobody waits for him then
            if ended and not self._left(mine) and (first or mine.is_set()):
                self._pass_on()
        if not came:
            raise WritersBusy("BEGIN", None, TimeoutError("the writers before are still at work"))

    def _left(self, mine: Event) -> bool:
        """Whether this one stood in the line still; it does no more."""
        with self._lock:
            if standing := mine in self._line:
                self._line.remove(mine)
        return standing

    def _pass_on(self) -> None:
        with self._lock:
            if self._line:
                self._line.popleft().set()
            else:
                self._at_work = False


def _begin_to_write(raw: Any) -> None:
    """Take SQLite's write lock, asking every ASKS_EVERY for as long as PATIENCE.

    SQLite's own way of waiting asks ever more rarely, up to every 100 ms: beside a process that writes
    without pause it may ask for five seconds and find nothing (measured: docs/decisions/0003).
    """
    until, pause = monotonic() + PATIENCE, Event()
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite.OperationalError as busy:
                if not _is_busy(busy):
                    raise OperationalError("BEGIN IMMEDIATE", None, busy) from busy
                if monotonic() > until:
                    raise WritersBusy("BEGIN IMMEDIATE", None, busy) from busy
                pause.wait(ASKS_EVERY)
            else:
                return
    finally:
        raw.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorname", "SQLITE_BUSY").startswith("SQLITE_BUSY")


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is free of the WAL-reset bug (fixed in 3.51.3, back-ported to 3.50.7, 3.44.6)."""
    return (
        version >= (3, 51, 3)
        or (version[:2] == (3, 50) and version[2] >= 7)
        or (version[:2] == (3, 44) and version[2] >= 6)
    )


def sqlite_version() -> str:
    """The version of the SQLite library in use."""
    return str(sqlite.sqlite_version)


def _journal() -> tuple[str, ...]:
    if wal_is_safe(tuple(sqlite.sqlite_version_info)):
        return (
            "journal_mode=WAL",
            "synchronous=FULL",
            "wal_autocheckpoint=4000",
            "journal_size_limit=67108864",
        )
    return ("journal_mode=TRUNCATE", "synchronous=EXTRA")


def _tune_sqlite(engine: Engine, cache: int) -> None:
    pragmas = (
        f"busy_timeout={PATIENCE * 1000}",
        *_journal(),
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        f"cache_size=-{cache}",  # of each connection; beyond it the kernel's serves every process at once
        "temp_store=MEMORY",
    )

    @event.listens_for(engine, "connect")
    def on_connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
        for pragma in pragmas:
            raw.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        readonly = connection.get_execution_options().get("readonly", False)
        raw = connection.connection.driver_connection
        assert raw is not None
        # A write tried in a read-only unit must fail, whatever pooled connection serves it.
        raw.execute("PRAGMA query_only=" + ("ON" if readonly else "OFF"))
        if readonly:
            raw.execute("BEGIN")
        else:
            _begin_to_write(raw)


def unconfirmed_commits(info: dict[Any, Any]) -> int:
    """How many commits of a pooled connection (its `info`) no standby has confirmed."""
    return int(info.get(UNCONFIRMED, 0))


def make_engine(url: str, *, cache: int = CACHE, **options: Any) -> Engine:
    """The engine for a database address, tuned for what an acknowledgement promises.

    What a statement carries is people's: no fault and no log of the engine's shows it. cache: KiB of pages
    that each connection to SQLite keeps.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed, module=sqlite, connect_args={"timeout": 5}, pool_size=5, pool_timeout=5,
            pool_use_lifo=True,  # each keeps pages and statements; five in turn keep all of it five times
            hide_parameters=True, **options,
        )  # fmt: skip
        _tune_sqlite(engine, cache)
        return engine
    # Loaded by name, by who uses it: an office with its one file holds nine MiB less.
    made: Engine = import_module("tthc_tracker.postgresql").make(parsed, **options)
    return made


def for_reading(engine: Engine, *, in_line: bool = False) -> Engine:
    """The engine as a unit uses it that cannot write.

    On PostgreSQL each statement sees what is committed by then, in a transaction or not: so there is none,
    and nothing stays open while a page is written. SQLite gives such a unit one snapshot. in_line: on
    PostgreSQL no answer is waited for before its rows are wanted (decision 0091).
    """
    options: dict[str, Any] = {"readonly": True, "postgresql_readonly": True}
    if engine.dialect.name == "postgresql" and not engine.get_execution_options()[LENT]:
        options["isolation_level"] = "AUTOCOMMIT"
        options[IN_LINE] = in_line
    return engine.execution_options(**options)


def go_on(connection: Connection) -> None:
    """Have a write unit wait for no answer before it is wanted (decision 0083); on SQLite there is no way."""
    if connection.dialect.name == "postgresql":
        raw: Any = connection.connection.driver_connection
        raw.go_on()


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_DISK_FULL = "53100"  # PostgreSQL, appendix A


def is_full(fault: BaseException) -> bool:
    """Whether it was for want of room on a disk, ours or the database's, that something was not written."""
    if isinstance(fault, OSError):
        return fault.errno in _NO_ROOM
    cause = fault.orig if isinstance(fault, DBAPIError) else None
    if isinstance(cause, sqlite.Error | sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
    return getattr(cause, "sqlstate", None) == _DISK_FULL
