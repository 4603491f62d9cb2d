"""`python -m tests.bench.moving`: from SQLite to PostgreSQL, killed half-way and resumed.

    python -m tests.bench.moving --office FOLDER [--killed-at SHARE]

FOLDER is an office of SQLite that `python -m tests.bench --keep FOLDER` has built, whose trail is begun anew
first (its copies are in none), or an installation's with tthc.sqlite, which is only read. The move is the
command, in a process of its own; PostgreSQL is one of this run, as durable as a real one. Prints how far it
is, rows a second, processor time and the most memory of the command; fails unless both sides are the same and
the trail is whole.
"""

import argparse
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg

from tests.bench import multiplying, offices
from tests.support import postgres, servers
from tthc_tracker.engine import make_engine
from tthc_tracker.jobs.moving import rows_of
from tthc_tracker.wording import moving as words

_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")
TOLD = 20  # seconds between two words on how far it is
_PACE = threading.Event()  # never set: its wait() spaces the looks at how far it is


class Move:
    """One run of the command; its memory is looked at from outside."""

    def __init__(self, file: Path, folder: Path, url: str) -> None:
        settings = _settings(file)
        self._said = folder / "said"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "db", "move", "--to", url], cwd=servers.ROOT,
            env=settings, stdout=self._said.open("wb"), stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.begun, self.peak = time.perf_counter(), 0

    def running(self) -> bool:
        """Whether it goes on, looked at once a second; notes what it has had of memory."""
        _PACE.wait(1)
        if self._process.poll() is not None:
            return False
        peak = _PEAK.search(Path(f"/proc/{self._process.pid}/status").read_text())
        self.peak = max(self.peak, int(peak[1]) // 1024 if peak else 0)
        return True

    def kill(self) -> None:
        """As a power cut would."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def seconds(self) -> float:
        """Since it began."""
        return time.perf_counter() - self.begun

    def said(self) -> str:
        """What it told in the end; it must have ended well."""
        text = self._said.read_text(encoding="utf-8", errors="replace")
        assert self._process.wait() == 0, text[-4000:]
        return text


def _settings(file: Path) -> dict[str, str]:
    return servers.environment(f"sqlite:///{file}", file.parent, url="http://127.0.0.1")


def begin_trail(file: Path) -> None:
    """Chain all that stands there anew: a million dossiers take minutes."""
    begun = time.perf_counter()
    multiplying.forget_trail(file)
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"], cwd=servers.ROOT,
        env=_settings(file), stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    print(f"the trail stands after {time.perf_counter() - begun:,.0f} s", flush=True)


def carried(address: str) -> int:
    """How many rows the target says it has taken over."""
    with psycopg.connect(address) as connection:
        try:
            found = connection.execute("SELECT COALESCE(SUM(rows), 0) FROM move_progress").fetchone()
        except psycopg.errors.UndefinedTable:  # not yet, or no longer: its end takes it away
            return 0
    return int(found[0]) if found else 0


def watched(move: Move, address: str, until: int | None, rows: int) -> int:
    """Let it run to its end, or kill it at so many rows. How many were carried when it was last looked at."""
    done, told = 0, 0.0
    while move.running():
        done = max(done, carried(address))
        if move.seconds() - told >= TOLD:
            told = move.seconds()
            print(f"  {told:,.0f} s: {done:,} of {rows:,} rows", file=sys.stderr, flush=True)
        if until is not None and done >= until:
            move.kill()
            break
    return done


def run(file: Path, folder: Path, share: float, rows: int) -> None:
    """Killed once, then to the end."""
    cluster = postgres.start(postgres.DURABLE)
    try:
        name = cluster.create_database()
        url, address = cluster.url(name), f"postgresql://postgres@127.0.0.1:{cluster.port}/{name}"
        first = Move(file, folder, url)
        done = watched(first, address, int(rows * share), rows)
        print(f"killed after {first.seconds():,.0f} s, {done:,} of {rows:,} rows carried", flush=True)
        assert 0 < done < rows, "it was not killed on its way"
        second = Move(file, folder, url)
        watched(second, address, None, rows)
        told = second.said()
        assert words.WHOLE.partition("{")[0] in told, told[-2000:]
        print("\n".join(told.splitlines()[-2:]))
        used = resource.getrusage(resource.RUSAGE_CHILDREN)  # also what little it took to make the cluster
        clock = first.seconds() + second.seconds()
        print(
            f"{rows:,} rows in {clock:,.0f} s, {rows / clock:,.0f} a second, carried and compared; "
            f"{used.ru_utime + used.ru_stime:,.0f} s of processor of the command; "
            f"most memory {max(first.peak, second.peak)} MiB"
        )
    finally:
        cluster.stop()


def rows_in(file: Path) -> int:
    """How many rows there are to carry."""
    engine = make_engine(f"sqlite:///{file}")
    try:
        return rows_of(engine)
    finally:
        engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.moving", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--office", type=Path, required=True, help="the folder of an office, or of an installation"
    )
    parser.add_argument("--killed-at", type=float, default=0.5, help="share of the rows")
    asked = parser.parse_args()
    kept = asked.office / offices.FILE
    file = kept if kept.exists() else asked.office / "tthc.sqlite"
    if file == kept:
        begin_trail(file)
    with tempfile.TemporaryDirectory(prefix="tthc-moving-") as folder:
        run(file, Path(folder), asked.killed_at, rows_in(file))


if __name__ == "__main__":
    main()
