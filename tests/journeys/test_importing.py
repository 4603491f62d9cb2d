"""An export is sent, judged, agreed to, watched, looked up, put right and taken back, in a real browser.

TTHC_SCREENSHOTS names a folder for pictures.
"""

import csv
import io
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import servers
from tests.support.browser import assert_accessible, context, sideways_overflow
from tests.support.desk import PASSWORD, open_office
from tests.support.oldencodings import tcvn3
from tests.support.sending import csv_of, dossier
from tthc_tracker.extensions import Database

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HERE = {"DonViXuLy": "H50.19000", "NoiNopHoSo": "H50.19000", "MaTTHC": "1.004873"}


@dataclass
class Site:
    """The web processes, and a scheduler that is started when it is time."""

    web: servers.WebServer
    database_url: str
    var: Path
    username: str
    stack: ExitStack

    def start_scheduler(self) -> None:
        """From now on somebody takes files up."""
        clock = str(self.var / "clock")
        self.stack.enter_context(
            servers.scheduler(self.database_url, self.var, url=self.web.url, TTHC_TEST_CLOCK=clock)
        )


@pytest.fixture
def site(database: Database, database_url: str, tmp_path: Path) -> Iterator[Site]:
    with database.transaction() as session:
        office = open_office(session)
    database.dispose()
    clock = tmp_path / "clock"
    clock.write_text("2026-11-23T14:00:00+07:00", encoding="utf-8")
    with ExitStack() as stack:
        web = stack.enter_context(servers.web(database_url, tmp_path, workers=1, TTHC_TEST_CLOCK=str(clock)))
        yield Site(web, database_url, tmp_path, f"controller{office.province}", stack)


def an_export() -> bytes:
    """Forty rows: sound ones, one without an owner, one of an unknown agency, one that was damaged."""
    rows = [dossier(n, **HERE) for n in range(1, 38)]
    rows[4]["NgayHenTra"] = ""
    rows += [dossier(90, **HERE | {"ChuHoSo": ""}), dossier(91), dossier(92, **HERE | {"ChuHoSo": "Nguyeãn"})]
    return csv_of(rows)


def a_foreign_export() -> bytes:
    """An old system's export: names, words and days of its own, in the bytes of .VnTime."""
    head = (
        "STT;Số biên nhận;Mã TTHC;Hình thức nộp;Họ và tên;Số CMND/CCCD;Ngày nhận;Hẹn trả;Tình trạng;Mã đơn vị"
    )
    owner, days = "Nguyễn Thị Huệ;026170274723", "0{0}/11/2026 08:30;2{0}/11/2026"
    row = f"{{0}};H50.19000-261101-{{0:04}};1.004873;Trực tiếp;{owner};{days};"
    rows = [f"{row.format(number)}Đang giải quyết;H50.19000" for number in range(1, 8)]
    return tcvn3("\r\n".join([head, *rows]))


def picture(page: Page, name: str) -> None:
    """Look at the page on a desktop and on a phone, with axe's eyes and for whoever asked for pictures."""
    assert_accessible(page)
    folder = os.environ.get("TTHC_SCREENSHOTS")
    desktop = page.viewport_size
    for size in (desktop, PHONE):
        assert size is not None
        page.set_viewport_size(size)
        assert sideways_overflow(page) == 0
        if folder:
            page.screenshot(path=Path(folder) / f"import-{name}-{size['width']}.png", full_page=True)
    assert desktop is not None
    page.set_viewport_size(desktop)


@pytest.mark.long
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_an_export_goes_its_way_and_back(browser: Browser, site: Site) -> None:
    with context(browser, site.web.url) as (opened, complaints):
        complaints.tolerated = ("status of 422",)
        page = opened.new_page()
        page.goto("/dang-nhap")
        page.fill("[name=username]", site.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.get_by_role("link", name="Nhập dữ liệu").click()
        picture(page, "1-empty")

        page.get_by_label("Nguồn dữ liệu").select_option("provincial-portal")
        page.get_by_label("Tệp dữ liệu").set_input_files(
            {"name": "xuat.xls", "mimeType": "application/vnd.ms-excel", "buffer": OLD_WORKBOOK}
        )
        page.get_by_role("button", name="Gửi và kiểm tra").click()
        expect(page.get_by_role("alert")).to_contain_text(".xls đời cũ")
        expect(page.get_by_label("Nguồn dữ liệu")).to_have_value("provincial-portal")
        picture(page, "2-refused")

        page.get_by_label("Tệp dữ liệu").set_input_files(
            {"name": "bo-nganh.csv", "mimeType": "text/csv", "buffer": a_foreign_export()}
        )
        page.get_by_role("button", name="Gửi và kiểm tra").click()
        expect(page.get_by_role("radio")).to_be_checked()
        expect(page.locator("#doc-thu")).to_contain_text("Nguyễn T. H.")
        page.get_by_label("Trường của cột Ngày nhận").focus()
        page.keyboard.press("n")  # by the keyboard alone: the next field whose name begins so
        page.get_by_role("button", name="Xem thử").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#doc-thu")).to_be_visible()
        picture(page, "2-columns")
        page.get_by_role("link", name="Lần nhập số 1").click()
        page.get_by_role("button", name="Bỏ tệp này").click()

        page.get_by_label("Nguồn dữ liệu").select_option("provincial-portal")
        page.get_by_label("Tệp dữ liệu").set_input_files(
            {"name": "xuất ngày 22.11.csv", "mimeType": "text/csv", "buffer": an_export()}
        )
        page.get_by_role("button", name="Gửi và kiểm tra").click()
        expect(page.locator("#tien-do")).to_contain_text("Đang kiểm tra")
        picture(page, "3-waiting")
        site.start_scheduler()

        expect(page.get_by_role("button", name="Nạp vào sổ")).to_be_visible(timeout=60_000)
        expect(page.locator("main")).to_contain_text("Sẽ ghi 37 hồ sơ mới. 3 dòng bị từ chối không được ghi.")
        picture(page, "4-checked")
        page.get_by_role("button", name="Nạp vào sổ").click()
        expect(page.get_by_role("link", name="Tải tệp lỗi (CSV)")).to_be_visible(timeout=60_000)
        expect(page.locator("main")).to_contain_text("Đã nạp")
        picture(page, "5-done")

        with page.expect_download() as download:
            page.get_by_role("link", name="Tải tệp lỗi (CSV)").click()
        faults = Path(download.value.path()).read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(faults, newline="")))
        assert [row["ma_loi"] for row in rows] == [
            "no_due_date", "no_owner", "unknown_agency", "spoiled_text",
        ]  # fmt: skip

        page.goto("/ho-so/H62.02-210601-0001")
        expect(page.locator("main")).to_contain_text("Nhập từ nguồn")
        page.goto("/nhap-du-lieu")
        picture(page, "6-history")
        page.get_by_role("link", name="2", exact=True).click()
        page.locator("summary", has_text="Hoàn tác lần nhập này").click()
        page.get_by_role("button", name="Hoàn tác").click()
        expect(page.locator("main")).to_contain_text(re.compile("Đã huỷ 37 hồ sơ"), timeout=60_000)
        picture(page, "7-undone")
        page.goto("/ho-so/H62.02-210601-0001")
        expect(page.locator("main")).to_contain_text("Hoàn tác lần nhập số 2")
        picture(page, "8-dossier")


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_without_script_the_same_way_can_be_gone(browser: Browser, site: Site) -> None:
    site.start_scheduler()
    opened = browser.new_context(base_url=site.web.url, java_script_enabled=False, locale="vi-VN")
    try:
        page = opened.new_page()
        page.goto("/dang-nhap")
        page.fill("[name=username]", site.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.goto("/nhap-du-lieu")
        page.get_by_label("Nguồn dữ liệu").select_option("ministry-civil-status")
        page.get_by_label("Tệp dữ liệu").set_input_files(
            {"name": "xuat.csv", "mimeType": "text/csv", "buffer": a_foreign_export()}
        )
        page.get_by_role("button", name="Gửi và kiểm tra").click()
        page.get_by_role("button", name="Lưu cách đọc và kiểm tra").click()
        _reload_until(page, "Nạp vào sổ")
        page.get_by_role("button", name="Nạp vào sổ").click()
        _reload_until(page, "Đã nạp")
    finally:
        opened.close()


def _reload_until(page: Page, words: str) -> None:
    """As somebody does who was told that the page may be loaded again."""
    for _ in range(60):
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(1_000)
        page.get_by_role("link", name="tải lại").click()
    raise AssertionError(f"{words} did not come")
