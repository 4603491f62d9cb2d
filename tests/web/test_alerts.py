"""The list behind the bell."""

import datetime as dt
import re
import secrets
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from tests.support.alarms import OVERDUE, RECEIVED, VERY_OVERDUE, Desk
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tests.support.screens import Page
from tests.support.signedin import sign_in
from tthc_tracker import clock
from tthc_tracker.channels.mailtext import Around, write_letter
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.permissions import EVERYTHING, Scope
from tthc_tracker.extensions import database
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.queries import alertlist, alertmail
from tthc_tracker.queries import alerts as alert_queries
from tthc_tracker.queries.alertlist import AlertLine, Question, Tab
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


def said(note: str = "Mai trả", by: str = "26/11/2026", **more: str) -> dict[str, str]:
    """A form of an answer, with its key."""
    return {"note": note, "by": by, "submission_key": secrets.token_hex(16)} | more


def test_acknowledging_with_a_note_and_a_day_silences_the_bell_and_is_found_again(
    office: Office, as_user: Callable[[int], FlaskClient]
) -> None:
    head = as_user(office.head.user_id)
    first = mine(office.head.user_id)[0]
    form = said(back="/canh-bao?rule=overdue")
    for _ in ("sent", "sent again"):
        answer = head.post(f"/canh-bao/{first}/ghi-nhan", data=form)
        assert (answer.status_code, answer.location) == (302, "/canh-bao?rule=overdue")
    assert bell(office.head.user_id) == 1
    page = head.get("/canh-bao?tab=answered").text
    assert "Mai trả" in page
    assert "Hẹn xong 26/11/2026" in page
    with database.reading() as session:
        done = select(AuditEntry.action).where(AuditEntry.action == "alert_acknowledged")
        assert len(session.execute(done).all()) == 1
    assert head.post(f"/canh-bao/{first}/ghi-nhan", data=form | {"note": "khác"}).status_code == 422


def test_a_look_changes_nothing(office: Office, as_user: Callable[[int], FlaskClient]) -> None:
    head, first = as_user(office.head.user_id), mine(office.head.user_id)[0]
    page = head.get(f"/canh-bao/{first}")
    assert page.status_code == 200
    assert "Quá hạn 6 ngày" in page.text
    for verb in ("ghi-nhan", "hoan", "chuyen", "cho-dong-bo"):
        assert head.get(f"/canh-bao/{first}/{verb}").status_code == 405
    assert bell(office.head.user_id) == 2


def test_its_page_says_who_was_told_when_and_who_has_not_answered(
    office: Office, as_user: Callable[[int], FlaskClient]
) -> None:
    first = mine(office.head.user_id)[0]
    as_user(office.head.user_id).post(f"/canh-bao/{first}/ghi-nhan", data=said("Đang đo đạc lại"))
    with database.transaction() as session:
        rest = {office.controller.user_id}
        alerts.readdress(session, {first: frozenset(rest)}, VERY_OVERDUE + dt.timedelta(hours=1))
    page = Page.of(as_user(office.controller.user_id).get(f"/canh-bao/{first}"))
    page.check()
    said_of = page.words.partition("Ai được báo, khi nào")[2]
    assert re.search(r"Phạm Thị Trưởng .*Đã trả lời 17:00 25/11/2026, hẹn xong 26/11/2026", said_of)
    assert "Đang đo đạc lại" in said_of
    assert re.search(r"Đỗ Thị Kiểm Soát .*18:00 25/11/2026 .*Đang chờ trả lời", said_of)
    was = r"Trần Văn Thụ Lý .*17:00 25/11/2026 đến 18:00 25/11/2026 .*Không trả lời; không còn là người nhận"
    assert re.search(was, said_of)


def test_an_alert_is_put_off_and_handed_on_from_its_page(
    office: Office, as_user: Callable[[int], FlaskClient]
) -> None:
    head, (first, second) = as_user(office.head.user_id), mine(office.head.user_id)
    key = {"submission_key": secrets.token_hex(16)}
    past = {"hoan-until": "25/11/2026", "hoan-reason": "chờ họp"} | key
    refused = head.post(f"/canh-bao/{first}/hoan", data=past)
    assert (refused.status_code, "từ ngày mai" in refused.text) == (422, True)
    assert 'value="chờ họp"' in refused.text
    assert head.post(f"/canh-bao/{first}/hoan", data=past | {"hoan-until": "27/11/2026"}).status_code == 302
    again = head.post(f"/canh-bao/{first}/hoan",
                      data=past | {"hoan-until": "28/11/2026", "submission_key": "a" * 32})  # fmt: skip
    assert (again.status_code, "đã được hoãn một lần" in again.text) == (409, True)
    assert "Hoãn đến 27/11/2026" in head.get("/canh-bao?tab=asleep").text
    officer = office.officer.user_id
    given = head.post(f"/canh-bao/{second}/chuyen", data={"chuyen-to": str(officer), **key,
                                                          "submission_key": "b" * 32})  # fmt: skip
    assert given.status_code == 302
    assert bell(office.head.user_id) == 0
    assert "đã chuyển Trần Văn Thụ Lý" in as_user(officer).get("/canh-bao").text


def test_several_are_answered_at_once_and_each_is_told(
    office: Office, as_user: Callable[[int], FlaskClient]
) -> None:
    head, ids = as_user(office.head.user_id), mine(office.head.user_id)
    ticked = {"chon": [f"{one}|1" for one in (*ids, 999)]}
    refused = head.post("/canh-bao?tab=mine", data=said(by="31/02/2027") | ticked)
    assert (refused.status_code, bell(office.head.user_id)) == (422, 2)
    done = head.post("/canh-bao?tab=mine", data=said() | ticked)
    assert done.status_code == 200
    assert "Đã ghi nhận 2 cảnh báo, chưa ghi nhận 1 cảnh báo" in done.text
    assert bell(office.head.user_id) == 0


def test_a_supervisor_sees_who_has_not_answered_and_an_officer_does_not(
    office: Office, as_user: Callable[[int], FlaskClient]
) -> None:
    with database.transaction() as session:
        session.execute(update(Alert).values(rung=1))
    page = as_user(office.controller.user_id).get("/canh-bao?tab=unanswered").text
    assert "Ai chưa trả lời" in page
    assert "Phạm Thị Trưởng" in page
    assert f"person={office.head.user_id}" in page
    narrowed = as_user(office.controller.user_id).get(
        f"/canh-bao?tab=unanswered&person={office.stranger.user_id}"
    )
    assert "đều có người ghi nhận" in narrowed.text
    assert "H50.19000" not in as_user(office.officer.user_id).get("/canh-bao?tab=unanswered").text
    first = mine(office.head.user_id)[0]
    assert as_user(office.controller.user_id).get(f"/canh-bao/{first}").status_code == 200
    assert as_user(office.stranger.user_id).get(f"/canh-bao/{first}").status_code == 404


def test_new_is_what_came_since_a_working_day_and_nothing_taken_over(office: Office) -> None:
    def found(now: dt.datetime) -> list[str | None]:
        question = Question(Tab.NEW, office.head.user_id, EVERYTHING, supervises=True)
        with database.reading() as session:
            return [row.dossier_code for row in alertlist.page(session, question, now).rows]

    assert len(found(VERY_OVERDUE)) == 2
    assert found(VERY_OVERDUE + dt.timedelta(days=2)) == []
    with database.transaction() as session:
        session.execute(update(Alert).values(from_before=True))
    assert found(VERY_OVERDUE) == []


@pytest.mark.parametrize(
    ("tab", "index"),
    [
        pytest.param(Tab.MINE, "ix_alert_recipient_user_id", id="what is mine"),
        pytest.param(Tab.CLIMBED, "ix_alert_recipient_user_id", id="what has climbed"),
        pytest.param(Tab.UNANSWERED, "ix_alert_unanswered", id="what nobody answers"),
        pytest.param(Tab.ANSWERED, "ix_alert_answered_by", id="what I have promised"),
    ],
)
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_each_tab_is_read_by_its_index(office: Office, tab: Tab, index: str) -> None:
    scope = Scope(all=False, agency_ids=frozenset({office.ward}))
    question, asked = Question(tab, office.head.user_id, scope, supervises=True), list[tuple[str, object]]()

    def hear(_c: object, _cursor: object, statement: str, given: object, _x: object, _many: bool) -> None:
        asked.append((statement, given))

    with database.reading() as session:
        event.listen(database.engine, "before_cursor_execute", hear)
        alertlist.page(session, question, VERY_OVERDUE)
        event.remove(database.engine, "before_cursor_execute", hear)
        plan = session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + asked[0][0], asked[0][1]).all()
    assert any(index in row.detail for row in plan), plan


@pytest.mark.parametrize("back", ["https://elsewhere.test/", "//elsewhere.test", "/\\elsewhere.test"])
def test_the_way_back_stays_here(office: Office, as_user: Callable[[int], FlaskClient], back: str) -> None:
    first = mine(office.head.user_id)[0]
    answer = as_user(office.head.user_id).post(f"/canh-bao/{first}/ghi-nhan", data=said(back=back))
    assert answer.location == "/canh-bao"


def test_an_acknowledgement_without_a_note_is_refused_beside_its_field(
    office: Office, as_user: Callable[[int], FlaskClient]
) -> None:
    first = mine(office.head.user_id)[0]
    answer = as_user(office.head.user_id).post(f"/canh-bao/{first}/ghi-nhan", data=said(note=" "))
    assert answer.status_code == 422
    assert 'id="note-error"' in answer.text
    assert 'value="26/11/2026"' in answer.text
    past = as_user(office.head.user_id).post(f"/canh-bao/{first}/ghi-nhan", data=said(by="24/11/2026"))
    assert (past.status_code, "Ngày này đã qua." in past.text) == (422, True)
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
    "query",
    [
        "?tab=x&rule=y&after=zz&person=z",
        "?after=W10",
        "?after=WzEsIngiLDFd",
        "?rule=backlog&sort=newest&after=W10",
    ],
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
    seen, after = list[AlertLine](), ""
    question = Question(Tab.MINE, office.controller.user_id, EVERYTHING, supervises=True)
    while True:
        with database.reading() as session:
            page = alertlist.page(session, question, VERY_OVERDUE, after=after, size=7)
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
