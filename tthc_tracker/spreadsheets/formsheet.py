"""A form as a workbook in the layout of its print: merged heads, column numbers, sums one can follow.

Every sum is a formula with its value beside it: programs that reckon show the same as those that only read.
The same form gives the same bytes.
"""

import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any

from tthc_tracker.wording.formtables import FormColumn, FormHead, FormLine, FormTable, Rank, heads

_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
_CREATED = dt.datetime(2020, 1, 1)  # noqa: DTZ001 (a fixed date: the same form, the same bytes)
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    "plain": {"text_wrap": True},
    "strong": {"bold": True, "text_wrap": True},
    "title": {"bold": True, "font_size": 13, "align": "center", "text_wrap": True},
    "middle": {"align": "center", "text_wrap": True},
    "middle strong": {"align": "center", "bold": True, "text_wrap": True},
    "slanted": {"align": "center", "italic": True, "text_wrap": True},
    "right": {"align": "right", "italic": True},
    "head": {"bold": True, "align": "center", "text_wrap": True, "border": 1},
    "number": {"italic": True, "align": "center", "border": 1, "font_size": 9},
}
_OF_KIND: Mapping[str, Mapping[str, Any]] = {
    "num": {"num_format": "#,##0"},
    "percent": {"num_format": '0.00" %"'},
    "text": {"text_wrap": True},
    "place": {"align": "center"},
}
_HEAD_LINES = 5  # above the heads of the columns
_LINE = 15  # points
_PARTS = (0.27, 0.43, 0.30)  # of the line: number and basis, title, who reports to whom
_MANY, _NARROW = 16, 0.75  # columns; of their width, so that they are still read on A4


def workbook(form: FormTable) -> bytes:
    """The form as a workbook of one sheet, A4 across, its heads on every page."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": form.head.title, "created": _CREATED})
    sheet = _Sheet(book, form)
    sheet.write()
    book.close()
    return buffer.getvalue()


class _Sheet:
    """One form on its way into a sheet."""

    def __init__(self, book: Any, form: FormTable) -> None:
        from xlsxwriter.utility import xl_rowcol_to_cell

        self._form, self._last, self._name = form, len(form.columns) - 1, xl_rowcol_to_cell
        self._formats = {name: book.add_format(_FONT | dict(look)) for name, look in _FORMATS.items()}
        self._lines = {
            (kind, rank): book.add_format(
                _FONT | dict(look) | {"border": 1, "bold": rank is not Rank.ROW}
            )
            for kind, look in _OF_KIND.items()
            for rank in Rank
        }  # fmt: skip
        self._sheet = book.add_worksheet(form.name[:31])
        self._cells = heads(form.columns)
        self._depth = 1 + max(cell.row for cell in self._cells)
        self._first = _HEAD_LINES + self._depth + form.numbered  # where the lines begin
        narrow = _NARROW if len(form.columns) > _MANY else 1
        self._widths = [
            column.width * (narrow if column.kind in {"num", "percent"} else 1) for column in form.columns
        ]

    def write(self) -> None:
        """Everything, from the paper to the signatures."""
        self._set_up_page()
        self._write_head(self._form.head)
        for cell in self._cells:
            self._span(
                _HEAD_LINES + cell.row, cell.column, cell.rows, cell.columns, cell.words, "head"
            )  # fmt: skip
        if self._form.numbered:
            for place, column in enumerate(self._form.columns):
                self._sheet.write_string(self._first - 1, place, column.number, self._formats["number"])
        for place, line in enumerate(self._form.lines):
            self._write_line(self._first + place, line)
        self._write_foot(self._first + len(self._form.lines), self._form.head)

    def _set_up_page(self) -> None:
        sheet = self._sheet
        for place, width in enumerate(self._widths):
            sheet.set_column(place, place, width)
        sheet.set_default_row(18)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEAD_LINES, self._first - 1)
        sheet.set_footer("&R&9&P/&N")
        sheet.freeze_panes(self._first, 2)
        sheet.hide_gridlines(2)

    def _write_head(self, head: FormHead) -> None:
        left, right = self._split()
        middle, end = right - left, self._last - right + 1
        agency, receiver = f"- Đơn vị báo cáo: {head.agency}", f"- Đơn vị nhận báo cáo: {head.receiver}"
        self._span(0, 0, 1, left, head.number, "strong")
        self._span(1, 0, 2, left, head.basis, "plain")
        self._span(0, left, 2, middle, head.title.upper(), "title")
        self._span(2, left, 1, middle, head.period, "slanted")
        self._span(0, right, 1, end, agency, "plain")
        self._span(1, right, 2, end, receiver, "plain")
        self._span(4, 0, 1, self._last + 1, self._form.counted, "right")
        first = max(20, self._high(head.number, 0, left, "strong"), self._high(agency, right, end))
        third = max(20, self._high(head.period, left, middle))
        second = max(
            20, self._high(head.title, left, middle, "title") - first,
            self._high(head.basis, 0, left) - third, self._high(receiver, right, end) - third,
        )  # fmt: skip
        for row, height in enumerate((first, second, third, 8)):
            self._sheet.set_row(row, height)
        lowest = (cell for cell in self._cells if cell.last and cell.rows == 1)
        heads = (self._high(cell.words, cell.column, 1, "strong") for cell in lowest)
        self._sheet.set_row(_HEAD_LINES + self._depth - 1, max(46, *heads, 0))

    def _split(self) -> tuple[int, int]:
        """Where the second and the third part of the head begin: as near to `_PARTS` as may be."""
        whole = sum(self._widths)

        def off(places: tuple[int, int]) -> float:
            left, right = places
            parts = (self._widths[:left], self._widths[left:right], self._widths[right:])
            return sum((sum(part) / whole - wanted) ** 2 for part, wanted in zip(parts, _PARTS, strict=True))

        return min(combinations(range(1, self._last + 1), 2), key=off)

    def _high(self, words: str, column: int, columns: int, look: str = "plain") -> int:
        """How high words stand in so many columns, in points: programs do not make room for merged cells."""
        width = sum(self._widths[column : column + columns])
        letters = {"title": 0.75, "strong": 1.05}.get(look, 1.15) * width
        return _LINE * (1 + int(len(words) / letters)) + (2 if look == "title" else 0)

    def _write_line(self, row: int, line: FormLine) -> None:
        look = "plain" if line.rank is Rank.ROW else "strong"
        texts = (
            self._high(str(value), place, 1, look)
            for place, (column, value) in enumerate(zip(self._form.columns, line.cells, strict=True))
            if column.kind == "text" and value
        )
        if (height := max(texts, default=0)) > _LINE:
            self._sheet.set_row(row, height)
        for place, column in enumerate(self._form.columns):
            look, value = self._lines[column.kind, line.rank], line.cells[place]
            if value is None or isinstance(value, str):
                self._sheet.write_string(row, place, value or "", look)
                continue
            told = float(value) if isinstance(value, Decimal) else value
            formula = self._formula(row, place, column, line)
            if formula:
                self._sheet.write_formula(row, place, formula, look, told)
            else:
                self._sheet.write_number(row, place, told, look)

    def _formula(self, row: int, place: int, column: FormColumn, line: FormLine) -> str:
        if column.part_of is not None:
            num, den = (self._name(row, part) for part in column.part_of)
            return f"=ROUND(100*{num}/{den},2)"
        if column.sum_of:
            return "=" + "+".join(self._name(row, part) for part in column.sum_of)
        if not line.of:
            return ""
        rows = [self._first + each for each in line.of]
        if len(rows) > 1 and rows == list(range(rows[0], rows[-1] + 1)):
            return f"=SUM({self._name(rows[0], place)}:{self._name(rows[-1], place)})"
        return "=" + "+".join(self._name(each, place) for each in rows)

    def _write_foot(self, row: int, head: FormHead) -> None:
        for note in self._form.notes:
            self._span(row, 0, 1, self._last + 1, note, "plain")
            row += 1
        middle = (self._last + 1) // 2
        wide = self._last + 1 - middle
        self._span(row + 1, middle, 1, wide, head.dated, "slanted")
        self._span(row + 2, 0, 1, middle, "Người làm báo cáo", "middle strong")
        signed_as = head.signed_as or ("Thủ trưởng đơn vị",)
        self._span(row + 2, middle, 1, wide, "\n".join(signed_as), "middle strong")
        self._sheet.set_row(row + 2, 16 * len(signed_as))
        self._span(row + 3, 0, 1, middle, "(Ký và ghi rõ họ tên)", "slanted")
        self._span(row + 3, middle, 1, wide, "(Ký tên, đóng dấu)", "slanted")
        self._span(row + 7, middle, 1, wide, head.signer, "middle strong")
        if head.seal:
            self._span(row + 9, 0, 1, self._last + 1, head.seal, "plain")

    def _span(self, row: int, column: int, rows: int, columns: int, words: str, look: str) -> None:
        """Words in one cell or in several together."""
        if rows == columns == 1:
            self._sheet.write_string(row, column, words, self._formats[look])
            return
        self._sheet.merge_range(
            row, column, row + rows - 1, column + columns - 1, words, self._formats[look]
        )  # fmt: skip
