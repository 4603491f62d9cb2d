"""A list that somebody sends, set against the register: line by line, in scope, as a file with its reason."""

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support import screens
from tests.support.register import CANARY, Known, Register
from tests.support.screens import Page, Screen
from tests.support.uploadcorpus import column, parts_of, sheet, sheet_row, text_cell, zipped
from tthc_tracker.domain.reconciling import MOST
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import DossierCode
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.web.supervision import reconciling as page
from tthc_tracker.wording import reconciling as words
from tthc_tracker.wording.formats import number

PATH = "/giam-sat/doi-chieu"


@pytest.fixture
def head(laid: tuple[Flask, Register]) -> Screen:
    return screens.before(laid[0], laid[1].office.head)


@pytest.fixture
def overdue(laid: tuple[Flask, Register]) -> Known:
    return laid[1].of("overdue")[0]


@pytest.fixture
def theirs(laid: tuple[Flask, Register]) -> str:
    """The code of a dossier that the ward may not see."""
    return next(row.code for row in laid[1].rows if row.agency != "H50.19000")


def test_each_line_stands_beside_what_is_known(head: Screen, overdue: Known, theirs: str) -> None:
    answer = head.post(
        PATH, {"text": f"{overdue.code.lower()}\n{theirs}\nH50.99-260101-0001\n{overdue.code}"}
    )
    shown = Page.of(answer)
    shown.check()
    assert shown.codes() == [overdue.code, overdue.code]
    assert "4 dòng · thấy 2 · không thấy 2 · đang quá hạn 2 · lặp lại 1" in shown.words
    assert shown.words.count(words.UNKNOWN) == 2, "out of scope is as good as unknown"
    assert CANARY not in shown.words


def test_a_list_costs_one_query_more_than_the_empty_page(head: Screen, laid: tuple[Flask, Register]) -> None:
    codes = [row.code for row in laid[1].rows[:MOST]]
    empty = head.queries(PATH)
    with screens.counted() as statements:
        assert head.post(PATH, {"text": "\n".join(codes)}).status_code == 200
    assert len(statements) <= empty + 1


def test_a_second_code_leads_to_the_same_dossier(
    head: Screen, overdue: Known, laid: tuple[Flask, Register]
) -> None:
    source = laid[1].sources["ministry-land"]
    with database.transaction() as session:
        session.add(DossierCode(code="BO/2026/000017", dossier_id=overdue.id, source_id=source))
    shown = Page.of(head.post(PATH, {"text": "bo/2026/000017"}))
    assert shown.codes() == [overdue.code]
    assert "trong danh sách: bo/2026/000017" in shown.words


def test_what_differs_is_said(head: Screen, overdue: Known) -> None:
    table = f"MaHoSo,TrangThaiHoSo,NgayHenTra\n{overdue.code},9,01/01/2027 09:00"
    said = Page.of(head.post(PATH, {"text": table})).words
    assert "trạng thái: danh sách ghi «Đã xử lý xong», ở đây «Đang xử lý»" in said
    assert "hẹn trả: danh sách ghi 01/01/2027" in said


def test_a_file_is_read_as_what_is_pasted(head: Screen, overdue: Known) -> None:
    sent = {"text": "", "file": (io.BytesIO(b"\xef\xbb\xbfMaHoSo\n" + overdue.code.encode()), "bo.csv")}
    assert Page.of(head.post(PATH, sent)).codes() == [overdue.code]


def test_a_workbook_is_read_as_its_cells_are_pasted_and_titles_are_passed_over(
    head: Screen, overdue: Known
) -> None:
    rows = ((1, ["DANH SÁCH", ""]), (3, ["STT", "MaHoSo"]), (4, ["1", overdue.code]), (5, ["2", "H50.1-2"]))
    cells = "".join(
        sheet_row(at, [text_cell(f"{column(place)}{at}", said) for place, said in enumerate(row)])
        for at, row in rows
    )
    sent = {"text": "", "file": (io.BytesIO(zipped(parts_of(sheet(cells)))), "bo.xlsx")}
    shown = Page.of(head.post(PATH, sent))
    assert shown.codes() == [overdue.code]
    assert "2 dòng · thấy 1 · không thấy 1" in shown.words
    assert "4 " + overdue.code in shown.words, "the number that the row has in the workbook"


def test_of_a_very_long_list_the_beginning_is_shown(head: Screen, overdue: Known) -> None:
    shown = Page.of(head.post(PATH, {"text": "\n".join([overdue.code] * (words.SHOWN + 1))}))
    assert (len(shown.codes()), words.ONLY_THE_FIRST in shown.words) == (words.SHOWN, True)
    assert f"thấy {number(words.SHOWN + 1)}" in shown.words


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        pytest.param({"text": " "}, "Chưa thấy mã hồ sơ nào", id="nothing"),
        pytest.param({"text": "NgayHenTra\n27/11/2026"}, "thiếu cột MaHoSo", id="no column of codes"),
        pytest.param({"file": b"\xff\xfe\x00\x01"}, "UTF-8", id="another encoding"),
        pytest.param({"file": b"PK\x03\x04 cut off"}, "hỏng hoặc bị cắt", id="a workbook cut off"),
        pytest.param({"file": b"x" * 101}, "1 MB", id="too large"),
    ],
)
def test_a_list_that_cannot_be_read_is_kept_and_says_why(
    head: Screen, sent: dict[str, str | bytes], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "BIGGEST", 100)
    fields = {
        name: (io.BytesIO(value), "x.csv") if isinstance(value, bytes) else value
        for name, value in sent.items()
    }
    answer = head.post(PATH, fields)
    assert answer.status_code == 422
    assert said in Page.of(answer).words
    if "text" in sent:
        assert str(sent["text"]).strip() in answer.text


def test_a_file_leaves_with_its_reason_in_the_audit(
    head: Screen, overdue: Known, laid: tuple[Flask, Register]
) -> None:
    answer = head.post(f"{PATH}/tep", {"text": f"{overdue.code}\n=1+1", "reason": "Trả lời công văn của bộ"})
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert rows[0] == list(words.HEADS)
    assert rows[1][2] == overdue.code
    assert rows[2][1:3] == ["'=1+1", words.UNKNOWN]
    with database.reading() as session:
        noted = session.execute(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).scalar_one()
    assert (noted.action, noted.actor_id, noted.facts["list"]) == (
        "export_list",
        laid[1].office.head.user_id,
        "reconciled",
    )


def test_no_file_leaves_without_a_reason(head: Screen, overdue: Known) -> None:
    answer = head.post(f"{PATH}/tep", {"text": overdue.code, "reason": ""})
    assert answer.status_code == 422
    assert overdue.code in answer.text
