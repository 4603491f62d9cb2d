"""The slips of an answer as paper: one page of either size, every field in its order, codes to be scanned."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.support.moments import at, on
from tthc_tracker.domain.lifecycle import ApplicantKind
from tthc_tracker.domain.receptionfacts import Paper
from tthc_tracker.printouts.receipt import Size
from tthc_tracker.printouts.slip import render
from tthc_tracker.queries.printouts import Heading, SheetParty
from tthc_tracker.queries.slips import Request, Slip, SlipSheet, Stopped

CODE = "H50.19333-261123-0001"
LINK = f"https://motcua.quangtri.gov.vn/tra-cuu#t=abcdefghijklmnopqrstuvwxyz&c={CODE}"
LONG_NAME = ("Công ty trách nhiệm hữu hạn một thành viên thương mại dịch vụ xuất nhập khẩu " * 3)[:200]
ASKED = SlipSheet(
    slip=Slip.SUPPLEMENT,
    heading=Heading("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "", ""),
    agency="Ủy ban nhân dân phường Đông Hà",
    desk="Bộ phận Tiếp nhận và Trả kết quả",
    agency_phone="0233 3852 111",
    code=CODE,
    at=at("Mon 2026-11-23 14:00"),
    applicant=SheetParty(
        "Nguyễn Thị Phương Thảo", ApplicantKind.CITIZEN, "044190001234",
        "Thôn Trung Nghĩa, xã Quang Phú", "0912345678", "thao@example.vn",
    ),
    procedure="Cấp Giấy xác nhận tình trạng hôn nhân",
    procedure_code="1.004873",
    reason="Chưa có giấy tờ chứng minh nơi cư trú.",
    clerk="Lê Thị Một Cửa",
    request=Request(
        (Paper("Giấy tờ nơi cư trú", 0, 1), Paper("Quyết định ly hôn", 0, 0, 2)),
        "Tờ khai: ghi rõ mục đích sử dụng.\nKý và ghi rõ họ tên.",
        "Thành phần hồ sơ của thủ tục 1.004873 đã công bố",
        on("Mon 2026-12-07"),
    ),
    token_hash=None,
    qr=LINK,
    lookup_url="https://motcua.quangtri.gov.vn/tra-cuu",
)  # fmt: skip
REFUSED = replace(
    ASKED,
    slip=Slip.REFUSAL,
    heading=Heading("Phiếu từ chối tiếp nhận giải quyết hồ sơ", "", ""),
    reason="Hồ sơ không thuộc thẩm quyền giải quyết của phường.",
    request=None,
)
FULL = replace(
    ASKED,
    applicant=SheetParty(LONG_NAME, ApplicantKind.BUSINESS, "3200123456", LONG_NAME, "02333852111", ""),
    procedure=LONG_NAME,
    reason=(LONG_NAME * 3)[:500],
    request=Request(
        tuple(Paper(f"Giấy tờ thứ {number} nộp theo mẫu", 1) for number in range(1, 13)),
        (LONG_NAME * 3)[:500], LONG_NAME, on("Mon 2026-12-07"),
    ),
)  # fmt: skip
FULL_REFUSED = replace(REFUSED, applicant=FULL.applicant, procedure=LONG_NAME, reason=(LONG_NAME * 3)[:500])
STOPPED = replace(
    FULL_REFUSED,
    slip=Slip.STOP,
    heading=Heading("Thông báo dừng giải quyết hồ sơ", "", ""),
    stopped=Stopped(
        at("Mon 2026-11-16 09:00"), at("Fri 2026-11-27 09:00"), LONG_NAME,
        request=LONG_NAME, given_back=LONG_NAME,
    ),
)  # fmt: skip
OLD = replace(ASKED, heading=Heading(ASKED.heading.title, "Mẫu số 02", "Thông tư số 01/2018/TT-VPCP"))


def written(folder: Path, sheet: SlipSheet, size: Size = "a5") -> Path:
    path = folder / "slip.pdf"
    path.write_bytes(render(sheet, size))
    return path


def said(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s+", " ", done.stdout)


@pytest.mark.parametrize("size", ["a5", "a4"])
@pytest.mark.parametrize(
    "sheet",
    [
        pytest.param(ASKED, id="asked"),
        pytest.param(REFUSED, id="refused"),
        pytest.param(FULL, id="asked, everything as long as it may be"),
        pytest.param(FULL_REFUSED, id="refused, everything as long as it may be"),
        pytest.param(STOPPED, id="stopped, everything as long as it may be"),
    ],
)
def test_a_slip_is_one_tagged_page(tmp_path: Path, sheet: SlipSheet, size: Size) -> None:
    path = written(tmp_path, sheet, size)
    done = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True)
    told = dict(re.findall(r"^(.+?):\s+(.*)$", done.stdout, re.MULTILINE))
    assert (told["Pages"], told["Tagged"]) == ("1", "yes")
    assert told["Title"] == f"{sheet.heading.title} {CODE}"
    assert told["Page size"].startswith("419.5" if size == "a5" else "595.2")


def test_a_request_says_what_is_missing_why_and_until_when(tmp_path: Path) -> None:
    text = said(written(tmp_path, ASKED))
    order = [
        "ỦY BAN NHÂN DÂN PHƯỜNG ĐÔNG HÀ",
        f"Mã hồ sơ: {CODE}",
        "Đông Hà, ngày 23 tháng 11 năm 2026",
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        "Tiếp nhận hồ sơ/yêu cầu của Ông (Bà): Nguyễn Thị Phương Thảo",
        "Nội dung yêu cầu giải quyết: Cấp Giấy xác nhận tình trạng hôn nhân (mã 1.004873)",
        "Địa chỉ: Thôn Trung Nghĩa, xã Quang Phú",
        "Số điện thoại: 0912345678 Email: thao@example.vn",
        "Yêu cầu Ông/Bà hoàn thiện hồ sơ gồm những nội dung như sau:",
        "Giấy tờ nơi cư trú",
        "Quyết định ly hôn",
        "Nội dung khác cần hoàn thiện: Tờ khai: ghi rõ mục đích sử dụng. Ký và ghi rõ họ tên.",
        "Lý do: Chưa có giấy tờ chứng minh nơi cư trú.",
        "Căn cứ: Thành phần hồ sơ của thủ tục 1.004873 đã công bố",
        "Thời điểm yêu cầu: 14 giờ 00 phút, ngày 23/11/2026 (khi tiếp nhận)",
        "Hạn bổ sung: hết ngày 07/12/2026",
        "liên hệ với công chức Lê Thị Một Cửa, số điện thoại 0233 3852 111 để được hướng dẫn./.",
        "NGƯỜI HƯỚNG DẪN",
        "Lê Thị Một Cửa",
    ]
    at_ = [text.find(words) for words in order]
    assert -1 not in at_, order[at_.index(-1)]
    assert at_[:-1] == sorted(at_[:-1])


def test_a_refusal_says_why_and_names_both(tmp_path: Path) -> None:
    text = said(written(tmp_path, REFUSED))
    assert "thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:" in text
    assert "Lý do: Hồ sơ không thuộc thẩm quyền giải quyết của phường." in text
    assert "Xin thông báo cho Ông/Bà được biết và thực hiện." in text
    assert "NGƯỜI NỘP HỒ SƠ" in text
    assert "NGƯỜI TỪ CHỐI" in text
    assert "Hạn bổ sung" not in text


def test_the_basis_is_printed_only_where_the_catalogue_names_one(tmp_path: Path) -> None:
    assert "Thông tư" not in said(written(tmp_path, ASKED))
    assert "Mẫu số 02, Thông tư số 01/2018/TT-VPCP" in said(written(tmp_path, OLD))


@pytest.mark.parametrize("sheet", [ASKED, REFUSED, FULL], ids=["asked", "refused", "full"])
def test_the_codes_are_read_from_paper(tmp_path: Path, sheet: SlipSheet) -> None:
    picture = tmp_path / "slip"
    subprocess.run(
        ["pdftoppm", "-r", "203", "-gray", "-png", "-singlefile", written(tmp_path, sheet), picture],
        check=True, capture_output=True,
    )  # fmt: skip
    with Image.open(picture.with_suffix(".png")) as image:
        found = {code.text for code in zxingcpp.read_barcodes(image)}
    assert found == {CODE, LINK}


def test_what_is_typed_prints_literally(tmp_path: Path) -> None:
    hostile = '#panic("x") $x^2$ *đậm* <a> \\ @ref [x]'
    assert "#panic(" in said(written(tmp_path, replace(REFUSED, reason=hostile)))


def test_a_paper_may_be_made_at_any_moment_of_a_second() -> None:
    whole = at("Mon 2026-11-23 14:00")
    assert render(replace(ASKED, at=whole.replace(microsecond=123456))) == render(replace(ASKED, at=whole))
