"""One measured run: two web workers, visitors with kept connections, and the same questions as bare SQL."""

import datetime as dt
import re
import secrets
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

import config
from tests.bench import emptypages, importing, longlife, report, starting, yardstick
from tests.bench.emptypages import EmptyPages
from tests.bench.exporting import Writing
from tests.bench.floors import Floor, floor_of, listening
from tests.bench.measures import (
    WARM_UP,
    Figure,
    Together,
    figure,
    percentile,
    processor_milliseconds,
    proportional_mebibytes,
    resident_mebibytes,
    timed,
)
from tests.bench.population import Office
from tests.support import servers
from tests.support.receiving import Desk
from tests.support.visitor import SESSION_COOKIE, Visitor
from tthc_tracker import clock
from tthc_tracker.app import create_app
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.extensions import database
from tthc_tracker.jobs.tasks import scan_deadlines
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.job import JobRun
from tthc_tracker.models.person import Person
from tthc_tracker.queries import lists
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.spreadsheets import csvtext
from tthc_tracker.web import secretwords
from tthc_tracker.wording.columns import See, in_file

AT_ONCE = 8
LONG_LIFE = f"dossier page, {longlife.EVENTS} events"
FILE_ROWS = 20_000
LARGE = 1_000_000  # dossiers, from which on the goals are those of issue 7
PAGE = 500  # of the overdue list, or its last
SEARCHED = 50
# What is asked of an office of 100,000 (issue 2, section L) and of a large one (issue 7, D).
GOALS: dict[str, tuple[float | None, float | None]] = {
    "scan, nothing new": (200, 200), "export, 20,000 rows of CSV": (1000, None),
    "overdue list, whole province": (10, 10), "overdue list, one agency": (10, 10),
    "overdue list, a field and a channel": (None, 10),
    "overdue list, a filter that nothing answers": (None, 10),
    f"overdue list, page {PAGE} or its last": (None, 10),
    "dossier page": (8, 8), LONG_LIFE: (12, None), "search by name, whole province": (10, 10),
    "search by name, one agency": (10, 10), "search by code": (None, 10),
    "search by last digits of a card": (None, 10), "search by the end of a code": (None, 10),
    "summary, kept for a minute": (25, 20), "summary, kept, by level": (25, 20),
    "summary, reckoned anew": (25, 20), "statutory table (Biểu 06)": (None, 20), "reception, alone": (12, 12),
}  # fmt: skip
AT_ONCE_GOALS = {"sqlite": (150, None), "postgresql": (150, 200)}
IMPORT_GOALS = {"sqlite": (3000, 15_000), "postgresql": (3000, 10_000)}
FILES = {"csv": 5, "xlsx": 20}  # goals of 100,000 rows, in seconds


class Bench:
    """Measures a populated database."""

    def __init__(self, url: str, folder: Path, office: Office, requests: int) -> None:
        self.url, self.folder, self.office, self.requests = url, folder, office, requests
        self.lines: list[Figure] = []
        self.rng = Random(7)
        self.app = self._app()
        self.searched = self.rng.sample(self.office.names, min(SEARCHED, len(self.office.names)))
        self.large = office.dossiers >= LARGE
        self.empty: EmptyPages | None = None

    def _app(self) -> Flask:
        """The application in this process: it tells which statements a page makes."""
        env = servers.environment(self.url, self.folder, url="http://127.0.0.1")
        return create_app(config.from_environment(env))

    def run(self) -> list[Figure]:
        """The whole table."""
        self.note(
            Figure("yardstick", yardstick.length(), note="a fixed piece of Python (tests/bench/yardstick.py)")
        )
        self.scan()
        self.file()
        with (
            servers.web(self.url, self.folder) as server,
            emptypages.serving(self.folder) as self.empty,
        ):
            self.pages(server)
            self.files(server)
            self.receptions(server)
            self.memory(server)
            self.scheduler(server)
        self.start()
        goal = IMPORT_GOALS[database.engine.dialect.name][self.large]
        self.note(importing.measure(self.folder, min(importing.ROWS, 250 * self.requests), goal=goal))
        return self.lines

    def goal(self, name: str) -> float | None:
        """What a line of this name should come to in an office of this size."""
        return GOALS.get(name, (None, None))[self.large]

    def note(self, line: Figure) -> None:
        """Keep a line, and show it at once to whoever waits."""
        self.lines.append(line)
        print("  " + "  ".join(filter(None, report.cells(line))), file=sys.stderr)

    # --- the scan

    def scan(self) -> None:
        """The first scan raises what stands; then nothing is new. In process: it is the scheduler's."""
        work = Work("http://127.0.0.1", "tthc@localhost", "", self.folder)
        begun = time.perf_counter()
        counts = scan_deadlines(work)
        first = time.perf_counter() - begun
        note = f"{counts['raised']:,} alerts raised of {counts['examined']:,} dossiers looked at"
        self.note(Figure("scan, first after downtime", first, unit="s", note=note))
        scan_deadlines(work)
        with listening(database.engine) as heard:
            scan_deadlines(work)
        taken: list[float] = []
        while len(taken) < min(20, self.requests):  # of a million something is due at any full minute
            begun = time.perf_counter()
            counts = scan_deadlines(work)
            if (counts["raised"], counts["examined"]) == (0, 0):
                taken.append((time.perf_counter() - begun) * 1000)
        reads = [each for each in heard if each[0].lstrip().upper().startswith(("SELECT", "WITH"))]
        line = figure("scan, nothing new", taken, self.goal("scan, nothing new")).beside(
            floor_of(database.engine, reads)
        )
        line.queries = len(heard)
        self.note(line)

    # --- files

    def file(self) -> None:
        """20,000 rows of what was received, read by key and put into words as a file takes them."""
        one = lists.kept("counted")
        question = {"cell": "received_total", "from": "2000-01-01", "to": "2100-01-01"}
        columns = in_file(one.columns.chosen(()))

        def write(_: int) -> None:
            with database.reading() as session:
                asked = Asked(question, EVERYTHING, clock.now())
                see = See.at(asked.now, asked.now)
                found = lists.rows(session, one, asked, most=FILE_ROWS)
                self._written = sum(map(len, csvtext.listed(columns, found, see)))

        name = "export, 20,000 rows of CSV"
        line = figure(name, timed(write, requests=5, warm_up=1), self.goal(name))
        line.note = f"{self._written / 1024 / 1024:.1f} MiB, {len(columns)} columns; in process"
        self.note(line)

    # --- pages

    def pages(self, server: servers.WebServer) -> None:
        """Lists, dossier, search, summary: read by somebody whose connection is kept."""
        office = self.office
        name, late = self.names(), "/giam-sat/qua-han"
        filtered, empty = f"{late}?sector=dat-dai&channel=online", f"{late}?sector=dat-dai&channel=post"
        self.page(server, "overdue list, whole province", office.controller, late, "table")
        self.page(server, "overdue list, one agency", office.head, late, "table")
        self.page(server, "overdue list, a field and a channel", office.controller, filtered, "table")
        self.page(server, "overdue list, a filter that nothing answers", office.controller, empty, "")
        far = f"overdue list, page {PAGE} or its last"
        self.page(server, far, office.controller, self._far_page(), "table")
        self.page(server, "dossier page", office.controller, self.dossier, "ledger|history|Lịch sử")
        self.page(server, LONG_LIFE, office.controller, self.long_life, "Lịch sử")
        self.page(server, "search by name, whole province", office.controller, name, "ho-so/")
        self.page(server, "search by name, one agency", office.head, name, "")
        self.searches(server)
        afresh = "/tong-hop?by=agency&moi=1"
        self.page(server, "summary, kept for a minute", office.controller, "/tong-hop?by=agency", "table")
        self.page(server, "summary, kept, by level", office.controller, "/tong-hop", "table")
        self.page(server, "summary, reckoned anew", office.controller, afresh, "table")
        self.page(server, "statutory table (Biểu 06)", office.controller, "/tong-hop/bieu-06", "table")
        self.page(server, "start page, head", office.head, "/", "")

    def searches(self, server: servers.WebServer) -> None:
        """By what is on a paper: a code, the last six digits of a card, the end of a code."""
        whole, controller = self.searched, self.office.controller
        codes = self.rng.sample(self.office.codes, min(SEARCHED, len(self.office.codes)))
        numbers = select(Person.id_number).join(Dossier, Dossier.applicant_id == Person.id)
        with database.reading() as session:
            cards = session.execute(numbers.where(Dossier.code.in_(codes)).order_by(Dossier.id)).scalars()
            digits = [card[-6:] for card in cards if card]

        def by_code(number: int) -> str:
            return f"/tim-kiem?q={codes[number % len(codes)]}"

        self.page(server, "search by code", controller, by_code, "", status=302)
        for name, words in (
            ("search by last digits of a card", digits),
            ("search by the end of a code", [code.partition("-")[2] for code in codes]),
        ):
            self.searched = words
            self.page(server, name, controller, self.names(), "ho-so/")
        self.searched = whole

    def names(self, most: int = SEARCHED) -> Callable[[int], str]:
        return lambda number: f"/tim-kiem?{secretwords.FIELD}={number % min(most, len(self.searched))}"

    def _remembered(self, first: int = 0) -> tuple[str, str]:
        """The cookie of somebody who has searched for as many names as one keeps, from this one on
        (decision 0022), and has had a form before: there is nothing to be put into it."""
        sealed = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert sealed is not None
        asked = self.searched[first : first + secretwords.MOST]
        words = [(str(number), {"q": name}) for number, name in enumerate(asked, first)]
        kept = {secretwords.SLOT: words, "csrf_token": secrets.token_hex(20)}
        return self.app.config["SESSION_COOKIE_NAME"], sealed.dumps(kept)

    def dossier(self, number: int) -> str:
        return f"/ho-so/{self.office.codes[number * 37 % len(self.office.codes)]}"

    def long_life(self, number: int) -> str:
        return f"/ho-so/{self.office.long_lives[number % len(self.office.long_lives)]}"

    def _far_page(self) -> str:
        """Far down the overdue list, found as people do: by following its links."""
        client = self.client(self.office.controller)
        path, steps = "/giam-sat/qua-han", 1
        while steps < PAGE and (found := _following(client.get(path).get_data(as_text=True))):
            path, steps = found, steps + 1
        return path

    def page(
        self,
        server: servers.WebServer,
        name: str,
        token: str,
        path: str | Callable[[int], str],
        must_show: str,
        *,
        status: int = 200,
    ) -> None:
        """Measure one page over HTTP, the SQL behind it, and an empty page of its size."""
        address = path if callable(path) else lambda _: path
        kept = [self._remembered(first) for first in range(0, len(self.searched), secretwords.MOST)]
        with Visitor(server.url, token) as visitor:

            def ask(number: int) -> None:
                cookie, words = kept[number % len(self.searched) // secretwords.MOST]
                visitor.cookies[cookie] = words
                answer = visitor.get(address(number))
                assert answer.status == status, f"{address(number)}: {answer.status}"
                assert re.search(must_show, answer.text()), f"{address(number)} does not show {must_show}"

            for number in range(WARM_UP):
                ask(number)
            before = processor_milliseconds(server.workers())
            taken = timed(ask, requests=self.requests, warm_up=0)
            spent = (processor_milliseconds(server.workers()) - before) / self.requests
            size = len(visitor.get(address(0)).body)
        line = figure(name, taken, self.goal(name), note=f"{size / 1024:.0f} KiB")
        line.cpu, line.empty = spent, self.empty.milliseconds(size) if self.empty else None
        self.note(line.beside(self._floor(token, address, status)))

    def client(self, token: str) -> Any:
        """A visitor of the application in this process."""
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, token, domain="localhost", secure=True)
        client.set_cookie(*self._remembered(), domain="localhost", secure=True)
        return client

    def _floor(self, token: str, address: Callable[[int], str], status: int) -> Floor:
        client = self.client(token)
        for number in range(3):  # what is remembered is not asked again
            answer = client.get(address(number), base_url="https://localhost")
            assert answer.status_code == status, answer.status
        with listening(database.engine) as heard:
            client.get(address(0), base_url="https://localhost")
        return floor_of(database.engine, [each for each in heard if not each[0].startswith("UPDATE")])

    # --- long files

    def files(self, server: servers.WebServer) -> None:
        """100,000 rows as the scheduler writes them, and a dossier's page beside: it should not feel it."""
        for form, goal in FILES.items():
            with Visitor(server.url, self.office.controller) as visitor:
                alone = timed(lambda number: self._shown(visitor, number), requests=self.requests)
                writing, beside = Writing(self.url, self.folder, self.office, form), list[float]()
                while writing.going_on():
                    beside += timed(lambda number: self._shown(visitor, number), requests=1, warm_up=0)
                rows, seconds = writing.told()
            pages = [
                f"{percentile(each, 50):.1f} ms (p95 {percentile(each, 95):.1f})" for each in (alone, beside)
            ]
            note = f"by the job beside; a dossier's page meanwhile {pages[1]}, alone {pages[0]}"
            name = f"export, {rows:,} rows of {form.upper()}"
            self.note(Figure(name, seconds, goal if self.large else None, unit="s", note=note))

    def _shown(self, visitor: Visitor, number: int) -> None:
        assert visitor.get(self.dossier(number)).status == 200

    # --- receptions

    def receptions(self, server: servers.WebServer) -> None:
        """Receptions one by one, then eight clerks at eight desks, then eight clients at one desk."""
        with Visitor(server.url, self.office.clerk) as visitor:
            self.page(server, "reception form", self.office.clerk, "/tiep-nhan", "form")
            desk = Desk.at(visitor, self.office.procedure_codes[0])
            for _ in range(WARM_UP):
                desk.receive()
            before = processor_milliseconds(server.workers())
            taken = timed(lambda _: desk.receive(), requests=self.requests, warm_up=0)
            line = figure("reception, alone", taken, self.goal("reception, alone"))
            line.cpu = (processor_milliseconds(server.workers()) - before) / self.requests
            line.empty = self.empty.milliseconds(0) if self.empty else None  # a redirect
            self.note(line.beside(self._reception_floor()))
        times = max(5, self.requests // 2)
        for name, tokens in (
            (f"receptions, {AT_ONCE} at once, own desks", self.office.clerks[:AT_ONCE]),
            (f"receptions, {AT_ONCE} at once, one desk", [self.office.clerks[0]] * AT_ONCE),
        ):
            visitors = [Visitor(server.url, token) for token in tokens]
            desks = [Desk.at(visitor, self.office.procedure_codes[0]) for visitor in visitors]
            Together().run([desk.receive for desk in desks], 5)
            done = Together().run([desk.receive for desk in desks], times)
            line = figure(name, done.taken)
            self.note(
                Figure(
                    name,
                    done.rate,
                    AT_ONCE_GOALS[database.engine.dialect.name][self.large],
                    unit="/s",
                    most=False,
                    p95=line.p95,
                    note=f"p50 {line.value:.1f} ms; p95 in ms",
                )
            )
            for visitor in visitors:
                visitor.hang_up()

    def _reception_floor(self) -> Floor:
        """The statements of one reception, made again under other keys; each is committed to the disk."""
        client = self.client(self.office.clerk)
        desk = Desk.at(InProcess(client), self.office.procedure_codes[0])
        desk.receive()
        with listening(database.engine) as heard:
            made = desk.receive()
        keys = _Keys(desk.last_key, made, heard)
        return floor_of(database.engine, heard, write=True, renew=keys.renew)

    # --- memory

    def memory(self, server: servers.WebServer) -> None:
        """The web workers after all of that; then after each has made a PDF and drawn a chart."""
        self.note(self._memory(server, "web worker, after all of the above"))
        with Visitor(server.url, self.office.clerk) as visitor:
            code = Desk.at(visitor, self.office.procedure_codes[0]).receive()
        for _ in range(12):  # both workers get their share
            with Visitor(server.url, self.office.clerk) as visitor:
                receipt = visitor.get(f"/ho-so/{code}/giay-tiep-nhan.pdf")
                assert receipt.body.startswith(b"%PDF"), receipt.status
            with Visitor(server.url, self.office.controller) as visitor:
                for path in re.findall(
                    r'(?:src|href|data)="(/tong-hop/bieu-do/[^"]+)"', visitor.get("/tong-hop").text()
                ):
                    assert visitor.get(path.replace("&amp;", "&")).status == 200
        self.note(self._memory(server, "web worker, after a PDF and charts"))

    def _memory(self, server: servers.WebServer, name: str) -> Figure:
        workers = server.workers()
        most = max(resident_mebibytes(pid) for pid in workers)
        own = max(proportional_mebibytes(pid) for pid in workers)
        return Figure(
            name,
            most,
            150,
            unit="MiB",
            note=f"resident; {own:.0f} MiB proportional; the larger of {len(workers)}",
        )

    def scheduler(self, server: servers.WebServer) -> None:
        """A scheduler beside the web that has scanned once."""
        begun = clock.now()
        with servers.scheduler(self.url, self.folder, url=server.url) as process:
            servers.until(lambda: _has_scanned(begun), process)
            most = resident_mebibytes(process.process.pid)
            own = proportional_mebibytes(process.process.pid)
        note = f"resident, after its first scan; {own:.0f} MiB proportional"
        self.note(Figure("scheduler", most, 120, unit="MiB", note=note))

    def start(self) -> None:
        """From `flask serve` to its first page, on this database; the first start is not counted."""
        starting.start(self.folder, self.url)
        taken = [starting.start(self.folder, self.url) for _ in range(3)]
        by_clock, of_processor = (statistics.median(each) for each in zip(*taken, strict=True))
        note = f"to the first page; {of_processor:.1f} s of processor of all processes until their end"
        self.note(Figure("cold start", by_clock, 3, unit="s", note=note))


def _has_scanned(since: dt.datetime) -> bool:
    scanned = select(JobRun.id).where(
        JobRun.name == "scan-deadlines", JobRun.started_at >= since, JobRun.status == "ok"
    )
    with database.reading() as session:
        return session.execute(scanned.limit(1)).first() is not None


class InProcess:
    """The test client as a Visitor."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.url = "https://localhost"

    def get(self, path: str) -> Any:
        return _answer(self._client.get(path, base_url=self.url))

    def post(self, path: str, fields: list[tuple[str, str]]) -> Any:
        from werkzeug.datastructures import MultiDict

        return _answer(
            self._client.post(
                path, data=MultiDict(fields), base_url=self.url, headers={"Referer": self.url + path}
            )
        )


def _answer(reply: Any) -> Any:
    from tests.support.visitor import Answer

    return Answer(reply.status_code, {name.lower(): value for name, value in reply.headers}, reply.get_data())


class _Keys:
    """Gives what a reception wrote once other names: the form's key, the dossier's id and code, and of its
    people the ids, where they were asked for before (PostgreSQL)."""

    def __init__(self, submission: str, code: str, heard: list[tuple[str, Any]]) -> None:
        self._submission, self._code = submission, code
        self._id = next(
            value for statement, parameters in heard if "INSERT INTO dossier_code" in statement
            for value in _values(parameters) if isinstance(value, int) and value > 10**12
        )  # fmt: skip
        people = [_written_id(statement, parameters) for statement, parameters in heard]
        self._people = [person for person in people if person is not None]

    def renew(self, statement: str, parameters: Any, number: int) -> Any:
        """The same parameters for the n-th time; the trail's link takes the next place of its chain."""
        swap = {
            self._submission: secrets.token_hex(16),
            self._code: f"{self._code}-{number}",
            self._id: self._id + 10**8 + number,
        } | {person: person + 10**8 + number * len(self._people) for person in self._people}
        if number not in self._made:
            self._made[number] = swap
        for written, place in (("INSERT INTO trail_link", 1), ("UPDATE trail_head", 0)):
            if written in statement:
                return _further(parameters, place, number + 1)
        return _swapped(parameters, self._made[number])

    @property
    def _made(self) -> dict[int, dict[Any, Any]]:
        return self.__dict__.setdefault("_swaps", {})


def _written_id(statement: str, parameters: Any) -> int | None:
    """The id that a statement gives a new person; None where the database does, or of any other statement."""
    written = re.match(r"INSERT INTO person \(([^)]*)\)", statement)
    columns = written[1].split(", ") if written else []
    return _values(parameters)[columns.index("id")] if "id" in columns else None


def _values(parameters: Any) -> list[Any]:
    return list(parameters.values() if isinstance(parameters, dict) else parameters)


def _swapped(parameters: Any, swap: dict[Any, Any]) -> Any:
    if isinstance(parameters, list):
        return [_swapped(each, swap) for each in parameters]
    if isinstance(parameters, dict):
        return {
            name: swap.get(value, value) if _hashable(value) else value for name, value in parameters.items()
        }
    return tuple(swap.get(value, value) if _hashable(value) else value for value in parameters)


def _further(parameters: Any, place: int, steps: int) -> Any:
    """The parameters with `seq`, at this place of a tuple, so many steps further on."""
    if isinstance(parameters, dict):
        name = "seq" if "seq" in parameters else "to_seq"
        return parameters | {name: parameters[name] + steps}
    return (*parameters[:place], parameters[place] + steps, *parameters[place + 1 :])


def _hashable(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def _following(page: str) -> str | None:
    found = re.search(r'href="(/giam-sat/qua-han\?[^"]*after=[^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else None
