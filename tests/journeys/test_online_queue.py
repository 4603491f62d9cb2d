"""The online queue in a real browser: accepted by keyboard, asked and completed, refused; letters leave."""

import datetime as dt
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import servers
from tests.support.browser import assert_accessible, context
from tests.support.desk import PASSWORD, new_key, open_office
from tests.support.moments import at
from tests.support.smtp import Letter, Mailbox
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.account import User
from tthc_tracker.services import registration
from tthc_tracker.services.registration import RegisterDossier

pytestmark = pytest.mark.browser

NOW = at("Tue 2026-11-17 09:30")
SUBMITTED = at("Mon 2026-11-16 09:00")  # due on Tuesday at 9:00: late
MINUTE = dt.timedelta(minutes=1)
NAME = "Nguyễn Văn An"


@dataclass
class Site:
    """The running product with three dossiers in the queue, the oldest first."""

    browser: Browser
    web: servers.WebServer
    username: str
    codes: list[str]
    env: dict[str, str]

    def deliver(self) -> None:
        done = servers.flask(["jobs", "run", "deliver-mail"], self.env)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def site(
    browser: Browser, database: Database, database_url: str, tmp_path: Path, smtp: Mailbox
) -> Iterator[Site]:
    with database.transaction() as session:
        office = open_office(session)
        username = session.get_one(User, office.clerk.user_id).username
        codes = []
        for number in range(3):
            party = Party(NAME, id_number=f"04409300123{number}", email=f"an{number}@nguoidan.test")
            moment = SUBMITTED + 60 * number * MINUTE
            facts = ReceptionFacts("1.004873", party, channel=Channel.ONLINE, arrived_at=moment)
            command = RegisterDossier(new_key(), office.ward, facts)
            made = registration.register(session, command, person=office.clerk, now=moment)
            codes.append(made.code)
    database.dispose()
    clock = tmp_path / "clock"
    clock.write_text(NOW.isoformat())
    more = {"TTHC_TEST_CLOCK": str(clock), "SMTP_URL": smtp.url}
    with servers.web(database_url, tmp_path, **more) as web:
        env = servers.environment(database_url, tmp_path, url=web.url, **more)
        yield Site(browser, web, username, codes, env)


@pytest.fixture
def page(site: Site) -> Iterator[Page]:
    """The clerk's browser, signed in."""
    with context(site.browser, site.web.url) as (opened, complaints):
        complaints.tolerated = ("status of 422",)
        page = opened.new_page()
        page.goto("/dang-nhap")
        page.fill("[name=username]", site.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "dang-nhap" not in url)
        yield page


def printed(page: Page, link: str, folder: Path) -> str:
    """What the PDF behind a link says."""
    address = page.get_by_role("link", name=link).get_attribute("href")
    assert address is not None
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    file = folder / "slip.pdf"
    file.write_bytes(answer.body())
    shown = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s+", " ", shown.stdout)


def unfold(page: Page, action: str) -> None:
    """Open an answer that is folded away, with the keyboard."""
    page.locator(f"#viec-{action} > summary").focus()
    page.keyboard.press("Enter")


def letter_to(smtp: Mailbox, address: str) -> Letter:
    (found,) = (letter for letter in smtp.letters if letter.recipients == (address,))
    return found


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)  # the verbs: both, tests/services
def test_a_clerk_empties_the_queue_with_the_keyboard_and_applicants_are_told(
    site: Site, page: Page, smtp: Mailbox, tmp_path: Path
) -> None:
    first, second, third = site.codes
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/tiep-nhan/truc-tuyen")
    expect(page.locator(".main-nav").get_by_text("1 trễ")).to_be_visible()
    assert_accessible(page)

    # the oldest: late, accepted by two keys, its receipt under the third
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/ho-so/{first}/tra-loi")
    expect(page.get_by_text("Chậm tiếp nhận")).to_be_visible()
    expect(page.locator("#ngay-hen")).to_contain_text("09:30 20/11/2026")
    expect(page.get_by_role("button", name="Tiếp nhận", exact=True)).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/ho-so/{first}?moi=1")
    expect(page.get_by_role("link", name="In giấy tiếp nhận")).to_be_focused()
    assert "09 giờ 30 phút, ngày 20/11/2026" in printed(page, "In giấy tiếp nhận", tmp_path)

    # the next: asked once and completely; refused by the form until everything is said
    page.goto(f"/ho-so/{second}/tra-loi")
    unfold(page, "ask_supplement")
    page.locator("[name$=content]").fill("Tờ khai: ghi rõ mục đích sử dụng")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Hãy ghi lý do cần bổ sung.")
    expect(page.locator("[name$=content]")).to_have_value("Tờ khai: ghi rõ mục đích sử dụng")
    page.locator("#viec-ask_supplement [name$=reason]").fill("Tờ khai chưa đủ nội dung")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/ho-so/{second}")
    slip = printed(page, "In phiếu yêu cầu bổ sung", tmp_path)
    assert "Tờ khai: ghi rõ mục đích sử dụng" in slip
    assert "Hạn bổ sung: hết ngày" in slip

    # brought back: a round of its own
    page.get_by_role("link", name="Trả lời").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Người nộp đã bổ sung")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("lượt trả lời 2; hạn tiếp nhận 09:30 18/11/2026")).to_be_visible()

    # the last: refused
    page.goto(f"/ho-so/{third}/tra-loi")
    unfold(page, "refuse")
    page.locator("#viec-refuse [name$=reason]").fill("Không thuộc thẩm quyền của phường")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/ho-so/{third}")
    assert "Không thuộc thẩm quyền của phường" in printed(page, "In phiếu từ chối", tmp_path)

    # what the applicants read: the receipt and the refusal; the request is no longer true
    site.deliver()
    receipt = letter_to(smtp, "an0@nguoidan.test")
    assert receipt.subject == f"Đã tiếp nhận hồ sơ {first}"
    assert "09 giờ 30 phút, ngày 20/11/2026" in receipt.body()
    assert re.search(rf"/tra-cuu#t=[a-z2-7]{{26}}&c={re.escape(first)}", receipt.body())
    assert letter_to(smtp, "an2@nguoidan.test").subject == f"Hồ sơ {third} không được tiếp nhận"
    assert len(smtp.letters) == 2
    assert not [letter for letter in smtp.letters if NAME in letter.body() + letter.body("html")]
