"""`flask jobs`, `flask alerts`, `flask backup`, `flask restore` as operators run them.

Backups and what is restored from them are made by processes of their own; what is only asked is asked here.
"""

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from click.testing import Result
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

import config
from tests.domain.test_photos import JFIF, TABLE, jpeg
from tests.support import servers
from tests.support.alarms import VERY_OVERDUE, Desk
from tests.support.desk import open_office
from tthc_tracker.app import create_app
from tthc_tracker.domain.fieldreports import ReportChannel
from tthc_tracker.extensions import Database
from tthc_tracker.jobs.work import LEASE
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.services import fieldreports, leases
from tthc_tracker.services.fieldreportphotos import Album
from tthc_tracker.services.fieldreports import Reported, Sender

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

only_sqlite = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def env(database: Database, database_url: str, tmp_path: Path) -> dict[str, str]:
    with database.transaction() as session:
        Desk(session, open_office(session)).running()
    clock = tmp_path / "clock"
    clock.write_text(VERY_OVERDUE.isoformat())
    return servers.environment(database_url, tmp_path, url="https://tthc.test", TTHC_TEST_CLOCK=str(clock))


@pytest.fixture
def flask(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`flask …` in this process, without the second that a new one takes to begin."""
    monkeypatch.setattr("tthc_tracker.clock._TEST_CLOCK", env["TTHC_TEST_CLOCK"])
    runner = create_app(config.from_environment(env)).test_cli_runner()
    return lambda *arguments: runner.invoke(args=arguments)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "Đĩa đã đầy"),
        (OperationalError("COMMIT", {}, psycopg.errors.DiskFull("could not extend file")), "Đĩa đã đầy"),
        (OperationalError("COMMIT", {}, psycopg.OperationalError("refused")), "Kiểm tra DATABASE_URL"),
    ],
)
def test_a_command_says_what_to_do_where_there_is_no_room(
    flask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, fault: Exception, said: str
) -> None:
    def now() -> None:
        raise fault

    monkeypatch.setattr("tthc_tracker.clock.now", now)
    answer = flask("alerts", "preview")
    assert answer.exit_code == 2
    assert said in answer.stderr


def test_a_preview_changes_nothing_and_the_scan_then_does_it(
    database: Database, flask: Callable[..., Result]
) -> None:
    asked = ["alerts", "preview", "--as-of", "2026-11-25T17:00:00+07:00", "--format", "json"]
    answer = json.loads(flask(*asked).stdout)
    assert answer["as_of"] == "2026-11-25T17:00:00+07:00"
    assert [alert["rule"] for alert in answer["alerts"]] == ["overdue", "very_overdue"]
    assert all(alert["new"] for alert in answer["alerts"])
    with database.reading() as session:
        assert session.execute(select(Alert.id)).all() == []
    scanned = flask("jobs", "run", "scan-deadlines", "--format", "json")
    result = json.loads(scanned.stdout)
    assert (scanned.exit_code, result["status"], result["counts"]["raised"]) == (0, "ok", 2)
    assert result["counts"]["by_rule"] == {"overdue": 1, "very_overdue": 1}
    again = json.loads(flask(*asked).stdout)
    assert not any(alert["new"] for alert in again["alerts"])


@only_sqlite
@pytest.mark.parametrize("wrong", ["yesterday", "2026-13-01"])
def test_a_moment_that_is_none_is_refused_in_a_line(flask: Callable[..., Result], wrong: str) -> None:
    done = flask("alerts", "preview", "--as-of", wrong)
    assert done.exit_code == 2
    assert wrong in done.stderr


@only_sqlite
def test_a_job_that_fails_says_why_and_ends_with_one(flask: Callable[..., Result], tmp_path: Path) -> None:
    flask("jobs", "run", "scan-deadlines")
    (tmp_path / "mail").write_text("a file stands where the folder should be")
    done = flask("jobs", "run", "deliver-mail", "--format", "json")
    result = json.loads(done.stdout)
    assert (done.exit_code, result["status"]) == (1, "failed")
    assert "mail" in result["error"]


def _report_with(session: "Session", photo: str) -> None:
    desk = session.execute(select(Dossier.receiving_agency_id)).scalar_one()
    told = Reported("moi-truong", "Ngã ba chợ", "Rác tràn ra đường", photo=photo)
    sender = Sender(ReportChannel.FILE, desk)
    fieldreports.take_sent(session, "PA-1", told, sender=sender, now=VERY_OVERDUE)


@only_sqlite
def test_a_backup_is_checked_and_restored_in_order(
    database: Database, env: dict[str, str], tmp_path: Path
) -> None:
    album = Album(tmp_path)
    with database.transaction() as session:
        photo = album.keep(jpeg(JFIF, TABLE))
        _report_with(session, photo)
    made = servers.flask(["backup"], env)
    path = made.stdout.split("  ")[0]
    assert made.returncode == 0
    assert "1 ảnh phản ánh" in made.stdout
    album.forget(photo)
    assert "trọn vẹn" in servers.flask(["restore", "--check", path], env).stdout
    database.dispose()
    refused = servers.flask(["restore", path], env)
    assert refused.returncode == 1
    assert "--yes" in refused.stderr
    done = servers.flask(["restore", path, "--yes"], env)
    assert done.returncode == 0, done.stderr
    assert "Ảnh phản ánh: 1." in done.stdout
    assert album.read(photo) is not None
    assert list(tmp_path.glob("tthc.sqlite.before-*"))
    with database.reading() as session:
        assert len(session.execute(select(Dossier.id)).all()) == 1
        actions = session.execute(select(AuditEntry.action)).scalars().all()
    assert "database_restored" in actions
    assert servers.flask(["jobs", "run", "scan-deadlines"], env).returncode == 0


@only_sqlite
def test_nothing_is_restored_under_a_running_scheduler(database: Database, env: dict[str, str]) -> None:
    path = servers.flask(["backup"], env).stdout.split("  ")[0]
    with database.transaction() as session:
        leases.acquire(session, LEASE, "somebody")
    done = servers.flask(["restore", path, "--yes"], env)
    assert done.returncode == 1
    assert "còn chạy" in done.stderr


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_postgresql_is_not_backed_up_here(flask: Callable[..., Result]) -> None:
    done = flask("backup")
    assert done.exit_code == 1
    assert "pg_dump" in done.stderr
