"""Every route × every role × own and other agency; and no way round to another agency's dossier."""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.domain.test_photos import JFIF, TABLE, jpeg
from tests.support.desk import OPENED, PASSWORD, Office, Worker, new_key, open_office
from tests.support.moments import at
from tests.support.pairs import propose
from tests.web.routes import ROUTES, Route
from tthc_tracker import clock
from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.calendarchanges import ChangeState
from tthc_tracker.domain.deputies import SignatureForm
from tthc_tracker.domain.importing import BatchState
from tthc_tracker.domain.lifecycle import Channel, ResultKind, ReturnMethod
from tthc_tracker.domain.outages import OutsideSystem
from tthc_tracker.domain.periods import quarter
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.domain.personaldata import mark
from tthc_tracker.domain.personalrequests import RequestKind, Verdict
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.calendarchange import CalendarChange
from tthc_tracker.models.conclusion import Conclusion
from tthc_tracker.models.deputy import Deputyship
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.keptlist import ListExport, SavedView
from tthc_tracker.models.personaldata import PersonalRequest, PersonalRequestDossier
from tthc_tracker.models.printing import PrintedSlip
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.reassignment import Reassignment
from tthc_tracker.models.urging import UrgingLetter, UrgingRow
from tthc_tracker.printouts import control_slip, urging_letter
from tthc_tracker.printouts.printout import form_version
from tthc_tracker.queries import accounts as queries
from tthc_tracker.queries import signedreports, urging
from tthc_tracker.queries.controlslips import control_sheet
from tthc_tracker.queries.scoping import scope_of
from tthc_tracker.services import (
    accounts,
    answering,
    apologies,
    fieldreports,
    logins,
    matches,
    outages,
    printing,
    reception,
    registration,
    release,
    stopping,
    supplements,
)
from tthc_tracker.services import signedreports as signing
from tthc_tracker.services.acting import Target
from tthc_tracker.services.fieldreportphotos import Album
from tthc_tracker.services.fieldreports import Reported, TakeReport
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.registration import RegisterDossier
from tthc_tracker.services.release import FinishDossier, ReturnResult
from tthc_tracker.spreadsheets import exportfiles

RECEIVED = at("Mon 2026-11-16 09:00")
WEEK = dt.timedelta(days=7)
CANARY = "Kim Tự Canary"
CANARY_ID = "044093001234"
CANARY_PHONE = "0912345678"
OWN, OTHER = "own", "other"
BATCH = "b" * 32
# What does not reach the database differently is walked once: hundreds of pages take their time.
THE_STRICTER_ENGINE = pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
ONE_ENGINE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Town:
    """Everybody of two communes, and what belongs to the first."""

    office: Office
    people: dict[tuple[Role, str], int]
    values: dict[str, dict[str, Any]]
    code: str


@pytest.fixture
def town(app: Flask) -> Town:
    with database.transaction() as session:
        office = open_office(session)
        kept = session.get_one(User, office.clerk.user_id).password_hash
        people = {}
        sides = ((OWN, office.ward), (OTHER, office.other))
        for role, (side, agency_id) in itertools.product(Role, sides):
            command = accounts.InvitePerson(
                f"{role}.{side}@example.invalid", f"{role} {side}", (Membership(role, agency_id),)
            )
            user = accounts.create(session, command, now=OPENED)
            user.password_hash = kept
            people[role, side] = user.id
        facts = ReceptionFacts("1.004873", Party(CANARY, id_number=CANARY_ID, phone=CANARY_PHONE))
        received = reception.receive(
            session, ReceiveDossier(new_key(), office.ward, facts, RECEIVED), actor=office.clerk, now=RECEIVED
        )
        alert = _alert(session, office, people)
        view, export = _kept(session, office, people[Role.HEAD_OF_AGENCY, OWN])
        waiting, asked, refused = _online(session, office)
        collected = _collected(session, office)
        stopped = _stopped(session, office)
        apologised = _apologised(session, office)
        outage = outages.note(session, _outage(office), person=office.clerk, now=RECEIVED)
        sent, calendar = _import(session, office, people), _calendar(session)
        printed = _printed(session, received.dossier_id)
        standing_in, reported = _deputyship(session, people), _field_report(session, office, app)
        letter, pairs = _letter(session, office, received.dossier_id, people), _matched(session, office)
        report = _signed(session, office, people)
        session.add(_reassigned(received.dossier_id, people[Role.HEAD_OF_AGENCY, OWN]))
        concluded = _conclusion(session, office, people[Role.HEAD_OF_AGENCY, OWN])
        requests = _requests(session, people, received.dossier_id, app.config["SETTINGS"].secret_key)
    file = exportfiles.path_of(app.config["SETTINGS"].var, export, "csv")
    with exportfiles.written(file) as draft:
        draft.write_text("mã\n", encoding="utf-8")
    values = {
        "": {},
        "dossier": {"code": received.code},
        "collected": {"code": collected},
        "stopped": {"code": stopped},
        "apologised": {"code": apologised},
        "outage": {"outage_id": outage},
        "field_report": {"code": reported},
        "person": {"user_id": office.officer.user_id},
        "agency": {"code": "H50.19000"},
        "unit": {"code": "H50.19000", "unit_id": office.land_unit},
        "alert": {"code": str(alert)},
        "view": {"view_id": view},
        "export": {"export_id": export},
        "consented": {"request_id": requests[0]},
        "personal_request": {"request_id": requests[1]},
        "waiting": {"code": waiting},
        "asked": {"code": asked},
        "refused": {"code": refused},
        "import": {"batch_id": sent},
        "batch": {"batch": BATCH},
        "calendar": {"change_id": calendar},
        "letter": {"letter_id": letter},
        "match": {"match_id": pairs[0], "code": str(pairs[0])},
        "matched": {"code": pairs[1]},
        "conclusion": {"conclusion_id": concluded, "code": str(concluded)},
        "signed_report": {"report_id": report},
        "deputyship": {"deputyship_id": standing_in},
        "printed": {"code": received.code, "slip_id": printed},
    }
    return Town(office, people, values, received.code)


def _online(session: Any, office: Office) -> list[str]:
    """Three that wait for an answer; the second has been asked for more, the third refused."""
    sender, codes = answering.Sender("tthc.test", ""), []
    for number in range(3):
        party = Party(CANARY, id_number=f"04409300999{number}")
        facts = ReceptionFacts("1.004873", party, channel=Channel.ONLINE, arrived_at=RECEIVED)
        command = RegisterDossier(new_key(), office.ward, facts)
        codes.append(registration.register(session, command, person=office.clerk, now=RECEIVED).code)
    ask = supplements.AskSupplement(
        Target(codes[1], None), (), "thiếu tờ khai", "thiếu", "thành phần hồ sơ", RECEIVED.date() + WEEK
    )
    answering.ask_supplement(session, ask, person=office.clerk, sender=sender, now=RECEIVED)
    refuse = answering.RefuseDossier(Target(codes[2], None), "không thuộc thẩm quyền")
    answering.refuse(session, refuse, person=office.clerk, sender=sender, now=RECEIVED)
    return codes


def _collected(session: Any, office: Office) -> str:
    """A dossier of the first commune whose result somebody has collected."""
    facts = ReceptionFacts("1.004873", Party(CANARY, id_number="044093001235", phone=CANARY_PHONE))
    command = ReceiveDossier(new_key(), office.ward, facts, RECEIVED)
    code = reception.receive(session, command, actor=office.clerk, now=RECEIVED).code
    done = FinishDossier(Target(code, None), ResultKind.GRANTED)
    release.finish(session, done, person=office.clerk, now=RECEIVED)
    given = ReturnResult(Target(code, None), CANARY, ReturnMethod.COUNTER)
    release.return_result(session, given, person=office.clerk, now=RECEIVED)
    return code


def _stopped(session: Any, office: Office) -> str:
    """A dossier of the first commune that is no longer dealt with."""
    facts = ReceptionFacts("1.004873", Party(CANARY, id_number="044093001236", phone=CANARY_PHONE))
    command = ReceiveDossier(new_key(), office.ward, facts, RECEIVED)
    code = reception.receive(session, command, actor=office.clerk, now=RECEIVED).code
    stop = stopping.StopDossier(Target(code, None), "toà án đang giải quyết", "Điều 10")
    stopping.stop(session, stop, person=office.clerk, now=RECEIVED)
    return code


def _apologised(session: Any, office: Office) -> str:
    """A dossier of the first commune that has its second date."""
    facts = ReceptionFacts("1.004873", Party(CANARY, id_number="044093001237", phone=CANARY_PHONE))
    command = ReceiveDossier(new_key(), office.ward, facts, RECEIVED)
    code = reception.receive(session, command, actor=office.clerk, now=RECEIVED).code
    write = apologies.WriteApology(Target(code, None), LatenessCause.STAFF, "thiếu người")
    apologies.draft(session, write, person=office.officer, now=RECEIVED)
    approve = apologies.ApproveApology(Target(code, None))
    apologies.approve(session, approve, person=office.head, now=RECEIVED)
    return code


def _matched(session: Any, office: Office) -> tuple[int, str]:
    """Two of the first commune that may be one, and one that two others are already."""
    ids, codes = [], []
    for number in range(4):
        facts = ReceptionFacts("1.004873", Party(CANARY, id_number=f"04409300888{number}"))
        command = ReceiveDossier(new_key(), office.ward, facts, RECEIVED)
        received = reception.receive(session, command, actor=office.clerk, now=RECEIVED)
        ids.append(received.dossier_id)
        codes.append(received.code)
    matches.confirm(session, propose(session, *ids[2:]), person=office.controller, now=RECEIVED)
    return propose(session, *ids[:2]), codes[2]


def _outage(office: Office) -> outages.NoteOutage:
    """A system that is down for the first commune."""
    began = RECEIVED - dt.timedelta(hours=1)
    return outages.NoteOutage(new_key(), office.ward, OutsideSystem.CIVIL_STATUS, began, None)


def _kept(session: Any, office: Office, head: int) -> tuple[int, int]:
    """A view that the head shares with his agency, and a file of his own."""
    view = SavedView(
        list_name="overdue", name="Kim Tự", owner_id=head, agency_id=office.ward, question={}, columns=[],
        density="compact", created_at=OPENED,
    )  # fmt: skip
    export = ListExport(
        user_id=head, list_name="overdue", question={}, columns=[], form="csv", reason="Kim Tự", row_count=0,
        status="ready", created_at=OPENED, ready_at=OPENED,
    )  # fmt: skip
    session.add_all([view, export])
    session.flush()
    return view.id, export.id


def _alert(session: Any, office: Office, people: dict[tuple[Role, str], int]) -> int:
    dossier_id = session.execute(select(Dossier.id).order_by(Dossier.id).limit(1)).scalar_one()
    alert = Alert(
        subject_type="dossier", subject_id=dossier_id, dossier_id=dossier_id, rule=Rule.OVERDUE, version=1,
        severity=Severity.SERIOUS, agency_id=office.ward, due_at=RECEIVED, raised_at=RECEIVED,
    )  # fmt: skip
    session.add(alert)
    session.flush()
    for (_, side), user_id in people.items():
        if side == OWN:
            session.add(AlertRecipient(alert_id=alert.id, user_id=user_id))
    return alert.id


def _import(session: Any, office: Office, people: dict[tuple[Role, str], int]) -> int:
    source = session.execute(select(Source.id).where(Source.code == "provincial-portal")).scalar_one()
    batch = ImportBatch(
        source_id=source, file_name=f"{CANARY}.csv", sha256="0" * 64, data_as_of=RECEIVED,
        started_at=RECEIVED, finished_at=RECEIVED, actor_id=people[Role.CONTROLLER, OWN],
        agency_id=office.ward, state=BatchState.DONE,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch.id


def _field_report(session: Any, office: Office, app: Flask) -> str:
    """A report with its photo; unanswered, so that nobody erases it."""
    photo = Album(app.config["SETTINGS"].var).keep(jpeg(JFIF, TABLE))
    told = Reported("khac", "Chợ", "Rác", "", RECEIVED, CANARY, CANARY_PHONE, photo=photo)
    taken = TakeReport(new_key(), office.ward, told)
    return fieldreports.take(session, taken, person=office.clerk, now=RECEIVED)


def _deputyship(session: Any, people: dict[tuple[Role, str], int]) -> int:
    """That the head's officer stands in for him next year."""
    row = Deputyship(
        user_id=people[Role.HEAD_OF_AGENCY, OWN], deputy_id=people[Role.OFFICER, OWN],
        from_day=dt.date(2027, 3, 1), to_day=dt.date(2027, 3, 5), form=SignatureForm.KT,
        user_title="Chủ tịch", deputy_title="Phó Chủ tịch", entered_at=OPENED,
        entered_by_id=people[Role.HEAD_OF_AGENCY, OWN],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _letter(session: Any, office: Office, dossier_id: int, people: dict[tuple[Role, str], int]) -> int:
    """A letter that the first commune has sent to its own unit about the first dossier."""
    head = people[Role.HEAD_OF_AGENCY, OWN]
    row = UrgingLetter(
        agency_id=office.ward, year=2026, number=1, symbol="UBND", to_agency_id=office.ward,
        issued_at=RECEIVED, issued_by_id=head, answer_by=dt.date(2026, 11, 30), signer_id=head,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(UrgingRow(letter_id=row.id, dossier_id=dossier_id, position=1, days_late=3))
    session.flush()
    made = urging_letter.paper(urging.letter_sheet(session, row.id))
    slip = printing.PrintSlip(
        urging.FORM, urging.subject_of(row.id), RECEIVED, "a4", made.form, form_version(), made.content
    )
    printing.keep(session, slip, person_id=head, now=RECEIVED)
    return row.id


def _requests(
    session: Any, people: dict[tuple[Role, str], int], dossier_id: int, secret: str
) -> tuple[int, int]:
    """What the head asked for and may fetch, and what waits for whoever may consent."""
    asked = {"kind": RequestKind.EXPORT, "mark": mark(secret, CANARY_ID), "said": "đơn", "ground": "request"}
    controller = people[Role.CONTROLLER, OWN]
    rows = (
        PersonalRequest(
            **asked, asked_by_id=people[Role.HEAD_OF_AGENCY, OWN], asked_at=clock.now(),
            verdict=Verdict.APPROVED, decided_by_id=controller, decided_at=clock.now(),
        ),
        PersonalRequest(**asked, asked_by_id=people[Role.CLERK, OWN], asked_at=clock.now()),
    )  # fmt: skip
    session.add_all(rows)
    session.flush()
    session.add_all(PersonalRequestDossier(request_id=one.id, dossier_id=dossier_id) for one in rows)
    return rows[0].id, rows[1].id


def _conclusion(session: Any, office: Office, head: int) -> int:
    """What a session of the first commune has concluded for itself."""
    row = Conclusion(
        agency_id=office.ward, period_key="2026-Q3", held_on=dt.date(2026, 9, 20), words="Xong",
        owner_id=office.ward, first_due_on=dt.date(2026, 12, 1), due_on=dt.date(2026, 12, 1),
        noted_at=RECEIVED, noted_by_id=head,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _signed(session: Any, office: Office, people: dict[tuple[Role, str], int]) -> int:
    """A report of the first commune that its head has signed."""
    period, role = quarter(2026, 3), Role.HEAD_OF_AGENCY
    held = (Membership(role, office.ward),)
    head = Worker(people[role, OWN], "Thủ trưởng", held, scope_of(session, [office.ward]))
    found = signedreports.draft(session, "H50.19000", period, RECEIVED)
    command = signing.SignReport(office.ward, period, found.edition, found.seen)
    return signing.sign(session, command, person=head, now=RECEIVED)


def _reassigned(dossier_id: int, head: int) -> Reassignment:
    """That the head assigned the first dossier with others."""
    return Reassignment(
        batch=BATCH, dossier_id=dossier_id, by_id=head, at=RECEIVED, confirmed=False, firm=False, version=1
    )


def _calendar(session: Any) -> int:
    """A change of the calendar of the first commune that somebody proposes."""
    rows = "date,kind,windows,basis,agency,weekdays\n2026-12-24,holiday,,CV,H50.19000,\n"
    change = CalendarChange(
        state=ChangeState.WAITING, title="Nghỉ", rows=rows, decision="CV", made_at=RECEIVED
    )
    session.add(change)
    session.flush()
    return int(change.id)


def _printed(session: Any, dossier_id: int) -> int:
    """A paper of the first dossier, as it was printed."""
    paper = control_slip.paper(control_sheet(session, dossier_id))
    command = printing.PrintSlip(
        "control_slip", printing.of_dossier(dossier_id), RECEIVED, "a5", paper.form, form_version(),
        paper.content, (dossier_id,),
    )  # fmt: skip
    printing.keep(session, command, person_id=None, now=RECEIVED)
    return session.execute(select(PrintedSlip.id).order_by(PrintedSlip.id.desc()).limit(1)).scalar_one()


def signed_in(app: Flask, user_id: int) -> FlaskClient:
    """A browser of its own in which that person has just signed in."""
    with database.transaction() as session:
        credentials = queries.credentials_of(session, user_id)
        assert credentials is not None
        token = logins.open_session(session, credentials, PASSWORD, network="", agent="", now=clock.now())
    client = a_browser(app)
    client.set_cookie("__Host-tthc-session", token, secure=True)
    return client


def a_browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def doors(app: Flask, town: Town) -> Iterator[tuple[str, Route, str, str]]:
    """Every endpoint with its method and an address for it."""
    adapter = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        route = ROUTES[rule.endpoint]
        address = adapter.build(rule.endpoint, town.values[route.about] | route.values) + route.query
        for method in sorted(rule.methods & {"GET", "POST"}):
            yield rule.endpoint, route, method, address


def test_every_route_stands_in_the_table_and_the_other_way_round(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - ROUTES.keys() == set(), "routes that nobody has said who may open"
    assert ROUTES.keys() - endpoints == set(), "lines of the table without a route"


@THE_STRICTER_ENGINE
@pytest.mark.long
def test_every_route_opens_to_its_roles_in_their_own_agency_and_to_nobody_else(
    app: Flask, town: Town
) -> None:
    wrong = []
    clients = {who: signed_in(app, user_id) for who, user_id in town.people.items()}
    for (endpoint, route, method, address), (role, side) in itertools.product(
        list(doors(app, town)), town.people
    ):
        form = route.form if method == "POST" else None
        status = clients[role, side].open(address, method=method, data=form).status_code
        if endpoint == "accounts.sign_out":
            clients[role, side] = signed_in(app, town.people[role, side])
        if not fits(route, role, side, status):
            wrong.append(f"{method} {endpoint} as {role} of the {side} agency: {status}")
    assert not wrong, "\n".join(wrong)


def fits(route: Route, role: Role, side: str, status: int) -> bool:
    """Whether an answer is what this role at this side may get."""
    if not route.open_to(role):  # what is another agency's may not even be known to be there
        return status == 403 or (bool(route.about) and side == OTHER and status == 404)
    if route.owned and (role, side) != (Role.HEAD_OF_AGENCY, OWN):
        return status == 404
    if route.about and side == OTHER:
        return status in {403, 404}
    if route.public:
        return status < 500
    return status < 500 and status not in {401, 403, 404, 405}


@ONE_ENGINE
def test_every_page_answers_head_as_it_answers_get(app: Flask, town: Town) -> None:
    wrong = []
    clients = [a_browser(app), signed_in(app, town.people[Role.CLERK, OWN])]
    for (endpoint, _, method, address), client in itertools.product(list(doors(app, town)), clients):
        if method != "GET":
            continue
        asked, told = client.get(address), client.head(address)
        same = (told.status_code, told.location) == (asked.status_code, asked.location)
        if not same or told.data or told.content_type != asked.content_type:
            wrong.append(f"{endpoint}: GET {asked.status_code}, HEAD {told.status_code}")
    assert not wrong, "\n".join(wrong)


@ONE_ENGINE
def test_nobody_gets_in_without_signing_in(app: Flask, town: Town) -> None:
    wrong = []
    for endpoint, route, method, address in doors(app, town):
        if route.public:
            continue
        answer = a_browser(app).open(address, method=method)
        if answer.status_code != 302 or not answer.location.startswith("/dang-nhap"):
            wrong.append(f"{method} {endpoint}: {answer.status_code} {answer.location}")
        asked = a_browser(app).open(address, method=method, headers={"X-Requested-With": "fetch"})
        if (asked.status_code, asked.data) != (401, b""):
            wrong.append(f"{method} {endpoint} by a script: {asked.status_code}")
    assert not wrong, "\n".join(wrong)


@ONE_ENGINE
def test_no_page_shows_another_agencys_dossier(app: Flask, town: Town) -> None:
    """The second door: lists, counts, search, exports, suggestions, pictures."""
    leaks = []
    clients = {role: signed_in(app, town.people[role, OTHER]) for role in Role}
    for (endpoint, _, method, address), role in itertools.product(list(doors(app, town)), Role):
        if method != "GET":
            continue
        answer = clients[role].get(address)
        said = answer.get_data().decode(errors="replace")  # some answers are files
        if answer.status_code == 200 and shown(said, town, address):
            leaks.append(f"{endpoint} as {role} of the other agency")
    assert not leaks, "\n".join(leaks)


def shown(body: str, town: Town, address: str) -> list[str]:
    """What of the dossier stands in a page; what was asked for in the address may be repeated there."""
    secrets = [town.code, CANARY_ID, CANARY_PHONE]
    return [secret for secret in secrets if secret in body and secret not in address] or [
        name for name in (CANARY,) if name in body
    ]


@ONE_ENGINE
def test_a_search_by_the_other_agency_finds_nothing(app: Flask, town: Town) -> None:
    for asked in (town.code, CANARY, CANARY_ID[-6:], CANARY_PHONE):
        own = signed_in(app, town.people[Role.CLERK, OWN]).post(
            "/tim-kiem", data={"q": asked}, follow_redirects=True
        )
        assert town.code in own.text
        other = signed_in(app, town.people[Role.CLERK, OTHER]).post(
            "/tim-kiem", data={"q": asked}, follow_redirects=True
        )
        assert other.status_code == 200
        assert f"/ho-so/{town.code}" not in other.text


@pytest.mark.parametrize("endpoint", ["supervision.overdue", "reports.dossiers"])
def test_the_canary_would_be_seen_where_it_may_be(app: Flask, town: Town, endpoint: str) -> None:
    """Without this the test above could pass by looking at empty pages."""
    address = next(address for name, _, _, address in doors(app, town) if name == endpoint)
    assert town.code in signed_in(app, town.people[Role.CONTROLLER, OWN]).get(address).text


@ONE_ENGINE
def test_no_form_is_taken_without_its_token(app: Flask, town: Town) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    wrong = []
    client = signed_in(app, town.people[Role.ADMINISTRATOR, OWN])
    for endpoint, route, method, address in doors(app, town):
        if method != "POST" or route.tokenless:
            continue
        for headers in ({}, {"Origin": "https://evil.example", "Referer": "https://evil.example/"}):
            status = client.post(address, headers=headers).status_code
            if status != 400:
                wrong.append(f"{endpoint}: {status}")
    assert not wrong, "\n".join(wrong)


def test_only_the_link_of_a_mail_is_taken_without_a_token(app: Flask) -> None:
    assert [name for name, route in ROUTES.items() if route.tokenless] == ["mails.fewer"]


@THE_STRICTER_ENGINE
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\0", id="a sign that no database keeps"),
        pytest.param("%_/'\"\\;--", id="signs with a meaning elsewhere"),
        pytest.param("\u202e\ufffd\ud7ff", id="signs that turn the line round or are none"),
        pytest.param("<script>alert(1)</script>", id="a script"),
        pytest.param("9" * 300, id="far too much"),
    ],
)
def test_no_page_breaks_on_what_people_do_not_type(app: Flask, town: Town, text: str) -> None:
    broken = []
    clients = [signed_in(app, town.people[role, OWN]) for role in (Role.ADMINISTRATOR, Role.HEAD_OF_AGENCY)]
    names = (
        "q",
        "agency",
        "level",
        "sector",
        "role",
        "state",
        "after",
        "nam",
        "from",
        "to",
        "cell",
        "code",
        "procedure",
    )
    for (endpoint, _, method, address), client in itertools.product(list(doors(app, town)), clients):
        if method != "GET":
            continue
        answer = client.get(address.split("?")[0], query_string=dict.fromkeys(names, text))
        if answer.status_code >= 500 or b"<script>alert" in answer.data:
            broken.append(f"{endpoint}: {answer.status_code}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("address", ["/nguoi-dung/" + "9" * 30, "/canh-bao/" + "9" * 30 + "/ghi-nhan"])
def test_a_number_beyond_every_id_is_not_there(app: Flask, town: Town, address: str) -> None:
    client = signed_in(app, town.people[Role.ADMINISTRATOR, OWN])
    assert client.get(address).status_code in {404, 405}
    assert client.post(address).status_code in {403, 404}
