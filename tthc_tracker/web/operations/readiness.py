"""May this process be sent work? Nothing about the scheduler: the desk must stay open without it."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tthc_tracker import clock, migrating
from tthc_tracker.engine import UnknownOutcomeError
from tthc_tracker.extensions import database
from tthc_tracker.services import jobruns

PROBE_EVERY = 30.0  # seconds
MEBIBYTE = 1024 * 1024
LEAST_FREE = 200 * MEBIBYTE
ENOUGH_FREE = 2048 * MEBIBYTE


class WriteProbe:
    """A write that was really committed, at most every thirty seconds."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: tuple[float, str, bool] | None = None

    def ok(self) -> bool:
        """Whether the database takes writes."""
        url = str(database.engine.url)
        with self._lock:
            last = self._last
            if last is None or last[1] != url or time.monotonic() - last[0] >= PROBE_EVERY:
                last = self._last = (time.monotonic(), url, self._write())
            return last[2]

    def _write(self) -> bool:
        try:
            with database.transaction() as session:
                jobruns.beat(session, "probe", {"last_tick_at": clock.now()})
        except (SQLAlchemyError, UnknownOutcomeError):
            return False
        return True


_probe = WriteProbe()


def checks() -> dict[str, bool]:
    """Each check by name; all must hold."""
    return {
        "database": _reads(lambda session: session.execute(select(1)).scalar_one() == 1),
        "schema": _reads(lambda session: migrating.current(session.connection()) == migrating.head()),
        "restored": _reads(_is_no_copy),
        "write": _probe.ok(),
        "disk": has_room(storage()),
    }


def _reads(holds: Callable[[Session], bool]) -> bool:
    try:
        with database.reading() as session:
            return holds(session)
    except SQLAlchemyError:
        return False


def _is_no_copy(session: Session) -> bool:
    """A backup that was put in place without `flask restore` bears a mark."""
    if session.get_bind().dialect.name != "sqlite":
        return True
    return bool(session.connection().exec_driver_sql("PRAGMA user_version").scalar_one() == 0)


def storage() -> Path:
    """Where this process writes: beside the SQLite file, else under var."""
    if database.engine.dialect.name == "sqlite":
        return Path(str(database.engine.url.database)).parent
    var: Path = current_app.config["SETTINGS"].var
    return var


def has_room(path: Path) -> bool:
    """At least 200 MiB free, and a twentieth of the disk as far as 2 GiB."""
    try:
        usage = shutil.disk_usage(path)
    except OSError:
        return False
    return usage.free >= max(LEAST_FREE, min(usage.total // 20, ENOUGH_FREE))
