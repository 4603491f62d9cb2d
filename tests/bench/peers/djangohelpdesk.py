"""django-helpdesk on the PostgreSQL that its papers advise, behind gunicorn as ours."""

import json
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import sql

from tests.bench.peers.asking import SCAN, Ask, Command, Site
from tests.bench.peers.serving import Serving, database, page, ran
from tests.support import postgres, servers
from tests.support.visitor import Visitor, filled, form_of

HERE = Path(__file__).resolve().parent
BINARIES = Path(os.environ.get("PEERS_HOME", ".venv-peers")).resolve() / "bin"


@contextmanager
def helpdesk(size: int, folder: Path, bound: float) -> Iterator[Site]:
    """django-helpdesk 2.6 with 200 queues and 1,000 people, every ticket open."""
    with database() as cluster:
        name, port = cluster.create_database(), servers.free_port()
        env = os.environ | {"PEER_DATABASE": f"postgresql://{postgres.OWNER}@127.0.0.1:{cluster.port}/{name}"}
        manage = [str(BINARIES / "python"), "helpdesk_site.py"]
        ran([*manage, "migrate", "-v0"], env, HERE)
        session = ran([*manage, "fill", str(size)], env, HERE).split()[-1]
        cluster.execute(sql.SQL("VACUUM ANALYZE"), database=name)
        gunicorn = [
            str(BINARIES / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4",
            "helpdesk_site:application",
        ]  # fmt: skip
        with (
            Serving(gunicorn, port, env, HERE, folder / "helpdesk.log", "/login/", cluster) as server,
            Visitor(server.url, "", bound, {"sessionid": session}) as visitor,
        ):
            yield Site(
                "django-helpdesk 2.6.1 (PostgreSQL)", f"{size:,} tickets, all open", _pages(visitor),
                {SCAN: Command([*manage, "escalate_tickets"], env, HERE)}, server.processes, server.restart,
            )  # fmt: skip


def _pages(visitor: Visitor) -> dict[str, Ask]:
    """The list is a page and, asked by its script, the rows: both are what a person waits for."""
    query = {"filtering": {"status__in": [1, 2]}, "sorting": "due_date", "sortreverse": False}
    asked = b64encode(json.dumps(query | {"search_string": ""}).encode()).decode()
    by_due_date = "order[0][column]=6&order[0][dir]=asc"
    rows = f"/datatables_ticket_list/{asked}?draw=1&start=0&length=50&{by_due_date}"
    frame, more = page(visitor, "/tickets/"), page(visitor, rows)
    form = filled(form_of(visitor.get("/tickets/submit/"), ""), queue="1", priority="3")

    def both(number: int) -> None:
        frame(number)
        more(number)

    def create(number: int) -> None:
        answer = visitor.post("/tickets/submit/", filled(form, title=f"Hồ sơ mới {number}", body="Nội dung."))
        assert answer.status == 302, answer.text()[:500]

    return {"list": both, "create": create, "summary": page(visitor, "/reports/queuestatus/")}
