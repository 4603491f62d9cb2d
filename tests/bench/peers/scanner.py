"""Scans our office whenever a line comes in, as the scheduler does: its process is there already.

python -m tests.bench.peers.scanner      (DATABASE_URL, TTHC_VAR as an installation's)
"""

import os
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support import servers
from tthc_tracker.extensions import database
from tthc_tracker.jobs.tasks import scan_deadlines
from tthc_tracker.jobs.work import Work

DONE = "done\n"


@dataclass(frozen=True)
class Scanner:
    """The process, and how long a scan may take in it."""

    process: subprocess.Popen[str]
    bound: float

    def __call__(self, _number: int) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print("scan", file=self.process.stdin, flush=True)
        if not select.select([self.process.stdout], [], [], self.bound)[0]:
            raise TimeoutError
        assert self.process.stdout.readline() == DONE, "the scan failed: see above"


@contextmanager
def standing(env: Mapping[str, str], bound: float) -> Iterator[Scanner]:
    """A process that scans when it is told to; ended at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.peers.scanner"], cwd=servers.ROOT, env=dict(env), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        yield Scanner(process, bound)
        process.kill()


def main() -> None:
    database.bind(os.environ["DATABASE_URL"])
    work = Work("http://127.0.0.1", "tthc@localhost", "", Path(os.environ["TTHC_VAR"]))
    for _line in sys.stdin:
        scan_deadlines(work)
        sys.stdout.write(DONE)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
