"""A dossier from the desk to whoever collects its result, in a real browser, with a real SMTP server.

The desk hands over a pile, the unit confirms, the officer sends the result back, the desk confirms that it is
there, the applicant is told by mail, somebody with a written authority collects, and the day's sheet says so.
"""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_main_story import CARD, Story, act, story
from tests.support.browser import assert_accessible
from tests.support.moments import at
from tests.support.smtp import Mailbox

__all__ = ["story"]

APPLICANT = "dao@example.invalid"
NEXT_DAY = at("Tue 2026-11-17 09:00")
COLLECTED = at("Wed 2026-11-18 10:00")


def receive(page: Page, due: str = "19/11/2026") -> str:
    """Receive a dossier whose applicant can be written to, promised for a day; gives its code."""
    page.goto("/tiep-nhan")
    page.keyboard.type(CARD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã đọc thẻ")).to_be_visible()
    page.keyboard.type("tinh trang hon nhan")
    expect(page.locator(".combobox-option").first).to_contain_text("hôn nhân")
    page.keyboard.press("Enter")
    expect(page.get_by_text(due).first).to_be_visible()
    page.get_by_text("Thêm: không có giấy tờ, tổ chức, thư điện tử").click()
    page.fill("[name=email]", APPLICANT)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/ho-so/**")
    found = re.search(r"/ho-so/([^?]+)", page.url)
    assert found is not None
    return found[1]


def confirm_all(page: Page, code: str) -> None:
    """Tick the whole list of what waits for me, and confirm it."""
    page.goto("/viec-cua-toi?tab=cho-nhan")
    expect(page.get_by_role("link", name=code)).to_be_visible()
    page.get_by_label("Chọn mọi dòng của trang").check()
    expect(page.get_by_text("Đã chọn 1 dòng")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Xác nhận đã nhận").click()
    expect(page.get_by_text("Đã làm 1 hồ sơ.")).to_be_visible()
    assert_accessible(page)


def paper(page: Page, address: str, folder: Path) -> str:
    """What a PDF says."""
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    file = folder / "paper.pdf"
    file.write_bytes(answer.body())
    shown = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True)
    return " ".join(shown.stdout.split())


@pytest.mark.long
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)  # the verbs: both, tests/services
def test_from_the_desk_to_the_one_who_collects(story: Story, smtp: Mailbox, tmp_path: Path) -> None:
    office = story.office
    with story.at_work(office.clerk.user_id) as page:
        code = receive(page)
        page.goto("/viec-cua-toi")
        expect(page.get_by_role("heading", name="Việc của tôi")).to_be_visible()
        page.get_by_label(f"Chọn {code}").check()
        page.locator("#phong").select_option(label="Phòng Địa chính")
        page.get_by_role("button", name="Chuyển xử lý").click()
        expect(page.get_by_text("Đã làm 1 hồ sơ.")).to_be_visible()
        page.goto(f"/ho-so/{code}")
        expect(page.get_by_text("Chờ xác nhận bàn giao.")).to_be_visible()

    with story.at_work(office.officer.user_id) as page:
        confirm_all(page, code)
        page.goto(f"/ho-so/{code}")
        expect(page.get_by_text("Chờ xác nhận bàn giao.")).to_have_count(0)

    story.time_is(NEXT_DAY)
    with story.at_work(office.officer.user_id) as page:
        page.goto(f"/ho-so/{code}")
        form = page.locator("form[action$='/chuyen-ket-qua']")
        if not form.is_visible():
            page.locator("details.action", has=form).locator("summary").click()
        form.get_by_label("Số văn bản").fill("12/GXN")
        form.get_by_role("button").click()
        expect(page.get_by_text("Kết quả đang chuyển về một cửa.")).to_be_visible()
        assert_accessible(page)

    story.run("jobs", "run", "deliver-mail")
    assert not [
        one for one in smtp.letters if one.recipients == (APPLICANT,) and "có kết quả" in one.body("plain")
    ]

    with story.at_work(office.clerk.user_id) as page:
        confirm_all(page, code)
        brought = paper(page, "/ket-qua-cho-tra/ban-giao-ket-qua.pdf", tmp_path)
        assert code in brought
        assert "Phòng Địa chính" in brought

    story.run("jobs", "run", "deliver-mail")
    (letter,) = [
        one for one in smtp.letters if one.recipients == (APPLICANT,) and "có kết quả" in one.body("plain")
    ]
    for part in ("plain", "html"):
        assert code in letter.body(part)
        assert "Phường Đông Hà" in letter.body(part)
        for personal in ("ĐÀO", "Đào", "044193001234"):
            assert personal not in letter.body(part)

    story.time_is(COLLECTED)
    with story.at_work(office.clerk.user_id) as page:
        page.goto("/ket-qua-cho-tra")
        expect(page.get_by_role("row").filter(has_text=code).locator(".cell-num")).to_have_text("1")
        assert_accessible(page)
        page.get_by_role("link", name=code).click()
        form = page.locator("form[action$='/tra-ket-qua']")
        form.get_by_label("Người nhận kết quả").fill("Trần Văn Nhận Thay")
        form.get_by_label("Căn cứ nhận").select_option(label="Người được uỷ quyền")
        form.get_by_label("Số giấy uỷ quyền").fill("05/UQ")
        act(page, "tra-ket-qua", "Trả kết quả")
        expect(page.get_by_text("Đã trả kết quả.").first).to_be_visible()
        assert_accessible(page)
        for address in ("/ket-qua-cho-tra/so-ky-nhan.pdf", f"/ho-so/{code}/bien-nhan-tra-ket-qua.pdf"):
            said = paper(page, address, tmp_path)
            for words in (code, "Trần Văn Nhận Thay", "05/UQ"):
                assert words in said
