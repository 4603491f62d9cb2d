"""A map of columns: what it lacks, where it fits, and what a row says by it; nothing is taken by half."""

import pytest

from tthc_tracker.domain.columnmaps import (
    FIXABLE,
    REQUIRED,
    WORDED,
    ColumnMap,
    DateStyle,
    Mapped,
    compact,
    lacking,
    missing,
    of_pairs,
    twice,
)
from tthc_tracker.domain.exchange import FIELDS
from tthc_tracker.domain.exchangerow import read_row
from tthc_tracker.domain.lifecycle import Channel, State
from tthc_tracker.domain.rowfaults import BrokenRow, Refusal

HEAD = ["STT", "Số biên nhận", "Mã thủ tục", "Họ tên", "Ngày nhận", "Hẹn trả", "Tình trạng", "Đơn vị"]
COLUMNS = {
    "MaHoSo": "Số biên nhận", "MaTTHC": "Mã thủ tục", "ChuHoSo": "Họ tên", "NgayTiepNhan": "Ngày nhận",
    "NgayHenTra": "Hẹn trả", "TrangThaiHoSo": "Tình trạng", "DonViXuLy": "Đơn vị",
}  # fmt: skip
HOW = ColumnMap(
    COLUMNS,
    {"KenhThucHien": "1"},
    DateStyle.DAY_FIRST,
    {"TrangThaiHoSo": {"dang giai quyet": "4", "xong": "9"}, "DonViXuLy": {"so tai nguyen": "H62.02"}},
)
CELLS = [
    "1", "H62-210601-0001", "1.012784", "Trần Văn Đạt", "14:05 01-06-2021", "21.06.2021", "Đang giải quyết",
    "Sở Tài nguyên",
]  # fmt: skip


def row(**more: str) -> dict[str, str]:
    places = dict(zip(("so", "ma", "ten", "nhan", "hen", "trang", "don"), range(1, 8), strict=True))
    cells = list(CELLS)
    for name, value in more.items():
        cells[places[name]] = value
    return Mapped(HOW, HEAD).row(cells)


def test_a_row_is_read_as_if_it_had_been_written_in_the_vocabulary() -> None:
    read = read_row(row())
    assert (read.code, read.channel, read.state) == ("H62-210601-0001", Channel.COUNTER, State.PROCESSING)
    assert read.accepted_at is not None
    assert f"{read.accepted_at:%Y-%m-%d %H:%M}" == "2021-06-01 14:05"
    assert f"{read.due_at:%Y-%m-%d %H:%M}" == "2021-06-21 00:00"
    assert (read.resolving, read.owner_name) == ("H62.02", "Trần Văn Đạt")


@pytest.mark.parametrize(
    ("more", "reason", "field"),
    [
        ({"trang": "Trình ký"}, Refusal.BAD_STATUS, "TrangThaiHoSo"),
        ({"trang": "4"}, Refusal.BAD_STATUS, "TrangThaiHoSo"),
        ({"don": "Sở Y tế"}, Refusal.UNKNOWN_AGENCY, "DonViXuLy"),
        ({"nhan": "hôm qua"}, Refusal.BAD_DATE, "NgayTiepNhan"),
    ],
    ids=["a word that nobody mapped", "a number of nobody's", "an unknown agency", "no date"],
)
def test_what_the_map_does_not_know_refuses_the_row(
    more: dict[str, str], reason: Refusal, field: str
) -> None:
    broken = row(**more)
    assert isinstance(broken, BrokenRow)
    assert (broken.reason, broken.field) == (reason, field)


def test_empty_cells_stay_empty_and_a_short_row_ends_early() -> None:
    assert row(hen="")["NgayHenTra"] == ""
    short = Mapped(HOW, HEAD).row(CELLS[:4])
    assert (short["TrangThaiHoSo"], short["KenhThucHien"], short["NgayTiepNhan"]) == ("", "1", "")


def test_one_value_for_all_rows_fills_empty_cells_only() -> None:
    how = ColumnMap({"MaHoSo": "a", "DonViXuLy": "b"}, {"DonViXuLy": "H62"})
    assert Mapped(how, ["a", "b"]).row(["x", " "])["DonViXuLy"] == "H62"
    assert Mapped(how, ["a", "b"]).row(["x", "H62.02"])["DonViXuLy"] == "H62.02"


def test_a_map_in_the_vocabularys_dates_leaves_them_as_they_are() -> None:
    how = ColumnMap({"NgayTiepNhan": "a"})
    assert Mapped(how, ["a"]).row(["13/6/2021 8:00"]) == {"NgayTiepNhan": "13/6/2021 8:00"}


def test_a_field_that_every_row_needs_has_a_column_or_one_value() -> None:
    assert lacking(HOW) == ()
    assert lacking(ColumnMap({"MaHoSo": "a"}, {"MaTTHC": "1.012784"})) == (
        "KenhThucHien", "ChuHoSo", "TrangThaiHoSo",
    )  # fmt: skip
    assert REQUIRED.issubset(FIELDS)
    assert set(FIXABLE).union(WORDED).issubset(FIELDS)


def test_two_columns_for_one_field_are_named() -> None:
    assert of_pairs([("MaHoSo", "a"), ("ChuHoSo", "b"), ("MaHoSo", "c")])[1] == ("MaHoSo",)
    assert of_pairs([("MaHoSo", "a")]) == ({"MaHoSo": "a"}, ())


def test_a_head_that_no_longer_fits_is_told_by_the_names_it_lacks() -> None:
    assert missing(HOW, HEAD) == ()
    assert missing(HOW, ["so bien nhan", "MÃ  THỦ TỤC", "Họ và tên"]) == (
        "Họ tên", "Ngày nhận", "Hẹn trả", "Tình trạng", "Đơn vị",
    )  # fmt: skip
    assert twice(HOW, [*HEAD, "hẹn trả", "STT"]) == ("Hẹn trả",)


@pytest.mark.parametrize(
    ("said", "style", "read"),
    [
        ("03/04/2026", DateStyle.DAY_FIRST, "202604030000"),
        ("03/04/2026", DateStyle.MONTH_FIRST, "202603040000"),
        ("3-4-2026 7:05", DateStyle.DAY_FIRST, "202604030705"),
        ("07:05:30, 03.04.2026", DateStyle.DAY_FIRST, "202604030705"),
        ("4/3/2026 2:05 PM", DateStyle.MONTH_FIRST, "202604031405"),
        ("03/04/2026 12:05 SA", DateStyle.DAY_FIRST, "202604030005"),
        ("03/04/2026 7h05", DateStyle.DAY_FIRST, "202604030705"),
        ("20260403", DateStyle.MONTH_FIRST, "20260403"),
        ("2026-04-03T07:05:00", DateStyle.MONTH_FIRST, "2026-04-03T07:05:00"),
        ("03/04/26", DateStyle.DAY_FIRST, None),
        ("03/04/2026 sáng", DateStyle.DAY_FIRST, None),
        ("46115", DateStyle.DAY_FIRST, None),
        ("46115", DateStyle.SPREADSHEET, "20260403000000"),
        ("46115.2951388889", DateStyle.SPREADSHEET, "20260403070500"),
        ("46115,999999", DateStyle.SPREADSHEET, "20260404000000"),
        ("20260403", DateStyle.SPREADSHEET, "20260403"),
        ("03/04/2026", DateStyle.SPREADSHEET, None),
        ("461150", DateStyle.SPREADSHEET, None),
    ],
)
def test_a_day_is_read_in_the_order_that_somebody_agreed_to(
    said: str, style: DateStyle, read: str | None
) -> None:
    assert compact(said, style) == read


def test_the_fields_stand_in_the_order_of_the_vocabulary() -> None:
    assert HOW.fields == tuple(name for name in FIELDS if name in {*COLUMNS, "KenhThucHien"})


def test_a_workbook_that_counts_from_1904_means_another_day_by_the_same_number() -> None:
    assert compact("44653.2951388889", DateStyle.SPREADSHEET, from_1904=True) == "20260403070500"
    assert compact("03/04/2026", DateStyle.DAY_FIRST, from_1904=True) == "202604030000"
