"""What an applicant may do once he has looked his dossier up: note its date, say how he was served."""

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tests.support.signedin import sign_in
from tests.support.visitor import SESSION_COOKIE
from tthc_tracker import clock
from tthc_tracker.domain.lifecycle import EventKind, ResultKind, ReturnMethod
from tthc_tracker.domain.lookuptickets import LIFE
from tthc_tracker.domain.ratings import Rating
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.models.applicant import DossierRating
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.queries import ratings
from tthc_tracker.services import reception, release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.release import FinishDossier, ReturnResult
from tthc_tracker.web.assets import STATIC

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

RECEIVED = at("Mon 2026-11-16 09:00")
NOW = at("Tue 2026-11-17 09:10")
NAME, ID = "Kim Tự Canary", "044093001234"
CODE = "H50.19000-261116-0001"
HTTPS = "https://localhost"
ONE_ENGINE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@dataclass
class Applicant:
    """Who holds the dossier, at home."""

    app: "Flask"
    office: Office

    def post(self, path: str, **form: str) -> "TestResponse":
        return self.app.test_client().post(path, data=form, base_url=HTTPS)

    def looks(self) -> "TestResponse":
        return self.post("/tra-cuu", code=CODE, number=ID[-6:])

    def ticket(self) -> str:
        found = re.search(r'name="ticket" value="([^"]+)"', self.looks().text)
        assert found
        return html.unescape(found[1])

    def rates(self, ticket: str, rating: str) -> "TestResponse":
        return self.post("/tra-cuu/danh-gia", ticket=ticket, rating=rating)


@pytest.fixture
def applicant(app: "Flask", monkeypatch: pytest.MonkeyPatch) -> Applicant:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with database.transaction() as session:
        office = open_office(session)
        facts = ReceptionFacts("1.004873", Party(NAME, id_number=ID))
        command = ReceiveDossier(new_key(), office.ward, facts, RECEIVED)
        assert reception.receive(session, command, actor=office.clerk, now=RECEIVED).code == CODE
    return Applicant(app, office)


def give_back(office: Office, rating: Rating | None = None) -> None:
    with database.transaction() as session:
        release.finish(
            session, FinishDossier(Target(CODE, None), ResultKind.GRANTED), person=office.clerk, now=NOW
        )
        returned = ReturnResult(Target(CODE, None), NAME, ReturnMethod.COUNTER, rating=rating)
        release.return_result(session, returned, person=office.clerk, now=NOW)


def kept() -> list[tuple[Rating, str]]:
    with database.reading() as session:
        rows = session.execute(select(DossierRating.rating, DossierRating.rated_at))
        return [(rating, where.value) for rating, where in rows]


def test_the_promised_date_can_be_put_into_ones_calendar(applicant: Applicant) -> None:
    answer = applicant.post("/tra-cuu/hen-tra.ics", ticket=applicant.ticket())
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar; charset=utf-8")
    assert answer.headers["Cache-Control"] == "no-store"
    file = answer.text.replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE-TIME;TZID=Asia/Ho_Chi_Minh:20261119T090000\r\n" in file
    assert f"SUMMARY:Nhận kết quả hồ sơ {CODE}\r\n" in file
    for personal in (NAME, ID, ID[-6:], "hôn nhân"):
        assert personal not in file


def test_a_date_that_has_passed_is_not_offered(applicant: Applicant, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = applicant.ticket()
    with database.transaction() as session:
        session.execute(update(Dossier).values(current_due_at=NOW))
    assert "hen-tra.ics" not in applicant.looks().text
    assert applicant.post("/tra-cuu/hen-tra.ics", ticket=ticket).status_code == 409


def test_where_it_is_worked_on_is_told(applicant: Applicant) -> None:
    assert "Đang giải quyết tại" not in applicant.looks().text
    with database.transaction() as session:
        session.execute(update(Dossier).values(state="processing", step_agency_id=applicant.office.other))
    assert "Đang giải quyết tại" in applicant.looks().text
    assert "Xã Cam Lộ" in applicant.looks().text


def test_a_dossier_is_rated_once_its_result_is_returned_and_once_only(applicant: Applicant) -> None:
    before = applicant.ticket()
    assert applicant.rates(before, "satisfied").status_code == 409, "nothing has been returned"
    give_back(applicant.office)
    ticket = applicant.ticket()
    empty = applicant.rates(ticket, "")
    assert (empty.status_code, kept()) == (422, [])
    assert "Hãy chọn một mức rồi gửi." in html.unescape(empty.text)
    done = applicant.rates(ticket, "dissatisfied")
    assert done.status_code == 200
    assert "Đã ghi nhận đánh giá." in html.unescape(done.text)
    assert "/tra-cuu/danh-gia" not in done.text
    again = applicant.rates(ticket, "very_satisfied")
    assert again.status_code == 409
    assert "mỗi hồ sơ đánh giá một lần" in html.unescape(again.text)
    assert kept() == [(Rating.DISSATISFIED, "lookup")]


def test_history_says_that_it_was_rated_and_not_how(applicant: Applicant) -> None:
    give_back(applicant.office)
    applicant.rates(applicant.ticket(), "dissatisfied")
    with database.reading() as session:
        event = session.execute(select(DossierEvent).where(DossierEvent.kind == EventKind.RATED)).scalar_one()
        assert (event.actor_id, event.facts, event.reason) == (None, {}, "")


def test_the_desk_may_ask_when_it_gives_the_result_out(applicant: Applicant) -> None:
    give_back(applicant.office, Rating.VERY_SATISFIED)
    assert kept() == [(Rating.VERY_SATISFIED, "desk")]
    assert "/tra-cuu/danh-gia" not in applicant.looks().text


@ONE_ENGINE
def test_a_ticket_that_has_run_out_asks_to_look_up_again(
    applicant: Applicant, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_back(applicant.office)
    ticket = applicant.ticket()
    monkeypatch.setattr(clock, "now", lambda: NOW + LIFE)
    for answer in (applicant.rates(ticket, "satisfied"), applicant.post("/tra-cuu/hen-tra.ics", ticket="x")):
        assert answer.status_code == 422
        assert "Hãy tra cứu lại" in html.unescape(answer.text)
        assert CODE not in answer.text
    assert kept() == []


def test_ratings_are_counted_for_the_agency_that_resolved(applicant: Applicant) -> None:
    give_back(applicant.office)
    applicant.rates(applicant.ticket(), "satisfied")
    office, day = applicant.office, NOW.date()
    with database.reading() as session:
        own = ratings.counted(session, office.head.scope, "", day, day)
        assert [(one.rating, one.number) for one in own] == [
            (Rating.VERY_SATISFIED, 0), (Rating.SATISFIED, 1), (Rating.DISSATISFIED, 0)
        ]  # fmt: skip
        for elsewhere in (
            ratings.counted(session, office.stranger.scope, "", day, day),
            ratings.counted(session, office.controller.scope, "H50.19001", day, day),
        ):
            assert sum(one.number for one in elsewhere) == 0
    with database.transaction() as session:
        token = sign_in(session, office.head.user_id, NOW)
    client = applicant.app.test_client()
    client.set_cookie(SESSION_COOKIE, token, secure=True)
    page = html.unescape(client.get("/tong-hop?from=01/11/2026&to=30/11/2026", base_url=HTTPS).text)
    assert "Số hồ sơ được đánh giá" in page


def test_a_number_of_ratings_leads_to_exactly_its_dossiers_and_names_nobody(applicant: Applicant) -> None:
    give_back(applicant.office)
    applicant.rates(applicant.ticket(), "satisfied")
    office = applicant.office
    period = "from=2026-11-01&to=2026-11-30"
    with database.transaction() as session:
        cookies = {
            name: sign_in(session, person.user_id, NOW)
            for name, person in (("head", office.head), ("stranger", office.stranger))
        }

    def shown(name: str, address: str) -> str:
        client = applicant.app.test_client()
        client.set_cookie(SESSION_COOKIE, cookies[name], secure=True)
        return html.unescape(client.get(address, base_url=HTTPS).text)

    summary = shown("head", f"/tong-hop?{period}")
    leads = set(re.findall(r'href="(/tong-hop/danh-gia\?[^"]*)"', summary))
    assert leads == {f"/tong-hop/danh-gia?{period}", f"/tong-hop/danh-gia?{period}&rating=satisfied"}
    for address in leads:
        listed = shown("head", address)
        assert CODE in listed
        assert "1 hồ sơ" in listed
        assert '<td class="cell-text" data-label="Chủ hồ sơ' not in listed
        assert CODE not in shown("stranger", address)
    assert CODE not in shown("head", f"/tong-hop/danh-gia?{period}&rating=dissatisfied")
    assert CODE not in shown("head", "/tong-hop/danh-gia?from=2026-10-01&to=2026-10-31")


@ONE_ENGINE
def test_the_page_stays_light(applicant: Applicant) -> None:
    give_back(applicant.office)
    answer = applicant.looks()
    files = set(re.findall(r'(?:href|src)="/static/([^?"#]+)', answer.text))
    assert len(answer.data) + sum((STATIC / name).stat().st_size for name in files) <= 32_000
