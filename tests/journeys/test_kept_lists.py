"""A supervisor keeps a list: columns, a view, three rows by keyboard, one of them stale, two equal files."""

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.support import browser as browsers
from tests.support import databases, servers
from tests.support.browser import axe_violations, sideways_overflow
from tests.support.desk import PASSWORD
from tests.support.register import NOW, Register, lay_register
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.services import events
from tthc_tracker.services.events import Actor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # two cores may be busy with other tests
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[str, Register, str]]:
    """The product with the known register, its address, and the address of its database."""
    with databases.migrated("sqlite", tmp_path) as url:
        database.bind(url)
        with database.transaction() as session:
            register = lay_register(session)
        database.dispose()
        clock = tmp_path / "clock"
        clock.write_text(NOW.isoformat())
        with servers.web(url, tmp_path, workers=1, TTHC_TEST_CLOCK=str(clock)) as server:
            yield server.url, register, url


def change(url: str, code: str) -> None:
    """Somebody else changes this dossier meanwhile."""
    database.bind(url)
    with database.transaction() as session:
        dossier = session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()
        events.append(session, dossier, EventKind.NOTED, actor=Actor(None, "Người khác"), now=NOW)
    database.dispose()


def download(page: "Page", form: str) -> Path:
    page.wait_for_load_state()  # a form sent earlier takes the scripts away that are still on their way
    page.locator("summary", has_text="Xuất tệp").click()
    page.get_by_label("CSV" if form == "csv" else "Excel (XLSX)").check()
    page.get_by_label("Lý do xuất").fill("Giao ban tuần")
    with page.expect_download() as file:
        page.get_by_role("button", name="Xuất", exact=True).click()
    page.locator("h1").click()
    path = file.value.path()
    named = path.with_name(f"list.{form}")
    path.rename(named)
    return named


def said(cell: Any) -> str:
    if isinstance(cell, dt.datetime):
        return f"{cell:%H:%M %d/%m/%Y}"
    return "" if cell is None else str(cell)


def test_a_supervisor_keeps_a_list(browser: "Browser", house: tuple[str, Register, str]) -> None:
    url, register, database_url = house
    with browsers.context(browser, url) as (opened, _):
        page = opened.new_page()
        page.goto("/dang-nhap")
        page.fill("input[name=username]", f"head_of_unit{register.office.ward}")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda here: "/dang-nhap" not in here)

        page.goto("/giam-sat/sap-den-han")
        page.locator("summary", has_text="Cột").click()
        columns = page.locator(".list-box", has=page.get_by_text("Mật độ dòng"))
        for head in ("Thủ tục", "Nơi giải quyết", "Tình trạng"):
            columns.get_by_label(head, exact=True).uncheck()
        columns.get_by_label("Cán bộ thụ lý").check()
        page.get_by_label("Dày").check()
        page.get_by_role("button", name="Dùng các cột này").click()
        expect(page.locator("table.is-compact thead th")).to_have_count(5)  # the boxes and four columns
        page.locator("summary", has_text="Chế độ xem").click()
        page.get_by_label("Lưu bộ lọc, thứ tự và cột này với tên").fill("Sắp đến hạn của phòng")
        page.get_by_role("button", name="Lưu chế độ xem").click()
        expect(page.get_by_text("Đã lưu chế độ xem")).to_be_visible()
        assert not axe_violations(page)

        shown = [
            [cell.strip() for cell in row.locator("th, td").all_inner_texts()[1:]]
            for row in page.locator(".kept-table tbody tr").all()
        ]
        text = csv.reader(download(page, "csv").read_text(encoding="utf-8-sig").splitlines())
        rows = [[cell.removeprefix("'") for cell in row] for row in text]
        book = openpyxl.load_workbook(download(page, "xlsx"))
        assert [[said(cell) for cell in row] for row in book.active.iter_rows(values_only=True)] == rows
        assert [row[0] for row in rows[1:]] == [row[0] for row in shown]
        for file_row, screen_row in zip(rows[1:], shown, strict=True):
            for cell in file_row[1:3]:
                assert cell in " ".join(screen_row), (file_row, screen_row)

        page.locator("h1").click()
        for _ in range(3):
            page.keyboard.press("j")
            page.keyboard.press("x")
        expect(page.get_by_text("Đã chọn 3 dòng")).to_be_visible()
        page.get_by_role("button", name="Phân công").click()
        assert not axe_violations(page)
        change(database_url, shown[1][0])
        page.locator("#officer_id").select_option(label="Trần Văn Thụ Lý")
        page.get_by_role("button", name="Phân công").click()
        expect(page.get_by_text("Làm được 2 trong 3 hồ sơ")).to_be_visible()
        expect(page.get_by_role("row").filter(has_text=shown[1][0])).to_contain_text("Chưa làm")
        assert not axe_violations(page)

        page.set_viewport_size(PHONE)
        for path in ("/giam-sat/qua-han", "/xuat-tep", "/giam-sat/qua-han?columns=code,due&density=compact"):
            page.goto(path)
            assert not sideways_overflow(page), path
            assert not axe_violations(page), path
