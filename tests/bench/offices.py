"""Offices to measure in: of any size, on either database, built for one run or kept in a folder.

Up to `BASE` dossiers an office is written by the product's own verbs (population.py); a larger one is such a
base many times over (multiplying.py), scanned before. A kept one is a file `cpu.sqlite` or a cluster
`postgres`, beside `office.json`; measuring leaves its traces in it.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import psycopg
from sqlalchemy import select, update

from tests.bench import multiplying, population
from tests.bench.population import Office
from tests.support import databases, postgres, servers
from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.jobs.tasks import scan_deadlines
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.account import LoginSession
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.person import Person
from tthc_tracker.models.reception import CodeCounter
from tthc_tracker.queries.accounts import ABSOLUTE
from tthc_tracker.services import dailyfacts
from tthc_tracker.services.trailkeys import NAME as TRAIL

ENGINES = ("sqlite", "postgresql")
SEED = 20261123
BASE = 100_000
FOLDED = 10_000  # notes of changes at a time; the product's job takes fewer, and does not hurry
FILE, CLUSTER, KEPT, NAME = "cpu.sqlite", "postgres", "office.json", "office"
_DISK = "/var/tmp"
# A power cut while it is built costs the building and nothing else.
_HASTY = (
    "fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0",
    "max_wal_size=4GB", "checkpoint_timeout=1h", "shared_buffers=2GB", "autovacuum=off", "work_mem=512MB",
    "log_min_messages=warning", "max_connections=120",
)  # fmt: skip


@contextmanager
def empty_database(engine: str, folder: Path) -> Iterator[str]:
    """The address of a fresh migrated database with the durability of a real one."""
    if engine == "sqlite":
        url = f"sqlite:///{folder / 'bench.sqlite'}"
        databases.migrate(url)
        yield url
        return
    cluster = postgres.start(postgres.DURABLE)
    try:
        url = cluster.url(cluster.create_database())
        databases.migrate(url)
        yield url
    finally:
        database.dispose()
        cluster.stop()


@contextmanager
def office_for(
    engine: str, size: int, *, keep: Path | None = None, seed: int = SEED
) -> Iterator[tuple[str, Path, Office]]:
    """The address of an office, bound, its people signed in just now; and a folder for what else there is."""
    with tempfile.TemporaryDirectory(prefix="tthc-bench-", dir=_DISK) as passing:
        Path(passing).chmod(0o711)  # PostgreSQL's own user goes through it
        folder = keep or Path(passing)
        build(engine, folder, size, seed, scanned=keep is not None)
        with opened(folder) as (url, office):
            yield url, folder, office


def of(folder: Path) -> Office:
    """What is known of the office that is kept in a folder."""
    return Office(**json.loads((folder / KEPT).read_text()))


@contextmanager
def opened(folder: Path) -> Iterator[tuple[str, Office]]:
    """The office that is kept in a folder, bound, its people signed in just now."""
    with _address(folder) as url:
        yield from _bound(url, folder)


@contextmanager
def copied(folder: Path, to: Path) -> Iterator[tuple[str, Office]]:
    """A copy of a kept office, to write much into: a file in `to`, or a second database of its cluster."""
    with _address(folder, to) as url:
        databases.migrate(url)
        yield from _bound(url, folder)


def _bound(url: str, folder: Path) -> Iterator[tuple[str, Office]]:
    database.bind(url)
    sign_in()
    _fold()
    try:
        yield url, of(folder)
    finally:
        database.dispose()


@contextmanager
def _address(folder: Path, to: Path | None = None) -> Iterator[str]:
    if to is not None and (folder / TRAIL).exists():
        shutil.copy(folder / TRAIL, to / TRAIL)
    if not (folder / CLUSTER).exists():
        if to is not None:
            shutil.copyfile(folder / FILE, to / FILE)
        yield f"sqlite:///{(to or folder) / FILE}"
        return
    cluster = postgres.kept(folder / CLUSTER)
    copy = cluster.create_database(template=NAME) if to is not None else NAME
    try:
        yield cluster.url(copy)
    finally:
        database.dispose()
        if to is not None:
            cluster.drop_database(copy)
        cluster.rest()


def sign_in() -> None:
    """Open the sessions of the office anew: they have ended if it is an old one."""
    now = clock.now()
    with database.transaction() as session:
        session.execute(update(LoginSession).values(last_seen_at=now, expires_at=now + ABSOLUTE))


# --- building


def build(engine: str, folder: Path, size: int, seed: int = SEED, *, scanned: bool = True) -> None:
    """Build the office of a folder, unless there is one."""
    if (folder / KEPT).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    times, rest = divmod(size, BASE)
    if times > 1 and rest:
        raise SystemExit(f"an office of more than {BASE:,} dossiers has a multiple of them")
    kind = _sqlite if engine == "sqlite" else _postgresql
    office = kind(folder, size, seed, scanned=scanned or times > 1)
    (folder / KEPT).write_text(json.dumps(asdict(office)))


def _sqlite(folder: Path, size: int, seed: int, *, scanned: bool) -> Office:
    file, base = folder / FILE, folder / "base.sqlite"
    for left in folder.glob(f"{FILE}*"):
        left.unlink()
    url = f"sqlite:///{file}"
    databases.migrate(url)
    office = _base(url, min(size, BASE), seed, folder, scanned=scanned)
    if size > BASE:
        database.dispose()
        shutil.copyfile(file, base)
        multiplying.sqlite_office(file, base, size // BASE)
        base.unlink()
        office = _grown(url, office, size // BASE)
    database.dispose()
    return office


def _postgresql(folder: Path, size: int, seed: int, *, scanned: bool) -> Office:
    shutil.rmtree(folder / CLUSTER, ignore_errors=True)
    cluster = postgres.kept(folder / CLUSTER, _HASTY)
    try:
        made = cluster.create_database()
        cluster.rename_database(made, NAME)
        url, address = cluster.url(NAME), f"postgresql://postgres@127.0.0.1:{cluster.port}/{NAME}"
        databases.migrate(url)
        office = _base(url, min(size, BASE), seed, folder, scanned=scanned)
        if size > BASE:
            database.dispose()
            multiplying.postgresql_office(address, size // BASE)
            office = _grown(url, office, size // BASE)
        database.dispose()
        with psycopg.connect(address, autocommit=True) as raw:  # as autovacuum does within some days
            raw.execute("SET maintenance_work_mem = '1GB'")
            raw.execute("VACUUM ANALYZE")
    finally:
        cluster.rest()
    os.sync()
    return office


def _base(url: str, size: int, seed: int, folder: Path, *, scanned: bool) -> Office:
    office = populate(url, size, seed)
    if scanned:  # and as any installation has it from its first start on, its trail begun
        done = servers.flask(["db", "upgrade"], servers.environment(url, folder, url="http://127.0.0.1"))
        assert done.returncode == 0, done.stderr
        scan_deadlines(Work("http://127.0.0.1", "tthc@localhost", "", folder))
    return office


def populate(url: str, size: int, seed: int) -> Office:
    """Build the dossiers, telling how far it is."""
    database.bind(url)
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        print(f"\r  {done:,} of {size:,} dossiers", end="", file=sys.stderr, flush=True)

    office = population.build(
        database, dossiers=size, open_ones=size // 10, now=clock.now(), seed=seed, progress=tell
    )
    print(file=sys.stderr)
    _fold()
    if database.engine.dialect.name == "postgresql":  # as autovacuum has done in any database of some days
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    return office


def _fold() -> None:
    """Sum up what waits, as the timetable has done in any installation of some minutes."""
    run = dailyfacts.Run()
    while run.more:
        with database.transaction() as session:
            dailyfacts.fold_next(session, run, batch=FOLDED)


def _grown(url: str, office: Office, times: int) -> Office:
    """The sums of a multiplied office; who is measured stands anywhere in it."""
    database.bind(url)
    multiplying.sum_up(database)
    office.dossiers, office.open = office.dossiers * times, office.open * times
    wanted = []
    for place, codes in enumerate(_portions(office.codes)):
        numbered = select(DossierCode.code, DossierCode.seq, CodeCounter.last).join(
            CodeCounter,
            (CodeCounter.agency_id == DossierCode.agency_id) & (CodeCounter.day == DossierCode.day),
        )
        with database.reading() as session:
            found = session.execute(numbered.where(DossierCode.code.in_(codes)).order_by(DossierCode.code))
            wanted += [
                f"{code[:-4]}{seq + (place + number) % times * (last // times):04}"
                for number, (code, seq, last) in enumerate(found)
            ]
    office.codes, office.names = [], []
    for codes in _portions(wanted):
        named = select(Dossier.code, Person.full_name).join(Person, Person.id == Dossier.applicant_id)
        with database.reading() as session:
            for code, name in session.execute(named.where(Dossier.code.in_(codes)).order_by(Dossier.id)):
                office.codes.append(code)
                office.names.append(name)
    return office


def _portions(codes: list[str]) -> Iterator[list[str]]:
    rest = iter(codes)
    while portion := list(islice(rest, 500)):
        yield portion
