"""Real server processes for journeys and kills: gunicorn on a free port, the scheduler beside it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_POLL = threading.Event()  # never set: its wait() paces the polling of a process that cannot tell us


class ServerFailedError(Exception):
    """A server process ended or did not answer; its log is in the message."""


@dataclass
class ServerProcess:
    """One process group started here, and its log."""

    process: subprocess.Popen[bytes]
    log: Path

    def workers(self) -> list[int]:
        """The process ids of its direct children, gunicorn's workers."""
        listing = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in listing.read_text().split()]

    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def stop(self, timeout: float = 15) -> int:
        """Ask it to end as an operator would; its exit status."""
        if self.running():
            self.process.terminate()
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerFailedError(f"did not end in {timeout} s\n{self.tail()}") from None

    def kill(self) -> None:
        """End the whole group at once, as a power cut would."""
        if self.running():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def tail(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-4000:]


@dataclass
class WebServer(ServerProcess):
    """gunicorn serving wsgi:app."""

    url: str


def environment(database_url: str, var: Path, *, url: str, **more: str) -> dict[str, str]:
    """The settings of a test installation: none of the developer's own, no demo unless asked for."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
    return kept | {
        "DATABASE_URL": database_url,
        "TTHC_VAR": str(var),
        "TTHC_SECRET_KEY": "only-for-tests-" + "0" * 32,
        "TTHC_DEMO": "0",
        "PUBLIC_URL": url,
        "MPLCONFIGDIR": str(var / "matplotlib"),
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def free_port() -> int:
    """A port of loopback that was free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def spawn(arguments: list[str], env: Mapping[str, str], log: Path) -> ServerProcess:
    """Start `python -m …` from the checkout in a process group of its own."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=ROOT, env=dict(env), stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    return ServerProcess(process, log)


def until(holds: Callable[[], bool], server: ServerProcess) -> None:
    """Return once it holds; fail with the log of a process that has ended or lets us wait in vain."""
    for _ in range(600):
        if holds():
            return
        assert server.running(), server.tail()
        _POLL.wait(0.1)
    raise AssertionError(f"waited in vain\n{server.tail()}")


def wait_until_answering(url: str, server: ServerProcess, timeout: float = 60) -> None:
    """Return once GET `url` answers 200."""
    give_up_at = time.monotonic() + timeout
    while time.monotonic() < give_up_at:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass  # not yet
        if not server.running():
            raise ServerFailedError(f"ended with {server.process.returncode}\n{server.tail()}")
        _POLL.wait(0.05)
    raise ServerFailedError(f"{url} did not answer in {timeout} s\n{server.tail()}")


@contextmanager
def web(database_url: str, var: Path, *, workers: int = 2, **more: str) -> Iterator[WebServer]:
    """The web processes on a free port, answering; ended at the end."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = environment(
        database_url, var, url=url, HOST="127.0.0.1", PORT=str(port), WEB_WORKERS=str(workers), **more
    )
    arguments = [
        "gunicorn",
        "--chdir",
        str(ROOT),
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(workers),
        "wsgi:app",
    ]
    started = spawn(arguments, env, var / "web.log")
    server = WebServer(started.process, started.log, url)
    try:
        wait_until_answering(f"{url}/healthz", server)
        yield server
        server.stop()
    finally:
        server.kill()


@contextmanager
def scheduler(database_url: str, var: Path, *, url: str, **more: str) -> Iterator[ServerProcess]:
    """The scheduler process (`flask jobs serve`); ended at the end."""
    env = environment(database_url, var, url=url, **more)
    server = spawn(["flask", "--app", "wsgi", "jobs", "serve"], env, var / "scheduler.log")
    try:
        yield server
        server.stop()
    finally:
        server.kill()


def flask(
    arguments: list[str], env: Mapping[str, str], *, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one `flask …` command to its end, as an operator would."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments], cwd=ROOT, env=dict(env), input=stdin,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
