"""The primary dies while its standby lags: whatever was acknowledged is on the standby."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg import sql

from tests.chaos import verify
from tests.chaos.hammer import Load, receiving
from tests.support import databases, postgres, servers
from tests.support.desk import open_office
from tests.support.moments import at
from tests.support.postgres import OWNER, Cluster
from tests.support.servers import WebServer
from tests.support.signedin import sign_in
from tthc_tracker.extensions import Database

pytestmark = pytest.mark.chaos

CLIENTS, ENOUGH = 6, 20
NOW = at("Tue 2026-11-24 09:00")
PROCEDURE = "1.004873"
# What a killed process has written its successor finds: only a power cut would need the disk.
SETTINGS = ("max_connections=60", "shared_buffers=64MB", "fsync=off", "log_min_messages=fatal")
SYNCHRONOUS = "ANY 1 (standby1)"
_PACE = threading.Event()  # never set: its wait() spaces the looks at how far it is


@dataclass
class Pair:
    """Two servers; which of them is the primary changes with each failover."""

    primary: Cluster
    standby: Cluster
    name: str

    @property
    def url(self) -> str:
        """The address that finds whichever of both takes writes."""
        hosts = "&".join(f"host=127.0.0.1:{port}" for port in sorted((self.primary.port, self.standby.port)))
        return f"postgresql+psycopg://{OWNER}@/{self.name}?{hosts}&target_session_attrs=read-write"

    def replicate(self, standbys: str) -> None:
        """Let commits wait for these standbys; for none where empty."""
        statement = sql.SQL("ALTER SYSTEM SET synchronous_standby_names = {}").format(sql.Literal(standbys))
        self.primary.execute(statement, sql.SQL("SELECT pg_reload_conf()"))

    def fail_over(self) -> float:
        """The primary is killed, the standby freed and promoted; seconds that promoting took. What the
        frozen standby had not taken from the network is lost with the primary."""
        self.primary.kill()
        self.standby.kill()
        self.standby.restart(("hot_standby=on", *SETTINGS))
        begun = time.monotonic()
        self.standby.promote()
        taken = time.monotonic() - begun
        self.primary, self.standby = self.standby, self.primary
        self.replicate("")  # the operator's decision: one copy until there is a standby again
        return taken

    def rebuild(self) -> None:
        """A new standby where the old primary was."""
        port = self.standby.port
        self.standby.remove()
        self.standby = postgres.standby_of(self.primary, SETTINGS, port=port)


@pytest.fixture
def pair() -> Iterator[Pair]:
    primary = postgres.start(SETTINGS)
    name = primary.create_database()
    databases.migrate(primary.url(name))
    databases.stock(primary.url(name))
    both = Pair(primary, postgres.standby_of(primary, SETTINGS), name)
    yield both
    for cluster in (both.standby, both.primary):
        cluster.kill()
        cluster.remove()


@contextmanager
def desks(pair: Pair, var: Path) -> Iterator[tuple[WebServer, list[str]]]:
    """Web processes that know both servers, and the sessions of clerks at two desks."""
    database = Database()
    database.bind(pair.url)
    with database.transaction() as session:
        office = open_office(session)
        people = (office.clerk, office.stranger)
        tokens = [sign_in(session, people[number % 2].user_id, NOW) for number in range(CLIENTS)]
    database.dispose()
    clock = var / "clock"
    clock.write_text(NOW.isoformat(), encoding="utf-8")
    with servers.web(pair.url, var, TTHC_TEST_CLOCK=str(clock)) as server:
        yield server, tokens


def until_acked(load: Load, more: int) -> float:
    """Wait for so many more acknowledgements; seconds until the first of them."""
    before, begun, first = len(load.tally.acked), time.monotonic(), 0.0
    while len(load.tally.acked) < before + more:
        _PACE.wait(0.01)
        assert not load.over, load.tally.refused or "too slow"
        if not first and len(load.tally.acked) > before:
            first = time.monotonic() - begun
    return first


def until_all_wait(load: Load) -> None:
    """Wait until no client has been answered for half a second, and each waits for an answer."""
    acked, quiet_since = -1, 0.0
    while time.monotonic() - quiet_since < 0.5 or load.in_flight < CLIENTS:
        _PACE.wait(0.02)
        assert not load.over, load.tally.refused or "too slow"
        if len(load.tally.acked) != acked:
            acked, quiet_since = len(load.tally.acked), time.monotonic()


def faults_after(pair: Pair, load: Load) -> list[str]:
    """What the new primary says of what was acknowledged."""
    database = Database()
    database.bind(pair.primary.url(pair.name))
    try:
        return verify.receptions(database.engine, load.tally.acked)
    finally:
        database.dispose()


@dataclass
class Failover:
    """What one came to."""

    acked: int
    promoting: float  # seconds
    standing: float  # seconds from the promotion to the first acknowledgement
    faults: list[str]

    @property
    def lost(self) -> int:
        """How many acknowledged forms lead to no dossier; their codes may have been given out again since."""
        return sum(fault.startswith("I1 form") for fault in self.faults)


def one_failover(pair: Pair, server: WebServer, tokens: list[str], *, synchronous: bool) -> Failover:
    """Receptions; the standby freezes, the primary is killed, the standby takes over; receptions again."""
    pair.replicate(SYNCHRONOUS if synchronous else "")
    with receiving(server.url, tokens, PROCEDURE, longest=120) as load:
        until_acked(load, ENOUGH)
        pair.standby.freeze()
        if synchronous:
            until_all_wait(load)
        else:
            until_acked(load, ENOUGH)
        promoting = pair.fail_over()
        standing = until_acked(load, ENOUGH)
    return Failover(len(load.tally.acked), promoting, standing, faults_after(pair, load))


@pytest.mark.long
def test_no_acknowledged_reception_is_lost_with_the_primary(pair: Pair, tmp_path: Path) -> None:
    with desks(pair, tmp_path) as (server, tokens):
        done = one_failover(pair, server, tokens, synchronous=True)
        assert done.faults == []
        pair.rebuild()
        done = one_failover(pair, server, tokens, synchronous=False)
        assert done.lost, "the negative control: who does not wait for the standby loses something"


@pytest.mark.evidence
def test_no_acknowledged_reception_is_lost_in_many_failovers(pair: Pair, tmp_path: Path) -> None:
    times = int(os.environ.get("TTHC_CHAOS_FAILOVERS", "20"))
    with desks(pair, tmp_path) as (server, tokens):
        done = []
        for number in range(times):
            if number:
                pair.rebuild()
            done.append(one_failover(pair, server, tokens, synchronous=True))
            assert done[-1].faults == []
        pair.rebuild()
        control = one_failover(pair, server, tokens, synchronous=False)
    assert control.lost
    standing = sorted(one.standing for one in done)
    print(
        f"\n{times} failovers, {sum(one.acked for one in done)} receptions acknowledged, none lost; "
        f"promoting at most {max(one.promoting for one in done):.2f} s, first acknowledgement after "
        f"{standing[times // 2]:.2f} s, at most {standing[-1]:.2f}; "
        f"who does not wait for the standby: {control.lost} of {control.acked} lost"
    )
