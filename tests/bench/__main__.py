"""`make bench`: the speed table, on both databases.

    python -m tests.bench [--size N] [--engine sqlite|postgresql] [--quick] [--docs] [--seed N]

N is a number, or one of 100k, 1m, 10m. SIZE in the environment stands for --size; a tenth of the dossiers is
open.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import population, report
from tests.bench.measures import Figure
from tests.bench.session import Bench
from tests.support import databases, postgres, runs
from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.queries import operations
from tthc_tracker.services import dailyfacts

ENGINES = ("sqlite", "postgresql")
SIZE = 100_000
FOLDED = 10_000  # notes of changes at a time; the product's job takes fewer, and does not hurry


def amount(text: str) -> int:
    """How many dossiers are asked for: 100000, 100k or 10m.

    Raises:
        ValueError: it is no such number.
    """
    factor = {"k": 10**3, "m": 10**6}.get(text[-1:].lower(), 1)
    return int(text if factor == 1 else text[:-1]) * factor


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=amount, default=os.environ.get("SIZE") or str(SIZE), help="dossiers")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="one of them only")
    parser.add_argument("--quick", action="store_true", help="2,000 dossiers and few requests: does it work?")
    parser.add_argument("--docs", action="store_true", help="put the results into docs/benchmarks.md")
    parser.add_argument("--seed", type=int, default=20261123)
    return parser.parse_args()


def measure(engine: str, size: int, seed: int, requests: int) -> tuple[list[Figure], str]:
    """The table of one engine, and the version of its database."""
    print(f"{engine}: building", file=sys.stderr)
    with (
        tempfile.TemporaryDirectory(prefix="tthc-bench-") as folder,
        empty_database(engine, Path(folder)) as url,
    ):
        office = populate(url, size, seed)
        with database.reading() as session:
            version = operations.database_version(session)
        bench = Bench(url, Path(folder), office, requests)
        try:
            return bench.run(), version
        finally:
            database.dispose()


def main() -> int:
    asked = arguments()
    size, requests = (2_000, 20) if asked.quick else (asked.size, 200)
    opened = runs.open_run()
    results: dict[str, Any] = {
        "machine": report.machine(), "measured_at": clock.now().isoformat(timespec="seconds"),
        "seed": asked.seed,
        "requests": requests, "versions": {}, "figures": {},
        "size": {"dossiers": size, "open": size // 10, "agencies": population.AGENCIES,
                 "procedures": population.PROCEDURES},
    }  # fmt: skip
    tables: dict[str, list[Figure]] = {}
    try:
        for engine in asked.engine or ENGINES:
            tables[engine], results["versions"][engine] = measure(engine, size, asked.seed, requests)
            results["figures"][engine] = [line.plain() for line in tables[engine]]
            report.show(f"{engine} {results['versions'][engine]}, {size:,} dossiers", tables[engine])
    finally:
        if opened:
            runs.close_run()
    report.keep(results)
    if asked.docs:
        report.write_docs(results, tables)
    missed = sum(line.met is False for lines in tables.values() for line in lines)
    print(f"\n{missed} goals missed; bench.json written" if missed else "\nall goals met; bench.json written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
