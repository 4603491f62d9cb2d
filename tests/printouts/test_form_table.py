"""A table of statistics on paper: what it says, across how many pages, the same bytes again."""

import subprocess
from pathlib import Path

import pytest

from tests.spreadsheets.test_formsheet import HEAD, TABLE
from tests.support.moments import at, on
from tthc_tracker.domain.performance import StatutoryRow
from tthc_tracker.domain.statutorytable import Group, Table, TableRow, added
from tthc_tracker.printouts import form_table
from tthc_tracker.wording import statutoryforms
from tthc_tracker.wording.formtables import FormTable

MADE = at("Fri 2021-09-17 08:00")


def told(pdf: bytes, folder: Path) -> str:
    path = folder / "bieu.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    return done.stdout


def test_the_paper_says_what_the_form_says(tmp_path: Path) -> None:
    text = told(form_table.paper(statutoryforms.form(TABLE, HEAD), MADE).typeset(), tmp_path)
    for wanted in ("TÌNH HÌNH, KẾT QUẢ", "Biểu số 06", "Kỳ báo cáo: Quý III/2021", "Cấp huyện", "Tổng cộng",
                   "Người làm báo cáo", "KT. CHỦ TỊCH", "Nguyễn Văn An", "(13)"):  # fmt: skip
        assert wanted in text


def long(number: int) -> FormTable:
    """A form of so many procedures and their sum."""
    rows = tuple(
        TableRow(str(each), f"Thủ tục {each}", StatutoryRow(direct=1, early=1)) for each in range(number)
    )
    total, end = added(each.row for each in rows), on("Wed 2021-09-01")
    return statutoryforms.form(Table(TABLE.start, TABLE.end, end, "procedure", (Group(rows),), total), HEAD)


def test_a_long_table_repeats_its_heads_and_numbers_its_pages(tmp_path: Path) -> None:
    text = told(form_table.file(long(120), MADE), tmp_path)
    assert text.count("Số hồ sơ nhận giải quyết") == text.count("\f") >= 4
    assert f"Trang 1 / {text.count(chr(12))}" in text
    assert "kỳ báo cáo chưa kết thúc" in text.lower()


def test_a_very_long_table_is_several_papers_of_which_the_last_is_signed(tmp_path: Path) -> None:
    form = long(form_table.LINES + 3)
    first, last = form_table.papers(form, MADE)
    assert [len(one.data["lines"]) for one in (first, last)] == [form_table.LINES, 4]
    assert [(one.data["part"], one.data["signs"]) for one in (first, last)] == [
        ("Phần 1/2", False), ("Phần 2/2", True),
    ]  # fmt: skip
    text = told(last.typeset(), tmp_path)
    assert "Phần 2/2" in text
    assert "Người làm báo cáo" in text
    assert "Tổng cộng" in text


@pytest.mark.parametrize("by", ["level", "agency"])
def test_the_same_table_gives_the_same_bytes(by: str) -> None:
    one = Table(TABLE.start, TABLE.end, TABLE.as_of, by, TABLE.groups, TABLE.total)
    paper = form_table.paper(statutoryforms.form(one, HEAD), MADE)
    assert paper.typeset() == form_table.paper(statutoryforms.form(one, HEAD), MADE).typeset()
