"""A dossier's whole life, over Tết: three steps in two agencies, a supplement, an apology, a late end.

After each deed every date on its page is what `flask deadlines explain` reckons from its facts, and every
slip that the page offers is opened.
"""

import datetime as dt
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_from_hand_to_hand import APPLICANT, receive
from tests.journeys.test_main_story import Story, act, story
from tests.support.browser import assert_accessible
from tests.support.moments import at
from tests.support.smtp import Mailbox

__all__ = ["story"]

SHOTS = os.environ.get("TTHC_SHOTS", "")  # a folder: what the pages and slips of this journey look like

BEFORE_TET = at("Fri 2026-02-13 08:00")  # Tết: 14/2 to 22/2/2026
ELSEWHERE = at("Fri 2026-02-13 09:00")
APPRAISAL = at("Fri 2026-02-13 14:00")
ANSWERED = at("Wed 2026-02-25 09:00")
DAY_BEFORE = at("Fri 2026-02-27 10:00")
LATE = at("Wed 2026-03-11 10:00")
AFTERWARDS = at("Thu 2026-03-12 08:30")

PROCESS = """procedure,step,name,holder,amount,limit_unit,unit,agency,signature
1.004873,1,Tiếp nhận,desk,1,working_hour,,,
1.004873,2,Xác minh nơi cư trú cũ,unit,4,working_hour,,H50.19001,
1.004873,3,Thẩm định,unit,16,working_hour,DC,,
"""
SHOWN = {"Hẹn trả": "current_due_at", "Hẹn lần đầu": "first_due_at", "Hạn theo luật": "due_at"}


def do(page: Page, action: str, button: str) -> None:
    """Carry out an action of the dossier's page, and wait for what it leads to."""
    with page.expect_navigation():
        act(page, action, button)


def dates_agree(story: Story, page: Page, code: str) -> dict[str, Any]:
    """That the page shows the dates of the command, and that the command reckons what is stored."""
    page.goto(f"/ho-so/{code}")
    said: dict[str, Any] = json.loads(story.run("deadlines", "explain", code, "--format", "json"))
    assert said["same"] is True, said["differences"]
    shown = {}
    for fact in page.locator("#thoi-han .fact").all():
        words, value = fact.locator("dt").inner_text(), fact.locator("dd").inner_text()
        if words in SHOWN:
            shown[words] = value.splitlines()[0]
    assert "Hẹn trả" in shown
    for words, value in shown.items():
        moment = dt.datetime.fromisoformat(said["stored"][SHOWN[words]])
        assert value == f"{moment:%H:%M %d/%m/%Y}", words
    # What is not shown is no other date than those that are.
    stored = said["stored"]
    assert ("Hẹn lần đầu" in shown) == (stored["first_due_at"] != stored["due_at"])
    assert ("Hạn theo luật" in shown) == (stored["current_due_at"] != stored["due_at"])
    page.locator(".ledger summary").click()
    reckoned = dt.datetime.fromisoformat(said["reckoned"]["current_due_at"])
    expect(page.locator(".ledger tfoot strong")).to_have_text(f"{reckoned:%H:%M %d/%m/%Y}")
    return said


def slips(page: Page, code: str, folder: Path, name: str, *also: str) -> dict[str, str]:
    """Open every paper that the page offers, and `also`; gives what each says, by its address."""
    page.goto(f"/ho-so/{code}")
    links = page.locator("a[href*='.pdf']:not([href*='size=a4'])")  # the other size: tests/printouts
    addresses = {link.get_attribute("href") or "" for link in links.all()}
    addresses |= {f"/ho-so/{code}/{paper}" for paper in also}
    said = {}
    for number, address in enumerate(sorted(addresses)):
        answer = page.request.get(address)
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf"), address
        file = Path(SHOTS or folder) / f"{name}-{number}.pdf"
        file.write_bytes(answer.body())
        shown = subprocess.run(
            ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
        )
        said[address.partition("?")[0].rpartition("/")[2]] = " ".join(shown.stdout.split())
    assert all(code in text for text in said.values()), said.keys()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    return said


@pytest.mark.long
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)  # both: services/test_any_life.py
def test_over_tet_through_two_agencies_to_a_late_end(story: Story, smtp: Mailbox, tmp_path: Path) -> None:
    office = story.office
    story.time_is(BEFORE_TET)
    (tmp_path / "process.csv").write_text(PROCESS, encoding="utf-8")
    story.run("catalogue", "load", "processes", str(tmp_path / "process.csv"))
    with story.at_work(office.clerk.user_id) as page:
        code = receive(page, "25/02/2026")
        first = dates_agree(story, page, code)["stored"]["due_at"]
        assert first == "2026-02-25T08:00+07:00"
        receipt = slips(page, code, tmp_path, "1-received")["giay-tiep-nhan.pdf"]
        assert "25/02/2026" in receipt
        do(page, "chuyen-buoc", "Chuyển bước tiếp theo")
        expect(page.get_by_text("Chờ xác nhận bàn giao.")).to_be_visible()

    story.time_is(ELSEWHERE)
    with story.at_work(office.stranger.user_id) as page:
        page.goto(f"/ho-so/{code}")
        do(page, "xac-nhan", "Xác nhận đã nhận")
        dates_agree(story, page, code)
        expect(page.locator("#quy-trinh")).to_contain_text("Xác minh nơi cư trú cũ")
        do(page, "chuyen-buoc", "Chuyển bước tiếp theo")

    story.time_is(APPRAISAL)
    with story.at_work(office.officer.user_id) as page:
        page.goto(f"/ho-so/{code}")
        do(page, "xac-nhan", "Xác nhận đã nhận")
        page.get_by_role("link", name="Bổ sung, tạm dừng").click()
        form = page.locator("form[action$='/tam-dung/bo-sung']")
        form.get_by_label("Nội dung khác").fill("bản sao quyết định ly hôn")
        form.get_by_label("Lý do").fill("tờ khai ghi đã ly hôn")
        form.get_by_label("Căn cứ").fill("Điều 22 Nghị định 123/2015/NĐ-CP")
        with page.expect_navigation():
            form.get_by_role("button", name="Yêu cầu bổ sung").click()
        expect(page.get_by_text("Nếu tiếp tục ngay bây giờ, hẹn trả là")).to_be_visible()
        held = dates_agree(story, page, code)
        assert held["projected"] is True
    with story.at_work(office.clerk.user_id) as page:
        asked = slips(page, code, tmp_path, "2-paused")["phieu-bo-sung.pdf"]
        assert "bản sao quyết định ly hôn" in asked
    story.run("jobs", "run", "deliver-mail")

    story.time_is(ANSWERED)
    with story.at_work(office.clerk.user_id) as page:
        dates_agree(story, page, code)
        page.get_by_role("link", name="Ghi nhận trả lời, tiếp tục").click()
        page.get_by_role("button", name="Ghi nhận, tiếp tục").click()
        expect(page.get_by_text("Người nộp đang giữ giấy hẹn cũ")).to_be_visible()
        moved = dates_agree(story, page, code)["stored"]
        assert moved["first_due_at"] == first
        # Asked for within three working days: the limit begins anew with the answer (a choice, docs/law.md).
        assert moved["due_at"] == "2026-03-02T09:00+07:00"
        assert "02/03/2026" in slips(page, code, tmp_path, "3-resumed")["giay-tiep-nhan.pdf"]

    story.time_is(DAY_BEFORE)
    with story.at_work(office.officer.user_id) as page:
        page.goto(f"/ho-so/{code}")
        page.get_by_role("link", name="Không kịp hạn").click()
        page.get_by_label("Nguyên nhân").select_option(label="Chờ cơ quan khác")
        page.get_by_label("Lý do in trên văn bản").fill("chờ kết quả xác minh của Công an phường")
        page.get_by_role("button", name="Gửi dự thảo").click()
        expect(page.get_by_text("đang chờ người đứng đầu đơn vị duyệt")).to_be_visible()
    with story.at_work(office.head.user_id) as page:
        page.goto("/giam-sat/xin-loi")
        page.get_by_label(f"Chọn {code}").check()
        page.get_by_role("button", name="Duyệt, hẹn lại").click()
        expect(page.get_by_text("Đã làm 1 hồ sơ.")).to_be_visible()
        second = dates_agree(story, page, code)["stored"]
        assert (second["due_at"], second["first_due_at"]) == (moved["due_at"], first)
        assert second["current_due_at"] > second["due_at"]
        assert_accessible(page)
        letter = slips(page, code, tmp_path, "4-apology", "van-ban-xin-loi.pdf")["van-ban-xin-loi.pdf"]
        assert "VĂN BẢN XIN LỖI" in letter
    story.run("jobs", "run", "deliver-mail")

    story.time_is(LATE)
    assert dt.datetime.fromisoformat(second["current_due_at"]) < LATE
    with story.at_work(office.officer.user_id) as page:
        dates_agree(story, page, code)
        do(page, "chuyen-ket-qua", "Chuyển kết quả về một cửa")
        expect(page.get_by_text("Kết quả đang chuyển về một cửa.")).to_be_visible()
    with story.at_work(office.clerk.user_id) as page:
        page.goto(f"/ho-so/{code}")
        do(page, "nhan-ket-qua", "Xác nhận đã có kết quả")
        dates_agree(story, page, code)
        expect(page.locator("#thoi-han")).to_contain_text("Quá hạn")
        slips(page, code, tmp_path, "5-finished")
    story.run("jobs", "run", "deliver-mail")

    story.time_is(AFTERWARDS)
    with story.at_work(office.clerk.user_id) as page:
        page.goto(f"/ho-so/{code}")
        page.locator("form[action$='/tra-ket-qua']").get_by_label("Người nhận kết quả").fill(
            "Nguyễn Thị Hồng Đào"
        )
        do(page, "tra-ket-qua", "Trả kết quả")
        expect(page.get_by_text("Đã trả kết quả.").first).to_be_visible()
        dates_agree(story, page, code)
        assert "bien-nhan-tra-ket-qua.pdf" in slips(page, code, tmp_path, "6-returned")

    subjects = " ".join(one.subject for one in smtp.letters if one.recipients == (APPLICANT,))
    for words in ("bổ sung", "Xin lỗi", "kết quả"):
        assert words in subjects
