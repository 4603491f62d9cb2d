"""A day at the desk by keyboard alone: results on the spot, twenty mixed dossiers, the close of the day.

Keys are counted; TTHC_REPORT=1 prints them with the seconds, which are never asserted.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.support import browser as browsers
from tests.support import databases, servers
from tests.support.desk import PASSWORD, Office, new_key, open_office
from tests.support.keyboard import Clerk
from tests.support.moments import at
from tthc_tracker.domain.lifecycle import EventKind, State
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.services.reception import ReceiveDossier, receive

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # two cores may be busy with other tests

NOW = "2026-11-23T08:00:00+07:00"
YESTERDAY = at("Fri 2026-11-20 15:30")  # the working day before, after 15:00
CARD = "045190001234||NGUYỄN THỊ PHƯƠNG THẢO|01051990|Nữ|Thôn 1, xã Cam Lộ, tỉnh Quảng Trị|01012022"
# Outside every field a browser driven by Playwright gives no keys for letters with marks.
PLAIN_CARD = "145090009999||TRAN VAN TAM|01051990|Nam|Xa Cam Lo|01012022"
MARRIAGE, COPIES, EXTRACT = "1.004873", "2.000815", "2.000635"


class House:
    """The running product with a desk that has received before, so that its keys have something on them."""

    def __init__(self, url: str, office: Office, database_url: str) -> None:
        self.url, self.office, self._database_url = url, office, database_url

    def dossiers(self) -> list[Dossier]:
        """The register as it stands, in the order of reception."""
        database.bind(self._database_url)
        try:
            with database.reading() as session:
                return list(session.execute(select(Dossier).order_by(Dossier.id)).scalars())
        finally:
            database.dispose()

    def events(self, code: str) -> list[EventKind]:
        """What has happened to a dossier."""
        database.bind(self._database_url)
        try:
            with database.reading() as session:
                statement = select(DossierEvent.kind).join(Dossier, Dossier.id == DossierEvent.dossier_id)
                return list(
                    session.execute(
                        statement.where(Dossier.code == code).order_by(DossierEvent.seq)
                    ).scalars()
                )
        finally:
            database.dispose()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with databases.migrated("sqlite", tmp_path) as url:
        database.bind(url)
        with database.transaction() as session:
            office = open_office(session)
            for code in (COPIES, COPIES, COPIES, EXTRACT, EXTRACT, MARRIAGE):
                command = ReceiveDossier(
                    new_key(), office.ward, ReceptionFacts(code, Party("A", id_number="1"))
                )
                receive(session, command, actor=office.clerk, now=YESTERDAY)
        database.dispose()
        clock = tmp_path / "clock"
        clock.write_text(NOW)
        with servers.web(url, tmp_path, workers=1, TTHC_TEST_CLOCK=str(clock)) as server:
            yield House(server.url, office, url)


@pytest.fixture
def clerk(browser: "Browser", house: House) -> Iterator[Clerk]:
    """A clerk who has signed in and looks at the start page."""
    with browsers.context(browser, house.url) as (opened, complaints):
        complaints.tolerated = ("status of 422",)
        page = opened.new_page()
        page.goto("/dang-nhap")
        page.fill("input[name=username]", f"clerk{house.office.ward}")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/dang-nhap" not in url)
        made = Clerk(page)
        yield made
        if os.environ.get("TTHC_REPORT"):
            print("", *made.work, sep="\n")


def at_reception(clerk: Clerk) -> None:
    clerk.page.goto("/tiep-nhan")
    expect(clerk.page.locator("#id_number")).to_be_focused()


def test_twelve_certified_copies_take_a_card_and_four_keys(clerk: Clerk, house: House) -> None:
    at_reception(clerk)
    with clerk.measured("same day: 12 certified copies") as taken:
        clerk.scan(CARD)
        expect(clerk.page.locator("#procedure")).to_be_focused()
        clerk.press("Alt+Digit1")
        expect(clerk.page.locator("#quantity")).to_be_focused()
        clerk.type("12")
        clerk.press("F9")
        code = clerk.given()
    assert (taken.keys, taken.cards) == (4, 1)
    (made,) = [one for one in house.dossiers() if one.code == code]
    assert (made.state, made.quantity) == (State.RETURNED, 12)
    assert house.events(code) == [EventKind.RECEIVED, EventKind.FINISHED, EventKind.RETURNED]
    expect(clerk.page.locator("#id_number")).to_be_focused()  # ready for the next person
    browsers.assert_accessible(clerk.page)


def test_the_next_dossier_of_the_same_person_takes_three_keys(clerk: Clerk) -> None:
    at_reception(clerk)
    clerk.scan(CARD)
    clerk.choose("hon nhan")
    clerk.press("Control+Enter")
    first = clerk.received()
    with clerk.measured("the same person again") as taken:
        clerk.press("t")
        clerk.page.wait_for_url("**/tiep-nhan?theo=*")
        expect(clerk.page.locator("#procedure")).to_be_focused()
        expect(clerk.page.locator("#full_name")).to_have_value("NGUYỄN THỊ PHƯƠNG THẢO")
        clerk.press("Alt+Digit3", "Control+Enter")
        second = clerk.received()
    assert taken.keys == 3
    assert first != second
    assert CARD[:12] not in clerk.page.url
    expect(clerk.page.get_by_role("link", name="In giấy chung (2 hồ sơ)")).to_be_focused()


def test_a_card_scanned_outside_every_field_is_no_choice_of_a_procedure(clerk: Clerk) -> None:
    at_reception(clerk)
    clerk.press("Escape")
    assert clerk.page.evaluate("document.activeElement === document.body")
    clerk.scan(PLAIN_CARD)  # its first key is one that has a procedure
    expect(clerk.page.locator("#full_name")).to_have_value("TRAN VAN TAM")
    clerk.page.wait_for_timeout(400)  # longer than a digit waits for a second key
    assert clerk.page.input_value("[name=procedure]") == ""
    clerk.press("Escape", "2")
    expect(clerk.page.locator("[name=procedure]")).to_have_value(EXTRACT)


def test_digits_alone_are_silent_when_single_keys_are_switched_off(clerk: Clerk) -> None:
    clerk.page.evaluate("localStorage.setItem('tthc.shortcuts', 'off')")
    at_reception(clerk)
    clerk.press("Escape", "2")
    clerk.page.wait_for_timeout(400)
    assert clerk.page.input_value("[name=procedure]") == ""
    clerk.press("Alt+Digit2")
    expect(clerk.page.locator("[name=procedure]")).to_have_value(EXTRACT)
