"""Việc của tôi and Kết quả chờ trả: what stands there, and what is done to several rows at once."""

import csv
import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support import screens
from tests.support.databases import ENGINES
from tests.support.desk import Office, Worker, new_key, open_office
from tests.support.moments import at
from tests.support.register import NOW
from tests.support.screens import Page, Screen
from tthc_tracker.domain.lifecycle import EventKind, ResultKind, ReturnMethod, State
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.history import AuditEntry, DossierEvent
from tthc_tracker.queries import listing
from tthc_tracker.services import processing, reception, release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.batches import MOST
from tthc_tracker.services.processes import load_processes
from tthc_tracker.services.processing import NoteDossier
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.release import FinishDossier, ReturnResult

PATH, SEVERAL, WAITING = "/viec-cua-toi", "/viec-cua-toi/nhieu-ho-so", "/ket-qua-cho-tra"
MOST_QUERIES = 16  # two of them are what the reader keeps of the list
RECEIVED = at("Fri 2026-11-20 09:00")


@dataclass
class House:
    """The application, its office, and what its desk received."""

    app: Flask
    office: Office
    serial: int = 0

    def before(self, worker: Worker) -> Screen:
        return screens.before(self.app, worker)

    def receive(self, number: int, *, resolving: int | None = None, email: str = "") -> list[str]:
        """So many dossiers, received last Friday, lying at the desk."""
        codes = []
        with database.transaction() as session:
            for _ in range(number):
                self.serial += 1
                person = Party("Nguyễn Văn An", id_number=f"0440930{self.serial:05}", email=email)
                facts = replace(ReceptionFacts("1.004873", person), resolving_agency_id=resolving)
                command = ReceiveDossier(new_key(), self.office.ward, facts, RECEIVED)
                codes.append(reception.receive(session, command, actor=self.office.clerk, now=NOW).code)
        return codes

    def finished(self, number: int, *, email: str = "") -> list[str]:
        """So many results that wait at the desk."""
        codes = self.receive(number, email=email)
        with database.transaction() as session:
            for code in codes:
                done = FinishDossier(Target(code, None), ResultKind.GRANTED, "12/GXN", finished_at=RECEIVED)
                release.finish(session, done, person=self.office.clerk, now=NOW)
        return codes


@pytest.fixture(scope="module", params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with screens.house(request.param, tmp_path_factory.mktemp("house")) as app:
        with database.transaction() as session:
            office = open_office(session)
        yield House(app, office)


@pytest.fixture
def clerk(house: House) -> Screen:
    return house.before(house.office.clerk)


def ticks(text: str) -> dict[str, str]:
    """What the tick box of each code sends."""
    return {one.rpartition("|")[0]: one for one in re.findall(r'name="chon" value="([^"]+)"', text)}


def stored(code: str) -> Dossier:
    with database.reading() as session:
        return session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()


def events_of(code: str) -> list[EventKind]:
    with database.reading() as session:
        kinds = select(DossierEvent.kind).join(Dossier).where(Dossier.code == code)
        return list(session.execute(kinds.order_by(DossierEvent.seq)).scalars())


def several(screen: Screen, act: str, rows: list[str], **fields: str):
    form = {"viec": act, "chon": rows, "tab": "o-mot-cua", "submission_key": new_key()}
    return screen.post(SEVERAL, form | fields)


def test_a_desk_hands_over_what_lies_there_and_each_row_tells_what_became_of_it(
    house: House, clerk: Screen
) -> None:
    first, second, third = house.receive(3)
    (abroad,) = house.receive(1, resolving=house.office.other)
    shown = ticks(clerk.get(f"{PATH}?tab=o-mot-cua&so-dong=500").text)
    with database.transaction() as session:  # somebody else is quicker
        note = NoteDossier(Target(second, None), "đã gọi")
        processing.note(session, note, person=house.office.head, now=NOW)
    rows = [shown[first], shown[second], shown[third], shown[abroad], "H50.19000-000000-9999|1", "x"]
    answer = several(clerk, "hand_over", rows, phong=str(house.office.land_unit), **{"ly-do": "một bộ"})
    assert answer.status_code == 200
    words = Page.of(answer).words
    assert "Đã làm 2 hồ sơ, chưa làm 3 hồ sơ" in words
    for said in ("sau khi bạn mở danh sách", "không thuộc cơ quan giải quyết", "Không tìm thấy hồ sơ"):
        assert said in words
    for code in (first, third):
        assert stored(code).holding_unit_id == house.office.land_unit
        assert events_of(code) == [EventKind.RECEIVED, EventKind.HANDED_OVER]
    assert stored(second).holding_unit_id is None
    again = several(clerk, "hand_over", [shown[abroad]], phong="0")
    assert "Đã làm 1 hồ sơ." in Page.of(again).words
    page = Page.of(clerk.get(f"{PATH}?tab=cho-noi-nhan"))
    page.check()
    assert {first, third, abroad} <= set(page.codes())


def test_the_unit_confirms_and_assigns_a_pile_at_once(house: House, clerk: Screen) -> None:
    codes = house.receive(2)
    shown = ticks(clerk.get(f"{PATH}?tab=o-mot-cua&so-dong=500").text)
    several(clerk, "hand_over", [shown[code] for code in codes], phong=str(house.office.land_unit))
    head = house.before(house.office.head)
    waiting = ticks(head.get(f"{PATH}?tab=cho-nhan&so-dong=500").text)
    assert "Xác nhận đã nhận" in head.get(f"{PATH}?tab=cho-nhan").text
    assert several(head, "confirm_handover", [waiting[code] for code in codes]).status_code == 200
    with database.reading() as session:
        answers = select(Handover.answer).join(Dossier).where(Dossier.code.in_(codes))
        assert set(session.execute(answers).scalars()) == {"confirmed"}
    rows = [f"{code}|{stored(code).version}" for code in codes]
    officer_id = str(house.office.officer.user_id)
    assert several(head, "assign", rows, **{"can-bo": officer_id}).status_code == 200
    officer = house.before(house.office.officer)
    page = Page.of(officer.get(f"{PATH}?tab=tat-ca&so-dong=500"))
    page.check()
    assert set(codes) <= set(page.codes())
    back = several(officer, "send_back", [f"{code}|{stored(code).version}" for code in codes])
    assert back.status_code == 422  # a reason is asked for
    assert "Hãy ghi lý do trả về một cửa" in Page.of(back).words
    rows = [f"{code}|{stored(code).version}" for code in codes]
    assert several(officer, "send_back", rows, **{"ly-do": "thiếu tờ khai"}).status_code == 200
    assert set(codes) <= set(Page.of(clerk.get(f"{PATH}?tab=cho-nhan&so-dong=500")).codes())


def test_a_pile_goes_to_the_next_step_and_what_has_none_is_told(house: House, clerk: Screen) -> None:
    (plain,) = house.receive(1)
    steps = "procedure,step,name,holder,unit,amount,limit_unit\n1.004873,1,Tiếp nhận,desk,,4,working_hour\n"
    with database.transaction() as session:
        load_processes(
            session, f"{steps}1.004873,2,Thẩm định,unit,DC,2,working_day\n", actor_id=None, now=NOW
        )
    codes = house.receive(2)
    rows = [f"{code}|{stored(code).version}" for code in (*codes, plain)]
    words = Page.of(several(clerk, "next_step", rows)).words
    assert "Đã làm 2 hồ sơ, chưa làm 1 hồ sơ" in words
    assert {stored(code).holding_unit_id for code in codes} == {house.office.land_unit}


def test_a_batch_sent_twice_is_done_once(house: House, clerk: Screen) -> None:
    (code,) = house.receive(1)
    row, key = ticks(clerk.get(f"{PATH}?tab=o-mot-cua&so-dong=500").text)[code], new_key()
    sent = {"phong": str(house.office.land_unit), "submission_key": key}
    assert "Đã làm 1 hồ sơ." in Page.of(several(clerk, "hand_over", [row], **sent)).words
    assert "Đã làm 1 hồ sơ." in Page.of(several(clerk, "hand_over", [row], **sent)).words
    assert events_of(code) == [EventKind.RECEIVED, EventKind.HANDED_OVER]
    other = several(clerk, "hand_over", [row], **(sent | {"ly-do": "khác"}))
    assert "đã gửi với nội dung khác" in Page.of(other).words
    assert several(clerk, "hand_over", [row], submission_key="x").status_code == 422


def test_what_cannot_be_a_batch_is_refused_in_words(clerk: Screen) -> None:
    answer = several(clerk, "assign", [])
    assert answer.status_code == 422
    assert "đánh dấu ít nhất một hồ sơ" in Page.of(answer).words
    answer = several(clerk, "assign", [f"H50.19000-261120-{number:04}|1" for number in range(MOST + 1)])
    assert answer.status_code == 422
    assert "nhiều nhất 500 hồ sơ" in Page.of(answer).words
    for act in ("finish", "cancel", "", "x"):
        assert several(clerk, act, ["H50.19000-261120-0001|1"]).status_code == 400


@pytest.mark.parametrize(
    "tab", ["", "?tab=tuan-nay", "?tab=tam-dung", "?tab=cho-nhan", "?tab=o-mot-cua", "?tab=x"]
)
def test_a_page_of_work_costs_no_more_queries_than_it_declares(house: House, clerk: Screen, tab: str) -> None:
    assert clerk.queries(PATH + tab) <= MOST_QUERIES
    Page.of(house.before(house.office.officer).get(PATH + tab)).check()


def test_the_start_page_counts_as_the_lists_do(house: House, clerk: Screen) -> None:
    house.finished(1)
    start, waiting = Page.of(clerk.get("/")), Page.of(clerk.get(WAITING))
    found = re.search(r"Kết quả chờ trả \((\d+)\)", start.words)
    assert found is not None
    assert f"Tất cả {found[1]}" in waiting.words
    assert WAITING in start.links
    officer = house.before(house.office.officer)
    mine = re.search(r"Hồ sơ của tôi \((\d+)\)", Page.of(officer.get("/")).words)
    assert mine is not None
    assert f"Tất cả hồ sơ của tôi {mine[1]}" in Page.of(officer.get(PATH)).words


def test_results_wait_with_their_days_and_those_ticked_are_reminded(house: House, clerk: Screen) -> None:
    (told,) = house.finished(1, email="an@example.invalid")
    (mute,) = house.finished(1)
    page = clerk.get(WAITING)
    Page.of(page).check()
    assert "Số ngày chờ" in Page.of(page).words
    assert "Không có thư điện tử: gọi điện" in Page.of(page).words
    shown = ticks(page.text)
    answer = clerk.post(
        f"{WAITING}/nhac", (form := {"chon": [shown[told], shown[mute]], "submission_key": new_key()})
    )
    words = Page.of(answer).words
    assert "Đã làm 1 hồ sơ, chưa làm 1 hồ sơ" in words
    assert "Người nộp không có thư điện tử" in words
    assert events_of(told)[-1] is EventKind.REMINDED
    assert events_of(mute)[-1] is EventKind.FINISHED  # a refused row leaves nothing
    with database.reading() as session:
        letters = select(OutboxMessage.context).where(OutboxMessage.kind == "applicant_reminder")
        assert {"dossier_id": stored(told).id} in session.execute(letters).scalars().all()
    assert "Đã nhắc 14:00 23/11/2026" in Page.of(clerk.get(WAITING)).words
    assert "Đã làm 1 hồ sơ, chưa làm 1 hồ sơ" in Page.of(clerk.post(f"{WAITING}/nhac", form)).words, "once"
    form = {"chon": ticks(clerk.get(WAITING).text)[told], "submission_key": new_key()}
    twice = clerk.post(f"{WAITING}/nhac", form)
    assert twice.status_code == 422
    assert "Hôm nay đã nhắc rồi" in Page.of(twice).words


def test_the_list_of_results_is_a_file_too_within_the_scope(house: House) -> None:
    (code,) = house.finished(1)
    head, clerk = house.before(house.office.head), house.before(house.office.clerk)
    export, form = "/danh-sach/results/xuat?columns=owner,days", {"form": "csv", "reason": "Gọi điện"}
    rows = list(csv.reader(io.StringIO(head.post(export, form).text)))
    assert rows[0] == ["\ufeffMã hồ sơ", "Chủ hồ sơ", "Số ngày chờ"]
    assert [code, "Nguyễn V. A.", "3"] in rows
    assert clerk.post(export, form).data == head.post(export, form).data  # the desk's own list
    assert code not in house.before(house.office.stranger).get(WAITING).text
    with database.reading() as session:
        noted = select(AuditEntry.facts).where(AuditEntry.action == "export_list")
        assert "Gọi điện" in [facts.get("reason") for facts in session.execute(noted).scalars()]


def test_ones_own_work_leaves_as_a_file_with_masked_names(house: House, clerk: Screen) -> None:
    (code,) = house.receive(1)
    shown = ticks(clerk.get(f"{PATH}?tab=o-mot-cua&so-dong=500").text)
    several(clerk, "hand_over", [shown[code]], phong=str(house.office.land_unit))
    head = house.before(house.office.head)  # of a unit: without the right to take personal data away
    asked = "/danh-sach/handed/xuat?tab=cho-nhan&columns=owner,handed"
    text = head.post(asked, {"form": "csv", "reason": "Giao ban"}).text
    assert f"{code},Nguyễn V. A.,14:00 23/11/2026" in text
    assert "Nguyễn Văn An" not in head.get(f"{PATH}?tab=cho-nhan").text


@pytest.mark.parametrize("sort", ["", "-due", "received", "-received", "code", "-code"])
def test_every_order_of_ones_own_work_goes_on_from_page_to_page(
    house: House, clerk: Screen, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    house.receive(3)
    whole = Page.of(clerk.get(f"{PATH}?tab=o-mot-cua&so-dong=500&sort={sort}")).codes()
    assert sorted(whole, reverse=sort == "-code") == whole or "code" not in sort
    monkeypatch.setattr(listing, "PAGE", 2)
    walked, url = [], f"{PATH}?tab=o-mot-cua&sort={sort}"
    while url:
        text = clerk.get(url).text
        walked += ticks(text)
        found = re.search(r'href="([^"]*after=[^"]*)"', text)
        url = unescape(found[1]) if found else ""
    assert walked == whole


def test_what_is_collected_stands_on_the_days_sheet_and_on_its_slip(
    house: House, clerk: Screen, tmp_path: Path
) -> None:
    (code,) = house.finished(1)
    path = f"/ho-so/{code}"
    form = Page.of(clerk.get(path)).forms[f"{path}/tra-ket-qua"]
    missing = clerk.post(
        f"{path}/tra-ket-qua",
        form | {"return_result-receiver": "Lê Thị Bình", "return_result-authority": "authorised"},
    )
    assert missing.status_code == 422
    assert "số hoặc ngày của giấy uỷ quyền" in Page.of(missing).words
    assert clerk.get(f"{path}/bien-nhan-tra-ket-qua.pdf").status_code == 404
    form = Page.of(missing).forms[f"{path}/tra-ket-qua"]
    done = clerk.post(f"{path}/tra-ket-qua", form | {"return_result-paper_number": "05/UQ"})
    assert done.status_code == 302
    assert stored(code).state is State.RETURNED
    page = Page.of(clerk.get(path))
    assert "người được uỷ quyền" in page.words
    assert f"{path}/bien-nhan-tra-ket-qua.pdf" in page.links
    for address in (f"{WAITING}/so-ky-nhan.pdf", f"{path}/bien-nhan-tra-ket-qua.pdf"):
        text = pdf_text(clerk.get(address).data, tmp_path)
        for words in (code, "Lê Thị Bình", "05/UQ"):
            assert words in text
    assert code not in pdf_text(clerk.get(f"{WAITING}/so-ky-nhan.pdf?ngay=2026-11-20").data, tmp_path)
    unread = clerk.get(f"{WAITING}/so-ky-nhan.pdf?ngay=32/13/2026")
    assert unread.status_code == 302
    again = Page.of(clerk.get(unread.location))
    assert "Ngày không đọc được" in again.words
    stranger = house.before(house.office.stranger)
    assert code not in pdf_text(stranger.get(f"{WAITING}/so-ky-nhan.pdf").data, tmp_path)
    assert stranger.get(f"{path}/bien-nhan-tra-ket-qua.pdf").status_code == 404


def pdf_text(body: bytes, folder: Path) -> str:
    file = folder / "paper.pdf"
    file.write_bytes(body)
    done = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def test_a_dossier_given_to_another_agency_says_by_when_it_must_be_there(house: House, clerk: Screen) -> None:
    (code,) = house.receive(1, resolving=house.office.other)
    words = Page.of(clerk.get(f"/ho-so/{code}")).words
    assert "Hạn chuyển hồ sơ 17:00 20/11/2026 chậm chuyển: nơi giải quyết chưa xác nhận" in words
    assert "Chậm chuyển" in Page.of(clerk.get(f"{PATH}?tab=o-mot-cua&so-dong=500")).words


def test_a_finish_is_undone_from_the_page_and_says_when_the_applicant_knows(
    house: House, clerk: Screen
) -> None:
    (code,) = house.finished(1, email="an@example.invalid")
    path = f"/ho-so/{code}"
    page = Page.of(clerk.get(path))
    assert "ghi nhầm thì hoàn tác được" in page.words
    form = page.forms[f"{path}/mo-lai"] | {"reopen-reason": "nhầm hồ sơ"}
    assert clerk.post(f"{path}/mo-lai", form).status_code == 302
    assert stored(code).closed_at is None
    given = ReturnResult(Target(code, None), "Nguyễn Văn An", ReturnMethod.COUNTER)
    with database.transaction() as session:
        finish = FinishDossier(Target(code, None), ResultKind.GRANTED)
        release.finish(session, finish, person=house.office.clerk, now=NOW)
        release.return_result(session, given, person=house.office.clerk, now=NOW)
    assert f"{path}/mo-lai" not in Page.of(clerk.get(path)).forms
