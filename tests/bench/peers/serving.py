"""A web server that is measured, started anew when a worker of it hangs; the PostgreSQL behind it."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from psycopg import sql

from tests.support import postgres, servers
from tests.support.visitor import Visitor

_ALL_BUT_THIS = sql.SQL(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    " AND pid <> pg_backend_pid()"
)


@contextmanager
def database() -> Iterator[postgres.Cluster]:
    """A PostgreSQL as durable as a real installation's, gone afterwards."""
    cluster = postgres.start(postgres.DURABLE)
    try:
        yield cluster
    finally:
        cluster.stop()


@dataclass
class Serving:
    """A command that serves on a port of loopback. `healthy`: the path that answers 200 once it does."""

    command: list[str]
    port: int
    env: Mapping[str, str]
    folder: Path
    log: Path
    healthy: str
    cluster: postgres.Cluster | None = None
    _server: servers.ServerProcess | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._kill()

    def restart(self) -> None:
        """End its processes and what they had asked of the database; start it again."""
        self._kill()
        if self.cluster:
            self.cluster.execute(_ALL_BUT_THIS)
        self._start()

    def processes(self) -> list[int]:
        """The process that began the web server, and the one that began PostgreSQL."""
        assert self._server, "it serves nothing"
        return [self._server.process.pid, *([self.cluster.postmaster()] if self.cluster else [])]

    def _start(self) -> None:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.command, cwd=self.folder, env=dict(self.env), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip
        self._server = servers.ServerProcess(process, self.log)
        servers.until(self._answers, self._server)

    def _kill(self) -> None:
        if self._server:
            self._server.kill()

    def _answers(self) -> bool:
        try:
            with Visitor(self.url) as visitor:
                return visitor.get(self.healthy).status == 200
        except OSError:
            return False


def ran(command: list[str], env: Mapping[str, str], folder: Path) -> str:
    """Run a command of theirs to its end; what it printed."""
    done = subprocess.run(
        command, env=dict(env), cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout[-1000:]}{done.stderr[-2000:]}"
    return done.stdout


def page(visitor: Visitor, path: str, *, holding: str = "") -> "_Page":
    """Ask for a page again and again."""
    return _Page(visitor, path, holding)


@dataclass(frozen=True)
class _Page:
    visitor: Visitor
    path: str
    holding: str

    def __call__(self, _number: int) -> None:
        answer = self.visitor.get(self.path)
        assert answer.status == 200, f"{self.path}: {answer.status}"
        assert self.holding in answer.text(), f"{self.path} does not say {self.holding!r}"
