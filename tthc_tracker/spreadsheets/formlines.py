"""A form as CSV: the heads of each column in one line, then its lines with plain numbers."""

from collections.abc import Iterator

from tthc_tracker.spreadsheets import csvtext
from tthc_tracker.wording.formtables import FormColumn, FormTable


def lines(form: FormTable) -> Iterator[str]:
    """The file, line by line."""
    return csvtext.lines([head(column) for column in form.columns], [line.cells for line in form.lines])


def head(column: FormColumn) -> str:
    """`Số hồ sơ nhận giải quyết, Trong kỳ, Trực tuyến`."""
    return ", ".join((*column.above, column.words))
