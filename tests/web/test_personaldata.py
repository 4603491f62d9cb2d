"""Personal data before the screens: shown and looked for with a reason, and nothing of it in the log."""

import datetime as dt
import io
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from tests.support import screens
from tests.support.databases import ENGINES
from tests.support.desk import Worker, hire, new_key, open_office
from tests.support.moments import at
from tests.support.screens import House, Page, Screen
from tthc_tracker.domain.importing import BatchState
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.models.account import Membership
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.importing import ImportBatch, ImportedRow
from tthc_tracker.models.keptlist import ListExport
from tthc_tracker.models.personaldata import RetentionRule
from tthc_tracker.services import reception, release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.release import WithdrawDossier
from tthc_tracker.spreadsheets import exportfiles
from tthc_tracker.spreadsheets.intake import Shelf

RECEIVED = at("Mon 2026-11-16 09:00")
NAME, NUMBER, PHONE = "Nguyễn Thị Thu Cúc", "044193005678", "0987654321"
FIND = "/du-lieu-ca-nhan"
_numbers = itertools.count(100)


@pytest.fixture(scope="module", params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with screens.house(request.param, tmp_path_factory.mktemp("house")) as app:
        with database.transaction() as session:
            office = open_office(session)
            heads = update(Membership).where(Membership.user_id == office.head.user_id)
            session.execute(heads.values(role=Role.HEAD_OF_AGENCY))
        yield House(app, office)


def received(house: House, number: str = NUMBER, desk: int | None = None) -> str:
    facts = ReceptionFacts("1.004873", Party(NAME, id_number=number, phone=PHONE, address="Thôn Mười Hai"))
    clerk = house.office.clerk if desk is None else house.office.stranger
    command = ReceiveDossier(new_key(), desk or house.office.ward, facts, RECEIVED)
    with database.transaction() as session:
        return reception.receive(session, command, actor=clerk, now=RECEIVED).code


def noted(action: str) -> list[AuditEntry]:
    with database.reading() as session:
        found = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
        return list(session.execute(found).scalars())


def test_numbers_are_shown_once_and_it_is_noted_by_whom_and_why(house: House) -> None:
    code, clerk = received(house), house.before(house.office.clerk)
    before = Page.of(clerk.get(f"/ho-so/{code}")).words
    assert "044…5678" in before
    assert NUMBER not in before
    shown = clerk.post(f"/ho-so/{code}/hien-day-du", {"ground": "contact", "said": ""})
    words = Page.of(shown).words
    assert NUMBER in words
    assert PHONE in words
    assert "Thôn Mười Hai" in words
    assert "đã ghi vào nhật ký" in words
    entry = noted("personal_shown")[-1]
    assert (entry.object_id, entry.actor_id, entry.agency_id) == (
        code, house.office.clerk.user_id, house.office.ward,
    )  # fmt: skip
    assert entry.facts == {"ground": "contact", "reason": ""}
    assert NUMBER not in Page.of(clerk.get(f"/ho-so/{code}")).words


@pytest.mark.parametrize(
    ("form", "said"),
    [
        pytest.param({"ground": "other", "said": ""}, "Hãy ghi rõ lý do", id="another reason, unsaid"),
        pytest.param({"ground": "inspection", "said": "x"}, "Not a valid choice", id="one of a search"),
        pytest.param({"ground": "contact", "said": f"gọi {PHONE}"}, "Đừng ghi số", id="a number in it"),
    ],
)
def test_without_a_reason_nothing_is_shown_and_nothing_noted(
    house: House, form: dict[str, str], said: str
) -> None:
    code, many = received(house), len(noted("personal_shown"))
    answer = house.before(house.office.clerk).post(f"/ho-so/{code}/hien-day-du", form)
    assert answer.status_code == 422
    assert NUMBER not in answer.text
    assert said in answer.text or said == "Not a valid choice"
    assert len(noted("personal_shown")) == many


def test_a_person_is_found_by_the_whole_number_within_the_scope_and_with_a_reason(house: House) -> None:
    number = f"044193000{next(_numbers)}"
    mine, theirs = received(house, number), received(house, number, house.office.other)
    received(house, f"044193000{next(_numbers)}")
    head = house.before(house.office.head)
    sent = head.post(FIND, {"number": f"{number[:3]} {number[3:]}", "ground": "request", "said": "đơn 12"})
    assert sent.status_code == 303
    assert number not in sent.location
    page = Page.of(head.get(sent.location))
    page.check()
    assert mine in page.words
    assert theirs not in page.words
    assert number not in page.words
    entry = noted("person_found")[-1]
    assert entry.facts == {"ground": "request", "reason": "đơn 12", "dossiers": 1}
    assert number not in json.dumps([entry.object_id, entry.facts])
    controller = house.before(house.office.controller)
    led = controller.post(FIND, {"number": number, "ground": "request"}).location
    assert {mine, theirs} <= set(Page.of(controller.get(led)).words.split())
    assert noted("person_found")[-1].object_id == entry.object_id


def test_a_persons_dossiers_are_a_list_like_others_whose_number_stands_in_no_address(house: House) -> None:
    number = f"044193000{next(_numbers)}"
    mine, theirs = received(house, number), received(house, number, house.office.other)
    head = house.before(house.office.head)
    led = head.post(FIND, {"number": number, "ground": "request"}).location
    (whole,) = (link for link in Page.of(head.get(led)).links if link.startswith(f"{FIND}/danh-sach"))
    page = Page.of(head.get(whole))
    page.check()
    assert mine in page.words
    assert theirs not in page.words
    assert number not in page.words + whole
    assert mine not in head.get(whole + "&source=provincial-portal").text
    kept = whole.partition("?")[2]
    file = head.post(f"/danh-sach/person/xuat?{kept}", {"form": "csv", "reason": "báo cáo"})
    assert (file.text.count(mine), number in file.text) == (1, False)
    assert mine in head.get(f"/danh-sach/person/in?{kept}").text
    for elsewhere in (house.before(house.office.controller), house.before(house.office.head)):
        assert elsewhere.get(whole).status_code == 303, "its session knows of nobody"
        assert mine not in elsewhere.get(f"/danh-sach/person/in?{kept}").text


def test_what_was_found_belongs_to_the_session_that_looked(house: House) -> None:
    head = house.before(house.office.head)
    led = head.post(FIND, {"number": NUMBER, "ground": "complaint"}).location
    assert house.before(house.office.controller).get(led).status_code == 303


@pytest.mark.parametrize(
    ("form", "said"),
    [
        pytest.param({"number": "5678", "ground": "request"}, "Hãy nhập đủ số", id="last digits"),
        pytest.param({"number": NUMBER, "ground": ""}, "Hãy chọn lý do", id="no reason"),
        pytest.param({"number": NUMBER, "ground": "other"}, "Hãy ghi rõ lý do", id="another, unsaid"),
    ],
)
def test_a_search_without_number_or_reason_finds_nobody(
    house: House, form: dict[str, str], said: str
) -> None:
    many = len(noted("person_found"))
    answer = house.before(house.office.head).post(FIND, form)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert len(noted("person_found")) == many


def test_a_clerk_finds_nobody_here(house: House) -> None:
    assert house.before(house.office.clerk).get(FIND).status_code == 403


def found_by(house: House, worker: Worker, number: str) -> tuple[Screen, str]:
    """Who looks, and the key under which what he found stands."""
    screen = house.before(worker)
    led = screen.post(FIND, {"number": number, "ground": "request", "said": "đơn"}).location
    return screen, led.partition("lan=")[2]


def consented(house: House, request: str) -> Page:
    """The second person finds the request among those that wait for him, and says yes; what he is told."""
    second = house.before(house.office.controller)
    assert "dữ liệu cá nhân đang chờ bạn duyệt" in Page.of(second.get("/")).words
    assert "đang chờ bạn duyệt" in Page.of(second.get(FIND)).words
    waiting = Page.of(second.get(f"{FIND}/yeu-cau"))
    waiting.check()
    assert request in waiting.links
    Page.of(second.get(request)).check()
    unanswered = second.post(f"{request}/duyet", {"because": "chưa rõ"})
    assert (unanswered.status_code, "Hãy chọn đồng ý" in unanswered.text) == (422, True)
    assert 'value="chưa rõ"' in unanswered.text
    assert second.post(f"{request}/duyet", {"verdict": "approved"}).status_code == 303
    told = Page.of(second.get(request))
    assert (
        "đã được trả lời"
        in Page.of(second.get(second.post(f"{request}/duyet", {"verdict": "approved"}).location)).words
    )
    return told


def test_what_is_held_leaves_whole_with_a_reason_and_with_nobody_else_in_it(house: House) -> None:
    number = f"044193000{next(_numbers)}"
    own = received(house, number)
    other = Party("Trần Canary Khác", id_number="079080009999", phone="0900000009")
    facts = ReceptionFacts("1.004873", Party(NAME, id_number=number), owner=other)
    command = ReceiveDossier(new_key(), house.office.ward, facts, RECEIVED)
    with database.transaction() as session:
        filed = reception.receive(session, command, actor=house.office.clerk, now=RECEIVED).code
    clerk = house.before(house.office.clerk)
    for printed in (own, filed):
        clerk.get(f"/ho-so/{printed}/giay-tiep-nhan.pdf")
    clerk.post(f"/ho-so/{own}/hien-day-du", {"ground": "contact"})
    head, key = found_by(house, house.office.head, number)
    form = {"lan": key, "export-ground": "request", "export-said": "đơn 12"}
    request = head.post(f"{FIND}/xuat", form).location
    consented(house, request)
    told = json.loads((answer := head.post(f"{request}/tai", {"form": "json"})).data)
    assert [one["code"] for one in told["dossiers"]] == [filed, own]
    assert (told["dossiers"][1]["owns"], told["dossiers"][0]["owns"]) == (True, False)
    person = told["dossiers"][1]["person"]
    assert (person["full_name"], person["id_number"], person["phone"]) == (NAME, number, PHONE)
    assert number in json.dumps(told["dossiers"][1]["slips"][0]["words"])
    assert told["dossiers"][0]["slips"][0]["words"] is None, "another stands on it"
    assert told["dossiers"][1]["looked_at"][0]["action"] == "personal_shown"
    for personal in ("Canary", "079080009999", "0900000009"):
        assert personal not in answer.text
    entry = noted("person_exported")[-1]
    asked = noted("person_export_asked")[-1]
    assert entry.facts == {
        "ground": "request", "reason": "đơn 12", "form": "json", "dossiers": 2,
        "request": asked.facts["request"], "approved_by": house.office.controller.user_id,
    }  # fmt: skip
    paper = head.post(f"{request}/tai", {"form": "print"}).text
    assert number in paper
    assert "Canary" not in paper


def test_a_request_waits_for_another_and_names_nobody(house: House) -> None:
    number = f"044193000{next(_numbers)}"
    received(house, number)
    head, key = found_by(house, house.office.head, number)
    form = {"lan": key, "export-ground": "complaint", "export-said": "đơn 15"}
    request = head.post(f"{FIND}/xuat", form).location
    again = head.post(f"{FIND}/xuat", form)
    assert (again.status_code, "đang chờ duyệt" in again.text) == (422, True)
    waits = Page.of(head.get(request))
    waits.check()
    assert "Chờ người thứ hai duyệt" in waits.words
    assert number not in waits.words + Page.of(head.get(f"{FIND}/yeu-cau")).words
    many = len(noted("person_exported"))
    assert head.post(f"{request}/duyet", {"verdict": "approved"}).status_code == 403, "his own"
    assert head.post(f"{request}/tai", {"form": "json"}).status_code == 303, "nobody has consented"
    assert len(noted("person_exported")) == many
    consented(house, request)
    ready = Page.of(head.get(request))
    ready.check()
    assert "Đã duyệt, tải được" in ready.words


def test_without_a_reason_nothing_leaves(house: House) -> None:
    number = f"044193000{next(_numbers)}"
    received(house, number)
    head, key = found_by(house, house.office.head, number)
    many = len(noted("person_export_asked"))
    answer = head.post(f"{FIND}/xuat", {"lan": key, "export-ground": ""})
    assert (answer.status_code, "Hãy chọn lý do" in answer.text) == (422, True)
    assert head.post(f"{FIND}/xuat", {"lan": "0" * 32}).status_code == 303
    assert len(noted("person_export_asked")) == many
    auditor, key = found_by(house, house.office.auditor, number)
    assert auditor.post(f"{FIND}/xuat", {"lan": key}).status_code == 403


def planted(house: House, code: str) -> Path:
    """Her name in every kind of file: a letter, a list that waits to be fetched, the import she came by."""
    var: Path = house.app.config["SETTINGS"].var
    with database.transaction() as session:
        dossier = session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()
        session.add(
            OutboxMessage(
                dedup_key=f"applicant_receipt:{dossier.id}:1", kind="applicant_receipt", to_address="",
                message_id=f"<letter.{dossier.id}@tthc.test>", status="sent", next_attempt_at=RECEIVED,
                expires_at=RECEIVED, created_at=RECEIVED,
            )
        )  # fmt: skip
        export = ListExport(
            user_id=house.office.head.user_id, list_name="overdue", question={}, columns=[], form="csv",
            status="ready", created_at=RECEIVED, ready_at=RECEIVED,
        )  # fmt: skip
        kept = Shelf(var).keep(io.BytesIO(NAME.encode()))
        batch = ImportBatch(
            source_id=dossier.source_id, file_name="a.csv", sha256=kept.sha256, data_as_of=RECEIVED,
            started_at=RECEIVED, state=BatchState.DONE, stored=kept.name,
        )  # fmt: skip
        session.add_all([export, batch])
        session.flush()
        session.add(
            ImportedRow(
                source_id=dossier.source_id, code=code, dossier_id=dossier.id, content_hash="",
                batch_id=batch.id, first_batch_id=batch.id, changed_batch_id=batch.id, row_number=1,
            )
        )  # fmt: skip
        letter = var / "mail" / f"letter.{dossier.id}@tthc.test.eml"
    with exportfiles.written(exportfiles.path_of(var, export.id, "csv")) as draft:
        draft.write_text(NAME, encoding="utf-8")
    letter.parent.mkdir(exist_ok=True)
    letter.write_text(NAME, encoding="utf-8")
    return var


def naming(var: Path) -> list[str]:
    """The files that name her, the database's own left out."""
    files = (path for path in var.rglob("*") if path.is_file() and "tthc.sqlite" not in path.name)
    return sorted(str(path) for path in files if NAME.encode() in path.read_bytes())


def test_a_person_is_erased_where_it_is_ticked_and_nothing_typed_is_lost(house: House) -> None:
    number = f"044193000{next(_numbers)}"
    done, still_open = received(house, number), received(house, number)
    with database.transaction() as session:
        withdrawn = WithdrawDossier(Target(done, None), "đổi ý")
        release.withdraw(session, withdrawn, person=house.office.clerk, now=RECEIVED)
    head, key = found_by(house, house.office.head, number)
    page = Page.of(head.get(f"{FIND}/ket-qua?lan={key}"))
    page.check()
    assert "đang giải quyết: không xoá được" in page.words
    form = {"lan": key, "erase-codes": done, "erase-said": "đơn số 7"}
    refused = head.post(f"{FIND}/xoa", form)
    assert (refused.status_code, "Ghi căn cứ pháp lý" in refused.text) == (422, True)
    assert 'value="đơn số 7"' in refused.text
    assert head.post(f"{FIND}/xoa", form | {"erase-codes": still_open}).status_code == 422
    var = planted(house, done)
    assert len(naming(var)) == 3
    request = head.post(f"{FIND}/xoa", form | {"erase-basis": "Quyết định 7"}).location
    assert len(naming(var)) == 3, "nobody has consented yet"
    assert "Đã xoá dữ liệu cá nhân trong 1 hồ sơ" in consented(house, request).words
    assert naming(var) == []
    shown = Page.of(head.get(f"/ho-so/{done}")).words
    assert "Dữ liệu cá nhân của hồ sơ này đã được xoá" in shown
    assert NAME not in shown
    assert NAME in Page.of(head.get(f"/ho-so/{still_open}")).words
    entry = noted("person_erased")[-1]
    assert entry.facts == {
        "reason": "đơn số 7", "basis": "Quyết định 7", "asked_by": house.office.head.user_id, "dossiers": 1,
        "papers": 0, "lines": 0,
    }  # fmt: skip
    assert number not in json.dumps([entry.object_id, entry.facts])


def test_administrators_of_the_whole_set_terms_and_see_what_is_due(house: House) -> None:
    with database.transaction() as session:
        whole = hire(session, "Quản Trị Tỉnh", Role.ADMINISTRATOR, house.office.province)
        ward = hire(session, "Quản Trị Phường", Role.ADMINISTRATOR, house.office.ward)
    form = {"procedure_code": "1.004873", "months": "600", "valid_from": "23/11/2026", "basis": "QĐ 1"}
    assert "chỉ quản trị viên toàn hệ thống" in house.before(ward).post("/luu-tru/dat", form).text
    screen = house.before(whole)
    refused = screen.post("/luu-tru/dat", form | {"months": "0", "valid_from": "01/01/2026"})
    assert (refused.status_code, 'value="QĐ 1"' in refused.text) == (422, True)
    assert screen.post("/luu-tru/dat", form).status_code == 303
    page = Page.of(screen.get("/luu-tru"))
    page.check()
    assert "600 tháng" in page.words
    assert "Không có hồ sơ nào hết thời hạn lưu" in page.words
    assert noted("retention_rule_set")[-1].facts["months"] == 600


def ended_long_ago(house: House) -> str:
    """A dossier withdrawn on 5 January 2026, in a house where that was long enough ago."""
    code = received(house, f"044193000{next(_numbers)}")
    with database.transaction() as session:
        release.withdraw(
            session, WithdrawDossier(Target(code, None), "đổi ý"), person=house.office.clerk, now=RECEIVED
        )
        row = session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()
        row.closed_on = dt.date(2026, 1, 5)
        session.execute(delete(RetentionRule))
        session.add(RetentionRule(procedure_key=0, valid_from=dt.date(2026, 1, 1), months=1, basis="thử"))
    return code


def test_a_run_erases_only_what_a_dry_run_has_shown(house: House) -> None:
    code, clerk = ended_long_ago(house), house.before(house.office.clerk)
    run = house.app.test_cli_runner().invoke
    refused = run(args=["retention", "run", "--apply"])
    assert (refused.exit_code, "chưa ai chạy thử đúng những hồ sơ này" in refused.output) == (1, True)
    said = run(args=["retention", "run"]).output
    assert "1 tháng  1 hồ sơ" in said
    assert "Chạy thử, chưa xoá gì" in said
    another = ended_long_ago(house)
    assert run(args=["retention", "run", "--apply"]).exit_code == 1, "nobody was shown the second one"
    for one in (code, another):
        assert NAME in Page.of(clerk.get(f"/ho-so/{one}")).words
    assert "1 tháng  2 hồ sơ" in run(args=["retention", "run"]).output
    assert "Đã xoá dữ liệu cá nhân trong 2 hồ sơ" in run(args=["retention", "run", "--apply"]).output
    for one in (code, another):
        assert NAME not in Page.of(clerk.get(f"/ho-so/{one}")).words
    assert "Đến hạn xoá: 0 hồ sơ" in run(args=["retention", "run", "--apply"]).output
    shown, begun = noted("retention_looked_at"), noted("retention_begun")
    assert [entry.facts for entry in (shown[-1], begun[-1])] == [{"dossiers": 2, "reports": 0}] * 2
    assert len(begun) == 1
    assert shown[-1].object_id == begun[-1].object_id != shown[-2].object_id
