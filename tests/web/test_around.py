"""What stands around a page is asked with it, and of nothing else; a page that failed waits for nothing."""

import errno
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support import screens
from tests.support.register import Register
from tests.support.screens import Screen, counted
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.queries import dossiers, surroundings, underway
from tthc_tracker.web.listpages import ListPage

LIST = "/giam-sat/qua-han"


@pytest.fixture
def head(laid: tuple[Flask, Register]) -> Screen:
    """The head of the ward's unit."""
    return screens.before(laid[0], laid[1].office.head)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For whom what stands around a page was begun."""
    told: list[int] = []
    real = surroundings.begin

    def begin(session: Session, user_id: int) -> None:
        told.append(user_id)
        real(session, user_id)

    monkeypatch.setattr(surroundings, "begin", begin)
    return told


def _dossier(register: Register) -> str:
    return register.of("overdue")[0].code


def _asked(statements: list[str]) -> int:
    return sum("FROM heartbeat" in statement for statement in statements)


@pytest.mark.parametrize("path", ["/", LIST, "/ho-so/{code}"])
def test_a_page_asks_once_and_first_what_stands_around_it(
    head: Screen, register: Register, begun: list[int], path: str
) -> None:
    with counted() as statements:
        answer = head.get(path.format(code=_dossier(register)))
    assert answer.status_code == 200
    assert begun == [register.office.head.user_id]
    assert _asked(statements) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param(f"{LIST}.pdf", 303, id="a long list on paper"),
        pytest.param("/tong-hop/du-lieu-mo.csv", 200, id="figures as a file"),
        pytest.param("/tim-kiem?q={code}", 302, id="a code leads to its dossier"),
        pytest.param("/tim-kiem?q=x", 302, id="a search by address"),
        pytest.param("/tong-hop/dieu-chinh", 302, id="a list of nothing"),
        pytest.param("/favicon.ico", 302, id="an icon"),
    ],
)
def test_a_download_and_a_redirect_ask_nothing_of_what_stands_around_pages(
    head: Screen, register: Register, begun: list[int], path: str, status: int
) -> None:
    with counted() as statements:
        answer = head.get(path.format(code=_dossier(register)))
    assert answer.status_code == status
    assert (begun, _asked(statements)) == ([], 0)


@pytest.mark.parametrize("laid", ["postgresql"], indirect=True)
def test_a_page_that_is_not_found_does_not_wait_for_what_it_had_begun(
    head: Screen, register: Register, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    slow = text("SELECT pg_sleep(:long)::text")

    def begin(session: Session, *_: object) -> NoReturn:
        session.execute(slow, {"long": 0}).all()
        underway.begin(session, slow, {"long": 41})
        raise NotFound

    caplog.set_level("INFO", "tthc_tracker.pgconnection")
    monkeypatch.setattr(dossiers, "begin", begin)
    answer = head.get(f"/ho-so/{_dossier(register)}")
    assert answer.status_code == 404
    assert "Không tìm thấy" in answer.text
    (dropped,) = (one.__dict__ for one in caplog.records if one.message == "statements dropped")
    assert dropped["unwanted"] >= 1
    assert dropped["cancelled"] >= 1


def test_who_only_looks_while_the_disk_is_full_is_not_told_to_send_again(
    laid: tuple[Flask, Register], head: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(laid[0].config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(ListPage, "of", no_room)
    looked, sent = head.get(LIST), head.post("/danh-sach/overdue/xuat", {"form": "csv", "reason": "Báo cáo"})
    assert (looked.status_code, sent.status_code) == (503, 503)
    assert "không có dữ liệu nào bị mất" in looked.text
    assert "gửi lại" not in looked.text
    assert "hồ sơ không bị tạo hai lần" in sent.text
