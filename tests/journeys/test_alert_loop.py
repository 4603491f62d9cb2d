"""A head answers an alert with the keyboard alone, does not keep his word, and gives it to the desk."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.test_from_hand_to_hand import receive
from tests.journeys.test_main_story import Story, give_to_officer, story
from tests.journeys.test_second_date import shot
from tests.support.moments import at

__all__ = ["story"]

LATE = at("Fri 2026-11-20 10:00")
BROKEN = at("Mon 2026-11-23 08:00")


def reach(page: Page, wanted: Locator) -> None:
    """Tab on until the focus is there."""
    for _ in range(80):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()


def overdue(page: Page, code: str) -> Locator:
    return page.get_by_role("row").filter(has_text=code).filter(has_text="Quá hạn")


def scanned(story: Story) -> None:
    story.run("jobs", "run", "scan-deadlines")


@pytest.mark.long
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_an_alert_is_answered_broken_and_handed_on_by_keyboard(story: Story) -> None:
    office = story.office
    with story.at_work(office.clerk.user_id) as page:
        code = receive(page)
        page.goto(f"/ho-so/{code}")
        give_to_officer(page)
    story.time_is(LATE)
    scanned(story)
    with story.at_work(office.head.user_id) as page:
        page.goto("/canh-bao")
        shot(page, "alerts")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(code)
        shot(page, "alert")
        reach(page, page.get_by_label("Đã làm hoặc sẽ làm gì"))
        page.keyboard.type("Chiều nay xong")
        page.keyboard.press("Tab")
        page.keyboard.type("20/11/2026")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Đã ghi nhận cảnh báo.")).to_be_visible()
        page.goto("/canh-bao?tab=answered")
        expect(overdue(page, code)).to_contain_text("Hẹn xong 20/11/2026")

    story.time_is(BROKEN)
    scanned(story)
    with story.at_work(office.head.user_id) as page:
        page.goto("/canh-bao")
        expect(overdue(page, code)).to_contain_text("Quá hẹn 20/11/2026, chưa xong")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        reach(page, page.locator("#viec-chuyen summary"))
        page.keyboard.press("Enter")
        shot(page, "handing")
        reach(page, page.locator("#chuyen-to"))
        page.keyboard.type("Lê")
        reach(page, page.get_by_role("button", name="Chuyển cảnh báo"))
        page.keyboard.press("Enter")
        expect(page.get_by_text("Đã chuyển cảnh báo.")).to_be_visible()
    with story.at_work(office.clerk.user_id) as page:
        page.goto("/canh-bao")
        row = overdue(page, code)
        expect(row).to_contain_text("đã chuyển Lê Thị Một Cửa")
        expect(page.get_by_label("Cảnh báo đang mở: 1")).to_be_visible()
    with story.at_work(office.controller.user_id) as page:
        page.goto("/canh-bao?tab=unanswered")
        expect(overdue(page, code)).to_be_visible()
        expect(page.locator("#ai-chua-tra-loi")).to_contain_text("Lê Thị Một Cửa")
        shot(page, "unanswered")
