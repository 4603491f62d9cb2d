"""Received under the wrong case: the head puts it right, dates move, the receipt is printed again."""

from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.test_from_hand_to_hand import APPLICANT, paper, receive
from tests.journeys.test_main_story import Story, story
from tests.journeys.test_second_date import SHOTS, shot
from tests.support.moments import at
from tests.support.smtp import Mailbox
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.extensions import Database
from tthc_tracker.models.procedure import ProcedureLimit
from tthc_tracker.services.revisions import raise_revision

__all__ = ["story"]

NEXT_DAY = at("Tue 2026-11-17 09:00")


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)  # the verbs: both, tests/services
def test_a_wrong_case_from_the_desk_to_the_new_receipt(
    story: Story, database: Database, smtp: Mailbox, tmp_path: Path
) -> None:
    office = story.office
    with database.transaction() as session:
        session.add(
            ProcedureLimit(
                version_id=office.procedure, case_code="xac-minh", case_name="Phải xác minh",
                promised_amount=Decimal(8), unit=LimitUnit.WORKING_DAY,
            )
        )  # fmt: skip
        raise_revision(session, "catalogue")
    with story.at_work(office.clerk.user_id) as page:
        code = receive(page)
        first = paper(page, f"/ho-so/{code}/giay-tiep-nhan.pdf", tmp_path)
        assert "19/11/2026" in first
        assert "Bản in lại" not in first
        page.reload()
        page.locator("#viec-hand_over summary").click()
        page.locator("#viec-hand_over select").select_option(label="Phòng Địa chính")
        page.locator("#viec-hand_over").get_by_role("button", name="Chuyển xử lý").click()
        expect(page.get_by_role("link", name="Sửa tiếp nhận")).to_have_count(0)

    story.time_is(NEXT_DAY)
    with story.at_work(office.head.user_id) as page:
        page.goto(f"/ho-so/{code}")
        page.get_by_role("link", name="Sửa tiếp nhận").click()
        page.get_by_label("Trường hợp").select_option(label="Phải xác minh")
        expect(page.locator("#ngay-hen").get_by_text("27/11/2026").first).to_be_visible()
        page.get_by_label("Lý do sửa").fill("chọn nhầm trường hợp, hồ sơ phải xác minh")
        shot(page, "correct-at-work")
        page.get_by_role("button", name="Lưu bản sửa").click()
        expect(page.get_by_text("Ngày hẹn trả chuyển từ")).to_be_visible()
        versions = page.locator("#ban-sua")
        for words in ("Phải xác minh", "08:00 19/11/2026", "08:00 27/11/2026", "chọn nhầm trường hợp"):
            expect(versions.get_by_text(words).first).to_be_visible()
        shot(page, "corrected")

    with story.at_work(office.clerk.user_id) as page:
        page.goto(f"/ho-so/{code}")
        expect(page.locator("#giay-hen-moi")).to_be_visible()
        again = paper(page, f"/ho-so/{code}/giay-tiep-nhan.pdf", tmp_path)
        for words in ("Bản in lại lần 1", "27/11/2026"):
            assert words in again
        if SHOTS:
            Path(SHOTS, "receipt-again.pdf").write_bytes((tmp_path / "paper.pdf").read_bytes())
        page.goto(f"/ho-so/{code}/ban-in")
        shot(page, "copies")
        oldest = page.locator("a[href$='.pdf']").last.get_attribute("href")
        assert oldest is not None
        assert "19/11/2026" in paper(page, oldest, tmp_path)

    story.run("jobs", "run", "deliver-mail")
    (letter,) = [one for one in smtp.letters if "Ngày hẹn trả mới" in one.subject]
    assert letter.recipients == (APPLICANT,)
    assert "27/11/2026" in letter.body("plain")
