"""From `flask serve` to the first page, from the second start on.

    python -m tests.bench.starting [--var FOLDER] [--times N]

Starts on the database of a folder (default: a new one without demo), asks for the login page until it is
there, ends it, and again; the first start is not counted. By the clock, which says how busy the machine was,
and in seconds of processor of all processes started, until their end, which say less of that.
"""

import argparse
import os
import statistics
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.support import servers

_POLL = threading.Event()  # never set: its wait() paces the asking
PATIENCE = 120


def start(var: Path, database: str = "") -> tuple[float, float]:
    """Seconds to the first page, and seconds of processor taken until the end.

    database: its address; that of the folder's file unless given.
    """
    port = servers.free_port()
    url, database = f"http://127.0.0.1:{port}", database or f"sqlite:///{var / 'tthc.sqlite'}"
    env = servers.environment(database, var, url=url, HOST="127.0.0.1", PORT=str(port))
    spent, begun = os.times(), time.perf_counter()
    server = servers.spawn(["flask", "serve"], env, var / "starting.log")
    while not _answers(f"{url}/dang-nhap"):
        if not server.running() or time.perf_counter() - begun > PATIENCE:
            raise servers.ServerFailedError(server.tail())
        _POLL.wait(0.02)
    taken = time.perf_counter() - begun
    server.stop(20)
    after = os.times()
    used = after.children_user + after.children_system - spent.children_user - spent.children_system
    return taken, used


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.starting", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--var", type=Path, help="a folder with tthc.sqlite")
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tthc-starting-") as folder:
        var = asked.var or Path(folder)
        start(var)
        taken = [start(var) for _ in range(asked.times)]
    by_clock, of_processor = (statistics.median(each) for each in zip(*taken, strict=True))
    print(f"first page after {by_clock:.2f} s, {of_processor:.2f} s of processor; median of {asked.times}")


if __name__ == "__main__":
    main()
