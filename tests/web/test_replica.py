"""Pages read from a hot standby: whoever has written finds it on the next page, whatever the standby lags."""

import math
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any, LiteralString

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import update
from sqlalchemy.orm import Session

import config
from tests.support import databases, postgres, screens
from tests.support.desk import Office, open_office
from tests.support.postgres import Cluster
from tests.support.register import NOW
from tests.support.screens import Screen
from tests.support.servers import environment
from tthc_tracker import replica
from tthc_tracker.app import create_app
from tthc_tracker.engine import make_engine
from tthc_tracker.extensions import Database, database
from tthc_tracker.models.account import LoginSession
from tthc_tracker.replica import Replica
from tthc_tracker.web import unit_of_work
from tthc_tracker.wording import operations as words

PATH = "/tai-khoan/thu"
WAITS_FOR_ITS_DISK = ("max_connections=40", "shared_buffers=64MB")  # as an installation does
READ_AGAIN = "the standby for reading is read again"
LEFT_ALONE = "the standby for reading is left alone"


@pytest.fixture(scope="module")
def clusters() -> Iterator[tuple[Cluster, Cluster, str]]:
    """A primary with an installation, its standby, and the name of the database."""
    primary = postgres.start(WAITS_FOR_ITS_DISK)
    name = primary.create_database()
    databases.migrate(primary.url(name))
    standby = postgres.standby_of(primary, WAITS_FOR_ITS_DISK)
    yield primary, standby, name
    standby.stop()
    primary.stop()


@pytest.fixture(scope="module")
def house(
    clusters: tuple[Cluster, Cluster, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Office]]:
    primary, standby, name = clusters
    folder: Path = tmp_path_factory.mktemp("replica")
    with pytest.MonkeyPatch.context() as patch:
        stopped = folder / "clock"
        stopped.write_text(NOW.isoformat())
        patch.setattr("tthc_tracker.clock._TEST_CLOCK", str(stopped))
        patch.setattr(Replica, "BEHIND", math.inf)  # however slow the machine is
        patch.setattr(Replica, "LOOKED_AT", 0)
        env = environment(primary.url(name), folder, url=screens.HOST)
        app = create_app(config.from_environment(env | {"DATABASE_READ_URL": standby.url(name)}))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PREFERRED_URL_SCHEME="https")
        with database.transaction() as session:
            office = open_office(session)
        yield app, office
        database.dispose()


@pytest.fixture
def standby(clusters: tuple[Cluster, Cluster, str]) -> Iterator[Cluster]:
    """The standby, caught up and from now on deaf, so that whatever is written is not there yet."""
    primary, there, name = clusters
    _catch_up(primary, there, name)
    _ask(there, name, "SELECT pg_wal_replay_pause()")
    for _ in _patiently():
        if _ask(there, name, "SELECT pg_get_wal_replay_pause_state()") == "paused":
            break
    yield there
    _ask(there, name, "SELECT pg_wal_replay_resume()")


def _ask(cluster: Cluster, name: str, question: LiteralString, *given: str) -> Any:
    with psycopg.connect(f"postgresql://postgres@127.0.0.1:{cluster.port}/{name}", autocommit=True) as one:
        row = one.execute(question, given).fetchone()
    return row[0] if row else None


def _patiently() -> Iterator[int]:
    pace = Event()
    for attempt in range(600):
        yield attempt
        pace.wait(0.05)
    raise AssertionError("the standby does not follow")


def _catch_up(primary: Cluster, there: Cluster, name: str) -> None:
    position = _ask(primary, name, "SELECT pg_current_wal_flush_lsn()::text")
    for _ in _patiently():
        if _ask(there, name, "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", position):
            return


def _receive(primary: Cluster, there: Cluster, name: str) -> None:
    """Wait until the standby has been sent what it does not replay."""
    position = _ask(primary, name, "SELECT pg_current_wal_flush_lsn()::text")
    for _ in _patiently():
        if _ask(there, name, "SELECT pg_last_wal_receive_lsn() >= %s::pg_lsn", position):
            return


@contextmanager
def slow_line(primary: Cluster) -> Iterator[None]:
    """The standby is sent nothing and does not know it: its receiver stays, all it received is replayed."""
    sender = primary.ask(sql.SQL("SELECT pid FROM pg_stat_replication"))
    os.kill(sender, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(sender, signal.SIGCONT)


def has_replayed_what_it_received(there: Cluster) -> bool:
    return bool(
        there.ask(
            sql.SQL(
                "SELECT pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn() "
                "AND EXISTS (SELECT FROM pg_stat_wal_receiver)"
            )
        )
    )


def until_it_is_read() -> None:
    for _ in _patiently():
        with database.new_read_session("") as session:
            if port_of(session) != database.engine.url.port:
                return


def frequency(screen: Screen) -> str:
    """Which choice the page of one's own mails shows."""
    found = re.search(r'name="frequency" value="(\w+)" checked', screen.get(PATH).text)
    assert found is not None
    return found[1]


def choose(screen: Screen, wanted: str) -> None:
    assert screen.post(PATH, {"frequency": wanted, "summary": "1"}).status_code == 303


def port_of(session: Session) -> int | None:
    return session.get_bind().engine.url.port


def test_who_has_written_finds_it_at_once_and_others_when_the_standby_has_it(
    house: tuple[Flask, Office], clusters: tuple[Cluster, Cluster, str], standby: Cluster
) -> None:
    app, office = house
    writer, other = screens.before(app, office.head), screens.before(app, office.head)
    choose(writer, "weekly")
    assert frequency(writer) == "weekly"
    assert frequency(other) == "at_once", "read from the standby, which has not heard of it"
    primary, there, name = clusters
    _ask(there, name, "SELECT pg_wal_replay_resume()")
    _catch_up(primary, there, name)
    assert frequency(other) == "weekly"


def test_once_it_has_caught_up_the_standby_serves_whoever_has_written(
    house: tuple[Flask, Office], clusters: tuple[Cluster, Cluster, str]
) -> None:
    app, office = house
    writer = screens.before(app, office.officer)
    choose(writer, "daily")
    cookie = writer.client.get_cookie(unit_of_work.SEEN)
    assert cookie is not None
    primary, there, name = clusters
    _catch_up(primary, there, name)
    with database.new_read_session(cookie.value) as session:
        assert port_of(session) == there.port
    with database.new_read_session("FFFFFFFF/0") as session:
        assert port_of(session) == primary.port, "nobody is shown less than he has seen"


def test_whose_session_has_ended_is_out_at_once(house: tuple[Flask, Office], standby: Cluster) -> None:
    app, office = house
    screen = screens.before(app, office.clerk)
    assert screen.get(PATH).status_code == 200
    with database.transaction() as session:
        session.execute(update(LoginSession).values(revoked_at=NOW))
    assert screen.get(PATH).status_code == 302


def test_a_form_is_judged_by_the_database_itself(
    house: tuple[Flask, Office], clusters: tuple[Cluster, Cluster, str]
) -> None:
    app, _ = house
    for method, wanted in (("POST", clusters[0].port), ("GET", clusters[1].port)):
        with app.test_request_context(PATH, method=method):
            assert port_of(unit_of_work.reading()) == wanted


def test_a_cookie_that_is_no_position_is_none(
    house: tuple[Flask, Office], clusters: tuple[Cluster, Cluster, str]
) -> None:
    app, _ = house
    with app.test_request_context(PATH, headers={"Cookie": f"{unit_of_work.SEEN}=0/0; DROP"}):
        assert port_of(unit_of_work.reading()) == clusters[1].port


def test_without_its_standby_pages_are_read_from_the_database(
    clusters: tuple[Cluster, Cluster, str], caplog: pytest.LogCaptureFixture
) -> None:
    primary, _, name = clusters
    nowhere = primary.url(name).replace(f":{primary.port}/", ":1/")
    alone = Database()
    alone.bind(primary.url(name), replica_url=nowhere)
    for _ in range(2):
        with alone.new_read_session("") as session:
            assert port_of(session) == primary.port
    assert [record.getMessage() for record in caplog.records].count(LEFT_ALONE) == 1
    found = alone.replica_standing()
    assert found is not None
    assert (found.behind, found.fault, found.is_read) == (math.inf, "OperationalError", False)
    alone.dispose()


def test_a_standby_far_behind_is_not_read_until_it_has_caught_up(
    house: tuple[Flask, Office],
    clusters: tuple[Cluster, Cluster, str],
    standby: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app, office = house
    monkeypatch.setattr(Replica, "BEHIND", 0.0)
    writer, other = screens.before(app, office.head), screens.before(app, office.head)
    choose(writer, "daily" if frequency(writer) == "weekly" else "weekly")
    primary, there, name = clusters
    _receive(primary, there, name)
    assert frequency(other) == frequency(writer), "read from the database itself"
    auditor = screens.before(app, office.auditor)
    assert "Trang đang được đọc từ cơ sở dữ liệu chính" in auditor.get("/van-hanh").text
    assert "tthc_standby_read 0" in auditor.get("/metrics").text
    _ask(there, name, "SELECT pg_wal_replay_resume()")
    for _ in _patiently():
        if "theo kịp" in auditor.get("/van-hanh").text:
            break
    until_it_is_read()
    said = [record.getMessage() for record in caplog.records]
    assert said.index("the standby for reading is too far behind") < said.index(READ_AGAIN)


def test_a_standby_that_was_not_sent_all_there_is_is_behind(
    house: tuple[Flask, Office], clusters: tuple[Cluster, Cluster, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, office = house
    monkeypatch.setattr(Replica, "BEHIND", 0.0)
    writer, other = screens.before(app, office.head), screens.before(app, office.head)
    primary, there, name = clusters
    _catch_up(primary, there, name)
    with slow_line(primary):
        choose(writer, "daily" if frequency(writer) == "weekly" else "weekly")
        for _ in _patiently():
            if has_replayed_what_it_received(there):
                break
        found = database.replica_standing()
        assert found is not None
        assert (found.behind > 0, found.is_read) == (True, False)
        assert frequency(other) == frequency(writer), "read from the database itself"
    until_it_is_read()
    assert frequency(other) == frequency(writer)


def test_a_standby_is_level_however_long_nobody_writes(
    house: tuple[Flask, Office], clusters: tuple[Cluster, Cluster, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Replica, "BEHIND", 0.0)  # the last transaction is longer ago
    primary, there, name = clusters
    _catch_up(primary, there, name)
    for _ in _patiently():
        found = database.replica_standing()
        assert found is not None
        if found.is_read:
            assert found.behind == 0
            break


def test_the_first_to_write_after_a_quiet_night_does_not_make_the_standby_a_night_old(
    house: tuple[Flask, Office], clusters: tuple[Cluster, Cluster, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, office = house
    writer = screens.before(app, office.head)
    primary, there, name = clusters
    _catch_up(primary, there, name)
    stopped = 1000.0
    monkeypatch.setattr(replica, "monotonic", lambda: stopped)
    looked_at = Replica(there.url(name), database.engine)
    for _ in _patiently():
        if looked_at.standing().behind == 0:
            break
    with slow_line(primary):
        choose(writer, "daily" if frequency(writer) == "weekly" else "weekly")
        stopped += 0.001
        assert looked_at.standing().behind == pytest.approx(0.001)
    looked_at.engine.dispose()


def test_without_the_primary_its_last_word_counts(
    clusters: tuple[Cluster, Cluster, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Replica, "BEHIND", 0.0)
    monkeypatch.setattr(Replica, "LOOKED_AT", 0)
    primary, there, name = clusters
    door = primary.create_database()
    by_the_door = make_engine(primary.url(door))
    kept = Replica(there.url(name), by_the_door)
    for _ in _patiently():
        if kept.standing().is_read:
            break
    primary.drop_database(door)
    assert kept.standing() == replica.Standing(0.0)
    session = kept.session("")
    assert session is not None
    session.close()
    said = [record.getMessage() for record in caplog.records]
    assert "the primary does not say how far it has written" in said
    by_the_door.dispose()
    kept.engine.dispose()


def test_where_the_primary_was_never_heard_the_last_transaction_tells_how_old_the_standby_is(
    clusters: tuple[Cluster, Cluster, str],
) -> None:
    primary, there, name = clusters
    nowhere = make_engine(primary.url(name).replace(f":{primary.port}/", ":1/"))
    unheard = Replica(there.url(name), nowhere)
    assert unheard.standing().behind > 0
    nowhere.dispose()
    unheard.engine.dispose()


@pytest.mark.parametrize(
    ("behind", "fault", "is_read", "said"),
    [
        (0.0, "", True, ("theo kịp", "Trang đang được đọc từ đây.")),
        (12.4, "", True, ("chậm 12,4 giây", "Trang đang được đọc từ đây.")),
        (600.0, "", False, ("chậm 10 phút", "Trang đang được đọc từ cơ sở dữ liệu chính.")),
        (
            math.inf,
            "",
            False,
            ("chưa theo kịp, chưa rõ chậm bao lâu", "Trang đang được đọc từ cơ sở dữ liệu chính."),
        ),
        (
            math.inf,
            "OperationalError",
            False,
            ("không kết nối được", "Trang đang được đọc từ cơ sở dữ liệu chính (OperationalError)."),
        ),
    ],
)
def test_the_page_says_how_the_standby_stands(
    behind: float, fault: str, is_read: bool, said: tuple[str, str]
) -> None:
    assert words.standby(behind, fault, is_read) == said


@pytest.mark.parametrize(
    ("url", "replica"),
    [
        pytest.param("", "postgresql+psycopg://tthc@db/tthc", id="beside SQLite"),
        pytest.param("postgresql+psycopg://tthc@db/tthc", "sqlite:///x.sqlite", id="no PostgreSQL"),
        pytest.param("postgresql+psycopg://tthc@db/tthc", "postgresql+psycopg://a:b:c", id="no address"),
    ],
)
def test_a_wrong_address_for_reading_stops_the_start(url: str, replica: str, tmp_path: Path) -> None:
    given = {"DATABASE_URL": url, "DATABASE_READ_URL": replica, "TTHC_VAR": str(tmp_path)}
    with pytest.raises(config.WrongSettingError, match="DATABASE_READ_URL"):
        config.from_environment(given)
