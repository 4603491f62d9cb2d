"""One receipt for several dossiers, the slip that goes to a unit with many: with the longest names."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.printouts.test_receipt import BOTH_SIZES, FULL, LINK, LONG_NAME, SHEET, WARD, said, scanned, told
from tthc_tracker.printouts import handover_slip, joint_receipt
from tthc_tracker.printouts.receipt import Size
from tthc_tracker.queries.handoverslips import HandoverSheet, SlipLine
from tthc_tracker.queries.jointreceipts import JointLine, JointSheet
from tthc_tracker.queries.printouts import Heading, ReceiptSheet

LIST = "Biên bản giao nhận hồ sơ"
CODES = [f"H50.19333-261123-{number:04}" for number in range(1, 31)]
FAR = replace(
    FULL, post_address=LONG_NAME, agency=LONG_NAME[:120], returning=LONG_NAME[:120],
    applicant=replace(FULL.applicant, email="a" * 60 + "@example.vn"),
)  # fmt: skip


def line(number: int, code: str) -> JointLine:
    name = LONG_NAME if number % 2 else SHEET.applicant.name
    return JointLine(
        code=code, procedure=name, resolving=WARD, accepted_at=SHEET.accepted_at, due_at=SHEET.due_at,
        limit=SHEET.limit, sets=1, owner=name,
    )  # fmt: skip


@BOTH_SIZES
@pytest.mark.parametrize("first", [pytest.param(SHEET, id="a usual one"), pytest.param(FAR, id="long")])
def test_the_slip_is_one_page_and_its_list_follows_across(
    tmp_path: Path, size: Size, first: ReceiptSheet
) -> None:
    path = tmp_path / "joint.pdf"
    lines = tuple(line(number, code) for number, code in enumerate(CODES))
    path.write_bytes(joint_receipt.render(JointSheet(first=first, lines=lines, list_title=LIST), size))
    assert told(path)["Tagged"] == "yes"
    slip, rest = said(path, "-l", "1"), said(path, "-f", "2").replace("\u200b", "")
    assert ("NGƯỜI TIẾP NHẬN HỒ SƠ" in slip, LIST.upper() in slip) == (True, False)
    assert rest.index(LIST.upper()) < rest.index(CODES[0])
    assert all(code in rest for code in CODES)
    assert ("QRCode", LINK) in scanned(path, 203)


def test_what_goes_to_a_unit_is_listed_over_pages_with_its_head_repeated(tmp_path: Path) -> None:
    lines = tuple(
        SlipLine(
            code,
            LONG_NAME if number % 3 else SHEET.procedure,
            LONG_NAME,
            SHEET.accepted_at,
            SHEET.due_at,
            1,
            3,
        )
        for number, code in enumerate(CODES)
    )
    sheet = HandoverSheet(
        heading=Heading("Giấy bàn giao hồ sơ", "", ""), superior=WARD, desk=SHEET.desk,
        unit="Phòng Địa chính", unit_agency=WARD, day=SHEET.accepted_at.date(), made_at=SHEET.accepted_at,
        clerk=SHEET.clerk, lines=lines,
    )  # fmt: skip
    path = tmp_path / "handover.pdf"
    path.write_bytes(handover_slip.render(sheet))
    pages, text = int(told(path)["Pages"]), said(path)
    assert told(path)["Tagged"] == "yes"
    assert pages > 3
    assert text.count("Nội dung giải quyết TTHC") == pages
    assert all(code in text for code in CODES)
    assert (text.count("I. GIAO HỒ SƠ"), f"Trang {pages}/{pages}" in text) == (1, True)
