"""The screens of the online queue: what they show, what they refuse, what they keep."""

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.support.desk import Office, hire, new_key, open_office
from tests.support.moments import at
from tests.support.screens import HOST, counted
from tests.support.signedin import sign_in
from tests.support.visitor import SESSION_COOKIE
from tthc_tracker.domain.lifecycle import Channel, SourceKind, State
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.models.account import Membership
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alerts, registration
from tthc_tracker.services.registration import RegisterDossier

NOW = at("Tue 2026-11-17 09:30")
LATE = at("Mon 2026-11-16 09:00")
IN_TIME = at("Mon 2026-11-16 16:00")
QUEUE = "/tiep-nhan/truc-tuyen"


@pytest.fixture
def office(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    stopped = tmp_path / "clock"
    stopped.write_text(NOW.isoformat())
    monkeypatch.setattr("tthc_tracker.clock._TEST_CLOCK", str(stopped))
    with database.transaction() as session:
        return open_office(session)


@pytest.fixture
def clerk(app: Flask, office: Office) -> FlaskClient:
    return at_the_desk(app, office.clerk.user_id)


def at_the_desk(app: Flask, user_id: int) -> FlaskClient:
    with database.transaction() as session:
        token = sign_in(session, user_id, NOW)
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.set_cookie(SESSION_COOKIE, token, secure=True)
    return client


def register(office: Office, moment: dt.datetime = LATE, name: str = "Nguyễn Văn An") -> str:
    facts = ReceptionFacts(
        "1.004873", Party(name, id_number="044093001234"), channel=Channel.ONLINE, arrived_at=moment
    )
    with database.transaction() as session:
        command = RegisterDossier(new_key(), office.ward, facts)
        return registration.register(session, command, person=office.clerk, now=moment).code


def stored(code: str) -> Dossier:
    with database.reading() as session:
        return session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()


def mirror(url: str = "") -> None:
    with database.transaction() as session:
        portal = session.execute(select(Source).where(Source.kind == SourceKind.MIRROR).limit(1)).scalar_one()
        portal.url = url
        session.execute(update(Dossier).values(source_id=portal.id, source_as_of=LATE))


def test_the_queue_says_late_in_words_and_hides_the_name(clerk: FlaskClient, office: Office) -> None:
    late, in_time = register(office), register(office, IN_TIME)
    text = clerk.get(QUEUE, base_url=HOST).text
    assert text.index(late) < text.index(in_time)
    assert "Chậm tiếp nhận" in text
    assert "quá 0 ngày" not in text
    assert "quá 30 phút làm việc" in text
    assert "1 trễ" in text
    assert "Nguyễn Văn An" not in text
    assert "Nguyễn V. A." in text


def test_every_page_tells_how_late_a_reception_is_by_the_same_clock(app: Flask, office: Office) -> None:
    code = register(office)
    with database.transaction() as session:
        alerts.raise_due(session, Directory(session), now=NOW)
    clerk, head = at_the_desk(app, office.clerk.user_id), at_the_desk(app, office.head.user_id)
    for client, path in ((clerk, QUEUE), (head, "/giam-sat/cham-tiep-nhan"), (clerk, f"/ho-so/{code}")):
        assert "quá 30 phút làm việc" in client.get(path, base_url=HOST).text.lower(), path


@pytest.mark.parametrize(
    ("part", "shown"), [("late", True), ("soon", False), ("applicant", False), ("?", True), ("", True)]
)
def test_a_part_shows_its_own(clerk: FlaskClient, office: Office, part: str, shown: bool) -> None:
    code = register(office)
    assert (code in clerk.get(f"{QUEUE}?xem={part}", base_url=HOST).text) is shown


def test_filters_travel_in_the_address(clerk: FlaskClient, office: Office) -> None:
    code = register(office)
    assert code in clerk.get(f"{QUEUE}?channel=online&source=desk&procedure=1.004873", base_url=HOST).text
    for narrower in ("channel=post", "source=national-portal", "procedure=9.999999"):
        assert code not in clerk.get(f"{QUEUE}?{narrower}", base_url=HOST).text


def test_the_page_costs_no_more_for_more_rows(clerk: FlaskClient, office: Office) -> None:
    def cost() -> int:
        clerk.get(QUEUE, base_url=HOST)
        with counted() as statements:
            clerk.get(QUEUE, base_url=HOST)
        return len(statements)

    register(office)
    one = cost()
    for _ in range(6):
        register(office)
    assert cost() == one


def test_a_registration_through_the_screen_stands_in_the_queue(clerk: FlaskClient, office: Office) -> None:
    fields = {
        "submission_key": new_key(), "full_name": "Trần Thị Bưu Chính", "id_number": "045090001234",
        "procedure": "1.004873", "channel": "post", "arrived_at": "2026-11-16T16:00",
    }  # fmt: skip
    answer = clerk.post("/tiep-nhan/cho-tiep-nhan", data=fields, base_url=HOST)
    assert answer.status_code == 303
    code = answer.location.rpartition("/")[2]
    assert (stored(code).state, stored(code).arrived_at) == (State.REGISTERED, IN_TIME)
    assert code in clerk.get(QUEUE, base_url=HOST).text
    again = clerk.post("/tiep-nhan/cho-tiep-nhan", data=fields, base_url=HOST)
    assert again.location.endswith(code)


def test_a_refused_registration_keeps_what_was_typed(clerk: FlaskClient, office: Office) -> None:
    fields = {
        "submission_key": new_key(), "full_name": "Trần Thị Giữ Lại", "id_number": "045090001234",
        "procedure": "1.004873", "channel": "online", "arrived_at": "18/11/2026 16:00",
    }  # fmt: skip
    answer = clerk.post("/tiep-nhan/cho-tiep-nhan", data=fields, base_url=HOST)
    assert answer.status_code == 422
    assert "Trần Thị Giữ Lại" in answer.text
    assert "18/11/2026 16:00" in answer.text


def test_the_promise_stands_there_before_it_is_made(clerk: FlaskClient, office: Office) -> None:
    text = clerk.get(f"/ho-so/{register(office)}/tra-loi", base_url=HOST).text
    assert "09:30 20/11/2026" in text
    assert "Cách tính ngày hẹn trả" in text


def test_an_answer_by_an_old_page_is_refused_in_words(clerk: FlaskClient, office: Office) -> None:
    code = register(office)
    for status in (303, 409):
        answer = clerk.post(f"/ho-so/{code}/tra-loi/tiep-nhan", data={"accept-version": "1"}, base_url=HOST)
        assert answer.status_code == status
    assert "Hồ sơ đã được cập nhật sau khi bạn mở trang" in answer.text


def test_a_request_without_its_reason_keeps_what_was_ticked_and_typed(
    clerk: FlaskClient, office: Office
) -> None:
    code = register(office)
    fields = {
        "ask_supplement-version": "1", "ask_supplement-papers": "0", "ask_supplement-reason": "",
        "ask_supplement-basis": "theo công bố", "ask_supplement-reply_by": "2026-12-01",
        "ask_supplement-content": "ghi rõ mục đích",
    }  # fmt: skip
    answer = clerk.post(f"/ho-so/{code}/tra-loi/bo-sung", data=fields, base_url=HOST)
    assert answer.status_code == 422
    assert "Hãy ghi lý do cần bổ sung." in answer.text
    for kept in ("theo công bố", "2026-12-01", "ghi rõ mục đích"):
        assert kept in answer.text
    fields["ask_supplement-reason"] = "thiếu giấy tờ"
    assert clerk.post(f"/ho-so/{code}/tra-loi/bo-sung", data=fields, base_url=HOST).status_code == 303
    slip = clerk.get(f"/ho-so/{code}/phieu-bo-sung.pdf", base_url=HOST)
    with database.reading() as session:
        noted = session.execute(select(AuditEntry).where(AuditEntry.action == "slip_printed")).scalar_one()
    assert (noted.object_id, noted.actor_id) == (code, office.clerk.user_id)
    assert slip.mimetype == "application/pdf"
    assert clerk.get(f"/ho-so/{code}/phieu-tu-choi.pdf", base_url=HOST).status_code == 404


def test_an_answered_dossier_is_shown_as_it_is(clerk: FlaskClient, office: Office) -> None:
    code = register(office)
    clerk.post(f"/ho-so/{code}/tra-loi/tiep-nhan", data={"accept-version": "1"}, base_url=HOST)
    assert clerk.get(f"/ho-so/{code}/tra-loi", base_url=HOST).location == f"/ho-so/{code}"


def test_a_mirrored_dossier_leads_to_its_own_source_and_takes_a_mark(
    clerk: FlaskClient, office: Office
) -> None:
    code = register(office)
    mirror("")
    assert "Chưa có địa chỉ" in clerk.get(f"/ho-so/{code}/tra-loi", base_url=HOST).text
    mirror("https://dichvucong.gov.vn")
    text = clerk.get(f"/ho-so/{code}/tra-loi", base_url=HOST).text
    assert 'href="https://dichvucong.gov.vn"' in text
    assert "tra-loi/tiep-nhan" not in text
    answer = clerk.post(
        f"/ho-so/{code}/tra-loi/da-tiep-nhan-o-nguon", data={"mark_at_source-version": "1"}, base_url=HOST
    )
    assert answer.status_code == 303
    assert "chờ đồng bộ" in clerk.get(QUEUE, base_url=HOST).text  # what was done is said once
    assert code not in clerk.get(QUEUE, base_url=HOST).text
    assert code in clerk.get(f"{QUEUE}?xem=marked", base_url=HOST).text
    assert "chờ đồng bộ" in clerk.get(f"/ho-so/{code}/tra-loi", base_url=HOST).text


def test_the_page_says_what_became_of_the_letter(clerk: FlaskClient, office: Office) -> None:
    code = register(office)
    with database.transaction() as session:
        session.execute(update(Person).values(email="an@nguoidan.test"))
    clerk.post(f"/ho-so/{code}/tra-loi/tiep-nhan", data={"accept-version": "1"}, base_url=HOST)
    assert "Đã tiếp nhận: chờ gửi, 09:30 17/11/2026" in clerk.get(f"/ho-so/{code}", base_url=HOST).text
    with database.transaction() as session:
        session.execute(update(OutboxMessage).values(status="dead"))
    assert "Đã tiếp nhận: không gửi được" in clerk.get(f"/ho-so/{code}", base_url=HOST).text


def test_a_clerk_of_a_superior_agency_sees_a_dossier_and_prints_none_of_its_slips(
    app: Flask, office: Office
) -> None:
    code = register(office)
    with database.transaction() as session:
        superior = hire(session, "Hồ Thị Cấp Trên", Role.CLERK, office.province)
    client = at_the_desk(app, superior.user_id)
    assert client.get(f"/ho-so/{code}", base_url=HOST).status_code == 200
    for paper in ("phieu-bo-sung.pdf", "phieu-tu-choi.pdf", "bien-nhan-tra-ket-qua.pdf"):
        assert client.get(f"/ho-so/{code}/{paper}", base_url=HOST).status_code == 403
    assert client.get(f"/ho-so/{code}/sua-tiep-nhan", base_url=HOST).status_code == 403


def test_a_right_to_names_at_one_commune_shows_none_of_another_commune(app: Flask, office: Office) -> None:
    code = register(office)
    with database.transaction() as session:
        both = hire(session, "Cao Văn Hai Vai", Role.ADMINISTRATOR, office.province)
        session.add(Membership(user_id=both.user_id, role=Role.CLERK, agency_id=office.other))
    client = at_the_desk(app, both.user_id)
    assert "044093001234" not in client.get(f"/ho-so/{code}/tra-loi", base_url=HOST).get_data(as_text=True)
    found = client.post("/tim-kiem", data={"q": "nguyen van an"}, base_url=HOST, follow_redirects=True).text
    assert code in found
    assert "Nguyễn Văn An" not in found
