"""Our own site, on SQLite as it starts or on the PostgreSQL of a province."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import cpu
from tests.bench.offices import populate
from tests.bench.peers.asking import SCAN, Ask, Command, Site
from tests.bench.peers.scanner import standing
from tests.bench.peers.serving import Serving, database, page
from tests.bench.population import Office
from tests.support import databases, postgres, servers
from tests.support.receiving import Desk
from tests.support.visitor import Visitor
from tthc_tracker import extensions
from tthc_tracker.jobs.tasks import scan_deadlines
from tthc_tracker.jobs.work import Work
from tthc_tracker.services.trailkeys import NAME

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


@contextmanager
def on_sqlite(size: int, folder: Path, bound: float, office_in: Path | None) -> Iterator[Site]:
    """office_in: as `python -m tests.bench.cpu --keep FOLDER` has built it; it is left as it is."""
    if office_in:
        for kept in ("cpu.sqlite", "office.json", NAME):
            shutil.copy(office_in / kept, folder / kept)
        databases.migrate(f"sqlite:///{folder / 'cpu.sqlite'}")
    url, office = cpu.office_in(folder, size)
    extensions.database.dispose()
    with _served("tthc_tracker (SQLite)", url, folder, bound, office, None) as site:
        yield site


@contextmanager
def on_postgresql(size: int, folder: Path, bound: float, _office_in: Path | None) -> Iterator[Site]:
    """Built anew, on a PostgreSQL like the peers'."""
    with database() as cluster:
        url = cluster.url(cluster.create_database())
        databases.migrate(url)
        office = populate(url, size, 20261123)
        scan_deadlines(Work("http://127.0.0.1", "tthc@localhost", "", folder))
        extensions.database.dispose()
        with _served("tthc_tracker (PostgreSQL)", url, folder, bound, office, cluster) as site:
            yield site


@contextmanager
def _served(
    name: str, url: str, folder: Path, bound: float, office: Office, cluster: postgres.Cluster | None
) -> Iterator[Site]:
    port = servers.free_port()
    env = servers.environment(
        url, folder, url=f"http://127.0.0.1:{port}", HOST="127.0.0.1", PORT=str(port), WEB_WORKERS="2"
    )
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "wsgi:app"]
    with (
        Serving(gunicorn, port, env, servers.ROOT, folder / "web.log", "/healthz", cluster) as server,
        Visitor(server.url, office.controller, bound) as reader,
        Visitor(server.url, office.clerk, bound) as clerk,
        standing(env, bound) as scanner,
    ):
        desk = Desk.at(clerk, office.procedure_codes[0])
        pages: dict[str, Ask] = {
            "list": page(reader, "/giam-sat/qua-han"),
            "create": lambda _number: _received(desk),
            "summary": page(reader, "/tong-hop?by=agency&moi=1"),
            "summary, kept for a minute": page(reader, "/tong-hop?by=agency"),
            SCAN: scanner,
        }
        by_hand = {"scan, by hand": Command([*FLASK, "jobs", "run", "scan-deadlines"], env, servers.ROOT)}
        holds = f"{office.dossiers:,} dossiers, {office.open:,} open"
        yield Site(
            name, holds, pages, by_hand, lambda: [*server.processes(), scanner.process.pid], server.restart
        )


def _received(desk: Desk) -> None:
    desk.receive()
