"""The desk without a mouse, in a real browser: from the card to the printed receipt."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from tests.support import browser as browsers
from tests.support import databases, servers
from tests.support.desk import PASSWORD, add_second_case, open_office
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import Dossier

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.servers import WebServer

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # two cores may be busy with other tests

CARD = "045190001234||NGUYỄN THỊ PHƯƠNG THẢO|01051990|Nữ|Thôn 1, xã Cam Lộ, tỉnh Quảng Trị|01012022"
ODD_CARD = "045090009999||TRẦN VĂN TÁM|01051991|Nam|Xã Cam Lộ|01012022"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[WebServer]":
    folder: Path = tmp_path_factory.mktemp("desk")
    with databases.migrated("sqlite", folder) as url:
        database.bind(url)
        with database.transaction() as session:
            office = open_office(session)
            add_second_case(session, office)
        database.dispose()
        clock = folder / "clock"
        clock.write_text("2026-11-23T14:00:00+07:00")
        with servers.web(url, folder, workers=1, TTHC_TEST_CLOCK=str(clock)) as server:
            (folder / "url").write_text(url)
            (folder / "clerk").write_text(f"clerk{office.ward}")
            yield server


@pytest.fixture(scope="module")
def cookies(browser: "Browser", served: "WebServer") -> list[Any]:
    """Of a clerk who has signed in: each test goes on from there in a browser of its own."""
    with browsers.context(browser, served.url) as (opened, _complaints):
        page = opened.new_page()
        page.goto("/dang-nhap")
        page.fill("input[name=username]", (served.log.parent / "clerk").read_text())
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/dang-nhap" not in url)
        return list(opened.cookies())


@pytest.fixture
def desk(browser: "Browser", served: "WebServer", cookies: list[Any]) -> "Iterator[Page]":
    """The reception page before a clerk who has signed in."""
    with browsers.context(browser, served.url) as (opened, complaints):
        complaints.tolerated = ("status of 422", "status of 409")
        opened.add_cookies(cookies)
        page = opened.new_page()
        page.goto("/tiep-nhan")
        yield page


def scan(page: "Page", raw: str) -> None:
    """What a desk scanner does: types, then Enter."""
    page.keyboard.type(raw)
    page.keyboard.press("Enter")


def choose(page: "Page", words: str) -> None:
    """Type into the field that has the focus and take the first of the list."""
    page.keyboard.type(words)
    expect(page.locator("#procedure-list [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")


def test_a_known_procedure_takes_a_scan_and_thirteen_keys(desk: "Page") -> None:
    expect(desk.locator("#id_number")).to_be_focused()
    scan(desk, CARD)
    expect(desk.locator("#full_name")).to_have_value("NGUYỄN THỊ PHƯƠNG THẢO")
    expect(desk.locator("#birth_on")).to_have_value("01/05/1990")
    expect(desk.locator("#sex")).to_have_value("female")
    expect(desk.locator("#address")).to_have_value("Thôn 1, xã Cam Lộ, tỉnh Quảng Trị")
    expect(desk.locator("#procedure")).to_be_focused()
    choose(desk, "hon nhan")  # 8 keys and Enter
    expect(desk.locator("#ngay-hen")).to_contain_text("Thứ Sáu, 14:00 27/11/2026")
    expect(desk.locator("#thanh-phan input").first).to_have_value(re.compile("Tờ khai"))
    desk.keyboard.press("Control+Enter")  # 2
    desk.wait_for_url(re.compile(r"/ho-so/H50\.19000-261123-\d{4}\?moi=1"))
    link = desk.get_by_role("link", name="In giấy tiếp nhận")
    expect(link).to_be_focused()
    with desk.context.expect_page() as opened:
        desk.keyboard.press("Enter")  # 1
    assert opened.value.url.endswith("/giay-tiep-nhan.pdf") or opened.value.url in {"", "about:blank"}
    opened.value.close()
    answer = desk.context.request.get(str(link.get_attribute("href")))
    assert answer.body().startswith(b"%PDF-")
    desk.bring_to_front()
    desk.keyboard.press("n")  # 1
    desk.wait_for_url("**/tiep-nhan")
    expect(desk.locator("#id_number")).to_have_value("")


@pytest.mark.parametrize("field", ["id_number", "address", "procedure", "sets"])
def test_a_card_is_recognised_in_any_field_and_leaves_it_as_it_was(desk: "Page", field: str) -> None:
    desk.focus(f"#{field}")
    before = desk.input_value(f"#{field}")
    scan(desk, ODD_CARD)
    expect(desk.locator("#full_name")).to_have_value("TRẦN VĂN TÁM")
    expect(desk.locator("#nguoi-nop [data-card-status]")).to_contain_text("không khớp năm sinh")
    if field in {"procedure", "sets"}:
        assert desk.input_value(f"#{field}") == before
    assert desk.url.endswith("/tiep-nhan")


def test_a_scanner_that_falters_is_read_all_the_same(desk: "Page") -> None:
    desk.focus("#address")
    for part in (CARD[:3], CARD[3:20], CARD[20:]):
        desk.keyboard.type(part)
        desk.wait_for_timeout(200)  # longer than the pause that ends a run of keys
    desk.keyboard.press("Enter")
    expect(desk.locator("#id_number")).to_have_value(CARD[:12])
    expect(desk.locator("#address")).to_have_value("Thôn 1, xã Cam Lộ, tỉnh Quảng Trị")


def test_the_owners_card_fills_the_owner(desk: "Page") -> None:
    desk.check("#owner_differs")
    expect(desk.locator("#owner_id_number")).to_be_focused()
    scan(desk, CARD)
    expect(desk.locator("#owner_full_name")).to_have_value("NGUYỄN THỊ PHƯƠNG THẢO")
    assert desk.input_value("#full_name") == ""


def test_enter_never_submits(desk: "Page") -> None:
    for field in ("id_number", "full_name", "phone", "address", "procedure", "sets"):
        desk.focus(f"#{field}")
        desk.keyboard.press("Enter")
    expect(desk.locator("[data-error-summary]")).to_have_count(0)
    assert desk.url.endswith("/tiep-nhan")


def test_a_refused_form_takes_the_focus_to_what_is_wrong_and_keeps_the_rest(desk: "Page") -> None:
    desk.fill("#full_name", "Nguyễn Văn An")
    desk.check("#owner_differs")
    desk.fill("#owner_full_name", "Công ty Sông Hiếu")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-error-summary]")).to_be_focused()
    assert desk.input_value("#full_name") == "Nguyễn Văn An"
    expect(desk.locator("#owner_full_name")).to_be_visible()
    browsers.assert_accessible(desk)


def received(served: "WebServer") -> int:
    """How many dossiers there are."""
    database.bind((served.log.parent / "url").read_text())
    try:
        with database.reading() as session:
            return session.execute(select(func.count()).select_from(Dossier)).scalar_one()
    finally:
        database.dispose()


def test_sent_twice_in_a_hurry_it_is_one_dossier(desk: "Page", served: "WebServer") -> None:
    before = received(served)
    scan(desk, CARD)
    expect(desk.locator("#procedure")).to_be_focused()
    choose(desk, "hon nhan")
    expect(desk.locator("#thanh-phan input").first).to_be_visible()
    desk.keyboard.press("Control+Enter")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url("**/ho-so/**")
    assert received(served) == before + 1


def test_the_same_form_in_two_tabs_is_one_dossier(desk: "Page", served: "WebServer") -> None:
    before = received(served)
    scan(desk, CARD)
    expect(desk.locator("#procedure")).to_be_focused()
    choose(desk, "hon nhan")
    expect(desk.locator("#thanh-phan input").first).to_be_visible()
    fields = desk.evaluate("[...new FormData(document.getElementById('bieu-mau')).entries()]")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url("**/ho-so/**")
    first = desk.url.partition("?")[0]
    again = desk.context.request.post("/tiep-nhan", form=dict(fields))
    assert again.url == first
    assert "đây là hồ sơ đã có" in again.text()
    assert received(served) == before + 1


def test_what_is_chosen_shows_what_it_needs(desk: "Page") -> None:
    for hidden in ("#chu-ho-so", "#arrived_at", "#fee_amount", "#fee_method"):
        expect(desk.locator(hidden)).to_be_hidden()
    desk.check("#owner_differs")
    desk.check("[name=channel][value=post]")
    desk.select_option("#fee_state", "due")
    expect(desk.locator("#chu-ho-so")).to_be_visible()
    expect(desk.locator("#arrived_at")).to_be_visible()
    expect(desk.locator("#fee_amount")).to_be_visible()
    expect(desk.locator("#fee_method")).to_be_hidden()
    desk.select_option("#fee_state", "paid")
    expect(desk.locator("#fee_method")).to_be_visible()


def test_a_paper_beyond_the_list_counts_one_original(desk: "Page") -> None:
    desk.focus("#procedure")
    choose(desk, "hon nhan")
    desk.click("text=Thêm giấy tờ")
    desk.keyboard.type("Giấy uỷ quyền")
    desk.keyboard.press("Enter")
    last = desk.locator("[data-papers] tbody tr").last
    expect(last.locator("td input").first).to_have_value("1")
    assert desk.evaluate("document.activeElement.closest('tr') !== null")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_the_page_fits_and_reads_on_every_screen(desk: "Page", width: int, dark: bool) -> None:
    desk.emulate_media(color_scheme="dark" if dark else "light")
    desk.set_viewport_size({"width": width, "height": 800})
    desk.reload()
    desk.check("#owner_differs")
    desk.focus("#procedure")
    choose(desk, "hon nhan")
    expect(desk.locator("#thanh-phan input").first).to_be_visible()
    desk.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    browsers.assert_accessible(desk)
    assert browsers.sideways_overflow(desk) == 0


def test_what_is_chosen_before_the_scripts_are_there_moves_the_date(desk: "Page") -> None:
    desk.focus("#procedure")
    choose(desk, "hon nhan")
    expect(desk.locator("#ngay-hen")).to_contain_text("Thứ Sáu, 14:00 27/11/2026")
    with browsers.scripts_on_their_way(desk):
        desk.keyboard.press("Control+Enter")  # refused: nobody has filed it
        expect(desk.locator("[data-error-summary]")).to_be_visible()
        desk.select_option("#case_code", "xac-minh")
        desk.fill("#full_name", "Nguyễn Văn An")
    expect(desk.locator("#ngay-hen")).to_contain_text("Thứ Sáu, 14:00 04/12/2026")
    expect(desk.locator("#ngay-hen-gon")).to_contain_text("04/12/2026")
    expect(desk.locator("#full_name")).to_be_focused()


def test_a_case_that_the_browser_puts_in_again_moves_the_date(desk: "Page") -> None:
    scan(desk, CARD)
    expect(desk.locator("#procedure")).to_be_focused()
    choose(desk, "hon nhan")
    expect(desk.locator("#thanh-phan input").first).to_be_visible()
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url("**/ho-so/**")
    desk.get_by_role("link", name="Sửa tiếp nhận").click()
    expect(desk.locator("#ngay-hen")).to_contain_text("27/11/2026")
    desk.select_option("#case_code", "xac-minh")
    expect(desk.locator("#ngay-hen")).to_contain_text("04/12/2026")
    desk.once("dialog", lambda dialog: dialog.accept())  # what is unsaved is asked about
    desk.goto("/tiep-nhan")
    desk.go_back()
    expect(desk.locator("#case_code")).to_have_value("xac-minh")
    expect(desk.locator("#ngay-hen")).to_contain_text("04/12/2026")


def test_a_card_scanned_before_the_scripts_are_there_is_read_when_they_come(desk: "Page") -> None:
    with browsers.scripts_on_their_way(desk):
        desk.reload(wait_until="commit")
        expect(desk.locator("#id_number")).to_be_focused()
        scan(desk, CARD)
        expect(desk.locator("#id_number")).to_have_value(CARD)
    expect(desk.locator("#id_number")).to_have_value(CARD[:12])
    expect(desk.locator("#full_name")).to_have_value("NGUYỄN THỊ PHƯƠNG THẢO")


def test_words_typed_before_the_scripts_are_there_open_their_list(desk: "Page") -> None:
    with browsers.scripts_on_their_way(desk):
        desk.reload(wait_until="commit")
        desk.focus("#procedure")
        desk.keyboard.type("hon nhan")
    expect(desk.locator("#procedure-list [role=option]").first).to_be_visible()
    desk.keyboard.press("Enter")
    expect(desk.locator("#ngay-hen")).to_contain_text("Thứ Sáu, 14:00 27/11/2026")
