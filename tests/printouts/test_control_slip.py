"""The slip that goes with a dossier: what is known filled in, the rest for pens, on the law's A5."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.printouts.test_receipt import CODE, LONG_NAME, WARD, said, scanned, told
from tests.support.moments import at
from tthc_tracker.domain.handovers import HandoverAnswer
from tthc_tracker.domain.lifecycle import ApplicantKind, FinishClass
from tthc_tracker.printouts.control_slip import paper, together
from tthc_tracker.printouts.receipt import Size
from tthc_tracker.queries.controlslips import ControlSheet, Passage
from tthc_tracker.queries.printouts import Heading, SheetParty

FIRST = Passage(
    WARD, f"Phòng Địa chính, {WARD}", at("Mon 2026-11-23 16:30"), "Lê Thị Một Cửa",
    at("Tue 2026-11-24 07:30"), "Trần Văn Thụ Lý", HandoverAnswer.CONFIRMED, FinishClass.ON_TIME,
    "đủ giấy tờ", "",
)  # fmt: skip
SHEET = ControlSheet(
    heading=Heading("Phiếu kiểm soát quá trình giải quyết hồ sơ", "", ""),
    dossier_id=1,
    agency=WARD,
    desk="Bộ phận Tiếp nhận và Trả kết quả",
    code=CODE,
    accepted_at=at("Mon 2026-11-23 14:00"),
    due_at=at("Fri 2026-11-27 14:00"),
    owner=SheetParty("Nguyễn Thị Phương Thảo", ApplicantKind.CITIZEN, "", "", "0912345678", ""),
    procedure="Cấp Giấy xác nhận tình trạng hôn nhân",
    procedure_code="1.004873",
    passages=(FIRST,),
)


def written(folder: Path, sheet: ControlSheet, size: Size = "a5") -> Path:
    path = folder / "control.pdf"
    path.write_bytes(paper(sheet, size).typeset())
    return path


@pytest.mark.parametrize("size", ["a5", "a4"])
def test_the_slip_is_one_tagged_page_with_codes_that_a_scanner_reads(tmp_path: Path, size: Size) -> None:
    path = written(tmp_path, SHEET, size)
    assert (told(path)["Pages"], told(path)["Tagged"]) == ("1", "yes")
    assert told(path)["Title"] == f"{SHEET.heading.title} {CODE}"
    assert scanned(path, 203) == {("Code128", CODE), ("QRCode", CODE)}
    text = said(path, "-raw")
    for words in (
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", "Kèm theo hồ sơ của: Nguyễn Thị Phương Thảo",
        "TÊN CƠ QUAN", "1. Giao: Ủy ban nhân dân phường Đông Hà", "2. Nhận: Phòng Địa chính",
        "16 giờ 30 phút, ngày 23/11/2026",
        "Nhận: 07 giờ 30 phút, ngày 24/11/2026", "x Đúng hạn", "Lê Thị Một Cửa", "Trần Văn Thụ Lý",
        "đủ giấy tờ", "… giờ … phút, ngày … tháng … năm ……",
    ):  # fmt: skip
        assert words in text, words


def test_what_was_not_taken_says_so_and_counts_for_nobody(tmp_path: Path) -> None:
    undone = replace(FIRST, answer=HandoverAnswer.REJECTED, reason="thiếu bản chính", note="")
    text = said(written(tmp_path, replace(SHEET, passages=(undone,))), "-raw")
    assert "Bên nhận không nhận. thiếu bản chính" in text
    assert "x Đúng hạn" not in text
    assert "Trần Văn Thụ Lý" not in text


def test_many_hand_overs_with_the_longest_names_go_on_under_a_repeated_head(tmp_path: Path) -> None:
    long = replace(FIRST, giver=LONG_NAME, taker=LONG_NAME, handed_by=LONG_NAME[:80], note=LONG_NAME)
    path = written(
        tmp_path, replace(SHEET, owner=replace(SHEET.owner, name=LONG_NAME), passages=(long,) * 12)
    )
    pages = int(told(path)["Pages"])
    assert pages > 2
    assert said(path).count("TÊN CƠ QUAN") == pages
    assert said(path, "-raw").count("x Đúng hạn") == 12


def test_many_slips_make_one_file_in_their_order(tmp_path: Path) -> None:
    codes = [f"H50.19333-261123-{number:04}" for number in range(1, 4)]
    path = tmp_path / "many.pdf"
    path.write_bytes(together([paper(replace(SHEET, code=code)) for code in codes]).typeset())
    assert told(path)["Pages"] == "3"
    assert [code in said(path, "-f", str(page), "-l", str(page)) for page, code in enumerate(codes, 1)] == [
        True
    ] * 3
