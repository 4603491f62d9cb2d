"""Pictures and papers are made beside the process that asks for them, so that its memory stays small.

One child a process, started with the first picture, ended when nobody has asked for a while (decision 0015).
"""

import atexit
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Timer
from typing import IO, ParamSpec

P = ParamSpec("P")

PATIENCE = 20.0
"""Seconds for one piece of work, and for waiting until it is one's turn."""
IDLE = 600.0
"""Seconds without work after which a child ends."""

LENGTH = struct.Struct(">Q")
FAULT = 70  # status of a child whose work raised
GRACE = 2.0  # seconds for a child to end by itself
_CHECKOUT = Path(__file__).resolve().parents[2]
# A child needs no secret of ours; one thread is enough for one picture.
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "MPLCONFIGDIR", "SYSTEMROOT")
_FIXED = {"RAYON_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


def child_of_ours(module: str, *arguments: str, room: int = -1) -> subprocess.Popen[bytes]:
    """A process that runs a module of ours, spoken to by its standard input and output; it gets no secret.

    room: bytes that may wait between it and us, if not as many as is usual.
    """
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return subprocess.Popen(  # noqa: S603 (this interpreter and a module of ours)
        [sys.executable, "-m", module, *arguments],
        cwd=_CHECKOUT, env=passed | _FIXED, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pipesize=room,
    )  # fmt: skip


class NotRenderedError(Exception):
    """The child was ended twice, took too long, or never got free: to be tried again later."""


class RenderingFaultError(Exception):
    """The work itself raised. The child has said what and where on standard error, none of its data."""


class _EndedError(Exception):
    """The child is gone before its answer was whole."""


class Renderer:
    """A child of this process that does one piece of work at a time; its threads take turns."""

    def __init__(self, patience: float = PATIENCE, idle: float = IDLE) -> None:
        self._patience, self._idle = patience, idle
        self._turn = Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def made(self, job: bytes) -> bytes:
        """What the pickled work gives; a child that was killed meanwhile is replaced once.

        Raises:
            NotRenderedError: no answer. RenderingFaultError: the work raised.
        """
        if not self._turn.acquire(timeout=self._patience):
            raise NotRenderedError("others are being served")
        try:
            with suppress(_EndedError):
                return self._asked(job)
            try:
                return self._asked(job)
            except _EndedError as error:
                raise NotRenderedError("the child ended twice") from error
        finally:
            self._turn.release()

    def _asked(self, job: bytes) -> bytes:
        child, given_up = self._running(), Event()
        assert child.stdin is not None
        assert child.stdout is not None

        def give_up() -> None:
            given_up.set()
            child.kill()

        watch = Timer(self._patience, give_up)
        watch.daemon = True
        watch.start()
        try:
            child.stdin.write(LENGTH.pack(len(job)) + job)
            child.stdin.flush()
            return read(child.stdout)
        except (OSError, EOFError) as error:
            status = self._end()
            if given_up.is_set():
                raise NotRenderedError(f"not done in {self._patience} s") from error
            if status == FAULT:
                raise RenderingFaultError("the work raised; the child's last line says where") from error
            raise _EndedError from error
        finally:
            watch.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = child_of_ours("tthc_tracker.rendering.child", str(self._idle))
        return self._child

    def _end(self) -> int:
        """End the child, if there is one; its status, below zero if a signal ended it."""
        child, self._child = self._child, None
        if child is None:
            return 0
        assert child.stdin is not None
        with suppress(OSError):  # what was not written yet went with the child
            child.stdin.close()
        try:
            status = child.wait(GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            status = child.wait()
        assert child.stdout is not None
        child.stdout.close()
        return status

    def close(self) -> None:
        """End the child; the next piece of work starts another."""
        with self._turn:
            self._end()

    @property
    def child_pid(self) -> int | None:
        """The process id of the child, if there is one."""
        return self._child.pid if self._child else None


def exactly(pipe: IO[bytes], length: int) -> bytes:
    """That many bytes.

    Raises:
        EOFError: the other end is gone.
    """
    found = b""
    while len(found) < length:
        part = pipe.read(length - len(found))
        if not part:
            raise EOFError
        found += part
    return found


def read(pipe: IO[bytes]) -> bytes:
    """One message: its length, then itself."""
    return exactly(pipe, LENGTH.unpack(exactly(pipe, LENGTH.size))[0])


renderer = Renderer()
atexit.register(renderer.close)


def elsewhere(work: Callable[P, bytes], *args: P.args, **kwargs: P.kwargs) -> bytes:
    """What `work` gives, done by the child: a function of a module, with arguments that can be pickled.

    Raises:
        NotRenderedError: no answer; try again later. RenderingFaultError: the work raised.
    """
    return renderer.made(pickle.dumps((work, args, kwargs)))
