"""What the xdist workers of one test run share: a folder outside the checkout, and things made once in it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = "TTHC_TEST_RUN_DIR"
_OWNER = "TTHC_TEST_RUN_PID"

# A test's database is a copy of a thousand small files: in memory it is made in a ninth of the time.
_MEMORY = Path("/dev/shm")
_ROOM = 6 * 1024**3  # a whole run leaves less than a third of it there


def open_run() -> bool:
    """Make the folder unless a controlling process has: True for the process that must close it."""
    if os.environ.get(_FOLDER):
        return False
    if "TMPDIR" not in os.environ and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="tthc-tests-")
    os.environ[_OWNER] = str(os.getpid())
    return True


def folder() -> Path:
    """The folder of this run; gone at its end."""
    return Path(os.environ[_FOLDER])


def owner() -> int:
    """The process that controls this run; outside a run, this one."""
    return int(os.environ.get(_OWNER) or os.getpid())


def close_run() -> None:
    """Remove the folder of this run."""
    shutil.rmtree(os.environ.pop(_FOLDER), ignore_errors=True)


@contextmanager
def only_one(name: str) -> Iterator[Path]:
    """Hold the run's lock `name`; yields a marker whose existence says that the thing was made."""
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder() / f"{name}.made"
