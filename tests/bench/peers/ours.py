"""Our own site: on SQLite as it starts, or on the PostgreSQL of a province."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import sql
from sqlalchemy import make_url

from tests.bench import offices
from tests.bench.peers.asking import SCAN, Ask, Command, Site
from tests.bench.peers.scanner import standing
from tests.bench.peers.serving import Serving, page
from tests.bench.population import Office
from tests.support import postgres, servers
from tests.support.receiving import Desk
from tests.support.visitor import Visitor
from tthc_tracker import extensions
from tthc_tracker.services.trailkeys import NAME

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


@contextmanager
def built(engine: str, size: int, folder: Path, bound: float) -> Iterator[Site]:
    """With an office built for this run."""
    folder.chmod(0o711)  # PostgreSQL's own user goes through it
    offices.build(engine, folder, size)
    with offices.opened(folder) as (url, office), _served(url, folder, bound, office) as site:
        yield site


@contextmanager
def kept(office_in: Path, folder: Path, bound: float) -> Iterator[Site]:
    """With a copy of an office that `make bench BENCH_ARGS="… --keep FOLDER --build"` has built."""
    if (office_in / NAME).exists():
        shutil.copy(office_in / NAME, folder / NAME)
    with offices.copied(office_in, folder) as (url, office), _served(url, folder, bound, office) as site:
        yield site


@contextmanager
def _served(url: str, folder: Path, bound: float, office: Office) -> Iterator[Site]:
    extensions.database.dispose()
    cluster, port = _cluster(url), servers.free_port()
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
        yield Site(
            f"tthc_tracker ({'PostgreSQL' if cluster else 'SQLite'})",
            f"{office.dossiers:,} dossiers, {office.open:,} open", pages, by_hand,
            lambda: [*server.processes(), scanner.process.pid], server.restart,
        )  # fmt: skip


def _cluster(url: str) -> postgres.Cluster | None:
    """The PostgreSQL behind an address; none on SQLite."""
    address = make_url(url)
    if address.port is None:
        return None
    data = postgres.Cluster(Path(), address.port).ask(sql.SQL("SHOW data_directory"))
    return postgres.Cluster(Path(data).parent, address.port)


def _received(desk: Desk) -> None:
    desk.receive()
