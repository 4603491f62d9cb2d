"""A throw-away PostgreSQL 15: a cluster of the test run's own, shared by its workers.

It runs as an unprivileged user, listens on loopback only and lies outside the checkout. The first worker
that needs it starts it; the process that controls the run stops it.
"""

import atexit
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.support import runs

BINARIES = Path("/usr/lib/postgresql/15/bin")
OWNER = "tthc"

# Nothing of a test outlives the run, so nothing is forced to the disk.
THROW_AWAY = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=512MB",
    "max_connections=120", "shared_buffers=96MB", "autovacuum=off", "log_min_messages=warning",
)  # fmt: skip
# For measurements and power cuts: the durability of a real installation.
DURABLE = ("max_connections=120", "shared_buffers=512MB", "max_wal_size=2GB", "log_min_messages=warning")


_PACE = threading.Event()  # never set: its wait() spaces the looks at whether a process is gone


class PostgresMissingError(Exception):
    """The tests need PostgreSQL 15 and never go on without it."""


@dataclass(frozen=True)
class Cluster:
    """A running server. `address` is libpq's, without the database."""

    directory: Path
    port: int

    def url(self, database: str, *, user: str = OWNER) -> str:
        """The database's address as DATABASE_URL takes it."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: sql.Composable, database: str = "postgres") -> None:
        """Run statements as the superuser, each by itself."""
        address = f"postgresql://postgres@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def create_database(self, *, template: str | None = None) -> str:
        """A new database, empty or a copy; its name."""
        name = f"t_{uuid.uuid4().hex}"
        statement = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER))
        if template is not None:
            # Copying files beats writing eight hundred small tables through the log, a third of the time.
            statement += sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
        _administer(self, statement)
        return name

    def rename_database(self, name: str, to: str) -> None:
        """Have a database be found under another name."""
        self.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to))
        )

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        _administer(self, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server and remove what it wrote."""
        _leave(self)
        as_server_user(
            [str(BINARIES / "pg_ctl"), "-D", str(self.directory / "data"), "-m", "immediate", "-w", "stop"]
        )
        self.remove()

    def remove(self) -> None:
        """Remove what a server wrote that no longer runs."""
        shutil.rmtree(self.directory, ignore_errors=True)

    def ask(self, question: sql.Composable, database: str = "postgres") -> Any:
        """The one value that a question of the superuser's is answered with."""
        address = f"postgresql://postgres@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(address, autocommit=True) as connection:
            row = connection.execute(question).fetchone()
        return row[0] if row else None

    def rest(self) -> None:
        """Stop the server as an operator would and leave what it wrote, for `kept` to find."""
        _leave(self)
        as_server_user(
            [
                str(BINARIES / "pg_ctl"),
                "-D",
                str(self.directory / "data"),
                "-m",
                "fast",
                "-t",
                "600",
                "-w",
                "stop",
            ]
        )

    def freeze(self) -> None:
        """Stop every process of the server where it is, as a machine that hangs."""
        for pid in self._processes():
            os.kill(pid, signal.SIGSTOP)

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would; return when none is left."""
        _leave(self)
        pids = self._processes()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        while any(_lives(pid) for pid in pids):
            _PACE.wait(0.01)

    def postmaster(self) -> int:
        """The process that began all others of the server."""
        return int((self.directory / "data" / "postmaster.pid").read_text().split()[0])

    def _processes(self) -> list[int]:
        postmaster = self.postmaster()
        if not _lives(postmaster):
            return []
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        return [pid for pid in (postmaster, *map(int, children)) if _lives(pid)]

    def promote(self) -> None:
        """Make a standby the primary."""
        as_server_user([str(BINARIES / "pg_ctl"), "-D", str(self.directory / "data"), "-w", "promote"])

    def restart(self, settings: Sequence[str]) -> None:
        """Start a server again that was killed, on what its disk holds."""
        # A killed server's number may still stand in the kernel's table: its own marks would be believed.
        for mark in (self.directory / "data" / "postmaster.pid", *self.directory.glob(".s.PGSQL.*")):
            mark.unlink(missing_ok=True)
        _serve(self.directory, self.port, settings)


_ADMINISTERED: dict[Path, psycopg.Connection[Any]] = {}


def _administer(cluster: Cluster, statement: sql.Composable) -> None:
    """Make or drop a database over a connection that stays: a run makes hundreds, and to connect each time
    takes a sixth as long again."""
    kept = _ADMINISTERED.get(cluster.directory)
    if kept is None:
        address = f"postgresql://postgres@127.0.0.1:{cluster.port}/postgres"
        kept = _ADMINISTERED[cluster.directory] = psycopg.connect(address, autocommit=True)
        atexit.register(kept.close)
    kept.execute(statement)


def _leave(cluster: Cluster) -> None:
    """Hang up before the server goes."""
    if (kept := _ADMINISTERED.pop(cluster.directory, None)) is not None:
        kept.close()


def _lives(pid: int) -> bool:
    """Whether a process is there; one that has ended and only waits to be asked for its status is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def as_server_user(command: Sequence[str]) -> None:
    """PostgreSQL refuses to run as root: there the package's own user runs it."""
    if os.getuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _guard(directory: Path, *, stays: bool) -> None:
    """Stop the server and remove its files (unless they are to stay) once the controlling process is gone,
    even if it was killed."""
    script = """
        tail --pid="$1" -f /dev/null
        kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")"
        test "$3" = stays || rm -rf "$2"
    """
    whose = [str(runs.owner()), str(directory), "stays" if stays else "goes"]
    subprocess.run(
        ["setsid", "--fork", "sh", "-c", script, "guard", *whose],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, cwd="/",
    )  # fmt: skip


def start(
    settings: Sequence[str] = THROW_AWAY, *, conf: Callable[[Path], Sequence[str]] | None = None
) -> Cluster:
    """Make and start a cluster of one's own. Its caller stops it.

    conf: the lines of a file that it is to include, told where it may keep its log (a folder `wal`).
    """
    if not (BINARIES / "initdb").exists():
        raise PostgresMissingError("PostgreSQL 15 is missing: run tools/system_packages.sh (make test does).")
    directory = Path(tempfile.mkdtemp(prefix="tthc-postgres-"))
    data, port = _made(directory), _free_port()
    if conf is not None:
        archive = directory / "wal"
        as_server_user(["mkdir", str(archive)])
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in conf(archive))
    _serve(directory, port, settings)
    cluster = Cluster(directory, port)
    cluster.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(OWNER)))
    return cluster


def kept(directory: Path, settings: Sequence[str] = DURABLE) -> Cluster:
    """Start the cluster of a folder that stays, and make it if there is none. Its caller has it rest."""
    if not (directory / "data").exists():
        directory.mkdir(parents=True, exist_ok=True)
        _made(directory)
    cluster = Cluster(directory, _free_port())
    _serve(directory, cluster.port, settings, stays=True)
    if not cluster.ask(sql.SQL("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = {})").format(OWNER)):
        cluster.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(OWNER)))
    return cluster


def _made(directory: Path) -> Path:
    """Where an empty cluster now lies in this folder, which becomes the server's."""
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(directory, owner.pw_uid, owner.pw_gid)
    data = directory / "data"
    as_server_user(
        [str(BINARIES / "initdb"), "-D", str(data), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
         "-A", "trust", "-N"]
    )  # fmt: skip
    return data


def _serve(directory: Path, port: int, settings: Sequence[str], *, stays: bool = False) -> None:
    options = (
        f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={directory}", *settings
    )  # fmt: skip
    as_server_user(
        [str(BINARIES / "pg_ctl"), "-D", str(directory / "data"), "-l", str(directory / "log"), "-w",
         "-t", "60", "-o", " ".join(f"-c {option}" for option in options), "start"]
    )  # fmt: skip
    _guard(directory, stays=stays)


def standby_of(primary: Cluster, settings: Sequence[str] = THROW_AWAY, *, port: int | None = None) -> Cluster:
    """A hot standby that streams from a cluster of one's own. Its caller stops it, before the primary.

    settings: as the primary's, for a standby takes no fewer connections. port: a free one unless given.
    """
    directory = Path(tempfile.mkdtemp(prefix="tthc-standby-"))
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(directory, owner.pw_uid, owner.pw_gid)
    data, port = directory / "data", port or _free_port()
    address = f"host=127.0.0.1 port={primary.port} user=postgres application_name=standby1"
    as_server_user(
        [str(BINARIES / "pg_basebackup"), "-d", address, "-D", str(data), "-R", "-X", "stream", "-c", "fast"]
    )
    _serve(directory, port, ("hot_standby=on", "wal_receiver_status_interval=1s", *settings))
    return Cluster(directory, port)


def restored(copy: Path, archive: Path, moment: str) -> Cluster:
    """A cluster of a base backup, the log replayed up to a moment, that takes writes. Its caller stops it."""
    directory = Path(tempfile.mkdtemp(prefix="tthc-restored-"))
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(directory, owner.pw_uid, owner.pw_gid)
    data, port = directory / "data", _free_port()
    as_server_user(["mv", str(copy), str(data)])
    as_server_user(["touch", str(data / "recovery.signal")])
    recovery = (
        f"restore_command='cp {archive}/%f %p'", f"recovery_target_time='{moment}'",
        "recovery_target_action=promote", "archive_mode=off",
    )  # fmt: skip
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in recovery)
    _serve(directory, port, ())
    cluster = Cluster(directory, port)
    while cluster.ask(sql.SQL("SELECT pg_is_in_recovery()")):
        _PACE.wait(0.1)
    return cluster


def shared() -> Cluster:
    """The cluster of this run; started by the first who asks."""
    with runs.only_one("postgres") as made:
        if not made.exists():
            cluster = start()
            made.write_text(json.dumps({"directory": str(cluster.directory), "port": cluster.port}))
        facts = json.loads(made.read_text())
    return Cluster(Path(facts["directory"]), facts["port"])


def stop_shared() -> None:
    """Stop the run's cluster if anyone started it."""
    with runs.only_one("postgres") as made:
        if not made.exists():
            return
        facts = json.loads(made.read_text())
        Cluster(Path(facts["directory"]), facts["port"]).stop()
        made.unlink()


@contextmanager
def empty_database() -> Iterator[str]:
    """The address of a database without any table."""
    cluster = shared()
    name = cluster.create_database()
    try:
        yield cluster.url(name)
    finally:
        cluster.drop_database(name)
