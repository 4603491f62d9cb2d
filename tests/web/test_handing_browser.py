"""A head without a mouse: chooses late dossiers, urges, gives them to another officer and takes it back."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support import browser as browsers
from tests.support import databases, servers
from tests.support.desk import PASSWORD, hire
from tests.support.register import NOW, lay_register
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import database

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
LIST = "/giam-sat/qua-han"
expect.set_options(timeout=20_000)  # two cores may be busy with other tests


def press_on(page: "Page", words: str) -> None:
    """Go on by Tab to the button or link of these words, and press it."""
    page.wait_for_load_state("networkidle")
    for _ in range(250):  # past every row of the list
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == words:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{words} is not reached by Tab")


def pick(page: "Page", rows: int) -> None:
    """Choose the first rows of the list."""
    page.wait_for_load_state("networkidle")
    for _ in range(rows):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("[data-pick-count]")).to_contain_text(f"Đã chọn {rows}")


@pytest.fixture
def overdue(browser: "Browser", tmp_path: Path) -> "Iterator[Page]":
    """The list of what is overdue before the head of the commune."""
    with databases.migrated("sqlite", tmp_path) as url:
        database.bind(url)
        with database.transaction() as session:
            office = lay_register(session).office
            hire(session, "Lê Văn Chủ Tịch", Role.HEAD_OF_AGENCY, office.ward)
        database.dispose()
        clock = tmp_path / "clock"
        clock.write_text(NOW.isoformat())
        with (
            servers.web(url, tmp_path, workers=1, TTHC_TEST_CLOCK=str(clock)) as server,
            browsers.context(browser, server.url) as (opened, _complaints),
        ):
            page = opened.new_page()
            page.goto(f"/dang-nhap?next={LIST}")
            page.locator("[name=username]").focus()
            page.keyboard.type(f"head_of_agency{office.ward}")
            page.keyboard.press("Tab")
            page.keyboard.type(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "dang-nhap" not in url)
            yield page


def test_late_dossiers_are_urged_and_handed_on_and_back_by_keyboard(overdue: "Page") -> None:
    page, main = overdue, overdue.locator("main")
    pick(page, 3)
    press_on(page, "Công văn đôn đốc")
    expect(main).to_contain_text("3 hồ sơ, 1 nơi nhận")
    page.locator("[name=symbol]").focus()
    page.keyboard.type("UBND-VP")
    press_on(page, "Ban hành công văn")
    expect(main).to_contain_text("Đã ban hành công văn với 3 trong 3 hồ sơ")
    page.goto(LIST)
    expect(main).to_contain_text("đã đôn đốc 1 lần")
    pick(page, 2)
    press_on(page, "Phân công")
    expect(main).to_contain_text("Phân công: 2 hồ sơ")
    page.locator("[name=officer_id]").focus()
    page.keyboard.type("Phạm")
    press_on(page, "Phân công")
    expect(main).to_contain_text("Làm được 2 trong 2 hồ sơ")
    press_on(page, "Xem lại, hoàn tác")
    expect(main).to_contain_text("Lần phân công 2 hồ sơ")
    press_on(page, "Hoàn tác lần phân công này")
    press_on(page, "Hoàn tác")
    expect(main).to_contain_text("Đã trả về 2 hồ sơ")
