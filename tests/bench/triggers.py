"""What the triggers of the daily facts cost who writes: processor's time with them and without, in turn.

    python -m tests.bench.triggers [--rounds N]

SQLite: whatever the database does there is time of this process.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import process_time

from sqlalchemy import text

from tests.bench import cpu, importing
from tests.bench.offices import empty_database
from tests.bench.session import Bench
from tests.support.sending import open_province
from tthc_tracker.extensions import database
from tthc_tracker.services.trailkeys import NAME, Keyring

SIZE, RECEPTIONS, ROWS = 2_000, 40, 4_000
_OURS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%fact_queue%'"


@contextmanager
def silenced(*, quiet: bool) -> Iterator[None]:
    """The triggers gone for a while."""
    with database.transaction() as session:
        found = session.execute(text(_OURS)).all() if quiet else []
        for name, _ in found:
            session.execute(text(f"DROP TRIGGER {name}"))
    yield
    with database.transaction() as session:
        for _, told in found:
            session.connection().exec_driver_sql(told)


def spent(do: Callable[[], object]) -> float:
    """Milliseconds of processor."""
    began = process_time()
    do()
    return (process_time() - began) * 1000


def receptions(folder: Path, rounds: int) -> dict[bool, list[float]]:
    """One reception at a desk, over and over."""
    taken: dict[bool, list[float]] = {False: [], True: []}
    url, office = cpu.office_in(folder, SIZE)
    ask = cpu.reception(Bench(url, folder, office, RECEPTIONS))
    for number in range(cpu.WARM_UP):
        ask(number)
    for _ in range(rounds):
        for quiet, found in taken.items():
            with silenced(quiet=quiet):
                found.extend(spent(lambda: ask(0)) for _ in range(RECEPTIONS))
    database.dispose()
    return taken


def imports(rounds: int) -> dict[bool, list[float]]:
    """A row of an export, read into an empty province."""
    taken: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(rounds):
        for quiet, found in taken.items():
            with tempfile.TemporaryDirectory() as place, empty_database("sqlite", Path(place)) as url:
                database.bind(url, keyring=Keyring(Path(place) / NAME))
                open_province()
                importing.write_export(path := Path(place) / "export.csv", ROWS)
                with silenced(quiet=quiet):
                    found.append(spent(lambda path=path: importing.read_in(path)) / ROWS)
                database.dispose()
    return taken


def main() -> None:
    """Print the middle of each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        found = {"a reception": receptions(Path(folder), rounds), "a row of an import": imports(rounds)}
    for name, taken in found.items():
        print(
            f"{name}: {median(taken[False]):.3f} ms of processor, without triggers {median(taken[True]):.3f}"
        )


if __name__ == "__main__":
    main()
