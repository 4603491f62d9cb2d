"""The box on every page: a code leads to its dossier, anything else to a list."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support import screens
from tests.support.databases import ENGINES
from tests.support.register import Register, lay_register
from tests.support.screens import Page, Screen
from tthc_tracker.extensions import database

MOST_QUERIES = 8  # one of them is the queue in the clerk's menu
CODE = "H50.19000-261101-0007"


@pytest.fixture(scope="module", params=ENGINES)
def laid(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Register]]:
    with screens.house(request.param, tmp_path_factory.mktemp("house")) as app:
        with database.transaction() as session:
            register = lay_register(session)
        yield app, register


@pytest.fixture
def clerk(laid: tuple[Flask, Register]) -> Screen:
    return screens.before(laid[0], laid[1].office.clerk)


@pytest.mark.parametrize("typed", [CODE, f"000.00.19.{CODE}", CODE.lower()])
def test_a_code_goes_straight_to_its_dossier(clerk: Screen, typed: str) -> None:
    answer = clerk.get(f"/tim-kiem?q={typed}")
    assert (answer.status_code, answer.location) == (302, f"/ho-so/{CODE}")


def test_a_name_gives_a_list_that_says_whose_and_that_there_is_more(clerk: Screen) -> None:
    page = Page.of(clerk.get("/tim-kiem?q=tran+thi+dao"))
    page.check()
    assert len(page.codes()) == 50
    assert "hiện 50 hồ sơ mới nhất, hãy gõ thêm để thu hẹp" in page.words
    assert "Trần Thị Đào 044…1201" in page.words
    assert "044093001201" not in page.words


def test_nothing_typed_explains_the_box_and_nothing_found_says_what_to_try(clerk: Screen) -> None:
    assert "quét mã trên giấy tiếp nhận" in Page.of(clerk.get("/tim-kiem")).words
    assert "Không tìm thấy hồ sơ nào" in Page.of(clerk.get("/tim-kiem?q=khong+co+ai")).words


def test_what_was_typed_stays_in_the_box_and_is_only_text(clerk: Screen) -> None:
    answer = clerk.get("/tim-kiem?q=%3Cscript%3Ealert(1)%3C/script%3E%22")
    assert "<script>alert" not in answer.text
    assert Page.of(answer).forms["/tim-kiem"]["q"] == '<script>alert(1)</script>"'


@pytest.mark.parametrize(
    "typed", ["%27%22%3B--", "%25_", "a" * 400, "%22OR%20names:*", "%F0%9F%99%82", "%FF%FE", "(" * 100]
)
def test_hostile_words_are_answered_calmly(clerk: Screen, typed: str) -> None:
    assert clerk.get(f"/tim-kiem?q={typed}").status_code == 200


def test_another_agencys_code_is_not_found(clerk: Screen) -> None:
    answer = clerk.get("/tim-kiem?q=H50.19001-261101-1183")
    assert answer.status_code == 200
    assert Page.of(answer).codes() == []


@pytest.mark.parametrize("typed", ["tran+thi", "001201", "khong-co"])
def test_a_search_costs_no_more_queries_than_it_declares(clerk: Screen, typed: str) -> None:
    assert clerk.queries(f"/tim-kiem?q={typed}") <= MOST_QUERIES
