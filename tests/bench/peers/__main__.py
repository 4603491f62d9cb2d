"""`make bench-peers`: beside ours what one would take instead, with as many tickets, on the same machine.

    python -m tests.bench.peers [--size N] [--requests N] [--peer ours|helpdesk] … [--office FOLDER]

Each peer runs in an environment of its own (tools/peers.sh makes it) on the PostgreSQL that its papers
advise, behind gunicorn with as many workers as ours. Asked is what a person waits for, over one kept
connection: the list of what is open, a new one, the summary; and the peer's own command that looks for what
has become late.
--office: ours as `python -m tests.bench.cpu --keep FOLDER` has built it; else it is built.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import cpu
from tests.bench.measures import processor_milliseconds, timed
from tests.support import databases, postgres, servers
from tests.support.receiving import Desk
from tests.support.visitor import Visitor, filled, form_of
from tthc_tracker.extensions import database
from tthc_tracker.services.trailkeys import NAME

HERE, ENVIRONMENT = (
    Path(__file__).resolve().parent,
    Path(os.environ.get("PEERS_HOME", ".venv-peers")).resolve(),
)
WARM_UP = 5
Ask = Callable[[int], None]


@dataclass
class Site:
    """What is asked of one of them, and the processes that answer."""

    name: str
    pages: dict[str, Ask]
    workers: list[int]
    scan: Callable[[], None]


# --- ours


@contextmanager
def ours(size: int, folder: Path, office_in: Path | None) -> Iterator[Site]:
    """Our own, on SQLite, as it starts."""
    if office_in:
        for kept in ("cpu.sqlite", "office.json", NAME):
            shutil.copy(office_in / kept, folder / kept)
        databases.migrate(f"sqlite:///{folder / 'cpu.sqlite'}")
    url, office = cpu.office_in(folder, size)
    database.dispose()
    env = servers.environment(url, folder, url="http://127.0.0.1")
    with (
        servers.web(url, folder) as server,
        Visitor(server.url, office.controller) as reader,
        Visitor(server.url, office.clerk) as clerk,
    ):
        desk = Desk.at(clerk, office.procedure_codes[0])
        yield Site(
            "tthc_tracker (SQLite)",
            {
                "list": _page(reader, "/giam-sat/qua-han"),
                "create": lambda _: _done(desk.receive()),
                "summary": _page(reader, "/tong-hop?by=agency"),
            },
            server.workers(),
            lambda: _ran(servers.flask(["jobs", "run", "scan-deadlines"], env)),
        )


# --- django-helpdesk


@contextmanager
def helpdesk(size: int, folder: Path, _office: Path | None) -> Iterator[Site]:
    """django-helpdesk 2.6 with 200 queues and 1,000 people, every ticket open."""
    cluster = postgres.start(postgres.DURABLE)
    try:
        name = cluster.create_database()
        env = os.environ | {"PEER_DATABASE": f"postgresql://{postgres.OWNER}@127.0.0.1:{cluster.port}/{name}"}
        _manage(env, "migrate", "-v0")
        session = _manage(env, "fill", str(size)).split()[-1]
        cluster.execute(postgres.sql.SQL("VACUUM ANALYZE"), database=name)
        port = servers.free_port()
        command = [str(ENVIRONMENT / "bin" / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--workers", "2"]
        with (folder / "helpdesk.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--threads", "4", "helpdesk_site:application"], cwd=HERE, env=env, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip
        server = servers.ServerProcess(process, folder / "helpdesk.log")
        try:
            servers.until(lambda: _answers(port), server)
            with Visitor(f"http://127.0.0.1:{port}", "", timeout=600) as visitor:
                visitor.cookies["sessionid"] = session
                yield Site(
                    "django-helpdesk 2.6.1 (PostgreSQL)", _helpdesk_pages(visitor), server.workers(),
                    lambda: _done(_manage(env, "escalate_tickets")),
                )  # fmt: skip
        finally:
            server.kill()
    finally:
        cluster.stop()


def _helpdesk_pages(visitor: Visitor) -> dict[str, Ask]:
    """The list is a page and, asked by its script, the rows: both are what a person waits for."""
    query = {"filtering": {"status__in": [1, 2]}, "sorting": "created", "sortreverse": False}
    asked = b64encode(json.dumps(query | {"search_string": ""}).encode()).decode()
    rows = f"/datatables_ticket_list/{asked}?draw=1&start=0&length=50&order[0][column]=0&order[0][dir]=asc"
    page, more = _page(visitor, "/tickets/"), _page(visitor, rows)
    form = filled(form_of(visitor.get("/tickets/submit/"), ""), queue="1", priority="3")

    def both(number: int) -> None:
        page(number)
        more(number)

    def create(number: int) -> None:
        answer = visitor.post("/tickets/submit/", filled(form, title=f"Hồ sơ mới {number}", body="Nội dung."))
        assert answer.status == 302, answer.text()[:500]

    return {"list": both, "create": create, "summary": _page(visitor, "/reports/queuestatus/")}


def _manage(env: dict[str, str], *arguments: str) -> str:
    command = [str(ENVIRONMENT / "bin" / "python"), "helpdesk_site.py", *arguments]
    done = subprocess.run(command, cwd=HERE, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def _answers(port: int) -> bool:
    try:
        with Visitor(f"http://127.0.0.1:{port}", "") as visitor:
            return visitor.get("/login/").status == 200
    except OSError:
        return False


# --- asking


def _page(visitor: Visitor, path: str) -> Ask:
    def ask(_number: int) -> None:
        answer = visitor.get(path)
        assert answer.status == 200, f"{path}: {answer.status}"

    return ask


def _done(_answer: object) -> None:
    """It raises when it fails."""


def _ran(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr


def measure(site: Site, requests: int) -> Iterator[tuple[str, float, float]]:
    """Of each: the median in milliseconds by the clock, and the processor of the workers for one."""
    for name, ask in site.pages.items():
        for number in range(WARM_UP):
            ask(number)
        before = processor_milliseconds(site.workers)
        taken = timed(ask, requests=requests, warm_up=0)
        spent = (processor_milliseconds(site.workers) - before) / requests
        yield name, statistics.median(taken), spent
    site.scan()
    before_scan, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    site.scan()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before_scan.ru_utime - before_scan.ru_stime
    yield "scan, a command of its own", (time.perf_counter() - begun) * 1000, used * 1000


PEERS = {"ours": ours, "helpdesk": helpdesk}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-peers", description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=50)
    parser.add_argument("--peer", choices=PEERS, action="append")
    parser.add_argument("--office", type=Path)
    asked = parser.parse_args()
    for peer in asked.peer or PEERS:
        with (
            tempfile.TemporaryDirectory(prefix="tthc-peers-") as folder,
            PEERS[peer](asked.size, Path(folder), asked.office) as site,
        ):
            print(f"{site.name}, {asked.size:,}", flush=True)
            for name, clock, processor in measure(site, asked.requests):
                print(f"  {name:28}{clock:10,.1f} ms{processor:10,.1f} ms of processor", flush=True)


if __name__ == "__main__":
    main()
