"""Papers of collecting: every row on them, one page where one is enough, tagged, whatever the names."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.moments import at
from tthc_tracker.domain.handovers import CollectAuthority
from tthc_tracker.domain.lifecycle import ResultKind, ReturnMethod
from tthc_tracker.printouts.collecting import collection_receipt, collection_sheet, result_handover
from tthc_tracker.queries.collecting import BroughtResult, Collected
from tthc_tracker.queries.printouts import DeskHead, Heading

NOW = at("Mon 2026-11-23 16:30")
ON = NOW.date()
LONG = ("Công ty trách nhiệm hữu hạn một thành viên thương mại dịch vụ xuất nhập khẩu " * 3)[:200]
HEAD = DeskHead(
    Heading("Danh sách ký nhận kết quả", "", ""), "Ủy ban nhân dân tỉnh Quảng Trị",
    "Ủy ban nhân dân phường Đông Hà", "Bộ phận Tiếp nhận và Trả kết quả",
)  # fmt: skip
GIVEN = Collected(
    code="H50.19333-261120-0001", procedure="Cấp Giấy xác nhận tình trạng hôn nhân",
    owner="Nguyễn Thị Hồng Đào", receiver="Trần Văn Nhận Thay", phone="", result_kind=ResultKind.GRANTED,
    result_number="12/GXN", result_on=ON, method=ReturnMethod.COUNTER, authority=CollectAuthority.AUTHORISED,
    paper_number="05/UQ", paper_on=ON, collected_at=NOW, given_by="Lê Thị Một Cửa",
)  # fmt: skip
BROUGHT = BroughtResult(
    unit="Phòng Địa chính", code=GIVEN.code, procedure=GIVEN.procedure, owner=GIVEN.owner,
    address="Thôn Trung Nghĩa", result_kind=ResultKind.REFUSED, result_number="77/TB", result_on=ON,
    fee_due=True, by_post=False, handed_at=NOW, handed_by="Trần Văn Thụ Lý", confirmed_at=None,
    confirmed_by="",
)  # fmt: skip


def said(body: bytes, folder: Path) -> tuple[str, int]:
    """The words of a PDF, and how many pages it has."""
    file = folder / "paper.pdf"
    file.write_bytes(body)
    text = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, text=True, check=True)
    told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Tagged:\s+yes", told)
    pages = re.search(r"Pages:\s+(\d+)", told)
    assert pages is not None
    return " ".join(text.stdout.split()), int(pages[1])


def test_the_days_sheet_lists_who_came_by_what_right(tmp_path: Path) -> None:
    own = replace(GIVEN, code="H50.19333-261120-0002", receiver=GIVEN.owner, authority=CollectAuthority.SELF,
                  paper_number="", paper_on=None)  # fmt: skip
    words, pages = said(collection_sheet(HEAD, ON, [GIVEN, own], NOW).typeset(), tmp_path)
    assert pages == 1
    for one in ("DANH SÁCH KÝ NHẬN KẾT QUẢ", "ngày 23/11/2026: 2 hồ sơ", GIVEN.code, own.code, "16:30",
                "05/UQ", "người nộp hoặc chủ hồ sơ tự nhận", "Ký nhận"):  # fmt: skip
        assert one in words


def test_a_day_of_a_hundred_collections_goes_on_over_pages_with_its_head_repeated(tmp_path: Path) -> None:
    rows = [replace(GIVEN, code=f"H50.19333-261120-{number:04}", procedure=LONG) for number in range(1, 101)]
    words, pages = said(collection_sheet(HEAD, ON, rows, NOW).typeset(), tmp_path)
    assert pages > 3
    assert all(row.code in words for row in rows)
    assert words.count("Ký nhận") == pages
    assert f"Trang {pages} / {pages}" in words


def test_each_unit_has_a_page_of_what_it_brought(tmp_path: Path) -> None:
    other = replace(BROUGHT, unit="Phòng Hộ tịch", confirmed_at=NOW, confirmed_by="Lê Thị Một Cửa")
    head = replace(HEAD, heading=Heading("Phiếu bàn giao kết quả giải quyết thủ tục hành chính", "", ""))
    words, pages = said(result_handover(head, ON, [BROUGHT, other], NOW).typeset(), tmp_path)
    assert pages == 2
    for one in ("Phòng Địa chính bàn giao", "Phòng Hộ tịch bàn giao", "Từ chối giải quyết", "số 77/",
                "chưa xác nhận", "Lê Thị Một Cửa", "NGƯỜI GIAO", "NGƯỜI NHẬN"):  # fmt: skip
        assert one in words


def test_a_day_without_results_says_so(tmp_path: Path) -> None:
    words, pages = said(result_handover(HEAD, ON, [], NOW).typeset(), tmp_path)
    assert "không có kết quả nào được bàn giao" in words
    assert pages == 1


@pytest.mark.parametrize("name", ["Trần Văn Nhận Thay", LONG, "#let x = 1; *đậm* $a$ \\ @ref"])
def test_the_slip_is_one_page_and_prints_names_literally(tmp_path: Path, name: str) -> None:
    given = replace(GIVEN, receiver=name, owner=name, procedure=LONG if name == LONG else GIVEN.procedure)
    words, pages = said(collection_receipt(HEAD, given, NOW).typeset(), tmp_path)
    assert pages == 1
    assert " ".join(name.split())[:20] in words
    for one in (GIVEN.code, "Người được uỷ quyền (số 05/UQ ngày 23/11/2026)", "NGƯỜI NHẬN KẾT QUẢ"):
        assert one in words


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert collection_receipt(HEAD, GIVEN, NOW).typeset() == collection_receipt(HEAD, GIVEN, NOW).typeset()
