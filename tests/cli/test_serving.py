"""`flask serve`: what stops it before it serves, how its two processes live, and how they end."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import servers


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "192.0.2.1"], ids=["a port in use", "no address of this machine"]
)
def test_an_address_that_cannot_be_served_is_named_in_one_line_before_anything_is_made(
    tmp_path: Path, host: str
) -> None:
    file = tmp_path / "new.sqlite"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        env = servers.environment(
            f"sqlite:///{file}", tmp_path, url="http://127.0.0.1", HOST=host, PORT=str(port)
        )
        done = servers.flask(["serve"], env)
    assert done.returncode != 0
    assert done.stderr.strip().startswith(f"Error: HOST={host} PORT={port}: cannot listen there")
    assert len(done.stderr.strip().splitlines()) == 1
    assert not file.exists()


@contextmanager
def served(var: Path) -> Iterator[servers.WebServer]:
    """`flask serve` on a new database, answering."""
    port = servers.free_port()
    url = f"http://127.0.0.1:{port}"
    env = servers.environment(
        f"sqlite:///{var / 'served.sqlite'}", var, url=url, HOST="127.0.0.1", PORT=str(port)
    )
    started = servers.spawn(["flask", "--app", "wsgi", "serve"], env, var / "serve.log")
    server = servers.WebServer(started.process, started.log, url)
    try:
        servers.wait_until_answering(f"{url}/readyz", server)
        yield server
        server.stop()
    finally:
        server.kill()


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and not lost."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def everything_of(pid: int) -> list[int]:
    """A process's children, theirs, and so on."""
    own = children_of(pid)
    return own + [further for child in own for further in everything_of(child)]


def test_one_signal_ends_web_and_scheduler_and_nothing_is_left(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        # gunicorn, its two workers, the scheduler: the first worker answers before there is a second
        servers.until(lambda: len(everything_of(server.process.pid)) == 4, server)
        processes = everything_of(server.process.pid)
        server.process.terminate()
        assert server.process.wait(timeout=30) == 0, server.tail()
        assert [pid for pid in processes if Path(f"/proc/{pid}").exists()] == []


def test_a_scheduler_that_dies_is_started_again_beside_the_web(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        before = children_of(server.process.pid)
        scheduler = next(pid for pid in before if not children_of(pid))
        os.kill(scheduler, signal.SIGKILL)
        servers.until(lambda: len(set(children_of(server.process.pid)) - {scheduler}) == 2, server)
        servers.wait_until_answering(f"{server.url}/healthz", server)


def test_a_web_server_that_dies_ends_the_scheduler_too_and_says_so(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        web = next(pid for pid in children_of(server.process.pid) if children_of(pid))
        os.kill(web, signal.SIGKILL)
        assert server.process.wait(timeout=30) != 0
        assert "the web server ended" in server.tail()
