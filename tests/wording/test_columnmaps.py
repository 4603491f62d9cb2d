"""What the page of columns shows of a file: enough to know a column by, and nobody's number or name."""

import pytest

from tthc_tracker.wording.columnmaps import shown, unnumbered


@pytest.mark.parametrize(
    "cell",
    [
        "0912345678", "0912-345-678", "(0912) 345678", "SĐT 0912345678", "+84 912 345 678", "84912345678",
        "044093001234", "44093001234", "044.093.001.234", "Số 044093001234",
    ],
)  # fmt: skip
def test_a_number_of_somebody_is_masked_however_it_is_written(cell: str) -> None:
    seen = "".join(letter for letter in shown(cell) if letter.isdigit())
    assert len(seen) < 9, shown(cell)
    assert seen[:5] not in {"09123", "04409", "44093"} or len(seen) <= 7


@pytest.mark.parametrize("cell", ["nguyễn văn an", "tran thi ut", "hồ thị kỷ", "nguyễn văn an, hồ sơ mới"])
def test_a_name_in_small_letters_is_masked_too(cell: str) -> None:
    assert not {"văn", "thi", "thị"} & set(shown(cell).split()), shown(cell)


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        ("kpă h'bia", "ChuHoSo"),
        ("an", "ChuHoSo"),
        ("26017027472", "MaDoiTuong"),
        ("912345678", "SoDienThoai"),
    ],
)
def test_what_a_column_holds_masks_what_no_shape_tells(cell: str, field: str) -> None:
    assert cell not in shown(cell, {"", field})


@pytest.mark.parametrize("cell", ["Nguyễn Văn An", "Nguyễn Văn An (con)", "Nguyễn Văn An, 0912345678"])
def test_a_name_is_masked_with_whatever_stands_beside_it(cell: str) -> None:
    assert "Văn An" not in shown(cell)
    assert "12345678" not in shown(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "H50.19000-261126-0001",
        "01-11-2026 08:30",
        "21/11/2026",
        "202611210830",
        "20260403143000",
        "1.004873",
        "đang xử lý",
        "hồ sơ mới",
        "lý do khác",
    ],
)
def test_codes_days_and_words_are_shown_as_they_are(cell: str) -> None:
    assert shown(cell) == cell
    assert unnumbered(cell) == cell
