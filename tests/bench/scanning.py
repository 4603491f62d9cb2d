"""What a scan costs by what is newly due and by what is open: a thousand due in offices of all sizes.

    python -m tests.bench.scanning [--open 10000,100000,1000000] [--engine E] [--due N] [--slow SECONDS]

Told by the clock and in seconds of processor, of this process and of PostgreSQL's own; the factor is of both
together, for others use the machine. The smallest office is built and scanned as in `make bench`; larger
ones are that one many times over, with all the alerts that stand there. Scans run late in an evening, when
no date comes by itself, each with as many other dossiers that have just become overdue. --slow: tell the
statements that take so many seconds.
"""

import argparse
import datetime as dt
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, func, select, text, update

from tests.bench import population
from tests.bench.measures import server_milliseconds
from tests.bench.offices import ENGINES, empty_database
from tests.bench.population import table
from tests.support.moments import at
from tthc_tracker.extensions import database
from tthc_tracker.jobs.tasks import scan_deadlines
from tthc_tracker.jobs.work import LEASE, Work
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.services import leases
from tthc_tracker.services.trailkeys import NAME, Keyring

NOW = at("Mon 2026-11-23 21:00")
STEP = 5  # minutes from one scan to the next
ROUNDS = 3
GOAL = 1.5
APART = 10**6  # between the numbers of an office and of the one copied from it
_COPIED: tuple[type[Base], ...] = (Dossier, Alert, AlertRecipient)
_INDEXES = text(
    "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
    " WHERE indrelid::regclass::text = ANY(:names) AND NOT EXISTS"
    " (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
)
_NUMBERS = ("id", "subject_id", "dossier_id", "alert_id")


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench.scanning", description=__doc__.splitlines()[0])
    parser.add_argument("--open", default="10000,100000,1000000", help="open dossiers, smallest first")
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--due", type=int, default=1_000, help="newly due at each scan")
    parser.add_argument("--slow", type=float, default=0, help="tell statements that take so many seconds")
    given = parser.parse_args()
    sizes = [int(size) for size in given.open.split(",")]
    for engine in given.engine or ENGINES:
        with tempfile.TemporaryDirectory() as folder, empty_database(engine, Path(folder)) as url:
            database.bind(url, keyring=Keyring(Path(folder) / NAME))
            for line in _Office(Path(folder), sizes[0], given.due, given.slow).measure(sizes):
                print(json.dumps({"engine": engine} | line), flush=True)
            database.dispose()


@dataclass(frozen=True)
class Taken:
    """Seconds of a scan: by the clock, of this process's processor, of PostgreSQL's."""

    wall: float
    here: float
    server: float

    @property
    def processor(self) -> float:
        """Of both."""
        return self.here + self.server

    def plain(self) -> dict[str, float]:
        """For the line."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def _middle(taken: list[Taken]) -> Taken:
    """The medians."""
    return Taken(*(statistics.median(astuple(one)[place] for one in taken) for place in range(3)))


def _server_seconds() -> float:
    return server_milliseconds(database.engine) / 1000


class _Office:
    """An office that grows; its clock is ours."""

    def __init__(self, folder: Path, size: int, due: int, slow: float) -> None:
        self.size, self.due, self.slow = size, due, slow
        self.now, self.copies = NOW, 1
        self._clock = folder / "clock"
        self._work = Work("http://127.0.0.1", "tthc@localhost", "", folder)
        population.build(
            database, dossiers=size, open_ones=size, now=NOW, seed=20261123, progress=lambda _many: None
        )
        self._scan()
        with database.transaction() as session:  # what stands has stood for days, as in any office
            session.execute(update(AlertRecipient).values(since=NOW - dt.timedelta(days=3)))
            _set_aside(session.connection())

    def measure(self, sizes: list[int]) -> Iterator[dict[str, Any]]:
        """A line for each size; the factor is that of the smallest."""
        least = None
        for size in sizes:
            self._grow(size)
            self._scan()  # reads what a process remembers
            new = [self._with_due() for _ in range(ROUNDS)]
            with _telling(self.slow):
                nothing = [self._scan() for _ in range(ROUNDS)]
            taken, idle = _middle(new), _middle(nothing)
            least = least or taken.processor
            yield {
                "open": self._count(Dossier, Dossier.closed_at.is_(None)),
                "standing_alerts": self._count(Alert, Alert.closed_at.is_(None)), "newly_due": self.due,
                "scan": taken.plain(), "nothing_new": idle.plain(),
                "factor": round(taken.processor / least, 2), "goal": GOAL,
            }  # fmt: skip

    def _count(self, model: Any, condition: Any) -> int:
        with database.reading() as session:
            return int(session.execute(select(func.count()).select_from(model).where(condition)).scalar_one())

    # --- scans

    def _with_due(self) -> Taken:
        """A scan for which so many have become overdue a minute ago."""
        moment = self.now.replace(second=30)
        fresh = select(Dossier.id).where(
            Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None), Dossier.paused_since.is_(None),
            Dossier.overdue_from > moment.replace(hour=23, minute=59),
        )  # fmt: skip
        with database.transaction() as session:
            ids = session.execute(fresh.order_by(Dossier.overdue_from, Dossier.id).limit(self.due)).scalars()
            dates = {"overdue_from": moment, "late_from": moment, "next_check_at": moment}
            session.execute(update(Dossier).where(Dossier.id.in_(list(ids))).values(dates))
        taken = self._scan()
        assert self._counts["by_rule"].get("overdue") == self.due, self._counts
        return taken

    def _scan(self) -> Taken:
        """What a scan five minutes later takes."""
        self.now += dt.timedelta(minutes=STEP)
        self._clock.write_text(self.now.isoformat(), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tthc_tracker.clock._TEST_CLOCK", str(self._clock))
            patch.setattr(leases, "LASTS", dt.timedelta(hours=1))  # nobody renews it here
            with database.transaction() as session:  # as the scheduler: people's runs look at more
                token = leases.acquire(session, LEASE, "bench")
            work = replace(self._work, token=token)
            server, used, begun = _server_seconds(), time.process_time(), time.monotonic()
            self._counts = scan_deadlines(work)
            wall, here = time.monotonic() - begun, time.process_time() - used
            return Taken(wall, here, _server_seconds() - server)

    # --- growing

    def _grow(self, size: int) -> None:
        copies = -(-size // self.size)
        with _bulk() as connection:
            for model in _COPIED if copies > self.copies else ():
                for number in range(self.copies, copies):
                    _copy(connection, model, number * APART)
        self.copies = max(copies, self.copies)
        statement = "VACUUM ANALYZE" if database.engine.dialect.name == "postgresql" else "ANALYZE"
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def _bulk() -> Iterator[Connection]:
    """A transaction to write copies in. PostgreSQL looks at no key and runs no trigger meanwhile, for what is
    copied was right, and makes the indexes at the end: a million rows would take an hour else."""
    if database.engine.dialect.name != "postgresql":
        with database.transaction() as session:
            yield session.connection()
        return
    server = create_engine(database.engine.url.set(username="postgres"))
    with server.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        names = [table(model).name for model in _COPIED]
        made = connection.execute(_INDEXES, {"names": names}).all()
        for name, _statement in made:
            connection.execute(text(f'DROP INDEX "{name}"'))
        yield connection
        for _name, statement in made:
            connection.exec_driver_sql(statement.replace(" ON ONLY ", " ON "))  # of every year's part too
    server.dispose()


def _set_aside(connection: Connection) -> None:
    """Keep the rows as they are before anything becomes due, to make copies of; numbers of new alerts begin
    far from theirs."""
    for model in _COPIED:
        name = table(model).name
        of_dossiers = " WHERE dossier_id IS NOT NULL" if model is Alert else ""
        connection.execute(text(f"CREATE TABLE bench_{name} AS SELECT * FROM {name}{of_dossiers}"))
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT setval(pg_get_serial_sequence('alert', 'id'), 500000000)"))


def _copy(connection: Connection, model: type[Base], apart: int) -> None:
    """Once more all that was set aside, its numbers so far apart."""
    columns = [column.name for column in table(model).columns]
    moved = {name: f"{name} + {apart}" for name in _NUMBERS} | {"code": f"code || '-{apart}'"}
    values = ", ".join(moved.get(name, name) for name in columns)
    name = table(model).name
    known = " WHERE alert_id IN (SELECT id FROM bench_alert)" if model is AlertRecipient else ""
    statement = f"INSERT INTO {name} ({', '.join(columns)}) SELECT {values} FROM bench_{name}{known}"
    connection.execute(text(statement))


@contextmanager
def _telling(slow: float) -> Iterator[None]:
    """Say which statements take so many seconds."""
    begun: list[float] = [0.0]

    def begin(*_given: Any) -> None:
        begun[0] = time.monotonic()

    def end(_connection: Any, _cursor: Any, statement: str, *_given: Any) -> None:
        taken = time.monotonic() - begun[0]
        if slow and taken >= slow:
            print(f"  {taken:.3f} s  {' '.join(statement.split())[:300]}", file=sys.stderr)

    event.listen(database.engine, "before_cursor_execute", begin)
    event.listen(database.engine, "after_cursor_execute", end)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", begin)
        event.remove(database.engine, "after_cursor_execute", end)


if __name__ == "__main__":
    main()
