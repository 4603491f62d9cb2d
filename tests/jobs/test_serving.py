"""The scheduler as a process of its own: one works, another idles, and none is missed for long."""

import logging
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support import servers
from tests.support.alarms import VERY_OVERDUE, Desk
from tests.support.desk import open_office
from tests.support.smtp import Fault, Mailbox
from tthc_tracker.extensions import Database
from tthc_tracker.jobs.serving import is_news
from tthc_tracker.jobs.work import LEASE
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.job import JobRun
from tthc_tracker.queries import operations
from tthc_tracker.queries.operations import Owner

pytestmark = pytest.mark.chaos

URL = "https://tthc.test"


def owner(database: Database) -> Owner | None:
    with database.reading() as session:
        return operations.lease_owner(session, LEASE)


def owned_by(database: Database, server: servers.ServerProcess) -> bool:
    held = owner(database)
    return held is not None and held.alive and f":{server.process.pid}:" in held.owner


def fill(database: Database, folder: Path) -> dict[str, str]:
    """One dossier that is very overdue by the clock of the settings returned."""
    with database.transaction() as session:
        Desk(session, open_office(session)).running()
    clock = folder / "clock"
    clock.write_text(VERY_OVERDUE.isoformat())
    return {"TTHC_TEST_CLOCK": str(clock)}


def test_a_scheduler_catches_up_at_once_and_ends_cleanly_when_told(
    database: Database, database_url: str, tmp_path: Path, smtp: Mailbox
) -> None:
    clock = fill(database, tmp_path)
    with servers.scheduler(database_url, tmp_path, url=URL, SMTP_URL=smtp.url, **clock) as server:
        smtp.wait_for(1, timeout=90)
        with database.reading() as session:
            assert len(session.execute(select(Alert.id)).all()) == 2
        assert server.stop(timeout=5) == 0
    assert "skipped" not in server.tail(), "a job that waits for its lane is not asked for again"
    held = owner(database)
    assert held is not None
    assert not held.alive
    assert "smtp" not in server.tail().lower().replace("smtp_url", "")


def tokens_of(database: Database) -> list[int]:
    """The tokens under which jobs ran, in their order."""
    with database.reading() as session:
        return list(session.execute(select(JobRun.token).order_by(JobRun.id)).scalars())


def test_a_second_scheduler_idles_until_the_first_is_gone(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with servers.scheduler(database_url, tmp_path / "a", url=URL) as first:
        servers.until(lambda: owned_by(database, first), first)
        with servers.scheduler(database_url, tmp_path / "b", url=URL) as second:
            servers.until(lambda: "idles" in second.tail(), second)
            assert owned_by(database, first)
            servers.until(lambda: 1 in tokens_of(database), first)
            first.kill()
            servers.until(lambda: 2 in tokens_of(database), second)
            assert owned_by(database, second)
    tokens = tokens_of(database)
    assert set(tokens) == {1, 2}
    assert tokens == sorted(tokens)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_silent_mail_server_holds_up_no_end(
    database: Database, database_url: str, tmp_path: Path, smtp: Mailbox, how: signal.Signals
) -> None:
    clock = fill(database, tmp_path)
    smtp.fault = Fault.SLOW
    with servers.scheduler(database_url, tmp_path, url=URL, SMTP_URL=smtp.url, **clock) as server:
        servers.until(lambda: smtp.attempts > 0, server)
        server.process.send_signal(how)
        assert server.process.wait(8) == 0
    with database.reading() as session:
        assert "sent" not in operations.mail_counts(session)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ('Execution of job "%s" skipped: maximum number of running instances reached (1)', False),
        ('Run time of job "%s" was missed by 0:00:07', True),
    ],
)
def test_the_log_leaves_out_that_a_job_is_still_at_work(message: str, told: bool) -> None:
    record = logging.LogRecord(
        "apscheduler.scheduler", logging.WARNING, "", 0, message, ("fold-facts",), None
    )
    assert is_news(record) is told


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_scheduler_does_not_start_on_another_schema(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    from tthc_tracker import migrating

    migrating.downgrade(database.engine, "0004")
    env = servers.environment(database_url, tmp_path, url=URL)
    for command in (["jobs", "serve"], ["jobs", "run", "scan-deadlines"]):
        done = servers.flask(command, env)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "flask db upgrade" in done.stderr


def test_the_scheduler_loads_no_screen_and_no_driver_it_does_not_use() -> None:
    """Decision 0077: each would be held for as long as it lives."""
    told = subprocess.run(
        [sys.executable, "-c", "import scheduler, sys; print(*sys.modules)"], cwd=servers.ROOT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    for unneeded in ("flask", "werkzeug", "wtforms", "click", "alembic", "psycopg", "tthc_tracker.web"):
        assert unneeded not in told.stdout.split()
