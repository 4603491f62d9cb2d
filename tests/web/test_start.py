"""The start page: each role's own first questions, nobody else's dossiers, and what it costs."""

import html
import re

import pytest
from flask import Flask

from tests.support import screens
from tests.support.desk import hire
from tests.support.register import CANARY, Register
from tests.support.screens import Page, Screen
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import database

MOST_QUERIES = 16
DESK = ("Hẹn trả hôm nay", "Kết quả chờ trả (30)", "Đã tiếp nhận hôm nay", "Hồ sơ của tôi")
LATE = (
    "Hồ sơ quá hạn",
    "Quá hạn chưa xin lỗi",
    "Bước quá hạn",
    "Chậm tiếp nhận",
    "Sắp đến hạn",
    "Mới quá hạn từ hôm qua",
)


@pytest.mark.parametrize(
    ("who", "shown", "hidden"),
    [
        pytest.param(
            "clerk", DESK, ("Mới quá hạn", "Chưa phân công ("), id="the clerk: promises and results"
        ),
        pytest.param("officer", ("Hồ sơ của tôi",), (*DESK[:3], *LATE), id="the officer: his own"),
        pytest.param(
            "head",
            ("Hồ sơ của tôi (0)", "Chưa phân công (", *LATE),
            DESK[:3],
            id="the head: late and unassigned",
        ),
        pytest.param("controller", LATE, (*DESK, "Chưa phân công ("), id="the controller: what is late"),
        pytest.param("auditor", LATE, (*DESK, "Bấm n để tiếp nhận"), id="the auditor: the same"),
        pytest.param("stranger", ("Kết quả chờ trả (3)",), ("19000",), id="another agency: its own three"),
    ],
)
def test_each_role_begins_with_its_own_questions(
    laid: tuple[Flask, Register], who: str, shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    page = Page.of(screens.before(laid[0], getattr(laid[1].office, who)).get("/"))
    page.check()
    for words in shown:
        assert words in page.words
    main = page.words.partition("Tính đến")[2]
    for words in hidden:
        assert words not in main


@pytest.mark.parametrize("who", ["clerk", "officer", "head", "controller"])
def test_every_panel_leads_to_the_list_of_exactly_its_dossiers(
    laid: tuple[Flask, Register], who: str
) -> None:
    reader = screens.before(laid[0], getattr(laid[1].office, who))
    led = 0
    for panel in reader.get("/").text.split('<section class="panel')[1:]:
        head = panel.partition("</h2>")[0]
        codes = set(re.findall(r'href="/ho-so/([^"]+)"', panel))
        number, link = re.search(r"\(([0-9.]+)\)", head), re.search(r'href="(/(?!ho-so/)[^"]*)"', panel)
        if codes:
            assert number is not None, head
            assert link is not None, head
            listed = _listed(reader, html.unescape(link[1]))
            assert codes <= listed, head
            assert len(listed) == int(number[1].replace(".", "")), head
            led += 1
    assert led


def _listed(reader: Screen, address: str) -> set[str]:
    """The codes of every page of a list."""
    found: set[str] = set()
    while address:
        text = reader.get(address).text
        found |= set(re.findall(r'data-href="/ho-so/([^"]+)"', text))
        more = re.search(
            r'<a[^>]*href="([^"]*after=[^"]*)"[^>]*rel="next"|rel="next"[^>]*href="([^"]*)"', text
        )
        address = html.unescape(more[1] or more[2]) if more else ""
    return found


def test_an_administrator_begins_with_what_he_looks_after(laid: tuple[Flask, Register]) -> None:
    app, register = laid
    with database.transaction() as session:
        keeper = hire(session, "Hồ Văn Quản Trị", Role.ADMINISTRATOR, register.office.province)
    page = Page.of(screens.before(app, keeper).get("/"))
    page.check()
    shown = page.words.partition("Việc của bạn")[2]
    for words in ("Người dùng", "Danh mục", "Lịch làm việc", "Vận hành"):
        assert words in shown


def test_nobody_of_the_ward_meets_another_agencys_dossier(laid: tuple[Flask, Register]) -> None:
    office = laid[1].office
    for person in (office.clerk, office.officer, office.head):
        answer = screens.before(laid[0], person).get("/")
        assert CANARY not in answer.text
        assert "H50.19001" not in answer.text


def test_the_tiles_count_the_lists_they_lead_to(laid: tuple[Flask, Register]) -> None:
    page = Page.of(screens.before(laid[0], laid[1].office.head).get("/"))
    for words, count in (("Hồ sơ quá hạn", "1.060"), ("Chậm tiếp nhận", "30"), ("Sắp đến hạn", "30")):
        assert f"{count} {words}" in page.words
    for path in (
        "/giam-sat/qua-han", "/giam-sat/cham-tiep-nhan", "/giam-sat/sap-den-han",
        "/giam-sat/qua-han?apology=none", "/giam-sat/buoc-dang-chay?tab=late",
    ):  # fmt: skip
        assert path in page.links


def test_who_is_late_without_an_apology_is_counted_per_unit_and_each_count_leads_to_its_dossiers(
    laid: tuple[Flask, Register],
) -> None:
    controller = screens.before(laid[0], laid[1].office.controller)
    page = Page.of(controller.get("/giam-sat/xin-loi"))
    links = [link for link in page.links if "apology=none" in link]
    assert links
    for link in links:
        listed = Page.of(controller.get(link))
        assert "Chưa xin lỗi" in listed.words
        counted = re.search(r"([0-9.]+) hồ sơ", listed.words)
        assert counted
        assert f" {counted[1]} " in page.words


@pytest.mark.parametrize("who", ["clerk", "officer", "head", "controller"])
def test_the_page_costs_no_more_queries_than_it_declares(laid: tuple[Flask, Register], who: str) -> None:
    assert screens.before(laid[0], getattr(laid[1].office, who)).queries("/") <= MOST_QUERIES


def test_names_are_masked_as_in_every_list(laid: tuple[Flask, Register]) -> None:
    office = laid[1].office
    for person in (office.clerk, office.head):
        page = screens.before(laid[0], person).get("/").text
        assert "Trần T. Đ." in page
        assert "Trần Thị Đào" not in page
