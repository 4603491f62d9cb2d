"""The list behind the bell."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.support.alarms import OVERDUE, RECEIVED, VERY_OVERDUE, Desk
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tests.support.signedin import sign_in
from tthc_tracker import clock
from tthc_tracker.channels.mailtext import Around, write_letter
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.extensions import database
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.queries import alertmail
from tthc_tracker.queries import alerts as alert_queries
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alerts
from tthc_tracker.wording import alerts as words

COOKIE = "__Host-tthc-session"


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(clock, "now", lambda: VERY_OVERDUE)
    with database.transaction() as session:
        office = open_office(session)
        desk = Desk(session, office)
        desk.running(code="H50.19000-261109-9001")
        desk.running(overdue_from=OVERDUE - dt.timedelta(days=1))
        alerts.raise_due(session, Directory(session), now=VERY_OVERDUE)
    return office


@pytest.fixture
def as_user(app: Flask) -> Callable[[int], FlaskClient]:
    def enter(user_id: int) -> FlaskClient:
        with database.transaction() as session:
            token = sign_in(session, user_id, VERY_OVERDUE)
        client = app.test_client()
        client.environ_base["wsgi.url_scheme"] = "https"
        client.set_cookie(COOKIE, token, secure=True)
        return client

    return enter


def mine(user_id: int) -> list[int]:
    with database.reading() as session:
        statement = select(AlertRecipient.alert_id).where(AlertRecipient.user_id == user_id)
        return list(session.execute(statement.order_by(AlertRecipient.alert_id)).scalars())


def bell(user_id: int) -> int:
    with database.reading() as session:
        return alert_queries.open_count(session, user_id)


def test_a_head_sees_his_alerts_and_their_number_on_the_bell(
    office: Office, as_user: Callable[[int], FlaskClient]
) -> None:
    page = as_user(office.head.user_id).get("/canh-bao").text
    assert "Cảnh báo đang mở: 2" in page
    assert page.count("Quá hạn 6 ngày") == 2
    assert "Nguyễn V. A." in page
    assert "Nguyễn Văn An" not in page


def test_a_late_reception_is_late_by_the_unit_of_its_clock_on_the_page_and_in_the_mail(
    as_user: Callable[[int], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = at("Tue 2026-11-10 15:30")
    monkeypatch.setattr(clock, "now", lambda: seen)
    with database.transaction() as session:
        office = open_office(session)
        clerk = office.clerk.user_id
        Desk(session, office).waiting(
            id=7, code="H50.19000-261109-7", recorded_at=RECEIVED
        )  # to be answered by 09:00 of that day
        alerts.raise_due(session, Directory(session), now=seen)
    said = "Chậm tiếp nhận, quá 4 giờ 30 phút làm việc"
    assert said in as_user(clerk).get("/canh-bao").text
    with database.reading() as session:
        context = {"since": RECEIVED.isoformat()}
        mail = alertmail.content(session, "digest", clerk, context, created_at=seen, now=seen)
    assert mail is not None
    assert said.upper() in write_letter(mail, Around("https://tthc.test")).text


def test_nobody_sees_anothers_alerts(office: Office, as_user: Callable[[int], FlaskClient]) -> None:
    page = as_user(office.stranger.user_id).get("/canh-bao").text
    assert "Không có cảnh báo nào chờ bạn." in page


def test_acknowledging_with_a_note_silences_the_bell_and_is_found_again(
    office: Office, as_user: Callable[[int], FlaskClient]
) -> None:
    head = as_user(office.head.user_id)
    first = mine(office.head.user_id)[0]
    answer = head.post(
        f"/canh-bao/{first}/ghi-nhan", data={"note": "Mai trả", "back": "/canh-bao?rule=overdue"}
    )
    assert (answer.status_code, answer.location) == (302, "/canh-bao?rule=overdue")
    assert bell(office.head.user_id) == 1
    assert "Mai trả" in head.get("/canh-bao?state=acknowledged").text


@pytest.mark.parametrize("back", ["https://elsewhere.test/", "//elsewhere.test", "/\\elsewhere.test"])
def test_the_way_back_stays_here(office: Office, as_user: Callable[[int], FlaskClient], back: str) -> None:
    first = mine(office.head.user_id)[0]
    answer = as_user(office.head.user_id).post(
        f"/canh-bao/{first}/ghi-nhan", data={"note": "x", "back": back}
    )
    assert answer.location == "/canh-bao"


def test_an_acknowledgement_without_a_note_is_refused_beside_its_field(
    office: Office, as_user: Callable[[int], FlaskClient]
) -> None:
    first = mine(office.head.user_id)[0]
    answer = as_user(office.head.user_id).post(f"/canh-bao/{first}/ghi-nhan", data={"note": " "})
    assert answer.status_code == 422
    assert f'id="note-{first}-error"' in answer.text
    assert bell(office.head.user_id) == 2


def test_anothers_alert_is_not_there(office: Office, as_user: Callable[[int], FlaskClient]) -> None:
    first = mine(office.head.user_id)[0]
    answer = as_user(office.stranger.user_id).post(f"/canh-bao/{first}/ghi-nhan", data={"note": "x"})
    assert answer.status_code == 404


def test_an_auditor_reads_and_acknowledges_nothing(
    office: Office, as_user: Callable[[int], FlaskClient]
) -> None:
    client = as_user(office.auditor.user_id)
    assert client.get("/canh-bao").status_code == 200
    assert client.post("/canh-bao/1/ghi-nhan", data={"note": "x"}).status_code == 403


@pytest.mark.parametrize(
    "query", ["?state=x&rule=y&after=zz", "?after=W10", "?after=WzEsIngiLDFd", "?rule=backlog"]
)
def test_an_address_of_ones_own_making_shows_a_list(
    office: Office, as_user: Callable[[int], FlaskClient], query: str
) -> None:
    assert as_user(office.head.user_id).get(f"/canh-bao{query}").status_code == 200


def test_pages_walk_every_alert_once_worst_first(office: Office) -> None:
    with database.transaction() as session:
        desk = Desk(session, office)
        desk._serial = 100
        for number in range(23):
            desk.running(
                officer_id=office.controller.user_id,
                current_due_at=OVERDUE - dt.timedelta(minutes=number % 5),
            )
        alerts.raise_due(session, Directory(session), now=VERY_OVERDUE)
    seen, after = list[alert_queries.Row](), ""
    while True:
        with database.reading() as session:
            page = alert_queries.page(session, office.controller.user_id, VERY_OVERDUE, after=after, size=7)
        seen += page.rows
        after = page.after
        if not after:
            break
    keys = [(row.rank, row.since, row.id) for row in seen]
    assert keys == sorted(keys)
    assert len({row.id for row in seen}) == len(seen) == bell(office.controller.user_id) == 23 * 2 + 2
    with database.reading() as session:
        ranks = dict(session.execute(select(Alert.id, Alert.severity)).all())
    assert [ranks[row.id].value for row in seen[:25]] == ["critical"] * 25


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("rule", Rule)
def test_every_rule_is_shown_behind_the_bell_on_its_dossier_and_in_the_mail(
    office: Office, as_user: Callable[[int], FlaskClient], rule: Rule
) -> None:
    with database.transaction() as session:
        session.execute(update(Alert).values(rule=rule, version=Alert.id + 100))
    head = as_user(office.head.user_id)
    listed, dossier = head.get("/canh-bao"), head.get("/ho-so/H50.19000-261109-0002")
    assert (listed.status_code, dossier.status_code) == (200, 200)
    assert listed.text.count(words.RULES[rule]) > 1
    assert words.RULES[rule] in dossier.text
    with database.reading() as session:
        mail = alertmail.content(
            session, "digest", office.head.user_id, {"since": RECEIVED.isoformat()},
            created_at=VERY_OVERDUE, now=VERY_OVERDUE,
        )  # fmt: skip
    assert mail is not None
    assert words.RULES[rule].lower() in write_letter(mail, Around("https://localhost")).text.lower()
