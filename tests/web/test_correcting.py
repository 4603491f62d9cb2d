"""A reception corrected at work through the screens: both versions read, the receipt printed again."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tests.support import screens
from tests.support.desk import Office, add_second_case, new_key, open_office
from tests.support.register import NOW
from tests.support.screens import Page, Screen, before
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.printing import PrintedContent, PrintedSlip
from tthc_tracker.services.acting import Target
from tthc_tracker.services.processing import AssignDossier, assign
from tthc_tracker.services.reception import ReceiveDossier, receive


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with screens.house("sqlite", tmp_path_factory.mktemp("correcting")) as house:
        yield house


@pytest.fixture(scope="module")
def office(app: Flask) -> Office:
    with database.transaction() as session:
        made = open_office(session)
        add_second_case(session, made)
    return made


@pytest.fixture
def code(office: Office) -> str:
    """A dossier received under the common case, at the officer's."""
    facts = ReceptionFacts("1.004873", Party("Nguyễn Văn An", id_number="044093001234"))
    with database.transaction() as session:
        command = ReceiveDossier(new_key(), office.ward, facts, NOW)
        code = receive(session, command, actor=office.clerk, now=NOW).code
        given = AssignDossier(Target(code, None), office.land_unit, office.officer.user_id)
        assign(session, given, person=office.clerk, now=NOW)
    return code


@pytest.fixture(scope="module")
def head(app: Flask, office: Office) -> Screen:
    return before(app, office.head)


def path(code: str) -> str:
    return f"/ho-so/{code}/sua-khi-dang-giai-quyet"


def typed(head: Screen, code: str, **more: str) -> dict[str, Any]:
    """The form as the page fills it, with what is changed."""
    kept = Page.of(head.get(path(code))).forms[path(code)]
    chosen = {
        "channel": "counter", "reason": "chọn nhầm trường hợp",
    }  # fmt: skip
    return kept | chosen | more


def _slips(session: Session, code: str) -> Select[PrintedSlip]:
    dossier_id = session.execute(select(Dossier.id).where(Dossier.code == code)).scalar_one()
    return select(PrintedSlip).where(PrintedSlip.subject == f"dossier:{dossier_id}").order_by(PrintedSlip.id)


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_both_versions_are_read_on_the_page_of_the_dossier(
    app: Flask, head: Screen, office: Office, code: str
) -> None:
    assert "Nơi giải quyết không đổi ở đây" in words(head.get(path(code)).text)
    sent = head.post(path(code), typed(head, code, case_code="xac-minh", full_name="Nguyễn Văn Ân"))
    assert (sent.status_code, sent.location) == (303, f"/ho-so/{code}")
    page = words(head.get(f"/ho-so/{code}").text)
    panel = page[page.index("Trước và sau khi sửa") :]
    for line in (
        "Phạm Thị Trưởng",
        "Lý do: chọn nhầm trường hợp",
        "Nguyễn Văn An Nguyễn Văn Ân",
        "Phải xác minh",
    ):
        assert line in panel, line
    assert "14:00 27/11/2026 14:00 04/12/2026" in panel  # the 24th is off
    assert "Ngày hẹn trả chuyển từ 14:00 27/11/2026" in page


def test_who_may_not_see_personal_data_sees_none_of_it_in_the_versions(
    app: Flask, head: Screen, office: Office, code: str
) -> None:
    head.post(path(code), typed(head, code, id_number="044093009999", full_name="Nguyễn Văn Ân"))
    page = words(head.get(f"/ho-so/{code}").text)
    assert "Nguyễn Văn Ân" in page
    assert "044093009999" not in page
    assert "044…9999" in page


def test_the_receipt_says_that_it_is_a_reprint_and_the_first_stays_as_it_was_printed(
    app: Flask, head: Screen, office: Office, code: str
) -> None:
    clerk = before(app, office.clerk)
    assert clerk.get(f"/ho-so/{code}/giay-tiep-nhan.pdf").data.startswith(b"%PDF-")
    with database.reading() as session:
        first = session.execute(_slips(session, code)).scalar_one()
        kept = session.get_one(PrintedContent, first.content_id)
        before_it = (first.sha256, kept.salt, kept.body)
    assert head.post(path(code), typed(head, code, case_code="xac-minh")).status_code == 303
    assert "Ngày hẹn trả đã đổi." in clerk.get(f"/ho-so/{code}").text
    assert clerk.get(f"/ho-so/{code}/giay-tiep-nhan.pdf").data.startswith(b"%PDF-")
    assert "Ngày hẹn trả đã đổi." not in clerk.get(f"/ho-so/{code}").text
    with database.reading() as session:
        old, new = session.execute(_slips(session, code)).scalars()
        kept = session.get_one(PrintedContent, old.content_id)
        assert (old.sha256, kept.salt, kept.body) == before_it
        assert ((old.copy, new.copy), old.content_id == new.content_id) == ((1, 2), False)
    assert "Bản in lại lần 1" in clerk.get(f"/ho-so/{code}/ban-in").text


def test_a_second_head_gets_both_values_and_loses_none(
    app: Flask, head: Screen, office: Office, code: str
) -> None:
    late = typed(head, code, sets="3", reason="thiếu bộ")
    assert head.post(path(code), typed(head, code, full_name="Nguyễn Văn Ân")).status_code == 303
    shown = head.post(path(code), late)
    assert shown.status_code == 409
    assert "Bạn nhập: 3 Đang lưu: 1" in words(shown.text)
    version = re.search(r'name="version" value="(\d+)"', shown.text)
    assert version is not None
    answers = {"differs": ["full_name", "sets"], "keep-full_name": "stored", "keep-sets": "typed"}
    assert head.post(path(code), late | answers | {"version": version[1]}).status_code == 303
    page = words(head.get(f"/ho-so/{code}").text)
    assert "Nguyễn Văn Ân" in page


def test_another_resolving_agency_is_refused_with_what_to_do(head: Screen, office: Office, code: str) -> None:
    refused = head.post(
        path(code),
        typed(head, code, resolving_agency="H50.19001", resolving_agency_text="Xã Cam Lộ", sets="7"),
    )
    assert refused.status_code == 422
    assert "hãy huỷ nhập nhầm rồi tiếp nhận lại" in words(refused.text)
    kept = Page.of(refused).forms[path(code)]
    assert (kept["sets"], kept["resolving_agency_text"]) == ("7", "Xã Cam Lộ")


def test_the_desk_is_told_who_corrects_once_work_has_begun(app: Flask, office: Office, code: str) -> None:
    clerk = before(app, office.clerk)
    sent = clerk.get(f"/ho-so/{code}/sua-tiep-nhan")
    assert (sent.status_code, sent.location) == (302, f"/ho-so/{code}")
    assert "hãy nhờ họ" in clerk.get(f"/ho-so/{code}").text
    assert clerk.get(path(code)).status_code == 403


def test_who_leads_without_a_desk_is_helped_by_the_same_lists(
    head: Screen, office: Office, code: str
) -> None:
    assert "1.004873" in head.get("/tiep-nhan/thu-tuc?q=hon+nhan").text
    asked = f"/tiep-nhan/ngay-hen?code={code}&procedure=1.004873&channel=counter&case_code=xac-minh"
    assert "04/12/2026" in head.get(asked).text
    assert "hx-post" not in head.get(path(code)).text.partition("canh-bao-trung")[2][:200]


def test_to_open_the_form_is_to_see_numbers_and_is_noted_as_such(
    app: Flask, head: Screen, office: Office, code: str
) -> None:
    assert "044093001234" not in head.get(f"/ho-so/{code}").text
    assert "044093001234" in head.get(path(code)).text
    asked = select(AuditEntry).where(AuditEntry.action == "personal_shown", AuditEntry.object_id == code)
    with database.reading() as session:
        (entry,) = session.execute(asked).scalars()
    assert (entry.actor_id, entry.facts["ground"]) == (office.head.user_id, "work")
    assert entry.facts["reason"] == "Mở biểu mẫu sửa tiếp nhận"
