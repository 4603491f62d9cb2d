"""The client that docs/api.md shows is run as it stands, against the running product."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT
from tests.support import servers, wire
from tests.support.desk import open_office
from tests.support.moments import at
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.extensions import Database

PAGE = ROOT / "docs" / "api.md"


def client() -> str:
    """The program of the page."""
    [program] = re.findall(
        r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return str(program)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_client_of_the_page_does_what_the_page_says(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    with database.transaction() as session:
        open_office(session)
    clock = tmp_path / "clock"
    clock.write_text(at("Mon 2026-11-23 09:00").isoformat())
    with servers.web(database_url, tmp_path, TTHC_TEST_CLOCK=str(clock)) as site:
        run_twice(servers.environment(database_url, tmp_path, url=site.url) | {"TTHC_URL": site.url})


def run_twice(env: dict[str, str]) -> None:
    env |= {"TTHC_API_KEY": wire.token(days=730), "NO_PROXY": "127.0.0.1"}
    for first in ("201", "201"):  # the second run repeats the first answer
        done = subprocess.run(
            [sys.executable, "-c", client()], env=env, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        assert lines[0] == f"{first} 20261117090000"
        assert lines[1].startswith("200 {'MaHoSo': 'H50.19000-261116-0001', 'TrangThaiHoSo': 2")
        assert lines[2] == "H50.19000-261116-0001 2 20261119100000 True"


def test_the_scopes_of_the_page_are_those_there_are() -> None:
    told = re.findall(r"^\| `(\w+)` \| `", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert told == [scope.value for scope in ApiScope]
