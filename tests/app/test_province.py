"""A province's home as docs/operations.md sets it up: least rights, PgBouncer, a restore to a moment."""

import datetime as dt
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from tests.support import postgres, servers
from tests.support.desk import Office, new_key, open_office
from tests.support.postgres import Cluster
from tests.support.servers import ROOT, environment, free_port
from tthc_tracker import clock
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.engine import PoolerMistakenError, make_engine
from tthc_tracker.extensions import database
from tthc_tracker.jobs.timetable import TIMETABLE
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.services.reception import ReceiveDossier, receive
from tthc_tracker.services.trailkeys import NAME, Keyring
from tthc_tracker.wording.moving import POOLER_LENDS

TOOLS = ROOT / "tools" / "postgresql"
PROCEDURE = "1.004873"
OWNER, APP, READ = "tthc_owner", "tthc_app", "tthc_read"


@dataclass
class Home:
    """A cluster set up by the files of tools/postgresql, the installation's folder, where the log goes."""

    cluster: Cluster
    var: Path
    archive: Path

    def url(self, role: str, *, port: int = 0, query: str = "") -> str:
        return f"postgresql+psycopg://{role}@127.0.0.1:{port or self.cluster.port}/tthc{query}"


def _settings(archive: Path) -> list[str]:
    """Those of primary.conf, with the folder of this test."""
    lines = (TOOLS / "primary.conf").read_text().splitlines()
    pairs = [line.partition("#")[0].strip().partition(" = ") for line in lines if line[:1].isalpha()]
    told = {name: value.strip("'").replace("/var/backups/tthc/wal", str(archive)) for name, _, value in pairs}
    return [f"{name}='{value}'" for name, value in (told | {"max_connections": "60", "fsync": "off"}).items()]


def _run_roles(cluster: Cluster) -> None:
    command = ["psql", "-q", "-h", "127.0.0.1", "-p", str(cluster.port), "-U", "postgres", "-d", "postgres"]
    command += ["-f", str(TOOLS / "roles.sql")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    var = tmp_path_factory.mktemp("home")
    cluster = postgres.start(("log_min_messages=fatal",), conf=_settings)
    _run_roles(cluster)
    _run_roles(cluster)  # a second time it changes nothing
    made = Home(cluster, var, cluster.directory / "wal")
    done = servers.flask(["db", "upgrade"], environment(made.url(OWNER), var, url="http://127.0.0.1"))
    assert done.returncode == 0, done.stderr
    yield made
    database.dispose()
    cluster.stop()


@pytest.fixture(scope="module")
def office(home: Home) -> Office:
    database.bind(home.url(APP), keyring=Keyring(home.var / NAME))
    with database.transaction() as session:
        return open_office(session)


def received(office: Office, session: Session) -> str:
    facts = ReceptionFacts(PROCEDURE, Party("Nguyễn Văn Tỉnh", id_number="045090001234"))
    command = ReceiveDossier(new_key(), office.ward, facts)
    return receive(session, command, actor=office.clerk, now=clock.now()).code


def bound_receives(home: Home, office: Office, url: str, times: int = 1) -> list[str]:
    """Receive over this address; the codes."""
    database.bind(url, keyring=Keyring(home.var / NAME))
    codes = []
    for _ in range(times):
        with database.transaction() as session:
            codes.append(received(office, session))
    with database.reading() as session:
        found = session.execute(select(Dossier.code).where(Dossier.code.in_(codes))).scalars().all()
    assert sorted(found) == sorted(codes)
    return codes


def test_who_serves_receives_and_does_every_job_and_cannot_change_the_schema(
    home: Home, office: Office
) -> None:
    bound_receives(home, office, home.url(APP))
    work = Work("http://127.0.0.1", "tthc@localhost", "", home.var)
    for job in TIMETABLE:
        job.do(work)
    _refuses(database.engine, "CREATE TABLE public.mine (id int)")
    _refuses(database.engine, "ALTER TABLE dossier ADD COLUMN mine int")
    _refuses(database.engine, "TRUNCATE dossier_event")
    _refuses(database.engine, "ALTER TABLE dossier_event DISABLE TRIGGER ALL")
    _refuses(database.engine, "DROP TABLE audit_entry")
    _refuses(database.engine, "SET session_replication_role = replica")


def test_who_reads_can_only_read(home: Home, office: Office) -> None:
    engine = make_engine(home.url(READ))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM agency")).scalar_one() > 0
    _refuses(engine, "UPDATE agency SET name = name")
    engine.dispose()


def _refuses(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text("SET TRANSACTION READ WRITE"))
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            connection.execute(text(statement))


@pytest.fixture(params=["transaction", "session"])
def pooler(request: pytest.FixtureRequest, home: Home, tmp_path: Path) -> Iterator[str]:
    """The query and port of Debian's PgBouncer before the cluster, with one server connection for all."""
    port, mode = free_port(), request.param
    told = (TOOLS / "pgbouncer.ini").read_text()
    for old, new in (
        ("port=5432", f"port={home.cluster.port}"), ("6432", str(port)),
        ("pool_mode = transaction", f"pool_mode = {mode}"),
        ("scram-sha-256", "any"), ("extra_float_digits", "extra_float_digits, options"),
        ("host=127.0.0.1", f"host=127.0.0.1 user={APP}"),
        ("default_pool_size = 20", f"default_pool_size = {1 if mode == 'transaction' else 5}"),
    ):  # fmt: skip
        assert old in told, old
        told = told.replace(old, new)
    path = home.cluster.directory / f"pgbouncer-{mode}.ini"
    path.write_text(told)
    command = ["pgbouncer", str(path)]
    if os.getuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    with (tmp_path / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)
    started = servers.ServerProcess(process, tmp_path / "pgbouncer.log")
    try:
        servers.until(lambda: _answers(port), started)
        yield home.url(APP, port=port, query=f"?pgbouncer={mode}")
    finally:
        database.dispose()
        started.kill()


def _answers(port: int) -> bool:
    try:
        with psycopg.connect(f"postgresql://{APP}@127.0.0.1:{port}/tthc", prepare_threshold=None):
            return True
    except psycopg.OperationalError:
        return False


def test_behind_pgbouncer_the_desk_receives_and_every_job_is_done(
    home: Home, office: Office, pooler: str
) -> None:
    codes = bound_receives(home, office, pooler, times=12)  # more often than what the driver would prepare
    assert len(set(codes)) == 12
    work = Work("http://127.0.0.1", "tthc@localhost", "", home.var)
    for job in TIMETABLE:
        if job.name in {"scan-deadlines", "fold-facts", "deliver-mail", "seal-trail"}:
            job.do(work)
    with database.reading() as session:
        told = {
            name: session.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("timezone", "lock_timeout", "jit")
        }
    assert told == {"timezone": "UTC", "lock_timeout": "5s", "jit": "off"}, "the roles say it"


def test_a_pooler_that_the_address_does_not_tell_of_is_refused_with_what_to_do(pooler: str) -> None:
    """What a connection is told would stay with servers that are lent to others (decision 0074)."""
    unsaid = make_engine(pooler.partition("?")[0])
    with pytest.raises(PoolerMistakenError, match="pgbouncer=transaction"):
        unsaid.connect()
    said = make_engine(pooler)
    with said.connect() as connection:
        connection.execute(text("SET TRANSACTION READ WRITE"))
        assert connection.execute(text("SHOW transaction_read_only")).scalar_one() == "off"
    said.dispose()


@pytest.mark.parametrize("pooler", ["transaction"], indirect=True)
def test_a_pooler_that_lends_although_the_address_says_that_it_does_not_is_refused_in_one_line(
    home: Home, pooler: str
) -> None:
    address = pooler.replace("=transaction", "=session")
    done = servers.flask(["db", "current"], environment(address, home.var, url="http://127.0.0.1"))
    assert (done.returncode, done.stderr) == (2, POOLER_LENDS + "\n")
    said = make_engine(pooler)
    with said.connect() as connection:  # and no server of its pool was told anything
        assert connection.execute(text("SHOW default_transaction_read_only")).scalar_one() == "off"
    said.dispose()


def test_what_was_archived_before_a_crash_is_archived_again_and_never_replaced(tmp_path: Path) -> None:
    """Who refuses the very same file after a crash archives nothing any more, and the disk fills."""
    segment = tmp_path / "segment"
    (line,) = (one for one in _settings(tmp_path / "wal") if one.startswith("archive_command="))
    command = line.partition("=")[2].strip("'").replace("%p", str(segment)).replace("%f", "0001")
    (tmp_path / "wal").mkdir()

    def archived(text: str) -> bool:
        segment.write_text(text)
        return subprocess.run(["sh", "-c", command], check=False).returncode == 0

    assert [archived(text) for text in ("one", "one", "another")] == [True, True, False]
    assert (tmp_path / "wal" / "0001").read_text() == "one"


def test_a_restore_to_a_moment_gives_no_number_out_twice(home: Home, office: Office) -> None:
    copy = home.cluster.directory / "base"
    command = [
        "pg_basebackup",
        "-d",
        f"host=127.0.0.1 port={home.cluster.port} user=postgres",
        "-D",
        str(copy),
        "-c",
        "fast",
    ]
    postgres.as_server_user([str(postgres.BINARIES / command[0]), *command[1:]])
    kept = bound_receives(home, office, home.url(APP), times=2)
    moment = str(home.cluster.ask(sql.SQL("SELECT clock_timestamp()")))
    lost = bound_receives(home, office, home.url(APP), times=3)
    home.cluster.execute(sql.SQL("SELECT pg_switch_wal()"), sql.SQL("CHECKPOINT"))
    restored = postgres.restored(copy, home.archive, moment)
    try:
        url = home.url(OWNER, port=restored.port)
        env = environment(url, home.var, url="http://127.0.0.1")
        done = servers.flask(["db", "settle", "--as-of", dt.datetime.fromisoformat(moment).isoformat()], env)
        assert done.returncode == 0, done.stderr
        new = bound_receives(home, office, home.url(APP, port=restored.port), times=2)
        with database.reading() as session:
            there = set(session.execute(select(Dossier.code)).scalars())
            noted = (
                session.execute(select(AuditEntry).where(AuditEntry.action == "database_restored"))
                .scalars()
                .all()
            )
        assert set(kept) <= there
        assert not set(lost) & there, "lost with the restore, on paper in people's hands"
        assert not set(new) & set(lost), "and never given out to somebody else"
        assert len(noted) == 1
    finally:
        database.dispose()
        restored.stop()
