"""`make bench-peers`: beside ours what one would take instead, on the same machine; ours with ten times more.

    python -m tests.bench.peers [--size N] [--requests N] [--peer NAME] … [--engine E] … [--office FOLDER] …

NAME: ours, helpdesk, rt; all unless named. Each peer runs from packages of its own (tools/peers.sh installs
them) on the PostgreSQL that its papers advise, with two web workers as ours. Asked is what a person waits
for: the list of what is open or late, a new one, the summary; and what looks for what has become late.
--office: ours with a copy of what `make bench BENCH_ARGS="--size 1m --engine E --keep FOLDER --build"` has
built, on its database; else it is built, on SQLite or on each --engine.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from tests.bench import offices
from tests.bench.peers import ours, table
from tests.bench.peers.asking import Figure, Patience, Site, measure
from tests.bench.peers.djangohelpdesk import helpdesk
from tests.bench.peers.requesttracker import request_tracker

OURS, TIMES_THEIRS = "ours", 10
PEERS = {"helpdesk": helpdesk, "rt": request_tracker}
Opened = Callable[[Path, float], AbstractContextManager[Site]]  # in this folder, giving up after so long


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make bench-peers", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--size", type=int, default=100_000, help="tickets of each peer; ours has ten times more"
    )
    parser.add_argument("--requests", type=int, default=50)
    parser.add_argument("--peer", choices=[OURS, *PEERS], action="append")
    parser.add_argument("--engine", choices=offices.ENGINES, action="append", help="on which ours is built")
    parser.add_argument(
        "--office", type=Path, action="append", help="the folder of an office to take instead"
    )
    parser.add_argument("--bound", type=float, default=30, help="seconds after which a page is given up")
    parser.add_argument("--scan-bound", type=float, default=600, help="the same of a scan")
    return parser.parse_args()


def sites(asked: argparse.Namespace) -> Iterator[tuple[bool, Opened]]:
    """Whether it is ours, and how it is opened: ours first."""
    chosen = asked.peer or [OURS, *PEERS]
    if OURS in chosen:
        for folder in asked.office or []:
            yield True, partial(ours.kept, folder)
        for engine in () if asked.office else asked.engine or ["sqlite"]:
            yield True, partial(ours.built, engine, asked.size * TIMES_THEIRS)
    for name in chosen:
        if name != OURS:
            yield False, partial(PEERS[name], asked.size)


def main() -> None:
    asked = arguments()
    patience = Patience(asked.requests, asked.bound, asked.scan_bound)
    results = []
    for is_ours, opened in sites(asked):
        with (
            tempfile.TemporaryDirectory(prefix="tthc-peers-") as folder,
            opened(Path(folder), asked.bound) as site,
        ):
            print(f"{site.name}, {site.holds}", flush=True)
            figures: dict[str, Figure] = {}
            for action, figure in measure(site, patience):
                figures[action] = figure
                print(f"  {action:28}{table.cell(figure):>28}", flush=True)
        results.append(table.Result(site.name, site.holds, is_ours, figures))
    print("\nmilliseconds by the clock (of the processor of all its processes)\n")
    print("\n".join(table.lines(results)))


if __name__ == "__main__":
    main()
