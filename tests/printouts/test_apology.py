"""The letter of apology as paper: one page of either size, what it has to say, codes that a scanner reads."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.printouts.test_receipt import CODE, LINK, LONG_NAME, WARD, said, scanned, told
from tests.support.moments import at
from tthc_tracker.domain.deputies import Signature
from tthc_tracker.domain.lifecycle import ApplicantKind
from tthc_tracker.printouts.apology import paper, render, together
from tthc_tracker.printouts.receipt import Size
from tthc_tracker.queries.apologyslips import ApologySheet
from tthc_tracker.queries.printouts import Heading, SheetParty

TITLE = "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"
SHEET = ApologySheet(
    heading=Heading(TITLE, "", ""),
    agency="Ủy ban nhân dân tỉnh Quảng Trị",
    desk=WARD,
    code=CODE,
    at=at("Thu 2026-11-26 10:00"),
    addressee=SheetParty(
        "Nguyễn Thị Phương Thảo", ApplicantKind.CITIZEN, "044190001234",
        "Thôn Trung Nghĩa, xã Quang Phú", "0912345678", "thao@example.vn",
    ),
    sector="Hộ tịch",
    procedure="Cấp Giấy xác nhận tình trạng hôn nhân",
    procedure_code="1.004873",
    received_at="Bộ phận Tiếp nhận và Trả kết quả",
    accepted_at=at("Mon 2026-11-23 14:00"),
    due_at=at("Fri 2026-11-27 14:00"),
    reason="chờ kết quả xác minh của Công an phường",
    second=at("Wed 2026-12-02 14:00"),
    signature=Signature("Chủ tịch", "Trần Văn Thủ Trưởng"),
    token_hash=None,
    qr=LINK,
)  # fmt: skip
FULL = replace(
    SHEET,
    addressee=SheetParty(LONG_NAME, ApplicantKind.BUSINESS, "3200123456", LONG_NAME, "02333852111", ""),
    procedure=LONG_NAME, reason=(LONG_NAME * 3)[:500], sector=LONG_NAME[:100],
)  # fmt: skip
BOTH_SIZES = pytest.mark.parametrize("size", ["a4", "a5"])


def written(folder: Path, sheet: ApologySheet, size: Size) -> Path:
    path = folder / f"{size}.pdf"
    path.write_bytes(render(sheet, size))
    return path


@BOTH_SIZES
@pytest.mark.parametrize("sheet", [pytest.param(SHEET, id="a usual one"), pytest.param(FULL, id="long")])
def test_a_letter_is_one_tagged_page_whose_codes_are_read(
    tmp_path: Path, sheet: ApologySheet, size: Size
) -> None:
    path = written(tmp_path, sheet, size)
    assert (told(path)["Pages"], told(path)["Tagged"]) == ("1", "yes")
    assert told(path)["Title"] == f"{TITLE} {CODE}"
    assert told(path)["Page size"].startswith("419.5" if size == "a5" else "595.2")
    assert scanned(path, 203) == {("Code128", CODE), ("QRCode", LINK)}
    assert "Trần Văn Thủ Trưởng" in said(path)


@BOTH_SIZES
def test_it_says_when_it_was_due_why_it_is_late_and_when_it_will_be(tmp_path: Path, size: Size) -> None:
    text = said(written(tmp_path, SHEET, size), "-raw")
    order = [
        "ỦY BAN NHÂN DÂN PHƯỜNG ĐÔNG HÀ", "Số: ………/PXL", f"Mã hồ sơ: {CODE}",
        "Đông Hà, ngày 26 tháng 11 năm 2026", TITLE.upper(), "Kính gửi Ông (Bà): Nguyễn Thị Phương Thảo",
        "Địa chỉ: Thôn Trung Nghĩa, xã Quang Phú", "14 giờ 00 phút, ngày 23/11/2026",
        f"Ngày hẹn trả kết quả: 14 giờ 00 phút, ngày 27/11/2026. Tuy nhiên đến nay {WARD}",
        "Lý do: chờ kết quả xác minh của Công an phường.", "xin lỗi Ông (Bà) về sự chậm trễ này.",
        "Thời gian hẹn trả kết quả lại: 14 giờ 00 phút, ngày 02/12/2026.",
    ]  # fmt: skip
    places = [text.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    for words in ("Nơi nhận:", "Lưu: VT, hồ sơ.", "CHỦ TỊCH", "(Ký, ghi rõ họ tên, đóng dấu)"):
        assert words in text


def test_many_letters_make_one_file_in_their_order(tmp_path: Path) -> None:
    codes = [f"H50.19333-261123-{number:04}" for number in range(1, 4)]
    path = tmp_path / "many.pdf"
    path.write_bytes(together([paper(replace(SHEET, code=code)) for code in codes]).typeset())
    assert told(path)["Pages"] == "3"
    pages = [said(path, "-f", str(page), "-l", str(page)) for page in (1, 2, 3)]
    assert all(code in text for code, text in zip(codes, pages, strict=True))
