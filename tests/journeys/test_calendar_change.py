"""A holiday is ordered: what it would move is seen first, one word moves it all, the applicant is told when a
head says so; and the day that is full then is found in the load."""

import pytest
from playwright.sync_api import expect

from tests.journeys.test_from_hand_to_hand import receive
from tests.journeys.test_main_story import Story, story
from tests.journeys.test_second_date import shot
from tests.support.desk import Worker, hire
from tests.support.smtp import Mailbox
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import database
from tthc_tracker.models.account import User

__all__ = ["story"]


def _administrator(story: Story, database_url: str) -> Worker:
    database.bind(database_url)
    with database.transaction() as session:
        admin = hire(session, "Hồ Văn Quản Trị", Role.ADMINISTRATOR, story.office.province)
        story.usernames[admin.user_id] = session.get_one(User, admin.user_id).username
    database.dispose()
    return admin


@pytest.mark.long
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_holiday_from_its_decision_to_the_applicant(story: Story, smtp: Mailbox, database_url: str) -> None:
    office, admin = story.office, _administrator(story, database_url)
    with story.at_work(office.clerk.user_id) as page:
        code = receive(page)  # promised for 19/11
    with story.at_work(admin.user_id) as page:
        page.goto("/lich")
        page.get_by_role("link", name="Thay đổi lịch").click()
        page.get_by_role("link", name="Đề nghị thay đổi").click()
        page.get_by_label("Từ ngày").fill("18/11/2026")
        page.get_by_label("Số, ký hiệu văn bản").fill("Công điện 7")
        page.get_by_label("Nội dung, cơ quan ban hành").fill("nghỉ tránh bão")
        shot(page, "propose")
        page.get_by_role("button", name="Tính hệ quả").click()
        expect(page.locator("#tien-do")).to_be_visible()
        story.run("jobs", "run", "change-calendar")
        expect(page.get_by_role("button", name="Xác nhận, đổi ngày hẹn")).to_be_visible()  # by itself
        shot(page, "consequences")
        page.get_by_role("link", name="Xem từng hồ sơ: ngày cũ, ngày mới").click()
        expect(page.get_by_role("row", name=code)).to_contain_text("20/11/2026")
        shot(page, "moved")
        page.go_back()
        page.get_by_role("button", name="Xác nhận, đổi ngày hẹn").click()
        story.run("jobs", "run", "change-calendar")
        expect(page.get_by_text("Đã có hiệu lực").first).to_be_visible()
    with story.at_work(office.head.user_id) as page:
        page.goto(f"/ho-so/{code}")
        expect(page.get_by_text("Công điện 7: nghỉ tránh bão").first).to_be_visible()
        page.goto("/giam-sat/lich-den-han")
        shot(page, "load")
        page.get_by_role("link", name="1 hồ sơ, ít").click()
        expect(page.get_by_role("heading", name="Hồ sơ hẹn trả ngày 20/11/2026")).to_be_visible()
        expect(page.get_by_role("link", name=code)).to_be_visible()
        shot(page, "day")
        page.goto("/lich/thu-bao")
        shot(page, "letters")
        assert not [one for one in smtp.letters if "Ngày hẹn trả mới" in one.subject]
        page.get_by_role("button", name="Duyệt, gửi").click()
        expect(page.get_by_text("Đã duyệt 1 thư.")).to_be_visible()
    story.run("jobs", "run", "change-calendar")
    story.run("jobs", "run", "deliver-mail")
    (letter,) = [one for one in smtp.letters if "Ngày hẹn trả mới" in one.subject]
    assert "Lịch làm việc có thay đổi" in letter.body("plain")
    assert "20/11/2026" in letter.body("plain")
