"""`python -m tests.bench.bigimport`: a large file is read in, killed twice and resumed while a desk receives.

    python -m tests.bench.bigimport [--engine E] [--rows N] [--office FOLDER | --size N]
                                    [--receptions N] [--each SECONDS]

The import is the command, in a process of its own; a desk receives in this one, through the whole
application, somebody new every so many seconds whether or not the one before is done: who waits is counted
from when he came. Prints how far it is, rows a second, the most memory that the import's processes had, and
the receptions' p50 and p95 alone and beside it; fails if a single row is counted wrongly. --office: a copy
of what `python -m tests.bench --keep FOLDER` has built, on either database; else an office of 20,000
dossiers is built.
"""

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from threading import Event

from sqlalchemy import func, select

from tests.bench import cpu, importing, offices
from tests.bench.offices import ENGINES, empty_database, populate
from tests.bench.population import Office
from tests.bench.session import Bench
from tests.support import servers
from tests.support.receiving import NotReceivedError
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import DossierCode
from tthc_tracker.models.importing import ImportBatch, ImportedRow

ROWS, OFFICE, ALONE, EACH = 650_000, 20_000, 100, 0.5
TOLD = 20  # seconds between two words on how far it is
KILLED_AT = (0.3, 0.65)  # of the file
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


class Import:
    """One run of the command; its memory is looked at from outside."""

    def __init__(self, url: str, folder: Path, path: Path) -> None:
        settings = servers.environment(url, folder, url="http://127.0.0.1")
        command = ["-m", "flask", "--app", "wsgi", "imports", "run", str(path), "--source", importing.SOURCE]
        self._process = subprocess.Popen(
            [sys.executable, *command], cwd=servers.ROOT, env=settings, stdout=subprocess.DEVNULL,
            process_group=0,  # of our session: by one of its own the kernel would share out, not by priority
        )  # fmt: skip
        self.peaks: dict[int, int] = {}

    def running(self) -> bool:
        """Whether it goes on; notes what it and its reader have had of memory."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        try:
            pids = [self._process.pid, *map(int, children.read_text().split())]
            for place, pid in enumerate(pids):
                peak = _PEAK.search(Path(f"/proc/{pid}/status").read_text())
                self.peaks[place] = max(self.peaks.get(place, 0), int(peak[1]) // 1024 if peak else 0)
        except OSError:
            pass  # it has just ended
        return self._process.poll() is None

    def kill(self) -> None:
        """As a power cut would."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def done(self) -> None:
        """It has come to its end."""
        assert self._process.wait() == 0, "the import failed"


class Arrivals:
    """People who come to a desk at random, one every so many seconds in the middle."""

    def __init__(self, desk: cpu.Ask, each: float) -> None:
        self._desk, self._each, self._random = desk, each, Random(20261127)
        self._nothing = Event()
        self.sent_again = 0

    def _received(self) -> bool:
        try:
            self._desk(0)
        except NotReceivedError:  # the page says: busy, send it again
            return False
        return True

    def served(self, until: Callable[[int], bool]) -> list[float]:
        """Receive whoever comes until then; from when each came, the milliseconds to his slip."""
        taken, next_at = list[float](), time.perf_counter()
        while not until(len(taken)):
            next_at += self._random.expovariate(1 / self._each)
            while (wait := next_at - time.perf_counter()) > 0:
                if until(len(taken)):
                    return taken
                self._nothing.wait(min(wait, 0.1))
            while not self._received():
                self.sent_again += 1
            taken.append((time.perf_counter() - next_at) * 1000)
        return taken


def latest_file() -> int:
    """The number of the file that was read in last, 0 where none was."""
    with database.reading() as session:
        return session.execute(select(func.max(ImportBatch.id))).scalar_one() or 0


def rows_done(after: int) -> int:
    """How far the file that came after that one is, by what is committed."""
    with database.reading() as session:
        statement = select(ImportBatch.rows_done).where(ImportBatch.id > after).limit(1)
        return session.execute(statement).scalar_one_or_none() or 0


class Progress:
    """How far the import is, looked at between two receptions and told now and then."""

    def __init__(self, ours: Import, rows: int, after: int) -> None:
        self._ours, self._rows, self._after = ours, rows, after
        self._told = self._begun = time.perf_counter()

    def reached(self, rows: int, _served: int) -> bool:
        """Whether it has come so far, or to its end."""
        done = rows_done(self._after)
        if time.perf_counter() - self._told >= TOLD:
            self._told = time.perf_counter()
            passed = self._told - self._begun
            print(f"  {passed:,.0f} s: {done:,} of {self._rows:,} rows", file=sys.stderr, flush=True)
        return not self._ours.running() or done > rows


def told(name: str, taken: list[float]) -> str:
    """The middle and the slow end of them."""
    slow = statistics.quantiles(taken, n=20)[-1]
    return f"{name}: {len(taken):,} receptions, p50 {statistics.median(taken):.1f} ms, p95 {slow:.1f} ms"


def run(url: str, folder: Path, people: Arrivals, rows: int) -> list[float]:
    """The file, killed twice; the receptions meanwhile."""
    importing.write_export(path := folder / "export.csv", rows)
    beside, peaks, last = list[float](), dict[int, int](), latest_file()
    for until in (*KILLED_AT, None):
        begun, before, ours = time.perf_counter(), rows_done(last), Import(url, folder, path)
        enough = rows if until is None else int(until * rows)
        try:
            beside += people.served(partial(Progress(ours, rows, last).reached, enough))
        except BaseException:
            ours.kill()
            raise
        if until is None:
            ours.done()
        else:
            ours.kill()
        pace = (rows_done(last) - before) / (time.perf_counter() - begun)
        print(
            f"rows {before:,} to {rows_done(last):,}: {pace:,.0f} a second{', killed' if until else ''}",
            flush=True,
        )
        peaks = {place: max(peak, peaks.get(place, 0)) for place, peak in ours.peaks.items()} | {
            place: peak for place, peak in peaks.items() if place not in ours.peaks
        }
    print(f"most memory: writer {peaks[0]} MiB, reader {peaks.get(1, 0)} MiB")
    check(rows)
    return beside


def check(rows: int) -> None:
    """Every row is counted once and stands once in the register."""
    with database.reading() as session:
        latest = select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)
        file = session.execute(latest).scalar_one()
        counts = {name: file.counts[name] for name in ("rows", "accepted", "unchanged", "updated", "refused")}
        of_file = select(func.count()).select_from(ImportedRow).where(ImportedRow.first_batch_id == file.id)
        coded = of_file.join(DossierCode, DossierCode.code == ImportedRow.code)
        stand = [session.execute(statement).scalar_one() for statement in (of_file, coded)]
    assert counts == {"rows": rows, "accepted": rows, "unchanged": 0, "updated": 0, "refused": 0}, counts
    assert stand == [rows, rows], stand
    print(f"totals exact: {rows:,} rows, {rows:,} dossiers, in one file that was continued twice")


@contextmanager
def office_of(engine: str, kept: Path | None, size: int, folder: Path) -> Iterator[tuple[str, Office]]:
    """The office in which somebody receives: a copy of one that is kept, or one that is built."""
    if kept:
        with offices.copied(kept, folder) as found:
            yield found
    elif engine == "postgresql":
        with empty_database(engine, folder) as url:
            yield url, populate(url, size, offices.SEED)
    else:
        yield cpu.office_in(folder, size)


def main() -> None:
    """Build, measure alone, measure beside."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--office", type=Path)
    parser.add_argument("--size", type=int, default=OFFICE, help="dossiers of an office that is built")
    parser.add_argument("--receptions", type=int, default=ALONE, help="before the import, for comparison")
    parser.add_argument("--each", type=float, default=EACH, help="seconds between two people")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tthc-bigimport-") as place,
        office_of(asked.engine, asked.office, asked.size, Path(place)) as (url, office),
    ):
        desk = cpu.reception(Bench(url, Path(place), office, asked.receptions))
        for _ in range(cpu.WARM_UP):
            desk(0)
        people = Arrivals(desk, asked.each)
        alone = people.served(lambda done: done >= asked.receptions)
        beside = run(url, Path(place), people, asked.rows)
        print(told("alone", alone))
        print(told("beside the import", beside) + f"; sent again {people.sent_again} times")
        database.dispose()


if __name__ == "__main__":
    main()
