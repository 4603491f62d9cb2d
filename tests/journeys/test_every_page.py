"""Every page, for every role, on a desktop and on a phone: no error of the browser, no breach of the CSP,
nothing that axe-core calls serious, nothing wider than its window.

TTHC_SCREENSHOTS names a folder for pictures.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from sqlalchemy import text
from sqlalchemy.orm import Session

import config
from tests.support import databases, servers
from tests.support.browser import DESKTOP, axe_violations, context, sideways_overflow
from tests.support.calls import call_in_vain
from tests.support.desk import Worker
from tests.support.moments import at
from tests.support.pairs import propose
from tthc_tracker.app import create_app
from tthc_tracker.domain.calendarchanges import ChangeState
from tthc_tracker.domain.mailrhythm import AlertMailKind, fewer_token
from tthc_tracker.domain.permissions import EVERYTHING, PERMISSIONS_OF, Membership, Role
from tthc_tracker.domain.personaldata import Ground
from tthc_tracker.domain.personalrequests import RequestKind
from tthc_tracker.extensions import database
from tthc_tracker.models.calendarchange import CalendarChange
from tthc_tracker.models.personaldata import PersonalRequest, PersonalRequestDossier
from tthc_tracker.models.urging import UrgingLetter, UrgingRow
from tthc_tracker.queries.search import MOST
from tthc_tracker.services import matches
from tthc_tracker.services.accounts import DEMO_PASSWORD
from tthc_tracker.services.demo import filling
from tthc_tracker.web import access

pytestmark = [pytest.mark.browser, pytest.mark.long]

NOW = at("Mon 2026-11-23 09:10")
DOSSIERS = 3_000
SECRET = "only-for-tests-" + "0" * 32  # as tests.support.servers has it
PHONE: ViewportSize = {"width": 390, "height": 844}
BATCH = "b" * 32

ACCOUNTS = {
    Role.CLERK: "motcua", Role.OFFICER: "chuyenvien", Role.HEAD_OF_UNIT: "truongphong",
    Role.HEAD_OF_AGENCY: "lanhdao",
    Role.CONTROLLER: "kiemsoat", Role.ADMINISTRATOR: "quantri", Role.AUDITOR: "kiemtra",
}  # fmt: skip

# Answers to scripts, files and probes: no pages.
NO_PAGES = {
    "lists.open_view", "lists.fetch",
    "catalogue.suggest_agencies", "history.people", "supervision.officers", "supervision.agencies",
    "operations.favicon", "operations.healthz", "operations.readyz",
    "reception.receipt", "reception.joint_receipt", "closing.slip", "reception.find_agencies",
    "reception.find_procedures", "reception.promise", "reception.papers", "reports.agencies", "reports.chart",
    "reports.statutory_file", "reports.signed_file", "reports.working_file",
    "accounts.still_there", "operations.metrics",
    "online.supplement_slip", "online.refusal_slip", "online.stop_slip",
    "reappointing.letter", "urging.fetch", "indicators.chart", "sessions.report",
    "collection.sheet", "collection.brought", "collection.slip",
    "printing.control", "printing.copy", "supervision.overdue_paper",
    "imports.progress", "imports.errors", "catalogue.processes_csv",
    "alerts.show",  # each belongs to its own people: test_alert_loop.py looks at one
    "calendar.progress", "fieldreports.photo", "reports.open_csv", "reports.open_json", "reports.open_schema",
}  # fmt: skip

# Shown to visitors; whoever is signed in has no need of them.
SIGNED_OUT = {
    "accounts.use_link", "accounts.sign_in", "reports.public", "lookup.ask", "mails.ask_fewer",
}  # fmt: skip

# Pages that are shown in more ways than one.
MORE = {
    "supervision.overdue": ["?level=xa&sort=newest"],
    "pausing.paused": ["?flag=expired"],
    "indicators.board": ["?period=2024-Q1"],
    "supervision.steps": ["?tab=late"],
    "reappointing.queue": ["?tab=approved"],
    "reappointing.late_dossiers": ["?cause=none"],
    "mywork.index": ["?tab=tuan-nay", "?tab=tat-ca", "?tab=cho-nhan", "?tab=cho-noi-nhan", "?tab=o-mot-cua"],
    "collection.waiting": ["?tu=15"],
    "reports.summary": ["?by=agency", "?by=sector&period=2026-Q3", "?period=2024-Q1"],
    "reports.dossiers": ["?cell=received_total&from=2026-09-15&to=2026-12-14&by=level&key=xa"],
    "reports.statutory": ["?by=agency", "?period=2026-Q3", "?period=2024-Q1&by=procedure"],
    "reports.signed": ["?by=agency"],
    "reports.working": [f"?bang={one}" for one in ("progress", "online", "causes", "agencies")],
    "reports.restated": ["?report_id=1", "?report_id=1&cell=received&way=signed"],
    "alerts.index": ["?tab=new", "?tab=unanswered&severity=critical", "?tab=answered&sort=newest"],
    "history.events": ["?kind=received", "?kind=cancelled&from=2020-01-01"],
    "calendar.year": ["?nam=2027"],
    "workload.calendar": ["?unit=0"],
    "workload.due_day": ["?day=2026-11-26", "?day=2026-11-23&until=2026-11-27"],
    "matches.index": ["?tab=confirmed"],
    "calendar.moved": ["?change=1", "?change=1&xem=earlier"],
    "anomalies.listed": ["?sign=due_on_day_off", "?sign=no_recipient"],
    "fieldreports.index": ["?tab=all", "?tab=overdue"],
    "sessions.conclusions": ["?tab=all"],
    "online.queue": ["?xem=applicant&channel=online", "?xem=marked"],
}


@dataclass(frozen=True)
class Site:
    """The running product with demo data, and the addresses of its pages by endpoint."""

    url: str
    addresses: dict[str, list[str]]
    marks: dict[str, object]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("every-page")
    clock = folder / "clock"
    clock.write_text(NOW.isoformat(), encoding="utf-8")
    with databases.migrated("sqlite", folder) as url:
        env = servers.environment(url, folder, url="http://127.0.0.1:8000", TTHC_TEST_CLOCK=str(clock))
        app = create_app(config.from_environment(env))
        try:
            with database.transaction() as session:
                filling.fill(session, now=NOW, secret="s" * 32, dossiers=DOSSIERS)
                _assign_several(session)
                session.add(a_change())
                _urge(session)
                _ask(session)
                _match(session)
                call_in_vain(session, NOW)
            addresses, marks = _addresses(app)
        finally:
            database.dispose()
        scanned = servers.flask(["jobs", "run", "scan-deadlines"], env)
        assert scanned.returncode == 0, scanned.stderr
        weighed = servers.flask(["jobs", "run", "change-calendar"], env)
        assert weighed.returncode == 0, weighed.stderr
        with servers.web(url, folder, TTHC_TEST_CLOCK=str(clock), TTHC_DEMO="1") as server:
            yield Site(server.url, addresses, marks)


def _assign_several(session: Session) -> None:
    """What the demo's head of agency has just assigned together."""
    person = "SELECT id FROM app_user WHERE username = 'lanhdao'"
    some = "SELECT id FROM dossier WHERE closed_at IS NULL AND accepted_at IS NOT NULL ORDER BY id LIMIT 5"
    columns = "batch, dossier_id, by_id, at, confirmed, firm, version"
    values = f"SELECT '{BATCH}', d.id, ({person}), :now, FALSE, FALSE, 1 FROM ({some}) AS d"
    statement = text(f"INSERT INTO reassignment ({columns}) {values}")
    session.execute(statement, {"now": "2026-11-23 02:00:00.000000"})


def _urge(session: Session) -> None:
    """A letter of the demo's commune to itself."""
    account = "SELECT u.id, m.agency_id FROM app_user u JOIN membership m ON m.user_id = u.id"
    head = session.execute(text(f"{account} WHERE u.username = 'lanhdao'")).one()
    some = text("SELECT id FROM dossier WHERE closed_at IS NULL AND resolving_agency_id = :agency LIMIT 5")
    rows = session.execute(some, {"agency": head.agency_id}).scalars().all()
    letter = UrgingLetter(
        agency_id=head.agency_id, year=2026, number=1, symbol="UBND-VP", to_agency_id=head.agency_id,
        issued_at=NOW, issued_by_id=head.id, answer_by=NOW.date(), signer_id=head.id,
    )  # fmt: skip
    session.add(letter)
    session.flush()
    session.add_all(
        UrgingRow(letter_id=letter.id, dossier_id=one, position=at, days_late=at)
        for at, one in enumerate(rows, 1)
    )


def _match(session: Session) -> None:
    """Two pairs of the demo's commune that may be one; of the second it is said."""
    some = "SELECT id FROM dossier WHERE resolving_agency_id IN (SELECT m.agency_id FROM membership m"
    named = "JOIN app_user u ON u.id = m.user_id WHERE u.username = 'motcua') AND closed_at IS NULL"
    ids = session.execute(text(f"{some} {named} AND accepted_at IS NOT NULL ORDER BY id LIMIT 4")).scalars()
    first, second, third, fourth = ids
    propose(session, first, second)
    controller = session.execute(text("SELECT id FROM app_user WHERE username = 'kiemsoat'")).scalar_one()
    where = text("SELECT agency_id FROM membership WHERE user_id = :it")
    held = (Membership(Role.CONTROLLER, session.execute(where, {"it": controller}).scalar_one()),)
    person = Worker(controller, "Kiểm soát", held, EVERYTHING)
    matches.confirm(session, propose(session, third, fourth), person=person, now=NOW)


def _ask(session: Session) -> None:
    """The demo's head of agency has asked for a person's data; a second person has to consent."""
    head = session.execute(text("SELECT id FROM app_user WHERE username = 'lanhdao'")).scalar_one()
    request = PersonalRequest(
        kind=RequestKind.EXPORT, mark="", ground=Ground.REQUEST.value, said="đơn số 12", asked_by_id=head,
        asked_at=NOW,
    )  # fmt: skip
    session.add(request)
    session.flush()
    some = "SELECT id FROM dossier WHERE resolving_agency_id IN (SELECT agency_id FROM membership"
    theirs = text(f"{some} WHERE user_id = :head) ORDER BY id LIMIT 3")
    for dossier_id in session.execute(theirs, {"head": head}).scalars():
        session.add(PersonalRequestDossier(request_id=request.id, dossier_id=dossier_id))


def a_change() -> CalendarChange:
    """A holiday that somebody proposes, for pages to show what it would move."""
    rows = "date,kind,windows,basis,agency,weekdays\n2026-11-27,holiday,,Công văn 12,,\n"
    return CalendarChange(
        state=ChangeState.WAITING, title="Nghỉ 27/11/2026", rows=rows, decision="Công văn 12", made_at=NOW
    )


def _addresses(app: Flask) -> tuple[dict[str, list[str]], dict[str, object]]:
    values = _values()
    addresses: dict[str, list[str]] = {}
    marks: dict[str, object] = {}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGES:
                continue
            path = rule.rule
            for argument in rule.arguments:
                choice = values.get(f"{rule.endpoint}.{argument}") or values.get(
                    f"{rule.endpoint.partition('.')[0]}.{argument}"
                )
                assert choice, (
                    f"{rule.rule} needs a value for {argument}: give it one, or name it in NO_PAGES"
                )
                path = path.replace(next(part for part in path.split("/") if argument in part), choice)
            addresses[rule.endpoint] = [path, *(path + query for query in MORE.get(rule.endpoint, []))]
            marks[rule.endpoint] = access.mark_of(rule.endpoint)
        open_code, overdue_code, closed_code = values["dossiers.code"], values["overdue"], values["closed"]
        addresses["dossiers.show"] = [f"/ho-so/{one}" for one in (open_code, overdue_code, closed_code)]
    return addresses, marks


def _values() -> dict[str, str]:
    """Something of each kind that everybody may see: the demo's commune and what lies there."""
    at_commune = (
        "SELECT d.code FROM dossier d JOIN membership m ON m.agency_id = d.resolving_agency_id"
        " AND m.agency_id = d.receiving_agency_id JOIN app_user u ON u.id = m.user_id"
        " WHERE u.username = 'motcua'"
    )
    queries = {
        "dossiers.code": f"{at_commune} AND d.closed_at IS NULL AND d.accepted_at IS NOT NULL"
        " AND d.source_id = 1 ORDER BY d.accepted_at DESC LIMIT 1",
        "overdue": f"{at_commune} AND d.closed_at IS NULL AND d.overdue_from IS NOT NULL"
        " ORDER BY d.overdue_from LIMIT 1",
        "closed": f"{at_commune} AND d.state = 'returned' ORDER BY d.closed_at DESC LIMIT 1",
        "agency": "SELECT a.code FROM agency a JOIN membership m ON m.agency_id = a.id"
        " JOIN app_user u ON u.id = m.user_id"
        " WHERE u.username = 'motcua'",
        "unit": "SELECT x.id FROM unit x JOIN membership m ON m.agency_id = x.agency_id"
        " JOIN app_user u ON u.id = m.user_id"
        " WHERE u.username = 'motcua' ORDER BY x.id LIMIT 1",
        "unit_code": "SELECT x.code FROM unit x JOIN membership m ON m.agency_id = x.agency_id"
        " JOIN app_user u ON u.id = m.user_id"
        " WHERE u.username = 'motcua' ORDER BY x.id LIMIT 1",
        "waiting": "SELECT d.code FROM dossier d JOIN membership m ON m.agency_id = d.receiving_agency_id"
        " JOIN app_user u ON u.id = m.user_id WHERE u.username = 'motcua'"
        " AND d.accepted_at IS NULL AND d.closed_at IS NULL ORDER BY d.id LIMIT 1",
        "user": "SELECT id FROM app_user WHERE username = 'motcua'",
        "imports": "SELECT id FROM import_batch ORDER BY id DESC LIMIT 1",
        "outage": "SELECT coalesce(max(id), 1) FROM outage",
        "procedure": "SELECT code FROM procedure ORDER BY id LIMIT 1",
        "matched": "SELECT code FROM dossier WHERE matched = 'kept' ORDER BY id LIMIT 1",
        "published": "SELECT code FROM field_report WHERE published ORDER BY id LIMIT 1",
        "report": "SELECT r.code FROM field_report r JOIN membership m ON m.agency_id = r.handling_agency_id"
        " JOIN app_user u ON u.id = m.user_id WHERE u.username = 'motcua'"
        " ORDER BY r.answered_at IS NULL DESC, r.id LIMIT 1",
    }
    with database.reading() as session:
        found = {name: str(session.execute(text(query)).scalar_one()) for name, query in queries.items()}
    return found | {
        "reception.code": found["dossiers.code"], "catalogue.unit_id": found["unit"],
        "accounts.user_id": found["user"], "online.code": found["waiting"],
        "imports.batch_id": found["imports"],
        "catalogue.code": found["agency"], "catalogue.procedure.code": found["procedure"],
        "catalogue.process.code": found["procedure"], "catalogue.edit_process.code": found["procedure"],
        "accounts.token": "x" * 43, "pausing.code": found["dossiers.code"],
        "reappointing.code": found["overdue"], "printing.code": found["dossiers.code"],
        "outages.outage_id": found["outage"], "alertrules.code": found["agency"],
        "mails.token": fewer_token(SECRET, int(found["user"]), AlertMailKind.DIGEST),
        "alertrules.rule": "overdue", "lists.name": "counted", "reassigning.batch": BATCH,
        "matches.show.code": "1", "matches.dossier.code": found["matched"],
        "calendar.kind": "gio-lam-viec", "calendar.change_id": "1",
        "urging.letter_id": "1", "indicators.code": "network_environment", "sessions.code": "1",
        "reports.report_id": "1", "reports.code": found["agency"], "reports.unit.unit": found["unit_code"],
        "reports.name": "co-quan-thang",
        "fieldreports.code": found["report"], "personaldata.request_id": "1", "apitokens.token_id": "1",
        "webhooks.endpoint_id": "1",
        "feeds.code": "provincial-portal",
        "fieldreports.published_one.code": found["published"],
    }  # fmt: skip


# Done where the dossier is resolved; the demo's controller sits at the province. A batch is one person's.
ELSEWHERE = {(Role.CONTROLLER, "reception.correct_at_work")} | {
    (role, "reassigning.batch") for role in (Role.CLERK, Role.OFFICER, Role.HEAD_OF_UNIT)
}


def _may(role: Role | None, mark: object) -> bool:
    if mark == access.PUBLIC:
        return True
    return role is not None and (mark == access.SIGNED_IN or mark in PERMISSIONS_OF[role])


def _signed_in(opened: BrowserContext, username: str) -> None:
    page = opened.new_page()
    page.goto("/dang-nhap")
    page.fill("[name=username]", username)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    page.close()


def _look(page: Page, path: str, picture: str, *, closely: bool) -> list[str]:
    """What is wrong with a page in a window of either size; `closely`: axe-core looks too.

    Asked for once, in the wide window: then the window is made narrow, and its filters stay unfolded.
    """
    page.set_viewport_size(DESKTOP)
    answer = page.goto(path)
    assert answer is not None
    if answer.status not in {200, 410}:  # 410: a link that was used, which is a page to be looked at as well
        return [f"{path}: {answer.status}"]
    return [
        f"{path} at {size['width']}: {fault}"
        for size in (DESKTOP, PHONE)
        for fault in _faults_at(page, size, picture, closely=closely)
    ]


def _faults_at(page: Page, size: ViewportSize, picture: str, *, closely: bool) -> list[str]:
    page.set_viewport_size(size)
    faults = axe_violations(page) if closely else []
    if wider := sideways_overflow(page):
        faults.append(f"{wider} pixels wider than its window")
    if folder := os.environ.get("TTHC_SCREENSHOTS"):
        page.wait_for_load_state("networkidle")
        page.screenshot(path=Path(folder) / f"{size['width']}-{picture}.png", full_page=True)
    return faults


# The same words stand in the same pages, so axe-core, which takes a second a page, looks at each with the
# first of these eyes that may see it, and with everybody's where a page is each role's own. The browser's
# complaints and the width of the page are asked for everybody.
EYES = (Role.CONTROLLER, Role.ADMINISTRATOR, Role.CLERK, Role.HEAD_OF_AGENCY, None)
OF_EACH_ROLE = {"start.home", "dossiers.show", "mywork.index"}


def _closely(role: Role | None, endpoint: str, mark: object) -> bool:
    if endpoint in OF_EACH_ROLE:
        return True
    eyes = (None,) if endpoint in SIGNED_OUT else EYES
    return role == next(one for one in eyes if _may(one, mark) and (one, endpoint) not in ELSEWHERE)


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "visitor")
def test_every_page_is_sound_on_a_desktop_and_on_a_phone(
    browser: Browser, site: Site, role: Role | None
) -> None:
    faults: list[str] = []
    with context(browser, site.url) as (opened, complaints):
        complaints.tolerated = ("status of 410",)
        if role:
            _signed_in(opened, ACCOUNTS[role])
        page, seen = opened.new_page(), 0
        for endpoint, paths in sorted(site.addresses.items()):
            if not _may(role, site.marks[endpoint]) or (role and endpoint in SIGNED_OUT):
                continue
            if (role, endpoint) in ELSEWHERE:
                continue
            for number, path in enumerate(paths):
                picture = f"{role.value if role else 'visitor'}-{endpoint}-{number}"
                closely = _closely(role, endpoint, site.marks[endpoint])
                faults += _look(page, path, picture, closely=closely)
                seen += 1
    assert seen >= 3
    assert not faults, "\n".join(faults)


def test_what_a_search_finds_is_sound(browser: Browser, site: Site) -> None:
    """No address holds what is searched, so that the walk above does not come by."""
    with context(browser, site.url) as (opened, _):
        _signed_in(opened, ACCOUNTS[Role.CONTROLLER])
        page = opened.new_page()
        page.goto("/tim-kiem")
        page.fill("[name=q]", "nguyen")
        page.press("[name=q]", "Enter")
        page.wait_for_selector("#con-nua")
        where = page.url.removeprefix(site.url)
        assert "nguyen" not in where
        assert _look(page, where, "found", closely=True) == []
        assert page.locator("tr[data-href]").count() == MOST
