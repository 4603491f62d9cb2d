"""A list as an Excel workbook: typed cells, the head frozen and filtered, nothing that becomes a formula."""

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from tthc_tracker.wording.columns import Column, See

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575  # of a sheet, its head aside
_LONGEST_CELL = 32_767
_SHOWN = {
    ord(mark): None for mark in ". \u00a0đ"
}  # how people read 1.234 and 20.000 đ: a cell shows it its own way
_WIDTHS = {"long": 60, "text": 28, "mark": 22, "code": 26, "date": 18, "num": 10}


def write(
    target: Path | IO[bytes], title: str, columns: Sequence[Column], rows: Iterable[Any], see: See
) -> int:
    """Write the workbook; how many rows it holds. A row costs a row of memory: the rest lies in a file.

    Dates are cells to reckon with, shown as on the screen; numbers are numbers; everything else, codes above
    all, is text and stays it.
    """
    import xlsxwriter

    with tempfile.TemporaryDirectory(prefix="tthc-xlsx-") as folder:
        options = {"constant_memory": True, "tmpdir": folder, "in_memory": False}
        where = target if not isinstance(target, Path) else str(target)
        book = xlsxwriter.Workbook(where, options)
        sheet = book.add_worksheet(title[:31])
        dates = book.add_format({"num_format": "hh:mm dd/mm/yyyy"})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _WIDTHS[column.kind])
            sheet.write_string(0, place, column.head, head)
        sheet.freeze_panes(1, 1)
        writers = [_writer(sheet, column, see, dates) for column in columns]
        line = 0
        for line, row in enumerate(rows, start=1):
            for place, put in enumerate(writers):
                put(line, place, row)
        sheet.autofilter(0, 0, max(line, 1), len(columns) - 1)
        book.close()
    return line


def _writer(sheet: Any, column: Column, see: See, dates: Any) -> Callable[[int, int, Any], None]:
    """How a column's cells are put."""
    text = column.text

    def put_text(line: int, place: int, row: Any) -> None:
        if words := text(row, see):
            sheet.write_string(line, place, words[:_LONGEST_CELL])

    def put_number(line: int, place: int, row: Any) -> None:
        if words := text(row, see):
            sheet.write_number(line, place, int(words.translate(_SHOWN)))

    def put_date(line: int, place: int, row: Any) -> None:
        if (at := column.at and column.at(row)) is not None:
            sheet.write_datetime(line, place, _naive(at), dates)

    return {"date": put_date, "num": put_number}.get(column.kind, put_text)


def _naive(moment: dt.datetime) -> dt.datetime:
    """As the clock on the wall showed it: workbooks know no offsets."""
    return moment.replace(tzinfo=None, second=0, microsecond=0)
