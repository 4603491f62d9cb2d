"""A session that ends over an open form: the login comes over it, and nothing typed is lost."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from tests.support.browser import assert_accessible, context
from tests.support.desk import OPENED, PASSWORD, open_office
from tthc_tracker import clock
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.models.account import LoginSession, User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.services import accounts

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.servers import WebServer
    from tthc_tracker.extensions import Database

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True),
]

FORM = "/danh-muc/co-quan/H50.19000/sua"


def open_town(database: "Database") -> None:
    """The office and an administrator of its province."""
    with database.transaction() as session:
        office = open_office(session)
        command = accounts.InvitePerson(
            "quantri@example.invalid", "Quản Trị", (Membership(Role.ADMINISTRATOR, office.province),)
        )
        user = accounts.create(session, command, now=OPENED)
        user.password_hash = session.get_one(User, office.clerk.user_id).password_hash


def enter(page: "Page") -> None:
    """Sign in at the door."""
    page.goto("/dang-nhap")
    assert_accessible(page)
    page.get_by_label("Tên đăng nhập").fill("quantri")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/")


def test_the_login_comes_over_the_form_and_what_was_typed_is_sent_once(
    browser: "Browser", site: "WebServer", database: "Database"
) -> None:
    open_town(database)
    with context(browser, site.url) as (visitor, complaints):
        complaints.tolerated = ("status of 401", "status of 422")
        page = visitor.new_page()
        enter(page)
        page.goto(FORM)
        page.get_by_role("textbox", name="Điện thoại").fill("0233 111 222")
        with database.transaction() as session:
            session.execute(update(LoginSession).values(revoked_at=clock.now()))
        page.get_by_role("button", name="Lưu", exact=True).click()
        dialog = page.get_by_role("dialog", name="Phiên làm việc đã kết thúc")
        dialog.wait_for()
        assert_accessible(page)
        dialog.get_by_label("Mật khẩu").fill("nhầm rồi")
        dialog.get_by_role("button", name="Đăng nhập").click()
        dialog.get_by_text("Tên đăng nhập hoặc mật khẩu không đúng.").wait_for()
        dialog.get_by_label("Mật khẩu").fill(PASSWORD)
        dialog.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url("**/danh-muc/co-quan/H50.19000")
    with database.reading() as session:
        saved = session.execute(select(Agency).where(Agency.code == "H50.19000")).scalar_one()
        failures = select(func.count()).where(AuditEntry.action == "sign_in_failed")
        assert (saved.phone, saved.version) == ("0233 111 222", 2)
        assert session.execute(failures).scalar_one() == 1


def test_signed_out_in_another_tab_the_form_is_sent_after_the_login_over_it(
    browser: "Browser", site: "WebServer", database: "Database"
) -> None:
    open_town(database)
    with context(browser, site.url) as (visitor, complaints):
        complaints.tolerated = ("status of 401",)
        page = visitor.new_page()
        enter(page)
        page.goto(FORM)
        page.get_by_role("textbox", name="Điện thoại").fill("0233 111 222")
        other = visitor.new_page()
        other.goto("/")
        other.locator(".user-menu summary").click()
        other.get_by_role("button", name="Đăng xuất").click()
        other.wait_for_url("**/dang-nhap")
        page.get_by_role("button", name="Lưu", exact=True).click()
        dialog = page.get_by_role("dialog", name="Phiên làm việc đã kết thúc")
        dialog.get_by_label("Mật khẩu").fill(PASSWORD)
        dialog.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url("**/danh-muc/co-quan/H50.19000")
    with database.reading() as session:
        saved = select(Agency.phone).where(Agency.code == "H50.19000")
        assert session.execute(saved).scalar_one() == "0233 111 222"
