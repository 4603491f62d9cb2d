"""Repeated work at the desk through HTTP: results on the spot, the same person again, keys of one's own."""

from typing import TYPE_CHECKING

import pytest

from tests.web.test_reception import Visit, desk, dossiers, form, key_of, now, visit, words
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.extensions import database
from tthc_tracker.queries.jointreceipts import together_with

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["desk", "now"]  # fixtures

COPIES = {"procedure": "2.000815", "procedure_text": "Chứng thực bản sao"}
ONE_ENGINE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_given_on_the_spot_leads_to_the_next_reception(desk: Visit) -> None:
    answer = desk.receive(**COPIES, at_once="1", quantity="12")
    assert (answer.status_code, answer.location) == (303, "/tiep-nhan?xong=H50.19000-261123-0001")
    (dossier,) = dossiers()
    assert (dossier.state, dossier.quantity, dossier.receipt_prints) == (State.RETURNED, 12, 0)
    page = desk.get(answer.location)
    assert "Đã giải quyết ngay và trả kết quả: hồ sơ H50.19000-261123-0001 , 12 bản" in words(page)
    assert "/tiep-nhan?theo=H50.19000-261123-0001" in page.text
    assert desk.get("/ho-so/H50.19000-261123-0001/giay-tiep-nhan.pdf").data.startswith(b"%PDF-")  # when asked


@ONE_ENGINE
def test_sent_twice_it_is_one_dossier(desk: Visit) -> None:
    fields = form(desk, **COPIES, at_once="1")
    desk.post("/tiep-nhan", fields)
    again = desk.post("/tiep-nhan", fields)
    assert (again.status_code, again.location) == (302, "/ho-so/H50.19000-261123-0001")
    assert len(dossiers()) == 1


@ONE_ENGINE
def test_a_procedure_of_three_days_is_refused_with_all_that_was_typed(desk: Visit) -> None:
    answer = desk.receive(at_once="1", quantity="12")
    assert answer.status_code == 422
    assert "không trả kết quả ngay tại quầy" in words(answer)
    assert 'value="Nguyễn Văn An"' in answer.text
    assert 'value="12"' in answer.text
    assert not dossiers()


@ONE_ENGINE
@pytest.mark.parametrize("typed", ["muoi hai", "-1", "1.000"])
def test_a_count_that_is_none_is_refused(desk: Visit, typed: str) -> None:
    assert desk.receive(**COPIES, quantity=typed).status_code == 422


def test_the_next_form_of_the_same_person_keeps_who_and_asks_what(desk: Visit) -> None:
    desk.receive(
        owner_differs="y", owner_full_name="Công ty Sông Hiếu", owner_kind="business",
        owner_id_number="3200123456", email="an@example.vn", note="không mang theo",
    )  # fmt: skip
    page = desk.get("/tiep-nhan?theo=H50.19000-261123-0001")
    for kept in (
        "Nguyễn Văn An",
        "045090001234",
        "0912345678",
        "an@example.vn",
        "Công ty Sông Hiếu",
        "3200123456",
    ):
        assert f'value="{kept}"' in page.text, kept
    assert "không mang theo" not in page.text
    assert 'name="procedure" value=""' in page.text
    assert 'name="along_with" type="hidden" value="H50.19000-261123-0001"' in page.text


def test_two_dossiers_of_a_person_are_printed_on_one_receipt(desk: Visit) -> None:
    desk.receive()
    key = key_of(desk.get("/tiep-nhan?theo=H50.19000-261123-0001"))
    answer = desk.receive(key=key, along_with="H50.19000-261123-0001", abstract="lần hai")
    assert "In giấy chung (2 hồ sơ)" in words(desk.get(answer.location))
    pdf = desk.get("/ho-so/H50.19000-261123-0002/giay-tiep-nhan-chung.pdf")
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    assert [dossier.receipt_prints for dossier in dossiers()] == [1, 1]


@ONE_ENGINE
def test_a_dossier_alone_gets_its_own_receipt_at_the_joint_address(desk: Visit) -> None:
    desk.receive()
    assert desk.get("/ho-so/H50.19000-261123-0001/giay-tiep-nhan-chung.pdf").data.startswith(b"%PDF-")


def test_another_desk_learns_nothing_of_a_person_by_a_code(desk: Visit, app: "Flask") -> None:
    desk.receive()
    stranger = visit(app, desk.office, desk.office.stranger)
    for name in ("theo", "xong"):
        assert stranger.get(f"/tiep-nhan?{name}=H50.19000-261123-0001").status_code == 404
    answer = stranger.receive(along_with="H50.19000-261123-0001", resolving_agency="", returning_agency="")
    assert answer.status_code == 303
    with database.reading() as session:
        assert together_with(session, "H50.19000-261123-0001", EVERYTHING) == ()


def test_keys_are_pinned_and_freed(desk: Visit) -> None:
    desk.receive()
    assert 'data-digit="1" data-procedure="1.004873"' in desk.get("/tiep-nhan").text
    pinned = desk.post("/tiep-nhan/phim-so", {"desk": "H50.19000", "digit": "7", "procedure": "2.000815"})
    assert pinned.status_code == 303
    assert 'data-digit="7" data-procedure="2.000815"' in desk.get("/tiep-nhan").text
    desk.post("/tiep-nhan/phim-so", {"desk": "H50.19000", "digit": "7", "procedure": ""})
    assert 'data-digit="7"' not in desk.get("/tiep-nhan").text


@ONE_ENGINE
@pytest.mark.parametrize(
    "fields",
    [
        {"digit": "7", "procedure_text": "chung thuc"},
        {"digit": "10", "procedure": "2.000815"},
        {"digit": "", "procedure": "2.000815"},
        {"digit": "7", "procedure": "9.999999"},
    ],
    ids=["words that nobody chose", "no such key", "no key", "no such procedure"],
)
def test_what_cannot_be_pinned_is_said(desk: Visit, fields: dict[str, str]) -> None:
    answer = desk.post("/tiep-nhan/phim-so", fields)
    assert answer.status_code == 422
    assert "Chưa ghim được" in words(answer)
