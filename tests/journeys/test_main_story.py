"""The first line of the product, in a real browser, with a real SMTP server and a clock that moves.

A clerk logs a dossier, the scheduler flags it, the supervisor finds it, the head of the unit gets the mail,
the summary counts it.
"""

import csv
import datetime as dt
import io
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import servers
from tests.support.browser import assert_accessible, context
from tests.support.desk import PASSWORD, Office, open_office
from tests.support.moments import at
from tests.support.smtp import Mailbox
from tthc_tracker.extensions import Database
from tthc_tracker.models.account import User

CARD = "044193001234|191234567|NGUYỄN THỊ HỒNG ĐÀO|01021993|Nữ|Tổ 3, phường Đông Hà, Quảng Trị|01012022"

RECEIVED = at("Mon 2026-11-16 08:00")
LATE = at("Mon 2026-11-23 07:05")  # due on Thursday 19/11 08:00


@dataclass
class Story:
    """The running product, and its clock."""

    browser: Browser
    web: servers.WebServer
    office: Office
    usernames: dict[int, str]
    clock: Path
    env: dict[str, str]

    def time_is(self, moment: dt.datetime) -> None:
        """Let time move; sessions end as they would."""
        self.clock.write_text(moment.isoformat(), encoding="utf-8")

    @contextmanager
    def at_work(self, user_id: int) -> Iterator[Page]:
        """Somebody's browser, signed in with the keyboard alone."""
        with context(self.browser, self.web.url) as (opened, _):
            page = opened.new_page()
            page.goto("/dang-nhap")
            page.fill("[name=username]", self.usernames[user_id])
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "dang-nhap" not in url)
            yield page

    def run(self, *arguments: str) -> str:
        """A command of the operator's."""
        done = servers.flask(list(arguments), self.env)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def story(
    browser: Browser, database: Database, database_url: str, tmp_path: Path, smtp: Mailbox
) -> Iterator[Story]:
    with database.transaction() as session:
        office = open_office(session)
        usernames = {user.id: user.username for user in session.query(User)}
    database.dispose()
    clock = tmp_path / "clock"
    clock.write_text(RECEIVED.isoformat())
    more = {"TTHC_TEST_CLOCK": str(clock), "SMTP_URL": smtp.url}
    with servers.web(database_url, tmp_path, **more) as web:
        env = servers.environment(database_url, tmp_path, url=web.url, **more)
        yield Story(browser, web, office, usernames, clock, env)


def receive_by_keyboard(page: Page) -> str:
    """From the start page to the printed receipt without the mouse; gives the code."""
    page.keyboard.press("n")
    page.wait_for_url("**/tiep-nhan")
    page.keyboard.type(CARD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã đọc thẻ")).to_be_visible()
    expect(page.locator("[name=procedure_text]")).to_be_focused()
    page.keyboard.type("tinh trang hon nhan")
    expect(page.locator(".combobox-option").first).to_contain_text("hôn nhân")
    page.keyboard.press("Enter")
    expect(page.get_by_text("19/11/2026").first).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/ho-so/**")
    expect(page.get_by_role("link", name="In giấy tiếp nhận")).to_be_focused()
    found = re.search(r"/ho-so/([^?]+)", page.url)
    assert found is not None
    return found[1]


def receipt_text(page: Page, code: str, folder: Path) -> str:
    """What the receipt says, as a reader of PDFs finds it."""
    address = page.get_by_role("link", name="In giấy tiếp nhận").get_attribute("href")
    assert address is not None
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    file = folder / f"{code}.pdf"
    file.write_bytes(answer.body())
    shown = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True)
    return shown.stdout


def give_to_officer(page: Page) -> None:
    """Assign the dossier on the page to the land unit and its officer."""
    form = page.locator("form[action$='/phan-cong']")
    form.locator("select").nth(0).select_option(label="Phòng Địa chính")
    form.locator("select").nth(1).select_option(label="Trần Văn Thụ Lý")
    form.get_by_role("button").click()
    expect(page.get_by_text("Đã phân công.")).to_be_visible()


def act(page: Page, action: str, button: str) -> None:
    """Unfold an action of the dossier's page and carry it out."""
    form = page.locator(f"form[action$='/{action}']")
    if not form.is_visible():
        page.locator("details.action", has=form).locator("summary").click()
    form.get_by_role("button", name=button).click()


@pytest.mark.long
def test_from_the_card_to_the_summary(story: Story, smtp: Mailbox, tmp_path: Path) -> None:
    office = story.office
    with story.at_work(office.clerk.user_id) as page:
        code = receive_by_keyboard(page)
        text = receipt_text(page, code, tmp_path)
        assert code in text
        assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in text
        assert "08 giờ 00 phút, ngày 19/11/2026" in text
        give_to_officer(page)

    story.time_is(LATE)
    for job in ("scan-deadlines", "send-digests", "deliver-mail"):
        story.run("jobs", "run", job)

    letters = [
        letter
        for letter in smtp.letters
        if letter.recipients == (f"head_of_unit{office.ward}@example.invalid",)
    ]
    assert len(letters) == 1
    for part in ("plain", "html"):
        assert code in letters[0].body(part)
        assert "Đào" not in letters[0].body(part).replace("ĐÀO", "Đào")
        assert "044193001234" not in letters[0].body(part)

    with story.at_work(office.controller.user_id) as page:
        page.goto("/giam-sat/qua-han?agency=H50.19000")
        expect(page.get_by_role("link", name=code)).to_be_visible()
        assert_accessible(page)
        page.get_by_text("Xuất tệp").click()
        page.get_by_label("CSV").check()
        page.get_by_label("Lý do xuất").fill("Báo cáo tuần")
        with page.expect_download() as download:
            page.get_by_role("button", name="Xuất", exact=True).click()
        file = download.value.path().read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(file)))
        assert [row[0] for row in rows[1:]] == [code]
        page.goto("/giam-sat/qua-han?agency=H50.19001")
        expect(page.get_by_role("link", name=code)).to_have_count(0)

    with story.at_work(office.head.user_id) as page:
        page.goto("/canh-bao")
        expect(page.get_by_text(code).first).to_be_visible()
        row = page.get_by_role("row").filter(has_text=code)
        row.get_by_role("link", name=code).click()
        assert_accessible(page)
        page.get_by_label("Đã làm hoặc sẽ làm gì").fill("Đã giao xử lý trong hôm nay")
        page.get_by_label("Xong vào ngày").fill("23/11/2026")
        page.get_by_role("button", name="Lưu ghi nhận").click()
        page.get_by_role("link", name="Tôi đã ghi nhận").click()
        expect(page.get_by_role("row").filter(has_text=code)).to_contain_text("Đã giao xử lý trong hôm nay")
        assert_accessible(page)

    with story.at_work(office.officer.user_id) as page:
        page.goto(f"/ho-so/{code}")
        act(page, "xu-ly-xong", "Xử lý xong")
        expect(page.get_by_text("Đã ghi nhận kết quả.")).to_be_visible()

    with story.at_work(office.clerk.user_id) as page:
        page.goto(f"/ho-so/{code}")
        act(page, "tra-ket-qua", "Trả kết quả")
        expect(page.get_by_text("Đã trả kết quả.").first).to_be_visible()

    with story.at_work(office.controller.user_id) as page:
        page.goto("/tong-hop?period=2026-Q4")
        expect(page.get_by_text("Cân đối").first).to_be_visible()
        assert_accessible(page)
    table = json.loads(
        story.run(
            "reports",
            "statutory",
            "--from",
            "2026-09-15",
            "--to",
            "2026-12-14",
            "--by",
            "agency",
            "--format",
            "json",
        )
    )
    row = next(row for row in table["rows"] if row["key"] == "H50.19000")
    assert (row["received"]["direct"], row["resolved"]["late"], row["open"]["total"]) == (1, 1, 0)
    assert row["balances"]
