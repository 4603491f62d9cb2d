"""`flask serve` before it serves: what stops it, it says in one line."""

import socket
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
