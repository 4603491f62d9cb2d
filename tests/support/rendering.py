"""Work for the child that makes pictures: a function of a module, as it must be."""

import os
import signal
import threading
from pathlib import Path


def own_pid() -> bytes:
    return str(os.getpid()).encode()


def doubled(content: bytes) -> bytes:
    return content * 2


def environment() -> bytes:
    return repr(dict(os.environ)).encode()


def killed_the_first_time(mark: str) -> bytes:
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return b"done"


def killed_every_time(tries: str) -> bytes:
    with Path(tries).open("a") as file:
        file.write("x")
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def without_end() -> bytes:
    threading.Event().wait()
    return b""


def faulty(name: str) -> bytes:
    raise ValueError(name)
