"""`make bench`: the speed table, on both databases.

    python -m tests.bench [--size N] [--engine sqlite|postgresql] [--keep FOLDER [--build]]
                          [--quick] [--docs] [--seed N]

N is a number, or one of 100k, 1m, 10m; without it 100k and then 1m. SIZE in the environment stands for
--size. A tenth of the dossiers is open. --keep builds the office of one engine and size in a folder, or finds
it there (offices.py); without it an office lies in /var/tmp until it has been measured.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from tests.bench import offices, population, report
from tests.bench.measures import Figure
from tests.bench.population import Office
from tests.bench.session import Bench
from tests.support import runs
from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.queries import operations

SIZES = (100_000, 1_000_000)


def amount(text: str) -> int:
    """How many dossiers are asked for: 100000, 100k or 10m.

    Raises:
        ValueError: it is no such number.
    """
    factor = {"k": 10**3, "m": 10**6}.get(text[-1:].lower(), 1)
    return int(text if factor == 1 else text[:-1]) * factor


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=amount, default=os.environ.get("SIZE") or None, help="dossiers")
    parser.add_argument("--engine", choices=offices.ENGINES, action="append", help="one of them only")
    parser.add_argument("--keep", "--office", type=Path, help="the folder of an office to use again")
    parser.add_argument("--build", action="store_true", help="only build the office that is kept")
    parser.add_argument("--quick", action="store_true", help="2,000 dossiers and few requests: does it work?")
    parser.add_argument("--docs", action="store_true", help="put the results into docs/benchmarks.md")
    parser.add_argument("--seed", type=int, default=offices.SEED)
    asked = parser.parse_args()
    if (asked.keep or asked.build) and (not asked.keep or len(asked.engine or ()) != 1 or not asked.size):
        parser.error("an office is kept of one --engine and --size")
    return asked


def measure(
    engine: str, size: int, seed: int, requests: int, keep: Path | None
) -> tuple[list[Figure], str, Office]:
    """The table of one engine, the version of its database, and what was measured."""
    print(f"{engine}: building, unless it is kept", file=sys.stderr)
    with offices.office_for(engine, size, keep=keep, seed=seed) as (url, folder, office):
        with database.reading() as session:
            version = operations.database_version(session)
        return Bench(url, folder, office, requests).run(), version, office


def measured(asked: argparse.Namespace, size: int, requests: int) -> int:
    """All tables of a size; how many goals are missed."""
    if asked.docs:
        report.place_of(size)  # told now, not after an hour
    results: dict[str, Any] = {
        "machine": report.machine(), "measured_at": clock.now().isoformat(timespec="seconds"),
        "seed": asked.seed, "requests": requests, "versions": {}, "figures": {},
    }  # fmt: skip
    tables: dict[str, list[Figure]] = {}
    for engine in asked.engine or offices.ENGINES:
        lines, version, office = measure(engine, size, asked.seed, requests, asked.keep)
        results["size"] = {
            "dossiers": office.dossiers, "open": office.open, "agencies": population.AGENCIES,
            "procedures": population.PROCEDURES,
        }  # fmt: skip
        tables[engine], results["versions"][engine] = lines, version
        results["figures"][engine] = [line.plain() for line in lines]
        report.show(f"{engine} {version}, {office.dossiers:,} dossiers", lines)
    report.keep(results)
    if asked.docs:
        report.write_docs(results, tables)
    return sum(line.met is False for lines in tables.values() for line in lines)


def main() -> int:
    asked = arguments()
    requests = 20 if asked.quick else 200
    sizes = (2_000,) if asked.quick else (asked.size,) if asked.size else SIZES
    opened = runs.open_run()
    try:
        if asked.build:
            offices.build(asked.engine[0], asked.keep, asked.size, asked.seed)
            return 0
        missed = sum(measured(asked, size, requests) for size in sizes)
    finally:
        if opened:
            runs.close_run()
    print(f"\n{missed} goals missed; bench.json written" if missed else "\nall goals met; bench.json written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
