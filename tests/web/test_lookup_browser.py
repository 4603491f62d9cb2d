"""From the paper in a citizen's hand to his dossier on an old telephone, with and without script."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PIL import Image

from tests.support.browser import PHONE, assert_accessible, context, sideways_overflow
from tests.support.databases import migrated
from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tests.support.servers import WebServer, web
from tests.support.signedin import sign_in
from tests.support.visitor import SESSION_COOKIE, Visitor
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.services import reception
from tthc_tracker.services.reception import ReceiveDossier

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

NOW = at("Tue 2026-11-17 09:10")
RECEIVED = at("Mon 2026-11-16 09:00")
SLOW_LINE = 60_000  # bytes of everything the page brings, unpacked


@dataclass(frozen=True)
class Counter:
    """The running product, and the receipt that the desk has just printed."""

    server: WebServer
    code: str
    receipt: Path


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    folder = tmp_path_factory.mktemp("counter")
    stopped = folder / "clock"
    stopped.write_text(NOW.isoformat())
    with migrated("sqlite", folder) as url:
        database.bind(url)
        try:
            with database.transaction() as session:
                office = open_office(session)
                code = _received(session, office)
                token = sign_in(session, office.clerk.user_id, NOW)
        finally:
            database.dispose()
        with web(url, folder, workers=1, TTHC_TEST_CLOCK=str(stopped)) as server:
            receipt = folder / "receipt.pdf"
            with Visitor(server.url, token) as clerk:
                assert SESSION_COOKIE in clerk.cookies
                receipt.write_bytes(clerk.get(f"/ho-so/{code}/giay-tiep-nhan.pdf").body)
            yield Counter(server, code, receipt)


def _received(session: "object", office: Office) -> str:
    facts = ReceptionFacts("1.004873", Party("Nguyễn Văn An", id_number="044090001234", phone="0912345678"))
    command = ReceiveDossier(new_key(), office.ward, facts, RECEIVED)
    return reception.receive(session, command, actor=office.clerk, now=RECEIVED).code


def scanned(receipt: Path) -> str:
    """What a telephone's camera reads off the paper's QR code."""
    picture = receipt.with_suffix("")
    subprocess.run(
        ["pdftoppm", "-r", "200", "-gray", "-png", "-singlefile", receipt, picture],
        check=True, capture_output=True,
    )  # fmt: skip
    with Image.open(picture.with_suffix(".png")) as image:
        return next(code.text for code in zxingcpp.read_barcodes(image) if code.format.name == "QRCode")


def shows(page: "Page", counter: Counter) -> None:
    page.wait_for_selector(".lookup-state")
    assert page.inner_text(".lookup-code") == counter.code
    assert page.inner_text("h1") == "Đã tiếp nhận"
    assert "09 giờ 00 phút, ngày 19/11/2026" in page.inner_text("main")
    assert "Nguyễn" not in page.content()
    assert page.url == f"{counter.server.url}/tra-cuu", "nothing of it stays in the address"
    assert sideways_overflow(page) == 0
    assert_accessible(page)


def test_the_receipts_qr_code_opens_its_dossier_on_a_telephone(browser: "Browser", counter: Counter) -> None:
    address = scanned(counter.receipt)
    assert re.fullmatch(rf"{counter.server.url}/tra-cuu#t=[a-z2-7]{{26}}&c={counter.code}", address)
    token = address.partition("#t=")[2].partition("&")[0]
    asked: list[str] = []
    with context(browser, counter.server.url, viewport=PHONE) as (opened, _):
        page = opened.new_page()
        page.on("request", lambda request: asked.append(request.url + str(request.headers.get("referer"))))
        page.goto(address)
        shows(page, counter)
        assert not [line for line in asked if token in line or counter.code in line]
        page.click("text=Tra cứu hồ sơ khác")
        assert page.inner_text("h1") == "Tra cứu hồ sơ"
        assert page.input_value("[name=token]") == ""
    assert token not in counter.server.log.read_text()


def test_a_code_scanned_into_the_open_page_is_looked_up_too(browser: "Browser", counter: Counter) -> None:
    with context(browser, counter.server.url, viewport=PHONE) as (opened, _):
        page = opened.new_page()
        page.goto("/tra-cuu")
        page.evaluate("hash => { location.hash = hash }", scanned(counter.receipt).partition("#")[2])
        shows(page, counter)


def test_a_telephone_without_script_looks_up_by_code_and_number(browser: "Browser", counter: Counter) -> None:
    opened = browser.new_context(
        base_url=counter.server.url, viewport=PHONE, locale="vi-VN", java_script_enabled=False
    )
    try:
        page = opened.new_page()
        page.goto(scanned(counter.receipt))
        assert page.is_hidden(".only-script")
        page.fill("[name=code]", counter.code.lower())
        page.fill("[name=number]", "001 235")
        page.click("text=Tra cứu >> nth=-1")
        assert "Không tìm thấy hồ sơ, hoặc thông tin xác nhận không đúng" in page.inner_text("main")
        assert page.input_value("[name=code]") == counter.code.lower()
        page.fill("[name=number]", "001 234")
        page.press("[name=number]", "Enter")
        assert page.inner_text(".lookup-code") == counter.code
    finally:
        opened.close()


def test_the_page_is_light_enough_for_a_slow_line(browser: "Browser", counter: Counter) -> None:
    with context(browser, counter.server.url, viewport=PHONE) as (opened, complaints):
        complaints.tolerated = ("status of 422",)
        page = opened.new_page()
        weights: dict[str, int] = {}
        page.on("response", lambda answer: weights.__setitem__(answer.url, len(answer.body())))
        page.goto("/tra-cuu", wait_until="networkidle")
        assert_accessible(page)
        assert sideways_overflow(page) == 0
        page.click("button")
        page.wait_for_selector(".form-error")
        assert_accessible(page)
        assert sum(weights.values()) <= SLOW_LINE, weights


def test_it_prints_without_its_buttons(browser: "Browser", counter: Counter) -> None:
    with context(browser, counter.server.url, viewport=PHONE, dark=True) as (opened, _):
        page = opened.new_page()
        page.goto(scanned(counter.receipt))
        shows(page, counter)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 23, 29)"
        page.emulate_media(media="print")
        assert page.is_hidden(".btn")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
