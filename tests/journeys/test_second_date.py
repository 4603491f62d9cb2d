"""It cannot be done in time: the officer says so, the head signs, the promise moves, the letter leaves."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_from_hand_to_hand import APPLICANT, paper, receive
from tests.journeys.test_main_story import Story, story
from tests.support.browser import PHONE, assert_accessible
from tests.support.moments import at
from tests.support.smtp import Mailbox

__all__ = ["story"]

SHOTS = os.environ.get("TTHC_SHOTS", "")  # a folder: what the pages of this journey look like
DAY_BEFORE = at("Wed 2026-11-18 10:00")
LATE = at("Fri 2026-11-20 10:00")


def shot(page: Page, name: str) -> None:
    """Check a page, and keep its picture where somebody wants to look at it."""
    assert_accessible(page)
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
        page.set_viewport_size(PHONE)
        page.screenshot(path=f"{SHOTS}/{name}-phone.png", full_page=True)
        page.set_viewport_size({"width": 1366, "height": 768})


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)  # the verbs: both, tests/services
def test_a_second_date_from_the_officer_to_the_applicant(story: Story, smtp: Mailbox, tmp_path: Path) -> None:
    office = story.office
    with story.at_work(office.clerk.user_id) as page:
        code = receive(page)
    story.time_is(DAY_BEFORE)
    with story.at_work(office.officer.user_id) as page:
        page.goto(f"/ho-so/{code}")
        page.get_by_role("link", name="Không kịp hạn").click()
        expect(page.get_by_label("Hẹn lại vào")).to_have_value("23/11/2026 08:00")
        page.get_by_label("Nguyên nhân").select_option(label="Chờ cơ quan khác")
        page.get_by_label("Lý do in trên văn bản").fill("chờ kết quả xác minh của Công an phường")
        shot(page, "draft")
        page.get_by_role("button", name="Gửi dự thảo").click()
        expect(page.get_by_text("Dự thảo xin lỗi đang chờ người đứng đầu đơn vị duyệt")).to_be_visible()

    with story.at_work(office.head.user_id) as page:
        page.goto("/giam-sat/xin-loi")
        shot(page, "queue")
        page.get_by_role("link", name=code).click()
        shot(page, "decide")
        page.go_back()
        page.get_by_label(f"Chọn {code}").check()
        page.get_by_role("button", name="Duyệt, hẹn lại").click()
        expect(page.get_by_text("Đã làm 1 hồ sơ.")).to_be_visible()
        shot(page, "report")
        page.goto(f"/ho-so/{code}")
        expect(page.get_by_text("Đã xin lỗi và hẹn lại 08:00 23/11/2026.")).to_be_visible()
        expect(page.locator("#thoi-han").get_by_text("08:00 19/11/2026", exact=True)).to_be_visible()
        page.locator(".ledger summary").click()
        expect(page.get_by_text("Hẹn lại ngày trả", exact=True).first).to_be_visible()
        shot(page, "dossier")
        said = paper(page, f"/ho-so/{code}/van-ban-xin-loi.pdf", tmp_path)
        for words in ("VĂN BẢN XIN LỖI", "chờ kết quả xác minh của Công an phường", "ngày 23/11/2026"):
            assert words in said
        if SHOTS:
            Path(SHOTS, "letter.pdf").write_bytes((tmp_path / "paper.pdf").read_bytes())

    story.run("jobs", "run", "deliver-mail")
    (letter,) = [one for one in smtp.letters if "Xin lỗi" in one.subject]
    assert letter.recipients == (APPLICANT,)
    assert "ngày 23/11/2026" in letter.body("plain")
    assert "Công an" not in letter.body("plain"), "what was typed stays on the letter"


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)  # the verbs: both, tests/services
def test_an_outage_its_dossiers_and_why_one_is_late(story: Story) -> None:
    office = story.office
    with story.at_work(office.clerk.user_id) as page:
        code = receive(page)
        page.goto("/su-co")
        page.get_by_label("Hệ thống").select_option(label="Phần mềm hộ tịch dùng chung")
        page.get_by_label("Sự cố từ lúc").fill("16/11/2026 07:30")
        shot(page, "outages")
        page.get_by_role("button", name="Ghi sự cố").click()
        expect(page.get_by_text("nằm trong danh sách cần nhập lại")).to_be_visible()
    story.time_is(LATE)
    with story.at_work(office.clerk.user_id) as page:
        page.goto("/su-co")
        page.get_by_role("link", name="Phần mềm hộ tịch dùng chung").click()
        shot(page, "outage")
        page.get_by_role("link", name="Cần nhập lại").click()
        page.get_by_label(f"Chọn {code}").check()
        shot(page, "outage-dossiers")
        page.get_by_role("button", name="Đánh dấu đã nhập lại").click()
        expect(page.get_by_text("Đã đánh dấu 1 hồ sơ đã nhập lại.")).to_be_visible()
    with story.at_work(office.head.user_id) as page:
        page.goto(f"/ho-so/{code}")
        page.get_by_role("link", name="Ghi lý do trễ hạn").click()
        expect(page.get_by_text("Sự cố đã ghi trong thời gian giải quyết")).to_be_visible()
        form = page.locator("form[action$='/ly-do-tre']")
        form.get_by_label("Nguyên nhân").select_option(label="Sự cố hệ thống")
        shot(page, "late")
        form.get_by_role("button", name="Ghi lý do").click()
        expect(page.get_by_text("Đã ghi lý do trễ hạn.")).to_be_visible()
        page.goto("/giam-sat/ly-do-tre")
        shot(page, "causes")
        page.get_by_role("link", name="1", exact=True).last.click()
        expect(page.get_by_role("link", name=code)).to_be_visible()
        shot(page, "late-dossiers")
        page.goto("/giam-sat/qua-han")
        page.get_by_label(f"Chọn {code}").check()
        expect(page.get_by_role("button", name="Ghi lý do trễ")).to_be_visible()
        shot(page, "overdue")
