"""Absences with their deputies, and letters that urge, on the screens."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support import screens
from tests.support.databases import ENGINES
from tests.support.desk import Worker, hire
from tests.support.register import Register, lay_register
from tests.support.screens import Page, Screen
from tests.web.test_lists import outcomes, version
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import database
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.urging import UrgingLetter

LIST = "/giam-sat/qua-han"


@pytest.fixture(scope="module", params=ENGINES)
def laid(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Register, Worker]]:
    with screens.house(request.param, tmp_path_factory.mktemp("handing")) as app:
        with database.transaction() as session:
            register = lay_register(session)
            boss = hire(session, "Lê Văn Chủ Tịch", Role.HEAD_OF_AGENCY, register.office.ward)
        yield app, register, boss


@pytest.fixture
def register(laid: tuple[Flask, Register, Worker]) -> Register:
    return laid[1]


@pytest.fixture
def boss(laid: tuple[Flask, Register, Worker]) -> Screen:
    return screens.before(laid[0], laid[2])


@pytest.fixture
def officer(laid: tuple[Flask, Register, Worker]) -> Screen:
    return screens.before(laid[0], laid[1].office.officer)


# --- absences


def test_an_officer_enters_that_he_will_be_away_and_his_deputy_is_told_on_every_page(
    laid: tuple[Flask, Register, Worker], register: Register, officer: Screen
) -> None:
    office = register.office
    page = Page.of(officer.get("/vang-mat"))
    page.check()
    typed = {
        "user_id": str(office.officer.user_id), "deputy_id": str(office.clerk.user_id),
        "from_day": "23/11/2026", "to_day": "22/11/2026",
    }  # fmt: skip
    refused = officer.post("/vang-mat", typed)
    assert refused.status_code == 422
    assert "Ngày cuối phải từ ngày đầu" in refused.text
    assert 'value="22/11/2026"' in refused.text, "nothing typed is lost"
    assert officer.post("/vang-mat", typed | {"to_day": "25/11/2026"}).status_code == 303
    clerk = screens.before(laid[0], office.clerk)
    assert "thay Trần Văn Thụ Lý" in " ".join(re.sub("<[^>]+>", "", clerk.get("/").text).split())
    again = officer.post("/vang-mat", typed | {"to_day": "25/11/2026"})
    assert "đã được ghi vắng từ 23/11/2026" in again.text
    assert "Nguyễn" not in screens.before(laid[0], office.stranger).get("/vang-mat").text
    (end,) = re.findall(r'action="(/vang-mat/\d+/ket-thuc)"', officer.get("/vang-mat").text)
    assert clerk.post(end, {}).status_code == 404
    officer.post(end, {})
    assert "Đã kết thúc sớm" in officer.get("/vang-mat").text
    assert "thay Trần Văn Thụ Lý" not in clerk.get("/").text


def test_a_deputy_of_the_head_finds_his_queue_and_loses_it_with_the_end(
    laid: tuple[Flask, Register, Worker], register: Register, boss: Screen, officer: Screen
) -> None:
    typed = {
        "user_id": str(laid[2].user_id), "deputy_id": str(register.office.officer.user_id),
        "from_day": "23/11/2026", "to_day": "23/11/2026", "form": "kt", "user_title": "Chủ tịch",
        "deputy_title": "Phó Chủ tịch",
    }  # fmt: skip
    assert officer.get(LIST).status_code == 403
    assert "chức vụ" in boss.post("/vang-mat", typed | {"user_title": ""}).text
    boss.post("/vang-mat", typed)
    assert officer.get(LIST).status_code == 200
    (end,) = re.findall(r'action="(/vang-mat/\d+/ket-thuc)"', boss.get("/vang-mat").text)
    boss.post(end, {})
    assert officer.get(LIST).status_code == 403


# --- letters


def drafted(screen: Screen, rows: list[str]) -> dict[str, Any]:
    """The form of a letter about these rows, as the page offers it."""
    page = screen.post("/don-doc/soan?list=overdue", {"chon": rows}).text
    key = re.search(r'name="submission_key" value="([0-9a-f]{32})"', page)
    signer = re.search(r'<option value="(\d+)"', page)
    answer_by = re.search(r'name="answer_by"[^>]*value="([^"]+)"', page)
    assert key, page[:3000]
    assert signer
    assert answer_by
    return {
        "chon": rows, "submission_key": key[1], "signer": signer[1], "answer_by": answer_by[1],
        "symbol": "UBND-VP",
    }  # fmt: skip


@pytest.fixture
def sent(register: Register, boss: Screen) -> str:
    """The page that says what became of four dossiers on letters."""
    codes = [row.code for row in register.of("overdue")[60:64]]
    form = drafted(boss, [f"{code}|{version(code)}" for code in codes])
    return boss.post("/don-doc", form).text


def link_in(page: str) -> str:
    """The first letter that a page leads to."""
    found = re.search(r'href="(/don-doc/\d+)"', page)
    assert found, page[:3000]
    return found[1]


def test_a_letter_is_written_from_the_list_once_and_its_files_are_what_was_issued(
    register: Register, boss: Screen
) -> None:
    code = register.of("overdue")[70].code
    assert "Công văn đôn đốc" in boss.get(LIST).text
    form = drafted(boss, [f"{code}|{version(code)}"])
    refused = boss.post("/don-doc", form | {"symbol": ""})
    assert refused.status_code == 422
    assert "ký hiệu văn bản" in refused.text
    done = boss.post("/don-doc", form)
    assert outcomes(done.text)[code].startswith("Đã đưa vào")
    assert boss.post("/don-doc", form).status_code == 303, "sent again, nothing is issued twice"
    with database.reading() as session:
        letters = session.execute(select(UrgingLetter)).scalars().all()
        noted = session.execute(select(AuditEntry.action)).scalars().all()
    assert noted.count("urging_letter_issued") == len(letters)
    assert len({letter.number for letter in letters}) == len(letters)
    link = link_in(done.text)
    assert boss.get(f"{link}/cong-van.pdf").data.startswith(b"%PDF")
    assert boss.get(f"{link}/cong-van.docx").data.startswith(b"PK")
    assert boss.get(f"{link}/cong-van.exe").status_code == 404


def test_the_unit_explains_on_the_page_of_the_letter_and_everybody_sees_it(
    sent: str, boss: Screen, officer: Screen
) -> None:
    link = link_in(sent)
    Page.of(officer.get(link)).check()
    text = officer.get(link).text
    rows = re.findall(r'name="chon" value="([^"]+)"', text)
    key = re.search(r'name="submission_key" value="([0-9a-f]{32})"', text)
    assert key
    answer = {"chon": rows, "submission_key": key[1], "cause": "staff", "note": "thiếu người"}
    missing = officer.post(f"{link}/giai-trinh", answer | {"promised_on": "1/1/2026"})
    assert missing.status_code == 422
    assert "thiếu người" in missing.text, "nothing typed is lost"
    done = officer.post(f"{link}/giai-trinh", answer | {"promised_on": "27/11/2026"})
    assert "Đã giải trình" in done.text
    code = rows[0].partition("|")[0]
    shown = boss.get(f"/ho-so/{code}").text
    assert "Đã đôn đốc" in shown
    assert "cam kết có kết quả ngày 27/11/2026" in shown
    listed = " ".join(re.sub("<[^>]+>", " ", boss.get("/don-doc").text).split())
    assert "Đã trả lời" in listed
    table = boss.get(f"{LIST}?columns=code,urged").text
    assert "Số lần đôn đốc" in table
