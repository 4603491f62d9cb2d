"""The supervisor's pages: rows, filters in the address, whole files, and how many queries each may cost."""

import csv
import io
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.support import screens
from tests.support.register import CANARY, NAMES, Register
from tests.support.screens import Page, Screen
from tthc_tracker.extensions import database
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.queries import listing

PATHS = {
    "overdue": "/giam-sat/qua-han",
    "late_reception": "/giam-sat/cham-tiep-nhan",
    "due_soon": "/giam-sat/sap-den-han",
}
MOST_QUERIES = 10


@pytest.fixture
def head(laid: tuple[Flask, Register]) -> Screen:
    """The head of the ward's unit."""
    return screens.before(laid[0], laid[1].office.head)


def rows_of(answer_text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer_text)))


@pytest.mark.parametrize("which", PATHS)
def test_a_page_shows_the_first_rows_and_how_many_there_are(
    head: Screen, register: Register, which: str
) -> None:
    answer = head.get(PATHS[which])
    page = Page.of(answer)
    page.check()
    expected = register.of(which)
    assert page.codes() == [row.code for row in expected[: listing.PAGE]]
    counted = f"{len(expected):,} hồ sơ".replace(",", ".")
    assert counted in page.words
    assert CANARY not in page.words
    assert "19001" not in answer.text


def test_the_pages_of_a_list_hold_every_row_once(head: Screen, register: Register) -> None:
    codes: list[str] = []
    path = PATHS["overdue"] + "?source=desk&sort=newest"
    while path:
        page = Page.of(head.get(path))
        codes += page.codes()
        path = next((link for link in page.links if "after=" in link), "")
        assert "source=desk" in path or not path
    expected = [row.code for row in register.of("overdue", lambda row: row.source == "desk")]
    assert codes == expected[::-1]


@pytest.mark.parametrize("which", PATHS)
def test_a_list_costs_no_more_queries_than_it_declares(head: Screen, which: str) -> None:
    assert head.queries(PATHS[which]) <= MOST_QUERIES
    assert head.queries(PATHS[which] + "?level=xa&sector=x&source=desk&channel=post") <= MOST_QUERIES


def test_chips_say_what_is_chosen_and_each_takes_its_own_away(head: Screen, register: Register) -> None:
    officer = register.office.officer.user_id
    chosen = {
        "agency": "H50.19000",
        "level": "xa",
        "channel": "post",
        "officer": officer,
        "from": "2026-11-01",
    }
    page = Page.of(head.get(f"{PATHS['overdue']}?{urlencode(chosen)}"))
    page.check()
    for words in ("Phường Đông Hà", "Cấp xã", "Bưu chính", "Trần Văn Thụ Lý", "Hạn từ 01/11/2026"):
        assert f"Bỏ lọc {words}" in page.words
    without = f"{PATHS['overdue']}?{urlencode({k: v for k, v in chosen.items() if k != 'level'})}"
    assert without in page.links
    assert page.forms[PATHS["overdue"]]["officer"] == str(officer)


def file_of(screen: Screen, which: str, query: str = "", form: str = "csv") -> TestResponse:
    """The list as a file."""
    return screen.post(f"/danh-sach/{which}/xuat{query}", {"form": form, "reason": "Báo cáo tuần"})


@pytest.mark.parametrize("which", PATHS)
def test_a_file_holds_every_row_of_the_list_in_its_order(
    head: Screen, register: Register, which: str
) -> None:
    answer = file_of(head, which)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert ".csv" in answer.headers["Content-Disposition"]
    assert answer.data.startswith("\ufeff".encode())
    rows = rows_of(answer.data.decode("utf-8-sig"))
    assert rows[0][:4] == ["Mã hồ sơ", "Thủ tục", "Mã thủ tục", "Nguồn"]
    assert [row[0] for row in rows[1:]] == [row.code for row in register.of(which)]
    assert {len(row) for row in rows} == {16 if which == "late_reception" else 17}
    days = rows[0].index("Số ngày còn lại" if which == "due_soon" else "Số ngày trễ")
    assert all(int(row[days]) >= 0 for row in rows[1:])


def test_no_cell_of_a_file_becomes_a_formula_or_tells_a_name(head: Screen) -> None:
    rows = rows_of(file_of(head, "overdue").data.decode("utf-8-sig"))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert not [cell for cell in cells if cell in NAMES]


def test_a_file_holds_exactly_what_is_filtered_and_is_noted_down(head: Screen, register: Register) -> None:
    answer = file_of(head, "overdue", "?channel=post&sort=newest&columns=code,owner")
    rows = rows_of(answer.data.decode("utf-8-sig"))
    expected = register.of("overdue", lambda row: row.channel == "post")
    assert rows[0] == ["Mã hồ sơ", "Chủ hồ sơ"]
    assert [row[0] for row in rows[1:]] == [row.code for row in reversed(expected)]
    with database.reading() as session:
        noted = session.execute(select(AuditEntry).order_by(AuditEntry.id.desc())).scalars().first()
    assert noted is not None
    assert (noted.action, noted.actor_id) == ("export_list", register.office.head.user_id)
    assert noted.facts == {
        "list": "overdue", "form": "csv", "reason": "Báo cáo tuần", "columns": ["code", "owner"],
        "question": {"channel": "post", "sort": "newest"},
    }  # fmt: skip


def test_without_a_reason_nothing_leaves(head: Screen) -> None:
    answer = head.post("/danh-sach/overdue/xuat?channel=post", {"form": "csv", "reason": " "})
    assert answer.status_code == 302
    assert "Hãy ghi lý do xuất tệp" in head.get(answer.location).text


def test_a_list_without_rows_says_so(head: Screen) -> None:
    page = Page.of(head.get(PATHS["due_soon"] + "?agency=nowhere"))
    assert "Không có hồ sơ nào sắp đến hạn" in page.words
    assert "0 hồ sơ" in page.words


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("agency=%00&sector=%00&source=%00&procedure=%00", id="NUL"),
        pytest.param("from=9999-12-31&to=9999-12-31", id="the last day there is"),
        pytest.param("from=0001-01-01&to=0001-01-01", id="the first day there is"),
        pytest.param("from=2026-13-45&to=yesterday", id="days that are none"),
        pytest.param("officer=99999999999999999999", id="an officer of twenty digits"),
        pytest.param("officer=-1&level=x&channel=y", id="values that are none"),
        pytest.param("after=" + "W1tb" * 900, id="a cursor of brackets"),
        pytest.param("agency=' OR 1=1 --&sector=%25", id="a statement"),
        pytest.param("sort=' DESC; --", id="an order"),
    ],
)
def test_an_address_written_by_hand_breaks_nothing(head: Screen, query: str) -> None:
    for path in (PATHS["overdue"], "/danh-sach/overdue/in"):
        answer = head.get(f"{path}?{query}")
        assert answer.status_code == (400 if "%00" in query else 200)
        assert b"19001" not in answer.data


def test_suggestions_come_from_the_readers_scope(head: Screen, laid: tuple[Flask, Register]) -> None:
    assert "Cam Lộ" not in head.get("/giam-sat/co-quan?q=cam").text
    assert "Nơi Khác" not in head.get("/giam-sat/can-bo?q=ngo%20van").text
    above = screens.before(laid[0], laid[1].office.controller)
    assert "Cam Lộ" in above.get("/giam-sat/co-quan?q=cam").text
    assert "Nơi Khác" in above.get("/giam-sat/can-bo?q=ngo%20van").text
    assert above.get("/giam-sat/can-bo?q=%25").status_code == 200


def test_those_who_do_not_supervise_are_told_so(laid: tuple[Flask, Register]) -> None:
    office = laid[1].office
    for person in (office.clerk, office.officer):
        for path in PATHS.values():
            assert screens.before(laid[0], person).get(path).status_code == 403
        assert file_of(screens.before(laid[0], person), "overdue").status_code == 403
    assert file_of(screens.before(laid[0], office.auditor), "overdue").status_code == 200


def test_days_of_the_address_are_shown_day_first_and_what_is_none_stays_with_words(head: Screen) -> None:
    old = head.get(PATHS["overdue"] + "?" + urlencode({"from": "2026-11-03", "to": "3.12.2026"}))
    assert all(f'value="{shown}"' in old.text for shown in ("03/11/2026", "03/12/2026"))
    typed = head.get(PATHS["overdue"] + "?" + urlencode({"from": "03/11/2026", "to": "03122026"}))
    assert Page.of(typed).codes() == Page.of(old).codes()
    wrong = head.get(PATHS["overdue"] + "?" + urlencode({"from": "31/02/2026"}))
    assert 'value="31/02/2026"' in wrong.text
    assert "Ngày không đọc được. Hãy ghi ngày/tháng/năm" in Page.of(wrong).words
    assert "<details open data-filters>" in wrong.text
