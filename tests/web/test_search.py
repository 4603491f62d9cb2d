"""The box on every page: a code leads to its dossier, anything else to a list."""

from urllib.parse import quote_plus

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support import screens
from tests.support.register import Register
from tests.support.screens import Page, Screen
from tthc_tracker.extensions import database
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.keptlist import SavedView
from tthc_tracker.web import secretwords

MOST_QUERIES = 11  # one of them is the queue in the clerk's menu, two the look and the views of the list
CODE = "H50.19000-261101-0007"


@pytest.fixture
def clerk(laid: tuple[Flask, Register]) -> Screen:
    return screens.before(laid[0], laid[1].office.clerk)


@pytest.mark.parametrize("typed", [CODE, f"000.00.19.{CODE}", CODE.lower()])
def test_a_code_goes_straight_to_its_dossier(clerk: Screen, typed: str) -> None:
    assert (clerk.search(typed).status_code, clerk.search(typed).location) == (303, f"/ho-so/{CODE}")
    scanned = clerk.get(f"/tim-kiem?q={typed}")
    assert (scanned.status_code, scanned.location) == (302, f"/ho-so/{CODE}")


def test_a_name_gives_a_list_that_says_whose_and_that_there_is_more(clerk: Screen) -> None:
    page = Page.of(clerk.search("tran thi dao"))
    page.check()
    assert len(page.codes()) == 50
    assert "Còn nhiều hồ sơ khớp hơn: đây là 50 hồ sơ mới nhất" in page.words
    assert "Trần T. Đ. 044…1201" in page.words
    assert "Trần Thị Đào" not in page.words
    assert "044093001201" not in page.words


def test_nothing_typed_explains_the_box_and_nothing_found_says_what_to_try(clerk: Screen) -> None:
    assert "quét mã trên giấy tiếp nhận" in Page.of(clerk.get("/tim-kiem")).words
    assert "Không tìm thấy hồ sơ nào" in Page.of(clerk.search("khong co ai")).words


def test_what_was_typed_stays_in_the_box_and_is_only_text(clerk: Screen) -> None:
    answer = clerk.search('<script>alert(1)</script>"')
    assert "<script>alert" not in answer.text
    assert Page.of(answer).forms["/tim-kiem"]["q"] == '<script>alert(1)</script>"'


@pytest.mark.parametrize(
    "typed", ["';--", "%_", "a" * 400, '"OR names:*', "\N{SLIGHTLY SMILING FACE}" * 200, "(" * 100]
)
def test_hostile_words_are_answered_calmly(clerk: Screen, typed: str) -> None:
    assert clerk.search(typed).status_code == 200


def test_another_agencys_code_is_not_found(clerk: Screen) -> None:
    answer = clerk.search("H50.19001-261101-1183")
    assert answer.status_code == 200
    assert Page.of(answer).codes() == []


@pytest.mark.parametrize("typed", ["tran thi", "001201", "khong-co"])
def test_a_search_costs_no_more_queries_than_it_declares(clerk: Screen, typed: str) -> None:
    assert clerk.queries(clerk.post("/tim-kiem", {"q": typed}).location) <= MOST_QUERIES


# --- words that may name somebody


@pytest.mark.parametrize("typed", ["Tran Thi Dao", "001201", "0912345678"])
def test_what_is_typed_stands_in_no_address(clerk: Screen, typed: str) -> None:
    page = Page.of(clerk.search(typed))
    sent = clerk.post("/tim-kiem", {"q": typed}).location
    for address in (sent, *page.links, *page.forms):
        assert quote_plus(typed) not in address
        assert typed not in address


def test_words_in_an_address_are_not_looked_for(clerk: Screen) -> None:
    refused = clerk.get("/tim-kiem?q=tran+thi+dao")
    assert (refused.status_code, refused.location) == (302, "/tim-kiem")
    assert "không đặt trong địa chỉ" in clerk.get("/tim-kiem").text


def test_an_address_of_a_search_means_nothing_to_anybody_else(
    clerk: Screen, laid: tuple[Flask, Register]
) -> None:
    sent = clerk.post("/tim-kiem", {"q": "tran thi dao"}).location
    assert Page.of(clerk.get(sent)).codes()
    page = Page.of(screens.before(laid[0], laid[1].office.head).get(sent))
    assert page.codes() == []
    assert "không còn được nhớ" in page.words


def test_only_the_last_searches_are_remembered(clerk: Screen) -> None:
    first = clerk.post("/tim-kiem", {"q": "tran thi dao"}).location
    for number in range(secretwords.MOST):
        clerk.post("/tim-kiem", {"q": f"khong co {number}"})
    assert "không còn được nhớ" in clerk.get(first).text


# --- results as a list that people keep


def test_results_are_a_list_that_is_narrowed_ordered_and_shown_as_wished(clerk: Screen) -> None:
    sent = clerk.post("/tim-kiem", {"q": "tran thi dao"}).location
    every = Page.of(clerk.get(sent)).codes()
    rising = Page.of(clerk.get(f"{sent}&sort=code")).codes()
    assert rising == sorted(every)
    page = Page.of(clerk.get(f"{sent}&channel=post&columns=code,state"))
    page.check()
    assert "Bỏ lọc" in page.words
    assert f"{sent}&columns=code%2Cstate&density=comfortable" in page.links
    assert "Nơi giải quyết" not in page.words.partition("Trạng thái")[2]


def test_a_file_of_a_search_holds_what_is_shown_and_notes_no_words(laid: tuple[Flask, Register]) -> None:
    clerk = screens.before(laid[0], laid[1].office.head)
    sent = clerk.post("/tim-kiem", {"q": "tran thi dao"}).location
    shown = Page.of(clerk.get(sent)).codes()
    kept = sent.replace("/tim-kiem", "/danh-sach/search/xuat")
    file = clerk.post(kept, {"form": "csv", "reason": "Giao ban"})
    assert file.status_code == 200, file.location
    assert [line.split(",")[0].strip('"') for line in file.text.splitlines()[1:]] == shown
    with database.reading() as session:
        facts = session.execute(select(AuditEntry.facts).order_by(AuditEntry.id.desc())).scalars().first()
    assert facts is not None
    assert facts["list"] == "search"
    assert facts["question"] == {}


def test_a_view_of_a_search_keeps_filters_and_no_words(clerk: Screen) -> None:
    sent = clerk.post("/tim-kiem", {"q": "tran thi dao"}).location
    saved = clerk.post(
        sent.replace("/tim-kiem", "/danh-sach/search/che-do-xem") + "&channel=post", {"name": "Bưu chính"}
    )
    opened = clerk.get(saved.location)
    assert opened.location.startswith("/tim-kiem?channel=post&columns=")
    box = Page.of(clerk.get(opened.location)).forms["/tim-kiem"]
    assert (box["channel"], box["q"]) == ("post", "")
    with database.reading() as session:
        assert session.execute(select(SavedView.question)).scalars().all() == [{"channel": "post"}]
