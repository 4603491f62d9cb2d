"""`python -m tests.bench.bigimport`: a large file is read in, killed twice and resumed while a desk receives.

    python -m tests.bench.bigimport [--rows N] [--office FOLDER] [--receptions N]

The import is the command, in a process of its own; a desk receives in this one, without pause, through the
whole application. Prints rows a second, the most memory that the import's processes had, and the receptions'
p50 and p95 alone and beside it; fails if a single row is counted wrongly. SQLite; --office: a copy of what
`python -m tests.bench.cpu --keep FOLDER` has built, else an office of 20,000 dossiers is.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from tests.bench import cpu, importing
from tests.bench.session import Bench
from tests.support import databases, servers
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import DossierCode
from tthc_tracker.models.importing import ImportBatch, ImportedRow
from tthc_tracker.services.trailkeys import NAME

ROWS, OFFICE, ALONE = 650_000, 20_000, 200
KILLED_AT = (0.3, 0.65)  # of the file
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


class Import:
    """One run of the command; its memory is looked at from outside."""

    def __init__(self, url: str, folder: Path, path: Path) -> None:
        settings = servers.environment(url, folder, url="http://127.0.0.1")
        command = ["-m", "flask", "--app", "wsgi", "imports", "run", str(path), "--source", importing.SOURCE]
        self._answer = (folder / "answer.json").open("w+b")
        self._process = subprocess.Popen(
            [sys.executable, *command, "--format", "json"], cwd=servers.ROOT, env=settings,
            stdout=self._answer, start_new_session=True,
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

    def answer(self) -> dict[str, Any]:
        """What it said in the end."""
        assert self._process.wait() == 0, "the import failed"
        self._answer.seek(0)
        return dict(json.load(self._answer))


def received(desk: cpu.Ask, taken: list[float]) -> None:
    """One reception, and its milliseconds by the clock."""
    begun = time.perf_counter()
    desk(0)
    taken.append((time.perf_counter() - begun) * 1000)


def rows_done() -> int:
    """How far the file is, by what is committed."""
    with database.reading() as session:
        statement = select(ImportBatch.rows_done).order_by(ImportBatch.id.desc()).limit(1)
        return session.execute(statement).scalar_one_or_none() or 0


def told(name: str, taken: list[float]) -> str:
    """The middle and the slow end of them."""
    slow = statistics.quantiles(taken, n=20)[-1]
    return f"{name}: {len(taken):,} receptions, p50 {statistics.median(taken):.1f} ms, p95 {slow:.1f} ms"


def run(url: str, folder: Path, desk: cpu.Ask, rows: int) -> list[float]:
    """The file, killed twice; the receptions meanwhile."""
    importing.write_export(path := folder / "export.csv", rows)
    beside, peaks = list[float](), dict[int, int]()
    for until in (*KILLED_AT, None):
        begun, before, ours = time.perf_counter(), rows_done(), Import(url, folder, path)
        while ours.running() and (until is None or rows_done() < until * rows):
            received(desk, beside)
        if until is not None:
            ours.kill()
        pace = (rows_done() - before) / (time.perf_counter() - begun)
        print(
            f"rows {before:,} to {rows_done():,}: {pace:,.0f} a second{', killed' if until else ''}",
            flush=True,
        )
        peaks = {place: max(peak, peaks.get(place, 0)) for place, peak in ours.peaks.items()} | {
            place: peak for place, peak in peaks.items() if place not in ours.peaks
        }
    print(f"most memory: writer {peaks[0]} MiB, reader {peaks.get(1, 0)} MiB")
    check(ours.answer(), rows)
    return beside


def check(said: dict[str, Any], rows: int) -> None:
    """Every row is counted once and stands once in the register."""
    counts = {name: said[name] for name in ("rows", "accepted", "unchanged", "updated", "refused")}
    assert counts == {"rows": rows, "accepted": rows, "unchanged": 0, "updated": 0, "refused": 0}, counts
    with database.reading() as session:
        batch = session.execute(select(func.max(ImportBatch.id))).scalar_one()
        of_file = select(func.count()).select_from(ImportedRow).where(ImportedRow.first_batch_id == batch)
        coded = of_file.join(DossierCode, DossierCode.code == ImportedRow.code)
        found = [session.execute(statement).scalar_one() for statement in (of_file, coded)]
    assert found == [rows, rows], found
    print(f"totals exact: {rows:,} rows, {rows:,} dossiers, in one file that was continued twice")


def main() -> None:
    """Build, measure alone, measure beside."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--office", type=Path)
    parser.add_argument("--receptions", type=int, default=ALONE, help="before the import, for comparison")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tthc-bigimport-") as place:
        folder = Path(place)
        if asked.office:
            for kept in ("cpu.sqlite", "office.json", NAME):
                shutil.copyfile(asked.office / kept, folder / kept)
            (folder / NAME).chmod(0o400)
            databases.migrate(f"sqlite:///{folder / 'cpu.sqlite'}")
        url, office = cpu.office_in(folder, OFFICE)
        desk = cpu.reception(Bench(url, folder, office, asked.receptions))
        alone: list[float] = []
        for _ in range(cpu.WARM_UP):
            desk(0)
        for _ in range(asked.receptions):
            received(desk, alone)
        beside = run(url, folder, desk, asked.rows)
        print(told("alone", alone))
        print(told("beside the import", beside))
        database.dispose()


if __name__ == "__main__":
    main()
