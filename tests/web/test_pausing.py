"""The page on which a clock is held: what it says beforehand, what it refuses, what it leaves."""

import datetime as dt
import re
import secrets
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from tests.services.test_pausing import receive
from tests.support import screens
from tests.support.desk import Office, hire, open_office
from tests.support.moments import at
from tests.support.register import NOW
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with screens.house("sqlite", tmp_path_factory.mktemp("pausing")) as app:
        yield app


@pytest.fixture(scope="module")
def office(house: Flask) -> Office:
    with database.transaction() as session:
        return open_office(session)


def a_dossier(office: Office, received: dt.datetime) -> str:
    with database.transaction() as session:
        return receive(session, office, received).code


def stored(code: str) -> Dossier:
    with database.reading() as session:
        return session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()


def test_it_is_said_beforehand_when_a_pause_would_rescue_nothing(house: Flask, office: Office) -> None:
    client = screens.before(house, office.clerk)
    late, last_day = (
        a_dossier(office, at("Mon 2026-11-16 09:00")),
        a_dossier(office, at("Wed 2026-11-18 09:00")),
    )
    assert "tạm dừng từ bây giờ không làm lùi ngày hẹn trả" in client.get(f"/ho-so/{late}/tam-dung").text
    assert "Hôm nay là ngày hẹn trả" in client.get(f"/ho-so/{last_day}/tam-dung").text
    in_time = client.get(f"/ho-so/{a_dossier(office, at('Fri 2026-11-20 09:00'))}/tam-dung").text
    assert "notice-warning" not in in_time


def test_a_pause_that_rescues_nothing_says_so(house: Flask, office: Office) -> None:
    client, late = screens.before(house, office.clerk), a_dossier(office, at("Mon 2026-11-16 09:00"))
    form = {
        "cho-version": stored(late).version, "cho-reason": "survey", "cho-note": "đo đạc", "cho-reply_by": "",
    }  # fmt: skip
    assert client.post(f"/ho-so/{late}/tam-dung/cho", form).status_code == 303
    page = client.get(f"/ho-so/{late}").text
    assert "Bắt đầu khi hồ sơ đã quá hạn nên không được tính: ngày hẹn trả không đổi." in page
    assert "bắt đầu khi hồ sơ đã quá hạn nên không được tính" in page, "in the history too"
    assert "được cộng vào ngày hẹn trả" not in page


def test_asked_paused_answered_and_the_new_receipt_offered(house: Flask, office: Office) -> None:
    client, code = screens.before(house, office.clerk), a_dossier(office, at("Fri 2026-11-20 09:00"))
    version = stored(code).version
    form = {"bo_sung-version": version, "bo_sung-basis": "Điều 5", "bo_sung-reply_by": "2026-12-10"}
    refused = client.post(f"/ho-so/{code}/tam-dung/bo-sung", form | {"bo_sung-content": "bản sao khai sinh"})
    assert (refused.status_code, "Hãy ghi lý do cần bổ sung." in refused.text) == (422, True)
    assert "bản sao khai sinh" in refused.text
    whole = form | {"bo_sung-content": "bản sao khai sinh", "bo_sung-reason": "thiếu"}
    assert client.post(f"/ho-so/{code}/tam-dung/bo-sung", whole).status_code == 303
    page = client.get(f"/ho-so/{code}").text
    for words in (
        "Chờ bổ sung giấy tờ từ",
        "Nếu tiếp tục ngay bây giờ, hẹn trả là",
        "In phiếu yêu cầu bổ sung",
    ):
        assert words in page
    stale = client.post(f"/ho-so/{code}/tam-dung/bo-sung", whole)
    assert (stale.status_code, stored(code).state) == (409, State.AWAITING_SUPPLEMENT)
    slip = client.get(f"/ho-so/{code}/phieu-bo-sung.pdf")
    assert slip.data.startswith(b"%PDF")
    answer = {"tiep_tuc-version": stored(code).version, "tiep_tuc-at": NOW.strftime("%Y-%m-%dT%H:%M")}
    assert client.post(f"/ho-so/{code}/tam-dung/tiep-tuc", answer).status_code == 303
    page = client.get(f"/ho-so/{code}").text
    for words in ("Ngày hẹn trả chuyển từ", "in lại giấy hẹn", "Đổi ngày hẹn trả"):
        assert words in page
    client.get(f"/ho-so/{code}/giay-tiep-nhan.pdf")
    assert "in lại giấy hẹn" not in client.get(f"/ho-so/{code}").text


def test_a_wait_is_put_down_by_its_rule_and_listed(house: Flask, office: Office) -> None:
    client, code = screens.before(house, office.clerk), a_dossier(office, at("Fri 2026-11-20 09:00"))
    form = {"cho-version": stored(code).version, "cho-reason": "opinion", "cho-note": "xác minh"}
    refused = client.post(f"/ho-so/{code}/tam-dung/cho", form)
    assert (refused.status_code, "Hãy ghi tên cơ quan" in refused.text) == (422, True)
    client.post(f"/ho-so/{code}/tam-dung/cho", form | {"cho-asked_of": "Công an xã"})
    with database.reading() as session:
        row = session.execute(select(Pause).join(Dossier).where(Dossier.code == code)).scalar_one()
    assert row.expires_at == at("Fri 2026-12-04 00:00")  # ten days by the default rule
    listed = screens.before(house, office.controller).get("/giam-sat/tam-dung").text
    assert code in listed
    assert "Công an xã" in listed


def test_a_stop_prints_its_notice_and_can_be_gone_back_on(house: Flask, office: Office) -> None:
    client, code = screens.before(house, office.clerk), a_dossier(office, at("Fri 2026-11-20 09:00"))
    form = {
        "dung-version": stored(code).version, "dung-reason": "toà án thụ lý", "dung-basis": "Điều 10",
        "dung-request": "văn bản số 5",
    }  # fmt: skip
    assert client.post(f"/ho-so/{code}/tam-dung/dung", form).status_code == 303
    assert stored(code).state is State.STOPPED
    assert client.get(f"/ho-so/{code}/thong-bao-dung.pdf").data.startswith(b"%PDF")
    assert "Giải quyết tiếp hồ sơ đã dừng" in client.get(f"/ho-so/{code}/tam-dung").text
    client.post(f"/ho-so/{code}/tam-dung/tiep-tuc", {"tiep_tuc-version": stored(code).version})
    assert stored(code).state is State.PROCESSING
    assert client.get(f"/ho-so/{code}/thong-bao-dung.pdf").status_code == 404


def test_rules_are_read_by_all_and_set_for_the_whole_only(house: Flask, office: Office) -> None:
    with database.transaction() as session:
        whole = hire(session, "Quản trị tỉnh", Role.ADMINISTRATOR, office.province)
        local = hire(session, "Quản trị phường", Role.ADMINISTRATOR, office.ward)
    form = {
        "reason": "survey", "policy": "resume", "lasts_days": "20", "valid_from": NOW.date().isoformat(),
        "procedure_code": "", "restart_within": "", "basis": "Điều 7",
    }  # fmt: skip
    refused = screens.before(house, local).post("/danh-muc/tam-dung/dat", form)
    assert (refused.status_code, "chỉ quản trị viên toàn hệ thống" in refused.text) == (422, True)
    client = screens.before(house, whole)
    assert "Đặt quy tắc" in client.get("/danh-muc/tam-dung").text
    wrong = client.post("/danh-muc/tam-dung/dat", form | {"restart_within": "lạ", "policy": "restart"})
    assert wrong.status_code == 422
    assert client.post("/danh-muc/tam-dung/dat", form).status_code == 303
    page = screens.before(house, office.auditor).get("/danh-muc/tam-dung").text
    assert "Điều 7" in page
    assert "Đặt quy tắc" not in page


def test_slips_of_several_answers_are_one_file_and_who_has_none_is_told(house: Flask, office: Office) -> None:
    client = screens.before(house, office.clerk)
    asked, plain = (a_dossier(office, at("Fri 2026-11-20 09:00")) for _ in range(2))
    form = {
        "bo_sung-version": stored(asked).version, "bo_sung-basis": "Điều 5",
        "bo_sung-content": "bản sao khai sinh", "bo_sung-reason": "thiếu",
        "bo_sung-reply_by": "2026-12-10",
    }  # fmt: skip
    assert client.post(f"/ho-so/{asked}/tam-dung/bo-sung", form).status_code == 303
    rows = [f"{code}|{stored(code).version}" for code in (asked, plain)]
    head = screens.before(house, office.controller)
    refused = head.post("/danh-sach/paused/chon", {"action": "answer_slips", "chon": rows})
    assert refused.status_code == 403, "a controller prints nothing"
    form = {"action": "answer_slips", "chon": rows, "submission_key": secrets.token_hex(16)}
    page = client.post("/danh-sach/search/hang-loat", form).text
    assert "Hồ sơ này chưa có phiếu yêu cầu bổ sung" in page
    link = re.search(r'href="(/xuat-tep/\d+/tep)"', page)
    assert link is not None
    assert client.get(link[1]).data.startswith(b"%PDF")
