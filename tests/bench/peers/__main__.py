"""`make bench-peers`: beside ours what one would take instead, on the same machine; ours with ten times more.

    python -m tests.bench.peers [--size N] [--requests N] [--peer NAME] … [--office FOLDER]

NAME: ours, ours-postgresql, helpdesk, rt; all but ours-postgresql unless named. Each peer runs from packages
of its own (tools/peers.sh installs them) on the PostgreSQL that its papers advise, with two web workers as
ours. Asked is what a person waits for: the list of what is open or late, a new one, the summary; and the
command that looks for what has become late.
--office: ours as `python -m tests.bench.cpu --keep FOLDER` has built it; else it is built.
"""

import argparse
import tempfile
from pathlib import Path

from tests.bench.peers import table
from tests.bench.peers.asking import Figure, Patience, measure
from tests.bench.peers.djangohelpdesk import helpdesk
from tests.bench.peers.ours import on_postgresql, on_sqlite
from tests.bench.peers.requesttracker import request_tracker

PEERS = {
    "ours": on_sqlite, "ours-postgresql": on_postgresql, "helpdesk": helpdesk, "rt": request_tracker
}  # fmt: skip
TIMES_THEIRS = 10


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make bench-peers", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--size", type=int, default=100_000, help="tickets of each peer; ours has ten times as many"
    )
    parser.add_argument("--requests", type=int, default=50)
    parser.add_argument("--peer", choices=PEERS, action="append")
    parser.add_argument(
        "--office", type=Path, help="the folder of an office to take instead of building ours"
    )
    parser.add_argument("--bound", type=float, default=30, help="seconds after which a page is given up")
    parser.add_argument("--scan-bound", type=float, default=600, help="the same of a scan")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    patience = Patience(asked.requests, asked.bound, asked.scan_bound)
    results = []
    for peer in asked.peer or ["ours", "helpdesk", "rt"]:
        ours = peer.startswith("ours")
        size = asked.size * (TIMES_THEIRS if ours else 1)
        with (
            tempfile.TemporaryDirectory(prefix="tthc-peers-") as folder,
            PEERS[peer](size, Path(folder), asked.bound, asked.office) as site,
        ):
            print(f"{site.name}, {site.holds}", flush=True)
            figures: dict[str, Figure] = {}
            for action, figure in measure(site, patience):
                figures[action] = figure
                print(f"  {action:28}{table.cell(figure):>28}", flush=True)
        results.append(table.Result(site.name, site.holds, ours, figures))
    print("\nmilliseconds by the clock (of the processor of all its processes)\n")
    print("\n".join(table.lines(results)))


if __name__ == "__main__":
    main()
