"""The screens of apologies: say it, sign it in bulk, see it everywhere; the letter; why it is late."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.services.test_pausing import receive
from tests.support import screens
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tests.support.register import NOW
from tthc_tracker.domain.apologies import ApologyState, Ground, LatenessCause
from tthc_tracker.extensions import database
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.keptlist import ListExport
from tthc_tracker.models.printing import PrintedSlip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with screens.house("sqlite", tmp_path_factory.mktemp("reappointing")) as app:
        yield app


@pytest.fixture(scope="module")
def office(house: Flask) -> Office:
    with database.transaction() as session:
        return open_office(session)


def a_dossier(office: Office, received: str = "Fri 2026-11-20 09:00", **facts: str) -> str:
    with database.transaction() as session:
        return receive(session, office, at(received), **facts).code


def stored(code: str) -> Dossier:
    with database.reading() as session:
        return session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()


def drafted(house: Flask, office: Office, code: str) -> None:
    form = {
        "khong_kip-version": stored(code).version,
        "khong_kip-cause": "staff",
        "khong_kip-reason": "thiếu người",
    }
    answer = screens.before(house, office.officer).post(f"/ho-so/{code}/xin-loi/du-thao", form)
    assert answer.status_code == 303


def test_said_by_the_officer_signed_by_the_head_seen_by_the_applicant(
    house: Flask, office: Office, tmp_path: Path
) -> None:
    code = a_dossier(office, email="an@example.invalid")
    officer, head = screens.before(house, office.officer), screens.before(house, office.head)
    assert "Không kịp hạn" in officer.get(f"/ho-so/{code}").text
    page = officer.get(f"/ho-so/{code}/xin-loi").text
    found = re.findall(r"value=\"([0-9/]+2026 [^\"]*)\"", page)
    assert found == ["30/11/2026 09:00"], "the engine proposes"
    empty = {"khong_kip-version": stored(code).version, "khong_kip-cause": "staff"}
    refused = officer.post(f"/ho-so/{code}/xin-loi/du-thao", empty)
    assert (refused.status_code, "Hãy ghi lý do chưa giải quyết kịp" in refused.text) == (422, True)
    drafted(house, office, code)
    assert "Có dự thảo xin lỗi" in officer.get(f"/ho-so/{code}").text
    assert "Duyệt, hẹn lại" not in officer.get(f"/ho-so/{code}/xin-loi").text
    assert officer.post(f"/ho-so/{code}/xin-loi/duyet", {}).status_code == 403
    assert (
        head.post(f"/ho-so/{code}/xin-loi/duyet", {"duyet-version": stored(code).version}).status_code == 303
    )
    page = officer.get(f"/ho-so/{code}").text
    for words in (
        "Đã xin lỗi và hẹn lại 09:00 30/11/2026",
        "Hạn theo luật",
        "Hẹn lại ngày trả",
        "thiếu người",
    ):
        assert words in page, words
    with database.reading() as session:
        sent = session.execute(select(OutboxMessage.kind)).scalars().all()
    assert "applicant_apology" in sent
    assert "in lại giấy hẹn" in screens.before(house, office.clerk).get(f"/ho-so/{code}").text
    public = house.test_client().post(
        "/tra-cuu", data={"code": code, "number": "001234"}, base_url=screens.HOST
    )
    assert "xin lỗi vì không trả được kết quả đúng ngày 26/11/2026" in public.text, public.text
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(officer.get(f"/ho-so/{code}/van-ban-xin-loi.pdf").data)
    told = subprocess.run(["pdftotext", "-raw", letter, "-"], capture_output=True, text=True, check=True)
    said = re.sub(r"\s+", " ", told.stdout)
    for words in ("VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN", "Nguyễn Văn An", "thiếu người", "ngày 30/11/2026",
                  "ngày 26/11/2026", "Phạm Thị Trưởng", code):  # fmt: skip
        assert words in said, words


def test_a_head_signs_several_at_once_and_each_row_is_told(house: Flask, office: Office) -> None:
    codes = [a_dossier(office) for _ in range(3)]
    for code in codes:
        drafted(house, office, code)
    head = screens.before(house, office.head)
    listed = head.get("/giam-sat/xin-loi").text
    assert all(code in listed for code in codes)
    key = re.search(r'name="submission_key" value="([0-9a-f]{32})"', listed)
    assert key is not None
    ticks = [f"{code}|{stored(code).version}" for code in codes]
    form = {"viec": "duyet", "submission_key": key[1], "chon": [ticks[0], ticks[1], codes[2] + "|999"]}
    done = head.post("/giam-sat/xin-loi?tab=waiting", form)
    assert (done.status_code, "Đã làm 2 hồ sơ, chưa làm 1 hồ sơ" in done.text) == (200, True)
    assert [stored(code).reappointed_at is not None for code in codes] == [True, True, False]
    again = head.post("/giam-sat/xin-loi?tab=waiting", form)
    assert "Đã làm 2 hồ sơ" in again.text, "the same form again changes nothing"
    assert head.post("/giam-sat/xin-loi", {"viec": "duyet"}).status_code == 422
    letters = head.post(
        "/danh-sach/apologies/chon?tab=approved", {"action": "apology_letters", "chon": ticks[:2]}
    )
    assert ("In văn bản xin lỗi (2 hồ sơ)" in done.text, "Khổ giấy" in letters.text) == (True, True)
    asked = {"action": "apology_letters", "chon": ticks, "size": "a4", "submission_key": "d" * 32}
    printed = head.post("/danh-sach/apologies/hang-loat?tab=approved", asked)
    assert "Hồ sơ này chưa có văn bản xin lỗi nào được duyệt." in printed.text
    with database.reading() as session:
        kept = session.execute(select(PrintedSlip.kind, PrintedSlip.size, PrintedSlip.copy)).all()
        assert [tuple(row) for row in kept].count(("apology", "a4", 1)) >= 2
        file = session.execute(select(ListExport.form).where(ListExport.list_name == "apology_letters"))
        assert file.scalar_one() == "pdf"
    reject = {"viec": "khong-duyet", "submission_key": "a" * 32, "chon": ticks[2], "ly-do": "làm thêm giờ"}
    assert head.post("/giam-sat/xin-loi", reject).status_code == 200
    assert "làm thêm giờ" in head.get("/giam-sat/xin-loi?tab=rejected").text
    assert codes[0] in head.get("/giam-sat/xin-loi?tab=approved").text
    assert "Duyệt, hẹn lại" not in screens.before(house, office.controller).get("/giam-sat/xin-loi").text


def test_a_head_gives_several_drafts_one_reason_and_their_dates_stay(house: Flask, office: Office) -> None:
    codes = [a_dossier(office) for _ in range(2)]
    with database.transaction() as session:
        for code in codes:
            found = session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()
            session.add(
                Apology(
                    dossier_id=found.id, state=ApologyState.DRAFT, ground=Ground.STEP_OVERDUE,
                    due_at=at("Thu 2026-12-03 09:00"), drafted_at=at("Mon 2026-11-23 07:00"),
                )
            )  # fmt: skip
    head = screens.before(house, office.head)
    form = {
        "viec": "ghi-ly-do", "submission_key": "e" * 32, "ly-do-in": "chờ xác minh",
        "chon": [f"{code}|{stored(code).version}" for code in codes],
    }  # fmt: skip
    unsaid = head.post("/giam-sat/xin-loi", form)
    assert (unsaid.status_code, "Hãy chọn nguyên nhân" in unsaid.text) == (422, True)
    assert 'value="chờ xác minh"' in unsaid.text
    done = head.post("/giam-sat/xin-loi", form | {"nguyen-nhan": "field_check"})
    assert "Đã làm 2 hồ sơ" in done.text
    with database.reading() as session:
        of_both = (
            select(Apology).join(Dossier, Dossier.id == Apology.dossier_id).where(Dossier.code.in_(codes))
        )
        for row in session.execute(of_both).scalars():
            assert (row.reason, row.cause, row.due_at) == (
                "chờ xác minh", LatenessCause.FIELD_CHECK, at("Thu 2026-12-03 09:00"),
            )  # fmt: skip


def test_late_without_an_apology_is_told_and_its_cause_asked(house: Flask, office: Office) -> None:
    code = a_dossier(office, "Mon 2026-11-16 09:00")
    head, controller = screens.before(house, office.head), screens.before(house, office.controller)
    queue = head.get("/giam-sat/xin-loi").text
    assert "Trễ hạn chưa xin lỗi" in queue
    assert "Phường Đông Hà" in queue
    assert "Ghi lý do trễ hạn" in controller.get(f"/ho-so/{code}").text
    form = {"ly_do_tre-version": stored(code).version, "ly_do_tre-cause": "other"}
    refused = controller.post(f"/ho-so/{code}/ly-do-tre", form)
    assert (refused.status_code, "Hãy ghi rõ lý do khác là gì" in refused.text) == (422, True)
    assert (
        controller.post(f"/ho-so/{code}/ly-do-tre", form | {"ly_do_tre-note": "mất điện"}).status_code == 303
    )
    page = controller.get(f"/ho-so/{code}").text
    assert "mất điện" in page
    assert "chưa có lý do" not in page


def test_a_limit_of_a_day_has_no_second_date(house: Flask, office: Office) -> None:
    code = a_dossier(office, NOW.strftime("%a %Y-%m-%d %H:%M"), code="2.000815")
    page = screens.before(house, office.officer).get(f"/ho-so/{code}/xin-loi").text
    assert "không hẹn lại ngày trả" in page
    assert "Gửi dự thảo" not in page
    with database.reading() as session:
        dossier = stored(code)
        rows = session.execute(select(Apology).where(Apology.dossier_id == dossier.id)).all()
    assert rows == []


def test_the_cause_is_given_in_bulk_and_counted_with_its_dossiers(house: Flask, office: Office) -> None:
    codes = [a_dossier(office, "Mon 2026-11-16 10:00") for _ in range(2)]
    head = screens.before(house, office.head)
    form = {"action": "lateness", "chon": [f"{code}|{stored(code).version}" for code in codes]}
    chosen = head.post("/danh-sach/overdue/chon", form)
    assert "Nguyên nhân" in chosen.text
    key = re.search(r'name="submission_key" value="([0-9a-f]{32})"', chosen.text)
    assert key is not None
    form |= {"submission_key": key[1], "note": "mất mạng"}
    assert head.post("/danh-sach/overdue/hang-loat", form).status_code == 422
    done = head.post("/danh-sach/overdue/hang-loat", form | {"cause": "system_outage"})
    assert done.text.count("Đã ghi lý do trễ hạn.") == 2
    table = head.get("/giam-sat/ly-do-tre").text
    found = re.search(r'href="([^"]*cause=system_outage[^"]*)">2</a>', table)
    assert found is not None
    behind = head.get(found[1].replace("&amp;", "&")).text
    assert all(code in behind for code in codes)
    assert behind.count("mất mạng") == 2
    file = head.post(
        "/danh-sach/late_causes/xuat?" + found[1].replace("&amp;", "&").partition("?")[2],
        {"form": "csv", "reason": "báo cáo"},
    )
    assert all(file.text.count(code) == 1 for code in codes)
    assert file.text.count("mất mạng") == 2


def test_late_on_the_lawful_date_only_stands_under_its_own_tab(house: Flask, office: Office) -> None:
    code = a_dossier(office, "Mon 2026-11-16 09:30")
    drafted(house, office, code)
    head = screens.before(house, office.head)
    assert code in head.get("/giam-sat/qua-han").text
    assert (
        head.post(f"/ho-so/{code}/xin-loi/duyet", {"duyet-version": stored(code).version}).status_code == 303
    )
    assert code not in head.get("/giam-sat/qua-han").text
    listed = head.get("/giam-sat/da-hen-lai").text
    assert code in listed
    assert "hạn theo luật 09:30 19/11/2026" in listed, "the other date is shown"
    assert "Xin lỗi muộn" in head.get("/giam-sat/xin-loi?tab=late").text
    assert code in head.get("/giam-sat/xin-loi?tab=late").text


PARTS = ("tat-ca", "con-lai", "da-nhap")


def test_an_outage_is_noted_at_the_desk_and_its_dossiers_ticked_off(house: Flask, office: Office) -> None:
    code = a_dossier(office, "Mon 2026-11-23 08:30")
    clerk = screens.before(house, office.clerk)
    page = clerk.get("/su-co").text
    key = re.search(r'name="submission_key" value="([0-9a-f]{32})"', page)
    assert key is not None
    form = {"submission_key": key[1], "system": "civil_status", "sector": "", "note": "quá tải"}
    assert clerk.post("/su-co", form).status_code == 422
    noted = clerk.post("/su-co", form | {"began_at": "2026-11-23T08:00", "ended_at": "2026-11-23T09:00"})
    assert noted.status_code == 303
    address = noted.location.removeprefix(screens.HOST)
    parts = {part: f"/su-co/ho-so?xem={part}&outage={address.rpartition('/')[2]}" for part in PARTS}
    leads = re.findall(r'href="(/su-co/ho-so[^"]*)"', clerk.get(address).text)
    assert len(leads) == 3
    assert [code in clerk.get(one).text for one in parts.values()] == [True, True, False]
    file = clerk.post(
        "/danh-sach/outage/xuat?" + parts["con-lai"].partition("?")[2], {"form": "csv", "reason": "báo cáo"}
    )
    assert file.text.count(code) == 1
    ticked = {"submission_key": "b" * 32, "chon": f"{code}|{stored(code).version}"}
    assert clerk.post(address + "/da-nhap-lai", {"submission_key": "c" * 32}).status_code == 422
    assert clerk.post(address + "/da-nhap-lai", ticked).status_code == 303
    assert [code in clerk.get(one).text for one in parts.values()] == [True, False, True]
    assert screens.before(house, office.stranger).get(parts["tat-ca"]).status_code == 404
    assert "Đã nhập lại vào hệ thống sau sự cố" in clerk.get(f"/ho-so/{code}").text
    assert "Phần mềm hộ tịch dùng chung" in screens.before(house, office.controller).get("/su-co").text
    assert screens.before(house, office.stranger).get(address).status_code == 404


def test_a_dossier_says_that_a_system_was_down_when_it_was_received(house: Flask, office: Office) -> None:
    met, before = (a_dossier(office, f"Mon 2026-11-23 {clock}") for clock in ("07:25", "07:05"))
    clerk = screens.before(house, office.clerk)
    form = {"submission_key": "f" * 32, "system": "payment", "sector": "", "note": ""}
    noted = clerk.post("/su-co", form | {"began_at": "2026-11-23T07:20", "ended_at": "2026-11-23T07:30"})
    number = noted.location.rpartition("/")[2]
    told = clerk.get(f"/ho-so/{met}").text
    assert "Tiếp nhận khi Cổng thanh toán gặp sự cố: cần nhập lại." in told
    assert f"/su-co/ho-so?outage={number}&amp;xem=con-lai" in told
    assert "gặp sự cố" not in clerk.get(f"/ho-so/{before}").text
    ticked = {"submission_key": "0" * 32, "chon": f"{met}|{stored(met).version}"}
    clerk.post(f"/su-co/{number}/da-nhap-lai", ticked)
    told = clerk.get(f"/ho-so/{met}").text
    assert "gặp sự cố: cần nhập lại" not in told
    assert f"{office.clerk.name} đã nhập lại" in told
