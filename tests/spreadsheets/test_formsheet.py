"""A form as a workbook: what stands where, sums that follow from their parts, the same bytes again."""

import io
import re
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.moments import on
from tthc_tracker.domain.performance import StatutoryRow
from tthc_tracker.domain.periods import quarter
from tthc_tracker.domain.statutorytable import Group, Table, TableRow, added
from tthc_tracker.spreadsheets import formsheet
from tthc_tracker.wording import statutoryforms
from tthc_tracker.wording.formtables import FormColumn, FormHead, FormLine, FormTable, Rank

HEAD = FormHead(
    "Tình hình, kết quả", "Biểu số 06", "Ban hành theo văn bản", statutoryforms.period_line(quarter(2021, 3)),
    "Ủy ban nhân dân tỉnh", "Bộ", "Vĩnh Phúc", on("Fri 2021-09-17"), ("KT. CHỦ TỊCH",), "Nguyễn Văn An",
    "Đã chốt",
)  # fmt: skip
ROWS = tuple(
    TableRow(f"L{each}", f"Lĩnh vực {each}", StatutoryRow(online=each, early=each, paused=1))
    for each in range(1, 4)
)
TABLE = Table(
    on("Tue 2021-06-15"), on("Tue 2021-09-14"), on("Tue 2021-09-14"), "level",
    (Group(ROWS[:2], "A", "tinh", "Cấp tỉnh"), Group((), "B", "huyen", "Cấp huyện"),
     Group(ROWS[2:], "C", "xa", "Cấp xã")),
    added(each.row for each in ROWS),
)  # fmt: skip


def opened(form: FormTable) -> tuple[Worksheet, Worksheet]:
    """The sheet with its formulas, and the same with the values beside them."""
    content = formsheet.workbook(form)
    formulas, values = (openpyxl.load_workbook(io.BytesIO(content), data_only=only) for only in (False, True))
    return formulas.active, values.active


def words(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_every_sum_is_a_formula_whose_value_stands_beside_it() -> None:
    formulas, values = opened(statutoryforms.form(TABLE, HEAD))
    found = [cell for row in formulas.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert len(found) > 40
    for cell in found:
        parts = re.findall(r"[A-Z]+\d+(?::[A-Z]+\d+)?", str(cell.value))
        cells = [each for part in parts for each in _cells(values, part)]
        assert values[cell.coordinate].value == sum(cells), (cell.coordinate, cell.value)
    last = next(row for row in values.iter_rows() if row[1].value == "Tổng cộng")
    assert [cell.value for cell in last[2:]] == [6, 6, 0, 0, 6, 6, 0, 0, 0, 0, 0]


def _cells(values: Worksheet, part: str) -> list[int]:
    found = values[part]
    return [found.value] if not isinstance(found, tuple) else [cell.value for row in found for cell in row]


def test_it_is_laid_out_as_it_is_printed() -> None:
    sheet, _ = opened(statutoryforms.form(TABLE, HEAD))
    assert sheet.page_setup.orientation == "landscape"
    assert str(sheet.page_setup.paperSize) == "9"
    merged = {str(each) for each in sheet.merged_cells.ranges}
    assert {"A6:A8", "B6:B8", "C6:F6", "D7:E7", "G6:J6", "K6:M6"} <= merged
    assert [cell.value for cell in sheet[9]] == [f"({place})" for place in range(1, 14)]
    said = words(sheet)
    for wanted in ("TÌNH HÌNH, KẾT QUẢ", HEAD.number, HEAD.basis, HEAD.period, "Nguyễn Văn An", "Đã chốt",
                   "- Đơn vị báo cáo: Ủy ban nhân dân tỉnh", "Người làm báo cáo", "KT. CHỦ TỊCH",
                   "Vĩnh Phúc, ngày 17 tháng 09 năm 2021"):  # fmt: skip
        assert wanted in said


def test_a_share_is_reckoned_from_its_parts_and_none_of_nothing() -> None:
    columns = (
        FormColumn("Đơn vị", kind="text"), FormColumn("Đã giải quyết"), FormColumn("Trong hạn"),
        FormColumn("Tỷ lệ", kind="percent", part_of=(2, 1)),
    )  # fmt: skip
    lines = (
        FormLine(("Một", 3, 2, Decimal("66.67"))),
        FormLine(("Hai", 0, 0, None)),
        FormLine(("Tổng", 3, 2, Decimal("66.67")), Rank.TOTAL, (0, 1)),
    )
    form = FormTable("thu", HEAD, "Hồ sơ", columns, lines)
    formulas, values = opened(form)
    first, second, total = ([cell.value for cell in row] for row in formulas.iter_rows(7, 9))
    assert first[3] == "=ROUND(100*C7/B7,2)"
    assert second[3] in (None, "")
    assert total[1:3] == ["=SUM(B7:B8)", "=SUM(C7:C8)"]
    assert values["D9"].value == pytest.approx(66.67)


def test_long_words_have_the_room_that_they_need() -> None:
    """Programs make no room of their own for merged cells, nor for rows whose height is told."""
    long = "Trung tâm Phục vụ hành chính công " * 6
    table = replace(TABLE, groups=(Group((replace(ROWS[0], label=long), *ROWS[1:])),), by="agency")
    usual, stretched = (
        opened(statutoryforms.form(one, replace(HEAD, agency=name)))[0].row_dimensions
        for one, name in ((TABLE, HEAD.agency), (table, long))
    )
    assert usual[1].height < 21
    assert stretched[1].height > 60
    assert stretched[10].height > 60
    assert stretched[11].height is None or stretched[11].height < 21


def test_the_same_form_gives_the_same_bytes() -> None:
    form = statutoryforms.form(TABLE, HEAD)
    assert formsheet.workbook(form) == formsheet.workbook(form)
