"""The receipt as paper: one page, every field in its order, codes that a desk scanner reads."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.support.moments import at
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel
from tthc_tracker.domain.receptionfacts import Fee, Paper
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.printouts.receipt import Size, place_of, receipt_data, render
from tthc_tracker.queries.printouts import Heading, ReceiptSheet, SheetParty

CODE = "H50.19333-261123-0001"
LINK = f"https://motcua.quangtri.gov.vn/tra-cuu#t=abcdefghijklmnopqrstuvwxyz&c={CODE}"
WARD = "Ủy ban nhân dân phường Đông Hà"
SHEET = ReceiptSheet(
    heading=Heading("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "", ""),
    annex="Danh sách giấy tờ kèm theo",
    superior="Ủy ban nhân dân tỉnh Quảng Trị",
    agency=WARD,
    desk="Bộ phận Tiếp nhận và Trả kết quả",
    agency_phone="0233 3852 111",
    code=CODE,
    accepted_at=at("Mon 2026-11-23 14:00"),
    due_at=at("Fri 2026-11-27 14:00"),
    provisional=False,
    channel=Channel.COUNTER,
    applicant=SheetParty(
        "Nguyễn Thị Phương Thảo", ApplicantKind.CITIZEN, "044190001234",
        "Thôn Trung Nghĩa, xã Quang Phú", "0912345678", "thao@example.vn",
    ),
    owner=None,
    procedure="Cấp Giấy xác nhận tình trạng hôn nhân",
    procedure_code="1.004873",
    abstract="",
    papers=(Paper("Tờ khai theo mẫu", 1), Paper("Giấy tờ nơi cư trú", 0, 1),
            Paper("Quyết định ly hôn", 0, 0, 2)),
    sets=1,
    limit=TimeLimit(Decimal(3), LimitUnit.WORKING_DAY),
    resolving=WARD,
    returning=WARD,
    fee=Fee(8000, "paid", "cash"),
    clerk="Lê Thị Một Cửa",
    prints=1,
    token_hash=None,
    qr=LINK,
    lookup_url="https://motcua.quangtri.gov.vn/tra-cuu",
)  # fmt: skip
LONG_NAME = ("Công ty trách nhiệm hữu hạn một thành viên thương mại dịch vụ xuất nhập khẩu " * 3)[:200]
FULL = replace(
    SHEET,
    applicant=SheetParty(LONG_NAME, ApplicantKind.BUSINESS, "3200123456", LONG_NAME, "02333852111", ""),
    owner=SheetParty(LONG_NAME[::-1], ApplicantKind.BUSINESS, "", LONG_NAME, "", ""),
    procedure=LONG_NAME,
    abstract=LONG_NAME,
    papers=tuple(Paper(f"Giấy tờ thứ {number} nộp theo mẫu ban hành kèm theo", 1) for number in range(1, 13)),
)
HUGE = replace(FULL, papers=tuple(Paper(f"Giấy tờ thứ {number} {LONG_NAME}", 1) for number in range(1, 61)))

BOTH_SIZES = pytest.mark.parametrize("size", ["a5", "a4"])


def written(folder: Path, sheet: ReceiptSheet, size: Size = "a5") -> Path:
    path = folder / f"{size}.pdf"
    path.write_bytes(render(sheet, size))
    return path


def said(path: Path, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s+", " ", done.stdout)


def told(path: Path) -> dict[str, str]:
    done = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True)
    return {
        key: value.strip() for key, _, value in (line.partition(":") for line in done.stdout.splitlines())
    }


def scanned(path: Path, dpi: int) -> set[tuple[str, str]]:
    picture = path.with_suffix("")
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", "-png", "-f", "1", "-l", "1", "-singlefile", path, picture],
        check=True, capture_output=True,
    )  # fmt: skip
    with Image.open(picture.with_suffix(".png")) as image:
        return {(code.format.name, code.text) for code in zxingcpp.read_barcodes(image)}


@BOTH_SIZES
@pytest.mark.parametrize(
    "sheet", [pytest.param(SHEET, id="a usual one"), pytest.param(FULL, id="long names and twelve papers")]
)
def test_a_receipt_is_one_page(tmp_path: Path, size: Size, sheet: ReceiptSheet) -> None:
    told_of = told(written(tmp_path, sheet, size))
    assert told_of["Pages"] == "1"
    assert told_of["Tagged"] == "yes"
    assert told_of["Title"] == f"Giấy tiếp nhận hồ sơ và hẹn trả kết quả {CODE}"
    width, height = (float(number) for number in re.findall(r"[0-9.]+", told_of["Page size"])[:2])
    wanted = (419.5, 595.3) if size == "a5" else (595.3, 841.9)
    assert (width, height) == pytest.approx(wanted, abs=0.1)


@BOTH_SIZES
def test_papers_beyond_one_page_are_counted_there_and_listed_in_an_annex(tmp_path: Path, size: Size) -> None:
    path = written(tmp_path, HUGE, size)
    first, rest = said(path, "-l", "1"), said(path, "-f", "2")
    listed = [number for number in range(1, 61) if f"Giấy tờ thứ {number} " in first]
    assert listed == list(range(1, len(listed) + 1))
    assert f"và {60 - len(listed)} loại giấy tờ khác, theo danh sách kèm theo" in first
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in first
    assert all(f"Giấy tờ thứ {number} " in rest for number in range(1, 61))


@BOTH_SIZES
def test_every_field_stands_in_the_order_of_the_form(tmp_path: Path, size: Size) -> None:
    text = said(written(tmp_path, SHEET, size), "-raw")  # as the tags have it, not by columns
    order = [
        "ỦY BAN NHÂN DÂN PHƯỜNG ĐÔNG HÀ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        f"Mã hồ sơ: {CODE}",
        "Đông Hà, ngày 23 tháng 11 năm 2026",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        f"Bộ phận Tiếp nhận và Trả kết quả, {WARD}:",
        "Tiếp nhận hồ sơ của Ông (Bà): Nguyễn Thị Phương Thảo (trực tiếp)",
        "Địa chỉ: Thôn Trung Nghĩa, xã Quang Phú",
        "Số điện thoại: 0912345678 Email: thao@example.vn",
        "Số căn cước/Hộ chiếu: 044190001234",
        "Nội dung yêu cầu giải quyết: Cấp Giấy xác nhận tình trạng hôn nhân (mã 1.004873)",
        "1. Thành phần hồ sơ, số lượng mỗi loại giấy tờ:",
        "Tờ khai theo mẫu",
        "Quyết định ly hôn",
        "2. Số lượng hồ sơ: 01 bộ",
        "3. Thời gian giải quyết hồ sơ theo quy định là: 3 ngày làm việc",
        "4. Thời gian nhận hồ sơ: 14 giờ 00 phút, ngày 23/11/2026",
        "5. Thời gian trả kết quả giải quyết hồ sơ: 14 giờ 00 phút, ngày 27/11/2026",
        "(Hồ sơ có thể giải quyết xong trước thời gian quy định; tra cứu",
        "liên hệ số điện thoại: 0233 3852 111.)",
        f"6. Đăng ký nhận kết quả tại: {WARD}",
        "7. Phí, lệ phí (nếu có): 8.000 đ, đã nộp (tiền mặt)",
        "NGƯỜI NỘP HỒ SƠ",
        "Lê Thị Một Cửa",
    ]
    places = [text.find(words) for words in order]
    assert -1 not in places, [words for words, place in zip(order, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_an_owner_who_did_not_file_is_named_with_his_address(tmp_path: Path) -> None:
    owner = SheetParty("Nguyễn An Nhiên", ApplicantKind.CITIZEN, "", "Phường Nam Đông Hà", "", "")
    text = said(written(tmp_path, replace(SHEET, owner=owner)))
    assert "Chủ hồ sơ: Nguyễn An Nhiên Địa chỉ chủ hồ sơ: Phường Nam Đông Hà" in text


def test_title_number_and_basis_are_those_of_the_day(tmp_path: Path) -> None:
    old = Heading("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "Mẫu số 01", "Thông tư số 01/2018/TT-VPCP")
    assert "Mẫu số 01, Thông tư số 01/2018/TT-VPCP" in said(written(tmp_path, replace(SHEET, heading=old)))
    assert "Thông tư" not in said(written(tmp_path, SHEET))


def test_what_people_typed_prints_literally(tmp_path: Path) -> None:
    name = "#let x = 1 *đậm* $a$ <b> [y] \\ @z"
    sheet = replace(SHEET, applicant=replace(SHEET.applicant, name=name))
    assert said(written(tmp_path, sheet)).count(name) == 2


@pytest.mark.parametrize("letters", ["王小明", "😀", "\ud7ff", "سلام"])
def test_letters_that_our_type_lacks_keep_nobody_from_his_paper(tmp_path: Path, letters: str) -> None:
    named = replace(SHEET, applicant=replace(SHEET.applicant, name=f"Trần {letters} An"))
    text = said(written(tmp_path, named))
    assert "Trần" in text
    assert CODE in text


def test_a_copy_says_which_it_is(tmp_path: Path) -> None:
    assert "Bản in lại lần 2" in said(written(tmp_path, replace(SHEET, prints=3)))
    assert "Bản in lại" not in said(written(tmp_path, SHEET))


@pytest.mark.parametrize("dpi", [203, 300])
@BOTH_SIZES
@pytest.mark.parametrize(
    "code",
    [
        pytest.param(CODE, id="a code of today"),
        pytest.param("000.00.14.H56-210225-0001", id="a code of the old form"),
        pytest.param("H50.19333.ABCDEFGH-261123-00000001", id="a long code"),
    ],
)
def test_both_codes_are_read_from_the_paper(tmp_path: Path, size: Size, dpi: int, code: str) -> None:
    sheet = replace(SHEET, code=code, qr=LINK.replace(CODE, code))
    assert scanned(written(tmp_path, sheet, size), dpi) == {
        ("Code128", code),
        ("QRCode", LINK.replace(CODE, code)),
    }


def test_the_barcode_is_never_narrower_than_a_desk_scanner_needs() -> None:
    assert receipt_data(replace(SHEET, code="A1"), "a5")["barcode_mm"] == 80
    assert 80 <= receipt_data(SHEET, "a5")["barcode_mm"] <= 101


def test_the_smallest_type_still_leaves_the_codes_readable(tmp_path: Path) -> None:
    assert len(scanned(written(tmp_path, HUGE), 203)) == 2


def test_the_same_sheet_gives_the_same_bytes_in_every_thread() -> None:
    alone = render(SHEET, "a5")
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: render(SHEET, "a5"), range(16))) == {alone}


@pytest.mark.parametrize(
    ("agency", "place"),
    [
        pytest.param(WARD, "Đông Hà", id="a ward"),
        pytest.param("Sở Nội vụ tỉnh Quảng Trị", "Quảng Trị", id="a department of a province"),
        pytest.param("Ủy ban nhân dân đặc khu Cồn Cỏ", "Cồn Cỏ", id="a special zone"),
        pytest.param("Trung tâm Phục vụ hành chính công", "", id="no place in the name"),
    ],
)
def test_the_place_is_read_from_the_agencys_name(agency: str, place: str) -> None:
    assert place_of(agency) == place


@pytest.mark.parametrize(
    ("fee", "words"),
    [
        pytest.param(Fee(), "không", id="nothing to pay"),
        pytest.param(Fee(0, "exempt"), "được miễn", id="exempt"),
        pytest.param(Fee(8000, "due"), "8.000 đ, chưa nộp", id="still due"),
        pytest.param(Fee(1_250_000, "paid", "online"), "1.250.000 đ, đã nộp (trực tuyến)", id="paid online"),
    ],
)
def test_a_fee_says_how_it_stands(fee: Fee, words: str) -> None:
    assert receipt_data(replace(SHEET, fee=fee), "a5")["lines"][-1]["value"] == words


def test_a_limit_of_another_agency_and_a_provisional_date_are_said() -> None:
    lines = receipt_data(replace(SHEET, resolving="Sở Tư pháp", provisional=True, limit=None), "a5")["lines"]
    assert lines[1]["value"] == "theo ngày hẹn (cơ quan giải quyết: Sở Tư pháp)"
    assert "dự kiến" in lines[3]["value"]


@BOTH_SIZES
def test_a_name_of_one_endless_word_stays_on_the_paper(tmp_path: Path, size: Size) -> None:
    party = SheetParty("Nguyễn" + "ạ" * 194, ApplicantKind.CITIZEN, "044190001234", "", "", "")
    path = written(tmp_path, replace(SHEET, applicant=party), size)
    boxes = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True)
    width = float(re.findall(r'<page width="([0-9.]+)"', boxes.stdout)[0])
    places = [float(at) for at in re.findall(r'xM(?:in|ax)="([0-9.]+)"', boxes.stdout)]
    assert min(places) > 0
    assert max(places) < width
    assert told(path)["Pages"] == "1"
