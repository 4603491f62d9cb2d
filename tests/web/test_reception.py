"""The reception page through HTTP: what is typed is never lost, what is sent twice is received once."""

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, func, select

from tests.support.desk import PASSWORD, Office, Worker, open_office
from tthc_tracker import rendering
from tthc_tracker.domain.lifecycle import Channel, EventKind, State
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.procedure import ProcedureComponent
from tthc_tracker.queries.reception import facts_of, noted
from tthc_tracker.rendering import NotRenderedError

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

PROCEDURE = "1.004873"


@dataclass
class Visit:
    """A clerk before the page."""

    client: "FlaskClient"
    office: Office

    def get(self, path: str) -> "TestResponse":
        return self.client.get(path, base_url="https://localhost")

    def post(self, path: str, fields: dict[str, Any]) -> "TestResponse":
        return self.client.post(path, data=fields, base_url="https://localhost")

    def receive(self, **more: Any) -> "TestResponse":
        return self.post("/tiep-nhan", form(self, **more))


@pytest.fixture
def now(tmp_path: "Path", monkeypatch: pytest.MonkeyPatch) -> None:
    """Monday the 23rd of November 2026, 14:00."""
    path = tmp_path / "clock"
    path.write_text("2026-11-23T14:00:30+07:00")
    monkeypatch.setattr("tthc_tracker.clock._TEST_CLOCK", str(path))


@pytest.fixture
def desk(app: "Flask", now: None) -> Visit:
    with database.transaction() as session:
        office = open_office(session)
        version_id = office.procedure
        session.execute(delete(ProcedureComponent).where(ProcedureComponent.version_id == version_id))
        session.add(
            ProcedureComponent(version_id=version_id, position=1, name="Tờ khai theo mẫu", originals=1)
        )
    return visit(app, office, office.clerk)


def visit(app: "Flask", office: Office, worker: Worker) -> Visit:
    opened = Visit(app.test_client(), office)
    membership = worker.memberships[0]
    answer = opened.post(
        "/dang-nhap", {"username": f"{membership.role}{membership.agency_id}", "password": PASSWORD}
    )
    assert answer.status_code == 302, answer.text
    return opened


def key_of(answer: "TestResponse") -> str:
    found = re.search(r'name="submission_key" value="([0-9a-f]{32})"', answer.text)
    assert found, answer.text[:2000]
    return found[1]


def form(desk: Visit, **more: Any) -> dict[str, Any]:
    fields = {
        "submission_key": more.pop("key", "") or key_of(desk.get("/tiep-nhan")),
        "id_number": "045090001234", "full_name": "Nguyễn Văn An", "birth_on": "01/05/1990", "sex": "male",
        "phone": "0912 345 678", "address": "Thôn 1", "kind": "citizen", "owner_kind": "citizen",
        "procedure": PROCEDURE, "procedure_text": "Cấp Giấy xác nhận", "channel": "counter",
        "papers-0-name": "Tờ khai theo mẫu", "papers-0-originals": "1", "papers-0-certified": "",
        "papers-0-copies": "", "papers-0-digitised": "y",
        "fee_state": "none", "fee_method": "cash", "sets": "1",
    }  # fmt: skip
    return fields | more


def dossiers() -> list[Dossier]:
    with database.reading() as session:
        return list(session.execute(select(Dossier).order_by(Dossier.id)).scalars())


def words(answer: "TestResponse") -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_a_reception_leads_to_its_dossier(desk: Visit) -> None:
    answer = desk.receive()
    assert answer.status_code == 303
    assert answer.location == "/ho-so/H50.19000-261123-0001?moi=1"
    (dossier,) = dossiers()
    with database.reading() as session:
        facts = facts_of(session, dossier)
    assert (facts.applicant.full_name, facts.applicant.phone) == ("Nguyễn Văn An", "0912345678")
    assert [paper.name for paper in facts.papers] == ["Tờ khai theo mẫu"]
    assert dossier.components_digitised is True
    assert dossier.receipt_token_hash is not None


def test_everything_on_the_form_reaches_the_dossier(desk: Visit) -> None:
    desk.receive(
        owner_differs="y", owner_full_name="Công ty Sông Hiếu", owner_kind="business",
        owner_id_number="3200123456", channel="post", arrived_at="2026-11-23T08:15", fee_state="paid",
        fee_amount="8.000", fee_method="transfer", sets="2", abstract="Xác nhận", note="Gọi điện",
        resolving_agency="H50.19001", returning_agency="", returning_agency_text="xa cam lo",
    )  # fmt: skip
    (dossier,) = dossiers()
    with database.reading() as session:
        facts = facts_of(session, dossier)
    assert facts.owner is not None
    assert facts.owner.full_name == "Công ty Sông Hiếu"
    assert (facts.channel, f"{facts.arrived_at:%H:%M}") == (Channel.POST, "08:15")
    assert (facts.fee.amount, facts.fee.state, facts.fee.method) == (8000, "paid", "transfer")
    assert (facts.sets, facts.abstract, facts.note) == (2, "Xác nhận", "Gọi điện")
    assert facts.resolving_agency_id == facts.returning_agency_id == desk.office.other


def test_an_owner_that_is_not_asked_for_is_left_aside(desk: Visit) -> None:
    desk.receive(owner_full_name="Người cũ trong ô ẩn")
    (dossier,) = dossiers()
    assert dossier.owner_id == dossier.applicant_id


def test_a_double_submit_leads_to_the_same_dossier_with_a_word(desk: Visit) -> None:
    fields = form(desk)
    first, second = desk.post("/tiep-nhan", fields), desk.post("/tiep-nhan", fields)
    assert second.status_code == 302
    assert second.location == first.location.split("?")[0]
    assert len(dossiers()) == 1


def test_other_content_under_a_used_key_is_kept_and_asks_again(desk: Visit) -> None:
    fields = form(desk)
    desk.post("/tiep-nhan", fields)
    answer = desk.post("/tiep-nhan", fields | {"full_name": "Trần Thị Bình"})
    assert answer.status_code == 409
    assert "/ho-so/H50.19000-261123-0001" in answer.text
    assert 'value="Trần Thị Bình"' in html.unescape(answer.text)
    assert len(dossiers()) == 1
    again = desk.receive(key=key_of(answer), full_name="Trần Thị Bình")
    assert again.location == "/ho-so/H50.19000-261123-0002?moi=1"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"full_name": " "}, "Hãy ghi tên", id="no name"),
        pytest.param({"id_number": ""}, "ghi lý do", id="no number and no reason"),
        pytest.param({"procedure": "", "procedure_text": ""}, "Hãy chọn thủ tục", id="no procedure"),
        pytest.param({"procedure": "", "procedure_text": "xyz"}, "Hãy chọn thủ tục", id="no such procedure"),
        pytest.param({"birth_on": "31/02/1990"}, "05/09/1990", id="a day that is none"),
        pytest.param({"birth_on": "hôm qua"}, "05/09/1990", id="a day in words"),
        pytest.param({"phone": "12"}, "9 đến 11 chữ số", id="a phone of two digits"),
        pytest.param({"sets": "hai"}, "số nguyên", id="a number in words"),
        pytest.param({"sets": "0"}, "Số bộ hồ sơ", id="no set"),
        pytest.param({"papers-0-originals": "x"}, "phải là số", id="a letter for a number of papers"),
        pytest.param({"fee_state": "due", "fee_amount": ""}, "lớn hơn 0", id="a fee due of nothing"),
        pytest.param({"fee_state": "lent"}, "Hãy chọn một mục", id="a state that is none"),
        pytest.param({"channel": "online"}, "Hãy chọn một mục", id="online at the counter"),
        pytest.param(
            {"channel": "post", "arrived_at": "hôm qua"}, "Thời điểm không đọc được", id="post in words"
        ),
        pytest.param({"owner_differs": "y"}, "Hãy ghi tên", id="an owner without a name"),
        pytest.param({"resolving_agency_text": "Sở X"}, "Không rõ cơ quan", id="an agency that is none"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    desk: Visit, change: dict[str, str], said: str
) -> None:
    fields = form(desk, address="Thôn “1” & xóm <2>", note="nhớ gọi") | change
    answer = desk.post("/tiep-nhan", fields)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "data-error-summary" in answer.text
    shown = html.unescape(answer.text)
    kept = {name: value for name, value in fields.items() if value and name not in {"sex", "channel"}}
    for name in ("address", "full_name", "phone", "papers-0-name", "sets", *change):
        if kept.get(name, "").strip() and name not in {"fee_state", "owner_differs"}:
            assert f'value="{kept[name]}"' in shown, name
    assert "nhớ gọi" in shown
    assert key_of(answer) == fields["submission_key"]
    assert not dossiers()


def test_every_fault_is_shown_at_once(desk: Visit) -> None:
    said = words(desk.receive(full_name="", id_number="", procedure="", procedure_text="", sets="x"))
    for part in ("Hãy ghi tên", "ghi lý do", "Hãy chọn thủ tục", "số nguyên"):
        assert part in said


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("1.004873", id="the code"),
        pytest.param("1.004873.000.00.00.H50", id="the full code"),
        pytest.param("Cấp Giấy xác nhận tình trạng hôn nhân (1.004873)", id="what the list puts there"),
        pytest.param("tinh trang hon nhan", id="words that only one procedure holds"),
    ],
)
def test_without_script_the_words_find_the_procedure(desk: Visit, typed: str) -> None:
    assert desk.receive(procedure="", procedure_text=typed).status_code == 303


def test_words_typed_over_a_choice_mean_what_they_say(desk: Visit) -> None:
    over = {"procedure_text": "2.000815", "resolving_agency": "H50.19000", "resolving_agency_text": "cam lo"}
    assert "Không rõ cơ quan" in words(desk.receive(procedure=PROCEDURE, **over))
    assert (
        desk.receive(procedure=PROCEDURE, **over | {"resolving_agency_text": "xa cam lo"}).status_code == 303
    )
    (dossier,) = dossiers()
    with database.reading() as session:
        assert facts_of(session, dossier).procedure_code == "2.000815"
    assert dossier.resolving_agency_id == desk.office.other


def test_without_script_a_scanned_card_in_the_field_is_read(desk: Visit) -> None:
    desk.receive(id_number="045090001234||TRẦN VĂN TÁM|01051990|Nam|Xã Cam Lộ|01012022", full_name="")
    (dossier,) = dossiers()
    with database.reading() as session:
        applicant = facts_of(session, dossier).applicant
    assert (applicant.id_number, applicant.full_name) == ("045090001234", "TRẦN VĂN TÁM")


def test_a_clerk_of_elsewhere_receives_at_his_own_desk_only(desk: Visit, app: "Flask") -> None:
    other = visit(app, desk.office, desk.office.stranger)
    other.receive(receiving_agency="H50.19000")
    assert [dossier.code for dossier in dossiers()] == ["H50.19001-261123-0001"]


@pytest.mark.parametrize("who", ["officer", "head", "controller", "auditor"])
def test_the_page_is_for_clerks(desk: Visit, app: "Flask", who: str) -> None:
    person = visit(app, desk.office, getattr(desk.office, who))
    assert person.get("/tiep-nhan").status_code == 403
    assert person.post("/tiep-nhan", {}).status_code == 403


def test_the_page_reads_with_few_queries_and_writes_nothing(desk: Visit) -> None:
    page = desk.get("/tiep-nhan")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert re.search(r"<button type=\"submit\" disabled hidden", page.text), "Enter must not submit"


# --- while it is filled in


def test_the_list_of_procedures_answers_words_without_marks(desk: Visit) -> None:
    answer = desk.get("/tiep-nhan/thu-tuc?q=hon+nhan")
    assert 'data-value="1.004873"' in answer.text
    assert "combobox-empty" in desk.get("/tiep-nhan/thu-tuc?q=khong+co+gi").text
    assert "combobox-empty" in desk.get("/tiep-nhan/thu-tuc?q=").text


def test_the_list_of_agencies_answers_by_name_and_code(desk: Visit) -> None:
    for typed in ("cam lo", "H50.19001"):
        answer = desk.client.get(
            "/tiep-nhan/co-quan",
            query_string={"q": typed, "o": "resolving_agency"},
            base_url="https://localhost",
        )
        assert 'data-value="H50.19001"' in answer.text


def test_the_papers_come_filled_in_as_the_procedure_asks(desk: Visit) -> None:
    answer = desk.get(f"/tiep-nhan/thanh-phan?procedure={PROCEDURE}")
    assert 'name="papers-0-name" value="Tờ khai theo mẫu"' in answer.text
    assert 'name="papers-0-originals" value="1"' in answer.text
    assert 'name="papers-1-name" value=""' in answer.text
    assert "<table" not in desk.get("/tiep-nhan/thanh-phan?procedure=0.000000").text


def test_a_paper_for_some_cases_only_is_left_for_the_clerk_to_count(desk: Visit) -> None:
    answer = desk.get("/tiep-nhan/thanh-phan?procedure=2.000635")
    number = re.search(r'name="papers-(\d+)-name" value="Văn bản ủy quyền \(nếu nộp thay\)"', answer.text)
    assert number
    assert f'name="papers-{number[1]}-originals" value=""' in answer.text


def test_the_promise_shows_its_working(desk: Visit) -> None:
    answer = desk.get(f"/tiep-nhan/ngay-hen?procedure={PROCEDURE}&channel=counter")
    assert "Thứ Sáu, 14:00 27/11/2026" in words(answer)
    assert "Cách tính ngày hẹn trả" in words(answer)
    assert "Nghỉ lễ" in words(answer)
    assert 'id="ngay-hen-gon" hx-swap-oob="true"' in answer.text
    assert "Chọn thủ tục" in words(desk.get("/tiep-nhan/ngay-hen?procedure="))


def test_an_open_double_is_warned_of_and_not_refused(desk: Visit) -> None:
    asked = {"id_number": "045 090 001 234", "procedure": PROCEDURE}
    assert desk.post("/tiep-nhan/trung", asked).text.strip() == ""
    desk.receive()
    assert "H50.19000-261123-0001" in desk.post("/tiep-nhan/trung", asked).text
    assert desk.receive().status_code == 303


def test_a_card_answers_with_its_fields_and_warnings(desk: Visit) -> None:
    raw = "045190001234||NGUYỄN VĂN AN|01051991|Nam|Thôn 1|01012022"
    answer = desk.post("/tiep-nhan/the-can-cuoc", {"raw": raw})
    card = answer.get_json()
    assert (card["id_number"], card["birth_on"], card["sex"]) == ("045190001234", "01/05/1991", "male")
    assert len(card["warnings"]) == 2
    refused = desk.post("/tiep-nhan/the-can-cuoc", {"raw": "xin chào"})
    assert (refused.status_code, "gõ tay" in refused.get_json()["error"]) == (422, True)


# --- afterwards


def test_the_receipt_opens_as_a_pdf_of_either_size(desk: Visit) -> None:
    desk.receive()
    for size, media in (("a5", b"419"), ("a4", b"595")):
        answer = desk.get(f"/ho-so/H50.19000-261123-0001/giay-tiep-nhan.pdf?size={size}")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF-")
        assert b"/MediaBox[0 0 " + media in answer.data
    (dossier,) = dossiers()
    assert dossier.receipt_prints == 2
    with database.reading() as session:
        kinds = list(session.execute(select(DossierEvent.kind).order_by(DossierEvent.seq)).scalars())
    assert kinds == [EventKind.RECEIVED, EventKind.REPRINTED]


def test_a_receipt_that_cannot_be_set_now_asks_to_be_opened_again(
    desk: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_job: bytes) -> bytes:
        raise NotRenderedError("killed twice")

    desk.receive()
    monkeypatch.setattr(rendering.renderer, "made", never)
    answer = desk.get("/ho-so/H50.19000-261123-0001/giay-tiep-nhan.pdf")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Hãy mở lại sau ít giây" in answer.get_data(as_text=True)


def test_a_receipt_of_elsewhere_is_not_found(desk: Visit, app: "Flask") -> None:
    desk.receive()
    other = visit(app, desk.office, desk.office.stranger)
    assert other.get("/ho-so/H50.19000-261123-0001/giay-tiep-nhan.pdf").status_code == 404


def test_a_cancelled_dossier_has_no_receipt_any_more(desk: Visit) -> None:
    desk.receive()
    path = "/ho-so/H50.19000-261123-0001"
    asked = desk.post(f"{path}/huy-nhap-nham", {"version": "1"})
    assert asked.status_code == 422
    assert "Lý do huỷ" in words(asked)
    assert desk.post(f"{path}/huy-nhap-nham", {"version": "1", "reason": "nhập trùng"}).status_code == 303
    assert dossiers()[0].state is State.CANCELLED
    assert desk.get(f"{path}/giay-tiep-nhan.pdf").status_code == 409
    too_late = desk.get(f"{path}/sua-tiep-nhan")
    assert (too_late.status_code, too_late.location) == (302, path)
    again = desk.post(f"{path}/huy-nhap-nham", {"version": "2", "reason": "nhập trùng"})
    assert again.status_code == 409


def test_a_correction_starts_from_what_was_noted(desk: Visit) -> None:
    desk.receive(owner_differs="y", owner_full_name="Nguyễn An Nhiên", fee_state="due", fee_amount="8000")
    path = "/ho-so/H50.19000-261123-0001/sua-tiep-nhan"
    shown = html.unescape(desk.get(path).text)
    for value in ("Nguyễn Văn An", "Nguyễn An Nhiên", "01/05/1990", "8.000", "Tờ khai theo mẫu", PROCEDURE):
        assert f'value="{value}"' in shown, value
    fields = form(desk, key="0" * 32, version="1", full_name="Nguyễn Văn Ân", reason="gõ nhầm tên")
    assert desk.post(path, fields | {"reason": ""}).status_code == 422
    assert desk.post(path, fields).status_code == 303
    with database.reading() as session:
        after = noted(session, "H50.19000-261123-0001", desk.office.clerk.scope)
    assert (after.version, after.facts.applicant.full_name, after.facts.owner) == (2, "Nguyễn Văn Ân", None)


def test_two_corrections_at_once_show_both_values_and_lose_none(desk: Visit) -> None:
    """Two clerks open the same page; one puts the name right, the other the sets and the abstract."""
    desk.receive()
    path = "/ho-so/H50.19000-261123-0001/sua-tiep-nhan"
    opened = {
        "key": "0" * 32,
        "version": "1",
        "resolving_agency": "H50.19000",
        "returning_agency": "H50.19000",
    }
    first = form(desk, **opened, full_name="Nguyễn Văn Ân", reason="gõ nhầm tên")
    second = form(desk, **opened, sets="3", abstract="xin bản sao", reason="thiếu bộ")
    assert desk.post(path, first).status_code == 303
    shown = desk.post(path, second)
    assert shown.status_code == 409
    for both in ("Bạn nhập: Nguyễn Văn An Đang lưu: Nguyễn Văn Ân", "Bạn nhập: 3 Đang lưu: 1"):
        assert both in words(shown)
    assert re.findall(r'name="differs" value="(\w+)"', shown.text) == ["full_name", "sets", "abstract"]
    assert not re.search(r'name="keep-[^>]*checked', shown.text), "nobody's value goes by being overlooked"
    answers: dict[str, Any] = {"version": "2", "differs": ["full_name", "sets", "abstract"]}
    again = second | answers | {"keep-full_name": "stored", "keep-sets": "typed"}
    asked = desk.post(path, again)
    assert asked.status_code == 409, "one line has no answer"
    assert len(re.findall(r'name="keep-[^>]*checked', asked.text)) == 1, "of two: the name is stored's by now"
    assert desk.post(path, again | {"keep-abstract": "typed"}).status_code == 303
    with database.reading() as session:
        after = noted(session, "H50.19000-261123-0001", desk.office.clerk.scope)
    assert (after.version, after.facts.applicant.full_name) == (3, "Nguyễn Văn Ân")
    assert (after.facts.sets, after.facts.abstract) == (3, "xin bản sao")


def test_a_number_never_travels_in_an_address(desk: Visit) -> None:
    page = desk.get("/tiep-nhan").text
    asked = re.search(r'id="canh-bao-trung"[^>]*', page)
    assert asked
    assert "hx-post" in asked[0]
    assert "hx-get" not in asked[0]


def test_a_rush_of_receptions_keeps_the_series_whole(desk: Visit) -> None:
    for _ in range(5):
        desk.receive()
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(Dossier)).scalar_one() == 5
    assert [dossier.code[-4:] for dossier in dossiers()] == ["0001", "0002", "0003", "0004", "0005"]
