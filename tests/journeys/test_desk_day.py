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
from tthc_tracker.models.person import Person
from tthc_tracker.services.acting import Target
from tthc_tracker.services.handingover import to_unit
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
SUGGESTIONS = "**/tiep-nhan/thu-tuc?q="
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

    def register(self) -> dict[str, tuple[str, State, int | None]]:
        """Who filed each dossier, its state, how many copies, by code."""
        database.bind(self._database_url)
        try:
            with database.reading() as session:
                statement = select(Dossier.code, Person.full_name, Dossier.state, Dossier.quantity).join(
                    Person, Person.id == Dossier.applicant_id
                )
                return {
                    code: (name, state, copies) for code, name, state, copies in session.execute(statement)
                }
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
            for code in (COPIES, EXTRACT, MARRIAGE, COPIES, COPIES, EXTRACT):
                facts = ReceptionFacts(code, Party("Người Đến Trước", id_number="1"))
                command = ReceiveDossier(new_key(), office.ward, facts)
                made = receive(session, command, actor=office.clerk, now=YESTERDAY)
                if made.code[-1] in "123":  # one of each has gone its way
                    to_unit(
                        session, Target(made.code, 1), office.civil_unit, person=office.clerk, now=YESTERDAY
                    )
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


def test_enter_ahead_of_a_slow_list_chooses_the_first_of_what_was_typed(clerk: Clerk) -> None:
    at_reception(clerk)
    clerk.scan(CARD)
    expect(clerk.page.locator("#procedure")).to_be_focused()
    held = browsers.held_back(clerk.page, f"{SUGGESTIONS}*")
    with clerk.page.expect_request(f"{SUGGESTIONS}hon*nhan"):
        clerk.type("hon nhan")
        clerk.press("Enter", "Control+Enter")  # the form waits for the choice, and for its papers
    expect(clerk.page.locator("[name=procedure]")).to_have_value("")
    held[-1].continue_()
    clerk.received()
    expect(clerk.page.locator("main")).to_contain_text("Cấp Giấy xác nhận tình trạng hôn nhân")


def test_enter_never_chooses_from_the_list_of_older_words(clerk: Clerk) -> None:
    at_reception(clerk)
    clerk.scan(CARD)
    expect(clerk.page.locator("#procedure")).to_be_focused()
    clerk.type("hon nhan")
    expect(clerk.page.locator("#procedure-list [role=option]").first).to_be_visible()
    held = browsers.held_back(clerk.page, f"{SUGGESTIONS}*")
    with clerk.page.expect_request(f"{SUGGESTIONS}{EXTRACT}"):
        clerk.press("Control+A")
        clerk.type(EXTRACT)
        clerk.press("Home", "Enter")
    expect(clerk.page.locator("#procedure")).not_to_be_focused()
    expect(clerk.page.locator("[name=procedure]")).to_have_value("")
    held[-1].continue_()
    expect(clerk.page.locator("[name=procedure]")).to_have_value(EXTRACT)
    expect(clerk.page.locator("#thanh-phan input").first).to_be_visible()


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


def person(number: int) -> str:
    """The card of somebody; each number is another one."""
    return f"0451900{number:05}||NGƯỜI THỨ {number}|01051990|Nữ|Thôn {number}, xã Cam Lộ|01012022"


def test_the_day_is_closed_with_one_key(clerk: Clerk, house: House) -> None:
    for number in (1, 2):
        at_reception(clerk)
        clerk.scan(person(number))
        clerk.choose("hon nhan")
        clerk.press("Control+Enter")
        clerk.received()
    with clerk.measured("chốt ngày: five dossiers to their units") as taken:
        clerk.press("g", "c")
        clerk.page.wait_for_url("**/chot-ngay")
        rows = clerk.page.locator("#ban-giao tbody tr")
        expect(rows).to_have_count(5)  # three of Friday after 15:00 on top, and today's two
        expect(rows.first).to_contain_text("15:30 20/11/2026")
        expect(rows.last).to_contain_text("08:00 23/11/2026")
        clerk.press("Control+Enter")  # each to the unit that took the like before
        expect(clerk.page.get_by_text("Đã bàn giao 5 hồ sơ.")).to_be_visible()
    assert taken.keys == 3
    assert {one.state for one in house.dossiers()} == {State.PROCESSING}
    browsers.assert_accessible(clerk.page)
    slip = clerk.page.get_by_role("link", name="In giấy bàn giao").first.get_attribute("href")
    assert clerk.page.request.get(str(slip)).body().startswith(b"%PDF-")


@pytest.mark.long
def test_a_morning_of_twenty_mixed_dossiers_stands_in_the_register(clerk: Clerk, house: House) -> None:
    """Six kinds of people and errands, in an order in which they come; no mouse, and nothing is lost."""
    before = len(house.dossiers())
    expected: list[tuple[str, str, State, int | None]] = []

    def normal(name: str) -> None:
        clerk.press("Control+Enter")
        expected.append((clerk.received(), name, State.RECEIVED, None))

    def on_the_spot(name: str, copies: int) -> None:
        expect(clerk.page.locator("#quantity")).to_be_focused()
        clerk.type(str(copies))
        clerk.press("F9")
        expected.append((clerk.given(), name, State.RETURNED, copies))

    def next_one() -> None:
        if "/tiep-nhan" not in clerk.page.url or "theo=" in clerk.page.url:
            clerk.press("n")
            clerk.page.wait_for_url("**/tiep-nhan")
        expect(clerk.page.locator("#id_number")).to_be_focused()

    with clerk.measured("a morning of twenty mixed dossiers") as taken:
        clerk.press("n")
        clerk.page.wait_for_url("**/tiep-nhan")
        for round_ in range(4):
            new, other = 100 + round_, 200 + round_
            # a new person by card, and another errand of his
            next_one()
            clerk.scan(person(new))
            clerk.choose("hon nhan")
            normal(f"NGƯỜI THỨ {new}")
            clerk.press("t")
            clerk.page.wait_for_url("**/tiep-nhan?theo=*")
            expect(clerk.page.locator("#procedure")).to_be_focused()
            clerk.choose("cai chinh")
            normal(f"NGƯỜI THỨ {new}")
            # certified copies on the spot, with nothing typed but how many
            next_one()
            clerk.scan(person(other))
            expect(clerk.page.locator("#procedure")).to_be_focused()
            clerk.press("Alt+Digit1")
            on_the_spot(f"NGƯỜI THỨ {other}", 5 + round_)
            # an organisation
            next_one()
            clerk.type(f"32001234{round_:02}")
            clerk.press("Enter")
            clerk.type(f"Hop tac xa {round_}")
            clerk.move_to("[data-combobox] input")
            clerk.choose("thanh lap ho")
            normal(f"Hop tac xa {round_}")
            # somebody without any paper: the reason is one Tab away from where the form sends him
            next_one()
            clerk.press("Tab")
            clerk.type(f"Cu gia {round_}")
            clerk.move_to("summary")
            clerk.press("Enter")
            clerk.move_to("#no_id_reason")
            clerk.type("quen the")
            clerk.move_to("[data-combobox] input")
            clerk.choose("hon nhan")
            normal(f"Cu gia {round_}")
        # the last name was heard wrongly: it is put right
        clerk.move_to("a[href$='/sua-tiep-nhan']")
        clerk.press("Enter")
        clerk.page.wait_for_url("**/sua-tiep-nhan")
        clerk.move_to("#full_name")
        clerk.press("End")
        clerk.type(" Ba")
        clerk.move_to("#reason")
        clerk.type("nghe nham ten")
        clerk.press("Control+Enter")
        expect(clerk.page.get_by_text("Đã sửa.")).to_be_visible()
        expected[-1] = (expected[-1][0], f"{expected[-1][1]} Ba", *expected[-1][2:])

    assert (taken.keys, taken.cards) == (513, 8)
    assert len({code for code, *_ in expected}) == len(expected) == 20
    stood = house.register()
    assert len(stood) == before + 20
    assert [(code, *stood[code]) for code, *_ in expected] == expected
