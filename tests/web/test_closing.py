"""Chốt ngày through HTTP: the list, one sending for all of it, an answer for each, the slip of each unit."""

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.web.test_reception import Visit, desk, dossiers, now, visit, words
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.extensions import database
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.web import selection

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

__all__ = ["desk", "now"]  # fixtures

ONE_ENGINE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
FIRST, SECOND = "H50.19000-261123-0001", "H50.19000-261123-0002"


def sending(desk: Visit, page: "TestResponse", **units: int) -> dict[str, Any]:
    """What the page's form sends when every dossier is ticked; `units` by the end of the code."""
    key = re.search(r'name="submission_key" value="([0-9a-f]{32})"', page.text)
    assert key
    listed = re.findall(r'name="take" value="([^"]+)"', page.text)
    versions = dict(re.findall(r'name="version-([^"]+)" value="(\d+)"', page.text))
    fields: dict[str, Any] = {"submission_key": key[1], "quay": "H50.19000", "take": listed}
    fields |= {f"version-{code}": version for code, version in versions.items()}
    return fields | {f"unit-{code}": units.get(f"n{code[-4:]}", desk.office.land_unit) for code in listed}


def test_all_of_it_is_handed_over_at_once(desk: Visit) -> None:
    desk.receive()
    desk.receive(abstract="lần hai")
    fields = sending(desk, desk.get("/chot-ngay"), n0002=desk.office.civil_unit)
    answer = desk.post("/chot-ngay/ban-giao", fields)
    assert answer.status_code == 200
    assert "Đã bàn giao 2 hồ sơ." in words(answer)
    assert "Phòng Địa chính" in words(answer)
    holders = [(one.state, one.holding_unit_id) for one in dossiers()]
    assert holders == [
        (State.PROCESSING, desk.office.land_unit), (State.PROCESSING, desk.office.civil_unit),
    ]  # fmt: skip
    again = desk.post("/chot-ngay/ban-giao", fields)
    assert again.status_code == 303
    assert "đã được bàn giao trước đó" in words(desk.get(again.location))
    assert [one.version for one in dossiers()] == [2, 2]


def test_the_slip_is_a_pdf_and_its_print_is_noted(desk: Visit) -> None:
    desk.receive()
    page = desk.post("/chot-ngay/ban-giao", sending(desk, desk.get("/chot-ngay")))
    link = re.search(r'href="(/chot-ngay/giay-ban-giao\.pdf[^"]+)"', page.text)
    assert link
    pdf = desk.get(link[1].replace("&amp;", "&"))
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    with database.reading() as session:
        entry = session.execute(select(AuditEntry).where(AuditEntry.action == "handover_slip_printed"))
        assert entry.scalar_one().facts["dossiers"] == 1


@ONE_ENGINE
def test_a_row_that_cannot_go_says_why_beside_its_code(desk: Visit) -> None:
    desk.receive()
    desk.receive(abstract="lần hai")
    fields = sending(desk, desk.get("/chot-ngay"))
    del fields[f"unit-{FIRST}"]
    answer = desk.post("/chot-ngay/ban-giao", fields)
    assert f"1 hồ sơ chưa bàn giao được: {FIRST} : Chưa chọn phòng nhận." in words(answer)
    assert "Đã bàn giao 1 hồ sơ." in words(answer)


@ONE_ENGINE
def test_nothing_ticked_is_nothing_done(desk: Visit) -> None:
    answer = desk.post("/chot-ngay/ban-giao", {"quay": "H50.19000"})
    assert answer.status_code == 422
    assert "Hãy chọn từ 1 đến 200 hồ sơ" in words(answer)


@ONE_ENGINE
@pytest.mark.parametrize("query", ["ngay=hôm+nay", "ngay=9999-12-31", "ngay=0001-01-01", "quay=khong-co", ""])
def test_whatever_is_asked_there_is_a_page(desk: Visit, query: str) -> None:
    assert desk.get(f"/chot-ngay?{query}").status_code == 200


def test_another_desk_sees_and_sends_nothing_of_ours(desk: Visit, app: "Flask") -> None:
    desk.receive()
    fields = sending(desk, desk.get("/chot-ngay"))
    stranger = visit(app, desk.office, desk.office.stranger)
    page = stranger.get("/chot-ngay?quay=H50.19000")
    assert FIRST not in page.text
    answer = stranger.post("/chot-ngay/ban-giao", fields)
    assert "Không tìm thấy hồ sơ trong phạm vi của bạn." in words(answer)
    slip = f"/chot-ngay/giay-ban-giao.pdf?co_quan={desk.office.ward}&phong={desk.office.land_unit}"
    desk.post("/chot-ngay/ban-giao", sending(desk, desk.get("/chot-ngay")))
    assert desk.get(slip).status_code == 200
    assert stranger.get(slip).status_code == 303
    assert [one.version for one in dossiers()] == [2]


@ONE_ENGINE
def test_a_day_that_is_still_to_come_is_said_to_be_so(desk: Visit) -> None:
    shown = words(desk.get("/chot-ngay?ngay=24/11/2026"))
    assert "Ngày 24/11/2026 chưa tới nên chưa có gì để chốt." in shown
    assert "Chốt ngày 23/11/2026" in shown
    assert "chưa tới" not in words(desk.get("/chot-ngay?ngay=22/11/2026"))


LISTS = ("da-tiep-nhan", "chua-ban-giao", "da-ban-giao", "chua-khop", "phi")


@ONE_ENGINE
def test_each_list_of_the_day_opens_from_the_sheet_and_is_kept_like_any_other(desk: Visit) -> None:
    desk.receive()
    desk.receive(abstract="lần hai")
    sheet = desk.get("/chot-ngay").text
    for name in LISTS:
        assert f'href="/chot-ngay/{name}"' in sheet
    assert FIRST in desk.get("/chot-ngay/chua-ban-giao").text
    asked = "columns=code,owner,hand_over_by&sort=-received"
    file = desk.post(f"/danh-sach/day_waiting/xuat?{asked}", {"form": "csv", "reason": "Giao ban"})
    rows = file.data.decode("utf-8-sig").splitlines()
    assert rows[0] == "Mã hồ sơ,Chủ hồ sơ,Hạn chuyển,Quá hạn chuyển"
    assert [row.split(",")[0] for row in rows[1:]] == [SECOND, FIRST]
    assert FIRST in desk.get(f"/danh-sach/day_waiting/in?{asked}").text
    saved = desk.post("/danh-sach/day_waiting/che-do-xem?channel=counter", {"name": "Tại quầy"}).location
    assert desk.get(saved).location.startswith("/chot-ngay/chua-ban-giao?channel=counter")
    boxes = re.findall(
        rf'name="{selection.FIELD}" value="([^"]+)"', desk.get("/chot-ngay/chua-ban-giao").text
    )
    chosen = desk.post("/danh-sach/day_waiting/chon", {"action": "remind", selection.FIELD: boxes})
    assert (len(boxes), chosen.status_code) == (2, 200)
    desk.post("/chot-ngay/ban-giao", sending(desk, desk.get("/chot-ngay")))
    assert "Không còn hồ sơ nào phải bàn giao." in words(desk.get("/chot-ngay/chua-ban-giao"))
    assert "chưa xác nhận" in words(desk.get("/chot-ngay/da-ban-giao"))


@ONE_ENGINE
def test_day_and_desk_are_filters_with_chips(desk: Visit) -> None:
    desk.receive()
    today, before = desk.get("/chot-ngay/da-tiep-nhan"), desk.get("/chot-ngay/da-tiep-nhan?ngay=20/11/2026")
    assert FIRST in today.text
    assert FIRST not in before.text
    assert "Trong ngày chưa tiếp nhận hồ sơ nào." in words(before)
    assert "Ngày 20/11/2026" in words(before)
    assert re.search(
        r'<a[^>]+href="/chot-ngay/da-tiep-nhan"[^>]*>[^<]*(?:<[^>]+>[^<]*)*Ngày 20/11', before.text
    )
    assert (
        'href="/chot-ngay/phi?ngay=20%2F11%2F2026"' in before.text
    )  # the day goes with one to its other lists
    ahead = words(desk.get("/chot-ngay/da-tiep-nhan?ngay=24/11/2026"))
    assert "Ngày 24/11/2026 chưa tới" in ahead


@ONE_ENGINE
def test_another_desk_has_lists_of_its_own(desk: Visit, app: "Flask") -> None:
    desk.receive()
    stranger = visit(app, desk.office, desk.office.stranger)
    for name in LISTS:
        assert FIRST not in stranger.get(f"/chot-ngay/{name}?quay=H50.19000").text
    file = stranger.post("/danh-sach/day_received/xuat?quay=H50.19000", {"form": "csv", "reason": "thử"})
    assert FIRST not in file.text
