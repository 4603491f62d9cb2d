"""What PostgreSQL's own processes take for a page, whoever else uses the machine.

    python -m tests.bench.serverside [--size N] [--only WORDS] [--each] [--hold FILE | --office FILE]

The application runs in this process. Of each page: the processor that the server takes for it (the kernel
counts it, so that waiting for a core is not in it), what it takes here, and the fixed loop beside them.
--each asks every statement again and again over one connection, and says what it takes and how much its
planning would. --hold builds an office, writes its address to a file and serves it until it is interrupted;
--office measures one that another process holds, so that two versions of the product can be compared in turn.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import Any

from tests.bench import cpu, offices
from tests.bench.floors import Statement, listening
from tests.bench.measures import backend_milliseconds, server_milliseconds
from tests.bench.offices import empty_database, populate
from tests.bench.population import Office
from tests.bench.session import Bench
from tests.bench.yardstick import length
from tests.support import runs
from tthc_tracker.extensions import database
from tthc_tracker.jobs.tasks import scan_deadlines
from tthc_tracker.jobs.work import Work

SIZE = 100_000
SETTLED = 25  # a driver prepares after five times, a server settles on a plan after five more
ROUNDS = 40
SCAN = "scan, nothing new"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.serverside", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--size", type=int, default=SIZE, help="dossiers of an office not built yet")
    parser.add_argument("--only", default="", help="the pages whose names hold these words")
    parser.add_argument("--each", action="store_true", help="tell every statement")
    parser.add_argument("--hold", type=Path, help="build, write the address here and serve")
    parser.add_argument("--office", type=Path, help="the address that another process has written")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tthc-server-") as folder,
        _office(asked, Path(folder)) as (url, office),
    ):
        if asked.hold:
            asked.hold.write_text(json.dumps({"url": url, "office": asdict(office)}))
            Event().wait()
        bench = Bench(url, Path(folder), office, ROUNDS)
        offices.sign_in()
        print(f"{'page':34}{'server ms':>10}{'here ms':>9}{'loop ms':>9}")
        for name, ask in (cpu.pages(bench) | {SCAN: _scan(Path(folder))}).items():
            if asked.only in name:
                _tell(name, ask, each=asked.each)
        database.dispose()
    return 0


@contextmanager
def _office(asked: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Office]]:
    if asked.office:
        kept = json.loads(asked.office.read_text())
        yield kept["url"], Office(**kept["office"])
        return
    opened = runs.open_run()
    try:
        with empty_database("postgresql", folder) as url:
            office = populate(url, asked.size, 20261123)
            _scan(folder)(0)
            yield url, office
    finally:
        if opened:
            runs.close_run()


def _scan(folder: Path) -> Callable[[int], None]:
    work = Work("http://127.0.0.1", "tthc@localhost", "", folder)

    def ask(_number: int) -> None:
        scan_deadlines(work)

    return ask


def _tell(name: str, ask: Callable[[int], None], *, each: bool) -> None:
    for number in range(SETTLED):
        ask(number)
    loop, before, begun = length(20), server_milliseconds(database.engine), time.process_time()
    for number in range(SETTLED, SETTLED + ROUNDS):
        ask(number)
    here = (time.process_time() - begun) * 1000 / ROUNDS
    server = (server_milliseconds(database.engine) - before) / ROUNDS
    print(f"{name:34}{server:10.2f}{here:9.2f}{loop:9.2f}", flush=True)
    if each:
        with listening(database.engine) as heard:
            ask(0)
        reads = [one for one in heard if one[0].lstrip().upper().startswith(("SELECT", "WITH"))]
        _tell_each(reads)


def _tell_each(asked: list[Statement]) -> None:
    """What each statement takes once a connection has settled down to it, and its planning by itself; what is
    locked meanwhile is let go."""
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.rollback()
        cursor = raw.cursor()
        pid = cursor.execute("SELECT pg_backend_pid()").fetchone()[0]
        for statement, parameters in asked:
            taken, planning = _of_one(cursor, pid, statement, parameters)
            told = " ".join(statement.split())
            print(f"    {taken:8.3f} {planning:8.3f}  {told[:60]} … {told[told.find(' FROM ') + 1 :][:150]}")
        raw.rollback()


def _of_one(cursor: Any, pid: int, statement: str, parameters: Any) -> tuple[float, float]:
    for _ in range(SETTLED):
        cursor.execute(statement, parameters).fetchall()
    taken, planned = [], []
    for _ in range(5):
        before = backend_milliseconds(pid)
        for _ in range(8):
            cursor.execute(statement, parameters).fetchall()
        taken.append((backend_milliseconds(pid) - before) / 8)
        cursor.execute(f"EXPLAIN (SUMMARY, FORMAT JSON) {statement}", parameters, prepare=False)
        planned.append(cursor.fetchone()[0][0]["Planning Time"])
    return statistics.median(taken), min(planned)


if __name__ == "__main__":
    sys.exit(main())
