"""Request Tracker 5 as Debian ships it, on PostgreSQL, behind starman; rt-crontool looks for what is late.

Two hundred tickets are made through its own API, scrips, letters and history with them; those are multiplied
as rows, with numbers of their own, to as many as are asked for. `rt-validator-5 --check` finds nothing wrong.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from psycopg import sql

from tests.bench.peers.asking import SCAN, Ask, Command, Site
from tests.bench.peers.serving import Serving, database, page, ran
from tests.support import postgres, servers
from tests.support.visitor import Visitor, filled, form_of

HERE = Path(__file__).resolve().parent
SERVER = "/usr/share/request-tracker5/libexec/rt-server"
BASE = 200  # tickets, and as many queues and people
PASSWORD = "only for a measurement"
SESSIONS, PREPARING = 10, 600
LATE = "Status = '__Active__' AND Due < 'now'"

SETTINGS = """\
Set($rtname, 'bench');
Set($Organization, 'bench.example');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($WebPath, '');
Set($DatabaseType, 'Pg');
Set($DatabaseHost, '127.0.0.1');
Set($DatabasePort, {database_port});
Set($DatabaseName, '{name}');
Set($DatabaseUser, '{owner}');
Set($DatabasePassword, '');
Set($MailCommand, 'testfile');  # letters are written, none is sent
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'warning');
Set($Timezone, 'Asia/Ho_Chi_Minh');
$MasonDataDir = '{folder}/mason';
1;
"""


@contextmanager
def request_tracker(size: int, folder: Path, bound: float) -> Iterator[Site]:
    """Request Tracker 5 with 200 queues and 200 people, every ticket new, open or stalled."""
    with database() as cluster:
        name, port = cluster.create_database(), servers.free_port()
        env = _settings(folder, cluster, name, port)
        base = min(BASE, size // 10)
        copies = size // base
        _fill(folder, env, base)
        multiply(cluster, name, copies)
        starman = [
            "starman", "--preload-app", "--env", "deployment", "--listen", f"127.0.0.1:{port}",
            "--workers", "2", "--disable-keepalive", SERVER,  # a kept connection would hold a worker
        ]  # fmt: skip
        crontool = [
            "rt-crontool-5", "--search", "RT::Search::FromSQL", "--search-arg", LATE,
            "--condition", "RT::Condition::Overdue",
            "--action", "RT::Action::SetPriority", "--action-arg", "99",
        ]  # fmt: skip
        log = folder / "requesttracker.log"
        with Serving(starman, port, env, folder, log, "/NoAuth/Login.html", cluster) as server:
            yield Site(
                f"Request Tracker {_version()} (PostgreSQL)",
                f"{base * copies:,} tickets, all active", _pages(server.url, bound),
                {SCAN: Command(crontool, env, folder)}, server.processes, server.restart,
            )  # fmt: skip


def _settings(folder: Path, cluster: postgres.Cluster, name: str, port: int) -> Mapping[str, str]:
    """A site of its own: nothing below /etc/request-tracker5 is read, nothing below /var written."""
    (folder / "mason").mkdir()
    (folder / "none").mkdir()
    site = folder / "RT_SiteConfig.pm"
    values = {"port": port, "database_port": cluster.port, "name": name, "owner": postgres.OWNER}
    site.write_text(SETTINGS.format(folder=folder, **values), encoding="utf-8")
    return os.environ | {"RT_SITE_CONFIG": str(site), "RT_SITE_CONFIG_DIR": str(folder / "none")}


def _version() -> str:
    told = ran(["dpkg-query", "--show", "--showformat=${Version}", "request-tracker5"], os.environ, HERE)
    return told.partition("+")[0]


def _fill(folder: Path, env: Mapping[str, str], tickets: int) -> None:
    """Only while it is filled a commit need not reach the disk."""
    hasty = {**env, "PGOPTIONS": "-c synchronous_commit=off"}
    password = folder / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    setup = ["rt-setup-database-5", "--action", "init", "--skip-create", "--root-password-file"]
    ran([*setup, str(password)], hasty, folder)
    ran(["perl", str(HERE / "requesttracker_site.pl"), str(tickets), PASSWORD], hasty, folder)


# --- multiplying

# Of a copy: by the highest number of what it refers to, times the copy, its numbers lie above the first's.
_ROLES = "SELECT id FROM groups WHERE domain = 'RT::Ticket-Role' AND id <= principal"
_OF_TICKETS = "SELECT id FROM transactions WHERE objecttype = 'RT::Ticket' AND id <= transaction"
COPIED: dict[str, tuple[dict[str, str], str]] = {
    "tickets": (
        {
            "id": "id + copy * ticket", "effectiveid": "effectiveid + copy * ticket",
            "due": "date_trunc('second', now() AT TIME ZONE 'utc' + (random() * 35 - 5) * interval '1 day')",
        },
        "id <= ticket",
    ),
    "transactions": (
        {"id": "id + copy * transaction", "objectid": "objectid + copy * ticket"},
        f"id IN ({_OF_TICKETS})",
    ),
    "attachments": (
        {
            "id": "id + copy * attachment", "transactionid": "transactionid + copy * transaction",
            "parent": "CASE parent WHEN 0 THEN 0 ELSE parent + copy * attachment END",
        },
        f"id <= attachment AND transactionid IN ({_OF_TICKETS})",
    ),
    "principals": ({"id": "id + copy * principal"}, f"id IN ({_ROLES})"),
    "groups": (
        {"id": "id + copy * principal", "instance": "instance + copy * ticket"},
        f"id IN ({_ROLES})",
    ),
    "groupmembers": (
        {"id": "id + copy * member", "groupid": "groupid + copy * principal"},
        f"id <= member AND groupid IN ({_ROLES})",
    ),
    "cachedgroupmembers": (
        {
            "id": "id + copy * cached", "via": "via + copy * cached",
            "groupid": "groupid + copy * principal",
            "immediateparentid": "immediateparentid + copy * principal",
            "memberid": "CASE memberid WHEN groupid THEN memberid + copy * principal ELSE memberid END",
        },
        f"id <= cached AND groupid IN ({_ROLES})",
    ),
}  # fmt: skip
_HIGHEST = """CREATE TABLE bench_highest AS SELECT
    (SELECT max(id) FROM tickets) AS ticket, (SELECT max(id) FROM transactions) AS transaction,
    (SELECT max(id) FROM attachments) AS attachment, (SELECT max(id) FROM principals) AS principal,
    (SELECT max(id) FROM groupmembers) AS member, (SELECT max(id) FROM cachedgroupmembers) AS cached"""
_NEXT = "SELECT setval('{0}_id_seq', max(id)) FROM {0}"
_COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position"
)
# As the scan of five minutes ago has left it: what is late by now has its priority.
_ESCALATED = "UPDATE tickets SET priority = 99 WHERE due < now() AT TIME ZONE 'utc'"


def multiply(cluster: postgres.Cluster, name: str, copies: int) -> None:
    """Have `copies` times as many tickets, each with its roles, history and letters."""
    address = f"postgresql://postgres@127.0.0.1:{cluster.port}/{name}"
    with psycopg.connect(address) as connection:
        connection.execute(_HIGHEST)
        for table, (moved, which) in COPIED.items():
            columns = [row[0] for row in connection.execute(_COLUMNS, (table,))]
            values = ", ".join(moved.get(column, column) for column in columns)
            made = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}, bench_highest,"
            connection.execute(sql.SQL(f"{made} generate_series(1, {copies - 1}) AS copy WHERE {which}"))
            connection.execute(sql.SQL(_NEXT.format(table)))
        connection.execute(_ESCALATED)
        connection.execute("DROP TABLE bench_highest")
    cluster.execute(sql.SQL("VACUUM ANALYZE"), database=name)


# --- asking


def _pages(url: str, bound: float) -> dict[str, Ask]:
    late = {"Query": LATE, "OrderBy": "Due", "Order": "ASC", "Rows": 50}
    chart = [
        ("Query", "Status = '__Active__'"), ("GroupBy", "Queue"), ("GroupBy", "Status"),
        ("ChartFunction", "COUNT"), ("ChartStyle", "bar+table"),
    ]  # fmt: skip
    visitor = _signed_in(url)
    # Every chart is kept in the session, and a session with fifty is slow: nobody looks at more than a few.
    lookers = [_signed_in(url) for _ in range(SESSIONS)]
    summaries = [page(each, f"/Search/Chart.html?{urlencode(chart)}", holding="Phường 1") for each in lookers]
    pages: dict[str, Ask] = {
        "list": page(visitor, f"/Search/Results.html?{urlencode(late)}", holding="Hồ sơ số"),
        "create": _create(visitor),
        "summary": lambda number: summaries[number % SESSIONS](number),
    }
    for each in (visitor, *lookers):
        each.timeout = bound
    return pages


def _signed_in(url: str) -> Visitor:
    visitor = Visitor(url, timeout=PREPARING)
    form = form_of(visitor.get("/"), "/NoAuth/Login.html")
    answer = visitor.post("/NoAuth/Login.html", filled(form, user="agent", **{"pass": PASSWORD}))
    assert answer.status == 302, answer.text()[-2000:]
    return visitor


def _create(visitor: Visitor) -> Ask:
    path = "/Ticket/Create.html"
    chosen = visitor.post(path, [("Queue", "Phường 1")])  # as the button of every page does
    form = form_of(chosen, path, holding="Subject")

    def create(number: int) -> None:
        asked = filled(
            form, Subject=f"Hồ sơ mới {number}", Content="Nội dung.", Requestors=f"moi{number}@example.vn",
            SubmitTicket="Create",
        )  # fmt: skip
        answer = visitor.post(path, asked)
        assert answer.status == 302, answer.text()[-2000:]

    return create
