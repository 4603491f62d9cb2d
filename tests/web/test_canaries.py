"""What one agency's dossiers are, no answer to another agency's people depends on.

The same questions are asked twice: before and after one commune is given a flock of dossiers that nobody
could mistake. To the people of another commune every answer must be the same to the byte: no list, export,
count, rate, suggestion or search tells them that anything has come. The questions go by the `url_map`: a new
route is asked as soon as it has its line in `tests/web/routes.py`, without which `test_access` fails.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, true, update
from sqlalchemy.orm import Session

from tests.support.desk import Office, new_key
from tests.support.moments import at
from tests.web.routes import ROUTES
from tests.web.test_access import CANARY, ONE_ENGINE, OTHER, OWN, THE_STRICTER_ENGINE, Town, doors, signed_in
from tests.web.test_access import town as town  # noqa: PLC0414 (pytest finds a fixture by its name here)
from tthc_tracker import clock
from tthc_tracker.domain.lifecycle import Channel, State
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alerts, backlogs, reception
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.web.reports.answers import Answers

NOW = at("Tue 2026-11-17 09:10")
BIRD = "Hoàng Yến Canary"
BIRD_ID = "044094005678"
BIRD_PHONE = "0987654321"
ABSTRACT = "tiếng hót của chim"
SECRETS = (CANARY, BIRD, "044093001234", BIRD_ID, "0912345678", BIRD_PHONE, ABSTRACT, "H50.19000-261102")
SEARCH = "/tim-kiem"
THREE_DAYS, SAME_DAY = "1.004873", "2.000815"

# Answers that are about the whole installation. They are searched for the canaries all the same.
ABOUT_EVERYTHING = {
    "operations.status": "numbers of mails, runs and bytes, for whoever runs the installation",
    "operations.metrics": "numbers of the installation, for whoever runs it",
    "operations.favicon": "a picture",
    "operations.healthz": "whether the process lives",
    "operations.readyz": "whether it may be sent work",
    "reports.public": "rates of all agencies, which are public",
    "fieldreports.published": "reports that were published for everybody",
    "fieldreports.published_one": "a report that was published for everybody",
    "reports.open_csv": "figures of all agencies, which are public",
    "reports.open_json": "figures of all agencies, which are public",
    "reports.open_schema": "what the public figures mean",
    "history.deeds": "what one's own people did, and that they ask and print all this is among it",
}
# Where the commune's own people must see a difference, or the comparison would prove nothing.
MUST_TELL = {
    "alerts.index", "dossiers.show", "reports.dossiers", "reports.summary",
    "search.find", "start.home", "supervision.late_reception",
    "supervision.overdue",
}  # fmt: skip

_NEW_EVERY_TIME = re.compile(
    r'(?<=name="csrf_token" value=")[^"]*|(?<=name="csrf-token" content=")[^"]*|\b[0-9a-f]{32}\b'
    r"|(?<=mã yêu cầu <code>)[0-9a-f]*"
)

Question = tuple[str, str]
Told = tuple[int, str, object]


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands, and nothing is answered from what a process has kept of an earlier answer."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(Answers, "get", lambda _kept, _session, _question, _now, reckon: reckon())


@dataclass(frozen=True)
class Flock:
    """The commune's dossiers: their codes by what has become of them."""

    codes: dict[str, str]


def settle(session: Session, office: Office) -> None:
    """A few dossiers of the other commune, so that its own pages are not empty."""
    for day in (10, 16):
        facts = ReceptionFacts(THREE_DAYS, Party("Lê Văn Cam Lộ", id_number="045080000001"))
        moment = at(f"{'Tue' if day == 10 else 'Mon'} 2026-11-{day} 08:00")
        command = ReceiveDossier(new_key(), office.other, facts, moment)
        reception.receive(session, command, actor=office.stranger, now=moment)
    scan(session)


def release(session: Session, office: Office) -> Flock:
    """Dossiers in every state that a list, a count or a rate could tell of."""
    fates: dict[str, dict[str, Any]] = {
        "overdue": {"state": State.PROCESSING},
        "more overdue": {"state": State.PROCESSING},
        "paused": {"state": State.AWAITING_SUPPLEMENT, "paused_since": at("Tue 2026-11-03 08:00")},
        "finished": {"state": State.FINISHED, "closed_at": at("Wed 2026-11-04 08:00")},
        "finished late": {"state": State.FINISHED, "closed_at": at("Mon 2026-11-16 08:00")},
        "returned": {"state": State.RETURNED, "closed_at": at("Wed 2026-11-04 08:00"), "returned_to": BIRD},
        "withdrawn": {"state": State.WITHDRAWN, "closed_at": at("Thu 2026-11-05 08:00")},
        "not answered": {
            "state": State.REGISTERED, "channel": Channel.ONLINE, "accepted_at": None, "accepted_on": None,
            "submitted_at": at("Mon 2026-11-02 08:00"), "reception_due_at": at("Tue 2026-11-03 08:00"),
            "reception_due_on": at("Tue 2026-11-03 08:00").date(), "reception_round": 1,
            "reception_late_from": at("Tue 2026-11-03 08:00"), "due_at": None, "due_on": None,
            "current_due_at": None, "overdue_from": None, "late_from": None,
        },
    }  # fmt: skip
    codes = {}
    for fate, columns in fates.items():
        codes[fate] = _received(session, office, THREE_DAYS, at("Mon 2026-11-02 08:00"))
        ended = {"closed_on": columns["closed_at"].date()} if "closed_at" in columns else {}
        session.execute(update(Dossier).where(Dossier.code == codes[fate]).values(**columns, **ended))
    for number in range(9):  # with those above an episode of backlog
        codes[f"backlog {number}"] = _received(session, office, SAME_DAY, at("Mon 2026-11-09 08:00"))
    session.flush()
    scan(session)
    return Flock(codes)


def _received(session: Session, office: Office, procedure: str, moment: Any) -> str:
    party = Party(BIRD, id_number=BIRD_ID, phone=BIRD_PHONE)
    command = ReceiveDossier(
        new_key(), office.ward, ReceptionFacts(procedure, party, abstract=ABSTRACT), moment
    )
    return reception.receive(session, command, actor=office.clerk, now=moment).code


def scan(session: Session) -> None:
    """What the timed work does: alerts and episodes."""
    directory = Directory(session)
    alerts.raise_due(session, directory, now=NOW)
    backlogs.count(session, directory, backlogs.loads(session, NOW), now=NOW)


def questions(app: Flask, town: Town) -> list[Question]:
    """Every address that answers GET: plain, and asking for the canaries in every field there is.

    An address is asked with the values of the commune whose dossiers they are.
    """
    aimed = {
        "agency": "H50.19000", "resolving_agency": "H50.19000", "receiving_agency": "H50.19000",
        "officer": str(town.office.officer.user_id), "unit": str(town.office.land_unit),
        "procedure": THREE_DAYS, "code": town.code, "key": "H50.19000", "by": "agency", "level": "xa",
        "cell": "received_total", "from": "2026-11-01", "to": "2026-11-30", "state": "open", "sort": "newest",
    }  # fmt: skip
    found = []
    for endpoint, _, method, address in doors(app, town):
        if method != "GET":
            continue
        bare = address.partition("?")[0]
        found += [(endpoint, address), (endpoint, f"{bare}?{urlencode(aimed)}")]
        found += [
            (endpoint, f"{bare}?{urlencode({'q': typed})}")
            for typed in (BIRD, BIRD_ID[-6:], "H50.19000-261102-0001")
        ]
    return found


def told(client: FlaskClient, address: str) -> Told:
    """An answer without what is new in every one."""
    path, _, query = address.partition("?")
    typed = parse_qs(query).get("q")
    if path == SEARCH and typed:  # no address holds what is searched
        answer = client.post(SEARCH, data={"q": typed[0]})
        answer = client.get(answer.location) if answer.location.startswith(SEARCH) else answer
    else:
        answer = client.get(address)
    if answer.data.startswith(b"PK"):
        return answer.status_code, "", _members(answer.data)
    try:
        body = _NEW_EVERY_TIME.sub("", answer.data.decode())
    except UnicodeDecodeError:
        return answer.status_code, answer.location or "", answer.data
    return answer.status_code, answer.location or "", body


def _members(packed: bytes) -> tuple[tuple[str, bytes], ...]:
    """The parts of a spreadsheet, without the moment at which it was written."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = sorted(name for name in archive.namelist() if name != "docProps/core.xml")
        return tuple((name, archive.read(name)) for name in names)


# Every role is asked what an address answers plainly and to every filter. A typed word only narrows what a
# list has shown: two of those who may open the address are asked for it, beginning with the roles whose lists
# show most. The search itself everybody is asked. What is about everything is only looked through for the
# canaries: one is asked.
TYPED_BY = 2
WIDEST_FIRST = (
    Role.CONTROLLER, Role.CLERK, Role.HEAD_OF_AGENCY, Role.ADMINISTRATOR, Role.AUDITOR, Role.HEAD_OF_UNIT,
    Role.OFFICER,
)  # fmt: skip


def asked(clients: dict[Role, FlaskClient], wanted: Iterable[Question]) -> dict[tuple[Role, str, str], Told]:
    """Everybody's answer to every question; what a role may not open it is not asked twice."""
    answers: dict[tuple[Role, str, str], Told] = {}
    closed: set[tuple[Role, str]] = set()
    for endpoint, address in wanted:
        roles = [role for role in WIDEST_FIRST if role in clients and (role, endpoint) not in closed]
        if endpoint in ABOUT_EVERYTHING:
            roles = roles[:1]
        elif "?q=" in address and not address.startswith(SEARCH):
            roles = roles[:TYPED_BY]
        for role in roles:
            answer = told(clients[role], address)
            answers[role, endpoint, address] = answer
            if answer[0] == 403:
                closed.add((role, endpoint))
    return answers


def test_every_role_is_asked_something() -> None:
    assert set(WIDEST_FIRST) == set(Role)


def of_side(app: Flask, town: Town, side: str, roles: Iterable[Role] = Role) -> dict[Role, FlaskClient]:
    """People of one commune, signed in."""
    return {role: signed_in(app, town.people[role, side]) for role in roles}


def differing(before: dict[Any, Told], after: dict[Any, Told]) -> Iterator[tuple[Role, str, str]]:
    """The questions that are answered otherwise than before."""
    return (key for key in before if before[key] != after.get(key))


@pytest.fixture
def other_settled(town: Town) -> Town:
    with database.transaction() as session:
        settle(session, town.office)
    return town


@pytest.mark.long
@ONE_ENGINE
def test_no_answer_to_another_agency_depends_on_a_dossier(app: Flask, other_settled: Town) -> None:
    town = other_settled
    wanted, clients = questions(app, town), of_side(app, town, OTHER)
    before = asked(clients, wanted)
    with database.transaction() as session:
        release(session, town.office)
    after = asked(clients, wanted)
    assert len(before) > 3 * len({rule.endpoint for rule in app.url_map.iter_rules()}), (
        "hardly anything was asked"
    )
    leaks = [
        f"{endpoint} as {role}: {address}"
        for role, endpoint, address in differing(before, after)
        if endpoint not in ABOUT_EVERYTHING
    ]
    assert not leaks, "\n".join(leaks)
    named = [
        f"{endpoint} as {role}: {secret}"
        for (role, endpoint, address), (_, where, body) in after.items()
        for secret in SECRETS
        if secret in f"{where}{body}" and not repeated(secret, address, f"{body}")
    ]
    assert not named, "\n".join(named)


def repeated(secret: str, address: str, body: str) -> bool:
    """Whether a page only repeats what was typed: it stands in the search field, and nowhere leads."""
    return urlencode({"q": secret})[2:] in address and f"/ho-so/{secret}" not in body


@THE_STRICTER_ENGINE
def test_no_list_or_count_of_another_agency_depends_on_a_dossier_on_the_other_database(
    app: Flask, other_settled: Town
) -> None:
    town = other_settled
    roles = (Role.CLERK, Role.HEAD_OF_AGENCY, Role.CONTROLLER)
    wanted = [one for one in questions(app, town) if one[0] in MUST_TELL]
    clients = of_side(app, town, OTHER, roles)
    before = asked(clients, wanted)
    with database.transaction() as session:
        release(session, town.office)
    assert list(differing(before, asked(clients, wanted))) == []


def test_the_commune_itself_is_told(app: Flask, other_settled: Town) -> None:
    """Without this the comparison could pass by asking for pages that never change."""
    town = other_settled
    roles = (Role.CLERK, Role.HEAD_OF_AGENCY, Role.CONTROLLER)
    wanted = [one for one in questions(app, town) if one[0] in MUST_TELL]
    clients = of_side(app, town, OWN, roles)
    before = asked(clients, wanted)
    with database.transaction() as session:
        flock = release(session, town.office)
        session.execute(update(Dossier).where(Dossier.code == town.code).values(state=State.PROCESSING))
    after = asked(clients, wanted)
    assert {endpoint for _, endpoint, _ in differing(before, after)} == MUST_TELL
    assert any(flock.codes["overdue"] in str(body) for _, _, body in after.values())


@ONE_ENGINE
def test_a_list_without_its_scope_would_be_noticed(
    app: Flask, other_settled: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tthc_tracker.queries import search, supervision

    town = other_settled
    for module in (search, supervision):
        monkeypatch.setattr(module, "visible", lambda _scope: true())
    monkeypatch.setattr(supervision, "ways_in", lambda _scope: [true()])
    # Statements are put together once a scope: here they are put together anew, and none of them is kept.
    for module, name in ((search, "_details"), (supervision, "_counting"), (supervision, "_page")):
        monkeypatch.setattr(module, name, getattr(module, name).__wrapped__)
    wanted = [one for one in questions(app, town) if one[0] in {"search.find", "supervision.overdue"}]
    clients = of_side(app, town, OTHER, (Role.HEAD_OF_AGENCY,))
    before = asked(clients, wanted)
    with database.transaction() as session:
        release(session, town.office)
        assert session.execute(select(Dossier.id)).first()
    noticed = {endpoint for _, endpoint, _ in differing(before, asked(clients, wanted))}
    assert noticed == {"search.find", "supervision.overdue"}


@pytest.mark.parametrize(("side", "shown"), [(OWN, True), (OTHER, False)])
def test_a_person_known_elsewhere_is_no_double_here(
    app: Flask, other_settled: Town, side: str, shown: bool
) -> None:
    town = other_settled
    with database.transaction() as session:
        release(session, town.office)
    (client,) = of_side(app, town, side, (Role.CLERK,)).values()
    answer = client.post("/tiep-nhan/trung", data={"procedure": THREE_DAYS, "id_number": BIRD_ID})
    assert answer.status_code == 200
    assert ("H50.19000-261102" in answer.text) is shown


def test_the_exceptions_are_routes() -> None:
    assert (set(ABOUT_EVERYTHING) | MUST_TELL) - set(ROUTES) == set()
