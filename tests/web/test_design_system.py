"""The components and behaviours of docs/design-system.md, in a browser, on the page that shows them all."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask, Response, request, send_from_directory
from playwright.sync_api import expect
from werkzeug.serving import make_server

from tests.support import gallery
from tests.support.browser import (
    DESKTOP,
    PHONE,
    assert_accessible,
    context,
    held_back,
    scripts_on_their_way,
    sideways_overflow,
)
from tthc_tracker.domain.standing import Standing
from tthc_tracker.web.headers import POLICY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CARD = "044190001234|190001234|NGUYỄN THỊ BÍCH PHƯỢNG|02091990|Nữ|Tổ 3, phường Đồng Hới, Quảng Trị|01012021"
ANOTHER_PAGE = "<!doctype html><title>trang khác</title>"
_OPTION = '<li class="combobox-option" role="option" id="o-{0}" data-value="{0}" data-text="{1}">{1}</li>'
OPTIONS = _OPTION.format(7, "Đăng ký khai sinh") + _OPTION.format(8, "Đăng ký kết hôn")


@dataclass
class Desk:
    """A stand-in for the application: the gallery's files and the few addresses its behaviours ask."""

    url: str = ""
    signed_in: bool = True
    posts: list[dict[str, str]] = field(default_factory=list)
    searches: list[str] = field(default_factory=list)


def _add_sign_in(app: Flask, desk: Desk) -> None:
    @app.get("/phien")
    def session_stands() -> tuple[str, int]:
        return "", 204 if desk.signed_in else 401

    @app.get("/dang-nhap")
    def door() -> str:
        return '<form><input name="csrf_token" value="of the door"></form>'

    @app.post("/dang-nhap")
    def enter() -> tuple[str, int, dict[str, str]]:
        desk.signed_in = request.form["password"] == "dung" and request.form["csrf_token"] == "of the door"
        if not desk.signed_in:
            return '<p class="notice-error">Tên đăng nhập hoặc mật khẩu không đúng.</p>', 422, {}
        return "", 204, {"HX-Trigger": '{"tthc:signed-in": {"csrf": "renewed"}}'}


def _application(folder: Path, desk: Desk) -> Flask:
    app = Flask("desk", static_folder=None)
    _add_sign_in(app, desk)

    @app.after_request
    def protect(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    @app.get("/tiep-nhan/thu-tuc")
    def procedures() -> str:
        desk.searches.append(request.args["q"])
        return OPTIONS

    @app.post("/tiep-nhan")
    def receive() -> str:
        desk.posts.append(request.form.to_dict())
        return ANOTHER_PAGE

    @app.get("/<path:path>")
    def file(path: str) -> Response | str:
        return send_from_directory(folder, path) if (folder / path).is_file() else ANOTHER_PAGE

    return app


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("gallery")
    gallery.write(folder)
    made = Desk()
    server = make_server("127.0.0.1", 0, _application(folder, made), threaded=True)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def desk(served: Desk) -> Desk:
    """The server of the module, at which nothing has been sent and somebody is signed in."""
    served.signed_in = True
    served.posts.clear()
    served.searches.clear()
    return served


@pytest.fixture
def page(browser: "Browser", desk: Desk) -> "Iterator[Page]":
    with context(browser, desk.url) as (opened, complaints):
        complaints.tolerated = ("status of 401", "status of 422")
        shown = opened.new_page()
        shown.goto("/gallery.html")
        yield shown


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", ["gallery", "public", "sign-in"])
def test_every_component_is_accessible_and_fits(
    browser: "Browser", desk: Desk, name: str, viewport: dict[str, int], dark: bool
) -> None:
    with context(browser, desk.url, viewport=viewport, dark=dark) as (opened, _complaints):
        shown = opened.new_page()
        shown.goto(f"/{name}.html")
        assert_accessible(shown)
        assert sideways_overflow(shown) <= 0


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_has_its_shape_and_its_words(standing: Standing) -> None:
    standings = gallery.environment().get_template("components/status.html").module.STANDINGS
    shape, tone, words = standings[standing.value]
    assert f'id="{shape}"' in (gallery.WEB / "static" / "img" / "icons.svg").read_text(encoding="utf-8")
    assert f".tone-{tone}" in (gallery.WEB / "static" / "css" / "app.css").read_text(encoding="utf-8")
    assert words


def test_a_public_page_weighs_less_than_sixty_kilobytes(browser: "Browser", desk: Desk) -> None:
    with context(browser, desk.url) as (opened, _complaints):
        shown = opened.new_page()
        weights: list[int] = []
        shown.on("response", lambda answer: weights.append(len(answer.body())))
        shown.goto("/public.html", wait_until="networkidle")
        assert 0 < sum(weights) <= 60 * 1024


def test_who_types_before_the_scripts_are_there_goes_on_typing_and_is_asked_before_leaving(
    page: "Page",
) -> None:
    with scripts_on_their_way(page):
        page.reload(wait_until="commit")
        page.focus("#name")
        page.keyboard.type("Nguyễn ")
    page.wait_for_load_state()
    page.keyboard.type("Văn An")
    expect(page.locator("#name")).to_have_value("Nguyễn Văn An")
    with page.expect_event("dialog") as asked:
        page.evaluate("setTimeout(() => location.assign('/khac'))")
    asked.value.dismiss()
    assert page.url.endswith("/gallery.html")


def test_filters_somebody_uses_before_the_scripts_are_there_stay_open_on_the_phone(page: "Page") -> None:
    page.set_viewport_size(PHONE)
    with scripts_on_their_way(page):
        page.reload(wait_until="commit")
        page.select_option("[data-filters] select", index=0)
    page.wait_for_load_state()
    expect(page.locator("[data-filters] select").first).to_be_visible()


def _listen(page: "Page") -> None:
    page.evaluate(
        "() => document.addEventListener('card-scanned', (event) => { window.scanned = event.detail.raw; })"
    )


@pytest.mark.parametrize(
    ("place", "before"),
    [
        pytest.param("#name", "Lê Thị", id="a field with words in it"),
        pytest.param("#identity", "", id="the empty identity field"),
        pytest.param("#note", "dòng một", id="a text of several lines"),
    ],
)
def test_a_scanned_card_leaves_the_field_as_it_was(page: "Page", desk: Desk, place: str, before: str) -> None:
    _listen(page)
    page.fill(place, before)
    page.focus(place)
    page.keyboard.press("End")
    page.keyboard.type(CARD)
    page.keyboard.press("Enter")
    assert page.evaluate("() => window.scanned") == CARD
    assert page.input_value(place) == before
    assert desk.posts == []


def test_a_card_scanned_over_a_selection_gives_the_selected_words_back(page: "Page") -> None:
    _listen(page)
    page.fill("#name", "Lê Thị Hoa")
    page.locator("#name").select_text()
    page.keyboard.type(CARD)
    page.keyboard.press("Enter")
    assert page.evaluate("() => window.scanned") == CARD
    assert page.input_value("#name") == "Lê Thị Hoa"


@pytest.mark.parametrize("pause_after", [3, 9, 40])
def test_a_scanner_that_falters_over_a_selection_gives_the_words_back_too(
    page: "Page", desk: Desk, pause_after: int
) -> None:
    _listen(page)
    page.fill("#name", "Lê Thị Hoa")
    page.locator("#name").select_text()
    page.keyboard.type(CARD[:pause_after])
    page.wait_for_timeout(300)  # longer than the pause that ends a run of keys
    page.keyboard.type(CARD[pause_after:])
    page.keyboard.press("Enter")
    assert page.evaluate("() => window.scanned") == CARD
    assert page.input_value("#name") == "Lê Thị Hoa"
    assert desk.posts == []


def test_a_card_longer_than_its_field_is_still_whole(page: "Page") -> None:
    _listen(page)
    plain = "044190001234||NGUYEN THI HOA|02091990|Nu|Dong Hoi|01012021"
    page.evaluate("() => document.getElementById('identity').setAttribute('maxlength', '12')")
    page.focus("#identity")
    page.keyboard.type(plain)
    page.keyboard.press("Enter")
    assert page.evaluate("() => window.scanned") == plain
    assert page.input_value("#identity") == ""


def test_a_card_scanned_over_a_tick_box_or_a_button_changes_neither(page: "Page", desk: Desk) -> None:
    _listen(page)
    plain = "044190001234||NGUYEN THI HOA|02091990|Nu|Dong Hoi|01012021"
    page.focus("#own")
    page.keyboard.type(plain)
    page.keyboard.press("Enter")
    assert page.evaluate("() => window.scanned") == plain
    assert not page.is_checked("#own")
    assert desk.posts == []


def test_enter_in_a_marked_field_goes_to_the_next_field_and_does_not_submit(page: "Page", desk: Desk) -> None:
    page.focus("#identity")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "name"
    assert desk.posts == []


def test_a_barcode_scanned_outside_every_field_is_looked_up(page: "Page") -> None:
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.type("H50.14-261123-0001")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=H50.14-261123-0001")


def test_slash_goes_to_the_search_and_typing_there_starts_no_shortcut(page: "Page") -> None:
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.id") == "tim"
    page.keyboard.press("n")
    assert page.input_value("#tim") == "n"
    assert page.url.endswith("/gallery.html")


def test_j_and_enter_open_the_row_below(page: "Page") -> None:
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ho-so/H50.14-261112-0002")


def test_a_number_is_copied_as_a_sentence_by_key_whether_it_is_focused_or_pointed_at(page: "Page") -> None:
    page.evaluate("""() => {
        const table = document.createElement("table");
        table.dataset.period = "Quý III/2026";
        const row = table.createTBody().insertRow();
        row.innerHTML = '<th scope="row">Cấp xã</th>'
            + '<td data-label="Đúng hạn"><a href="#so">95,00 %</a> 19/20</td><td data-label="Quá hạn">0</td>';
        document.querySelector("main").prepend(table);
    }""")
    page.focus("a[href='#so']")
    page.keyboard.press(".")
    page.get_by_text("Đã chép Quý III/2026: Cấp xã, Đúng hạn: 95,00 % 19/20.").wait_for()
    page.evaluate("() => document.activeElement.blur()")
    page.hover("td[data-label='Quá hạn']")
    page.keyboard.press(".")
    page.get_by_text("Đã chép Quý III/2026: Cấp xã, Quá hạn: 0.").wait_for()


def test_g_then_q_opens_the_overdue_list(page: "Page") -> None:
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/giam-sat/qua-han")


def test_shortcuts_once_switched_off_stay_off(page: "Page") -> None:
    page.click(".user-menu summary")
    page.uncheck("[data-shortcuts-switch]")
    page.reload()
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("?")
    assert not page.is_visible("#bang-phim-tat")


def test_question_mark_shows_the_sheet_and_escape_closes_it(page: "Page") -> None:
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.is_visible("#bang-phim-tat")
    assert_accessible(page)
    page.keyboard.press("Escape")
    assert not page.is_visible("#bang-phim-tat")


def test_the_chosen_theme_is_kept(page: "Page") -> None:
    page.click(".user-menu summary")
    page.check("input[name=theme][value=dark]")
    page.reload()
    assert page.get_attribute("html", "data-bs-theme") == "dark"


def test_a_procedure_is_found_by_typing_and_chosen_by_enter(page: "Page", desk: Desk) -> None:
    page.focus("#procedure")
    page.keyboard.type("khai sinh")
    page.wait_for_selector("#procedure-list [role=option]")
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#procedure") == "Đăng ký kết hôn"
    assert page.input_value("input[name=procedure]") == "8"
    assert desk.searches[-1] == "khai sinh"
    assert desk.posts == []


def test_keys_ahead_of_the_list_are_meant_for_it_and_never_send_the_form(page: "Page", desk: Desk) -> None:
    held = held_back(page, "**/tiep-nhan/thu-tuc?*")
    page.focus("#procedure")
    with page.expect_request("**/tiep-nhan/thu-tuc?q=khai*sinh"):
        page.keyboard.type("khai sinh")
        for key in ("ArrowDown", "ArrowDown", "Enter"):
            page.keyboard.press(key)
    assert page.input_value("input[name=procedure]") == ""
    held[-1].continue_()
    expect(page.locator("input[name=procedure]")).to_have_value("8")
    expect(page.locator("#procedure")).to_be_focused()
    assert desk.posts == []


def test_words_changed_after_a_choice_make_it_void(page: "Page") -> None:
    page.focus("#procedure")
    page.keyboard.type("khai sinh")
    page.wait_for_selector("#procedure-list [role=option]")
    page.keyboard.press("Enter")
    assert page.input_value("input[name=procedure]") == "7"
    page.keyboard.type("x")
    assert page.input_value("input[name=procedure]") == ""


def test_a_card_scanned_over_a_chosen_procedure_keeps_the_choice(page: "Page") -> None:
    _listen(page)
    page.focus("#procedure")
    page.keyboard.type("khai sinh")
    page.wait_for_selector("#procedure-list [role=option]")
    page.keyboard.press("Enter")
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 120))")
    page.keyboard.type(CARD)
    page.keyboard.press("Enter")
    assert page.evaluate("() => window.scanned") == CARD
    assert page.input_value("#procedure") == "Đăng ký khai sinh"
    assert page.input_value("input[name=procedure]") == "7"


def test_a_double_click_sends_a_form_once(page: "Page", desk: Desk) -> None:
    page.dblclick("#phieu button.btn-primary")
    page.wait_for_url("**/tiep-nhan")
    assert len(desk.posts) == 1


def test_an_ended_session_asks_to_sign_in_over_the_form_and_loses_nothing(page: "Page", desk: Desk) -> None:
    page.fill("#name", "Nguyễn Văn An")
    desk.signed_in = False
    page.click("#phieu button.btn-primary")
    page.fill("#dang-nhap-lai-mat-khau", "sai")
    page.click("#dang-nhap-lai button[type=submit]")
    page.wait_for_selector("[data-sign-in-error]:not([hidden])")
    assert "không đúng" in page.inner_text("[data-sign-in-error]")
    assert_accessible(page)
    page.fill("#dang-nhap-lai-mat-khau", "dung")
    page.click("#dang-nhap-lai button[type=submit]")
    page.wait_for_url("**/tiep-nhan")
    assert desk.posts[0]["name"] == "Nguyễn Văn An"
    assert desk.posts[0]["csrf_token"] == "renewed"


def test_putting_the_sign_in_off_leaves_the_form_as_it_was(page: "Page", desk: Desk) -> None:
    page.fill("#name", "Nguyễn Văn An")
    desk.signed_in = False
    page.click("#phieu button.btn-primary")
    page.click("#dang-nhap-lai [data-close-dialog]")
    assert page.input_value("#name") == "Nguyễn Văn An"
    assert desk.posts == []


def test_the_page_works_without_script(browser: "Browser", desk: Desk) -> None:
    opened = browser.new_context(base_url=desk.url, java_script_enabled=False)
    shown = opened.new_page()
    shown.goto("/gallery.html")
    assert shown.is_visible("#chuc-nang")
    assert not shown.is_visible("[data-copy]")
    shown.click("#phieu button.btn-primary")
    assert desk.posts
    opened.close()


def test_whatever_the_keyboard_reaches_shows_that_it_is_there(page: "Page") -> None:
    # The button in a field for a date is the browser's own, with its own ring: the field has no focus then.
    bare = """() => {
        const at = document.activeElement, style = getComputedStyle(at)
        return at === document.body || !at.matches(":focus")
            || style.outlineStyle !== "none" || style.boxShadow !== "none" ? "" : at.outerHTML.slice(0, 120)
    }"""
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(bare) == ""
        reached.add(page.evaluate("document.activeElement.tagName"))
    assert {"A", "BUTTON", "INPUT"} <= reached
