"""Columns are guessed by names that systems use, then by what stands in them; each guess says why."""

import pytest

from tthc_tracker.domain.columnguessing import (
    Ground,
    guess,
    guess_dates,
    is_agency_code,
    names_of_fields,
    status_of,
)
from tthc_tracker.domain.columnmaps import DateStyle


def fields(head: list[str], rows: list[list[str]] | None = None) -> dict[int, tuple[str, Ground]]:
    return {place: (each.field, each.ground) for place, each in guess(head, rows or []).items()}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Mã hồ sơ", "MaHoSo"), ("SỐ BIÊN NHẬN", "MaHoSo"), ("Ngày tiếp nhận", "NgayTiepNhan"),
        ("Ngày hẹn trả", "NgayHenTra"), ("Tên TTHC", "TenTTHC"), ("Chủ hồ sơ", "ChuHoSo"),
        ("Số CMND/CCCD", "MaDoiTuong"), ("Tình trạng", "TrangThaiHoSo"), ("Lĩnh vực", "TenLinhVuc"),
        ("Hình thức nộp (*)", "KenhThucHien"), ("Điện thoại", "SoDienThoai"), ("E-mail", "Email"),
        ("Cơ quan giải quyết", "DonViXuLy"), ("Cơ quan thụ lý", "DonViXuLy"), ("Nơi tiếp nhận", "NoiNopHoSo"),
        ("Ngày hoàn thành", "NgayKetThucXuLy"), ("Ngày trả kết quả", "NgayTra"), ("ma_ho_so", "MaHoSo"),
        ("NgayNhan", "NgayTiepNhan"), ("HẠN_TRẢ", "NgayHenTra"),
    ],
)  # fmt: skip
def test_a_name_that_systems_use_tells_the_field(name: str, field: str) -> None:
    assert fields([name]) == {0: (field, Ground.NAME)}


def test_the_vocabularys_own_name_goes_before_any_other_and_each_field_is_guessed_once() -> None:
    assert fields(["Mã hồ sơ", "mahoso", "Số hồ sơ", "STT"]) == {1: ("MaHoSo", Ground.FIELD)}


def test_part_of_a_longer_name_is_a_weaker_sign() -> None:
    found = guess(["Ngày tiếp nhận tại bộ phận một cửa", "Ngày nhận"], [])
    assert {place: (each.field, each.ground) for place, each in found.items()} == {
        1: ("NgayTiepNhan", Ground.NAME),
        0: ("NoiNopHoSo", Ground.PART),
    }
    assert found[0].told == "bo phan mot cua"


def test_where_names_do_not_tell_the_cells_do() -> None:
    row = ["H62.02-210601-0001", "1.012784", "026170274723", "0954125042", "a@b.vn", "Đang xử lý",
           "Trực tuyến", "Công dân", "H62.02", "Trần Thị Ánh", "01/06/2021", ""]  # fmt: skip
    head = [f"c{place}" for place in range(len(row))]
    assert [fields(head, [row] * 3)[place][0] for place in range(10)] == [
        "MaHoSo", "MaTTHC", "MaDoiTuong", "SoDienThoai", "Email", "TrangThaiHoSo", "KenhThucHien",
        "LoaiDoiTuong", "DonViXuLy", "ChuHoSo",
    ]  # fmt: skip
    assert guess(head, [row] * 3)[0].told == "3/3"
    assert 10 not in guess(head, [row]), "which date it is no cell tells"


def test_a_few_odd_cells_do_not_hide_the_shape_and_many_do() -> None:
    good, odd = ["1.012784"], ["x"]
    assert fields(["c"], [good] * 8 + [odd] * 2) == {0: ("MaTTHC", Ground.CELLS)}
    assert fields(["c"], [good] * 7 + [odd] * 3) == {}
    assert fields(["c", "d"], [good]) == {0: ("MaTTHC", Ground.CELLS)}


def test_numbers_alone_are_no_status_and_a_sentence_is_no_name() -> None:
    assert fields(["c"], [["4"], ["9"]]) == {}
    assert fields(["c"], [["Đề nghị cấp lại giấy chứng nhận bị mất"]]) == {}


def test_the_head_is_the_row_that_names_the_most() -> None:
    assert names_of_fields(["DANH SÁCH HỒ SƠ", "", ""]) < names_of_fields(["Mã hồ sơ", "Chủ hồ sơ", "x"])


@pytest.mark.parametrize(
    ("word", "status"),
    [("Đang giải quyết", 4), ("ĐÃ TRẢ KẾT QUẢ", 10), ("9", 9), ("10", 10), ("11", None), ("Tạm dừng", None)],
)
def test_what_systems_call_a_status_is_proposed(word: str, status: int | None) -> None:
    assert status_of(word) == status


@pytest.mark.parametrize(
    ("days", "style", "certain"),
    [
        (["20210601080000", "2021-06-01"], DateStyle.VOCABULARY, True),
        (["13/06/2021", "01/06/2021"], DateStyle.DAY_FIRST, True),
        (["06/13/2021", "06/01/2021"], DateStyle.MONTH_FIRST, True),
        (["03/04/2021", ""], DateStyle.DAY_FIRST, False),
        (["13/06/2021", "06/13/2021"], DateStyle.DAY_FIRST, False),
        (["hôm qua"], DateStyle.DAY_FIRST, False),
        (["46115.5", "46116", ""], DateStyle.SPREADSHEET, True),
        (["46115.5", "99999"], DateStyle.DAY_FIRST, False),
        ([], DateStyle.VOCABULARY, True),
    ],
)
def test_the_order_of_day_and_month_is_certain_only_where_a_number_tells_it(
    days: list[str], style: DateStyle, certain: bool
) -> None:
    assert guess_dates(days) == (style, certain)


def test_a_code_of_an_agency_has_a_shape() -> None:
    assert [is_agency_code(text) for text in ("H62.02", "G01", "Sở Y tế")] == [True, True, False]
