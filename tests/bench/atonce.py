"""Receptions of eight clerks at once, alone: how many a second, and whether the processor bounds them.

    python -m tests.bench.atonce --keep FOLDER | --office FILE [--size N] [--times N] [--rounds N]

The stage of `make bench` without what comes before it, on an office in SQLite that is built once (as
`tests.bench.cpu --keep` builds it; each run adds its receptions), or on the one in PostgreSQL that
`tests.bench.serverside --hold FILE` serves. Where the processor is idle meanwhile, the one writer that SQLite
has at a time is what bounds them, or on PostgreSQL what a commit waits for. The machine has to be quiet.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.bench import yardstick
from tests.bench.cpu import SIZE, office_in
from tests.bench.measures import Together, figure, processor_milliseconds
from tests.bench.offices import sign_in
from tests.bench.population import Office
from tests.bench.session import AT_ONCE
from tests.support import databases, servers
from tests.support.receiving import Desk
from tests.support.visitor import Visitor
from tthc_tracker.extensions import database

IDLE = 3  # of the numbers of a processor in /proc/stat


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.atonce", description=__doc__.splitlines()[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--keep", type=Path, help="the folder of an office, made if need be")
    where.add_argument("--office", type=Path, help="the address that tests.bench.serverside has written")
    parser.add_argument("--size", type=int, default=SIZE, help="dossiers of an office not built yet")
    parser.add_argument("--times", type=int, default=100, help="receptions of each clerk")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def processors() -> tuple[int, int]:
    """Ticks since the start of the machine, of all its processors: idle ones, and all."""
    ticks = [int(part) for part in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return ticks[IDLE], sum(ticks)


def round_of(server: servers.WebServer, tokens: list[str], procedure: str, times: int) -> str:
    """Eight clerks at eight desks; the line that says how it went."""
    visitors = [Visitor(server.url, token) for token in tokens]
    desks = [Desk.at(visitor, procedure) for visitor in visitors]
    Together().run([desk.receive for desk in desks], 5)
    spent, (idle, ticks) = processor_milliseconds(server.workers()), processors()
    done = Together().run([desk.receive for desk in desks], times)
    still, until = processors()
    cpu = (processor_milliseconds(server.workers()) - spent) / len(done.taken)
    for visitor in visitors:
        visitor.hang_up()
    line = figure("at once", done.taken)
    return (
        f"{yardstick.length():5.1f}{done.rate:9.1f}{line.value:9.1f}{line.p95 or 0:9.1f}{cpu:9.1f}"
        f"{(still - idle) / (until - ticks):9.0%}"
    )


def main() -> int:
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="tthc-at-once-") as folder:
        home = asked.keep or Path(folder)
        url, office = held(asked.office) if asked.office else kept(home, asked.size)
        print(f"{'loop':>5}{'/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}{'idle':>9}")
        clerks, procedure = office.clerks[:AT_ONCE], office.procedure_codes[0]
        with servers.web(url, home) as server:
            for _ in range(asked.rounds):
                print(round_of(server, clerks, procedure, asked.times), flush=True)
    return 0


def kept(home: Path, size: int) -> tuple[str, Office]:
    """The office of a folder, brought to the schema of this code."""
    if (home / "cpu.sqlite").exists():
        databases.migrate(f"sqlite:///{home / 'cpu.sqlite'}")
    found = office_in(home, size)
    database.dispose()
    return found


def held(address: Path) -> tuple[str, Office]:
    """The office that another process serves; its people signed in just now."""
    told = json.loads(address.read_text())
    database.bind(told["url"])
    sign_in()
    database.dispose()
    return told["url"], Office(**told["office"])


if __name__ == "__main__":
    sys.exit(main())
