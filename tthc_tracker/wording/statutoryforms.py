"""Biểu 06 in words: its thirteen columns over the rows of a table."""

import datetime as dt
from collections.abc import Sequence

from tthc_tracker.domain.performance import StatutoryRow
from tthc_tracker.domain.periods import Period, PeriodKind
from tthc_tracker.domain.statutorytable import Table
from tthc_tracker.wording.formats import day
from tthc_tracker.wording.formtables import FormColumn, FormHead, FormLine, FormTable, Rank
from tthc_tracker.wording.statistics import COLUMNS, GROUPINGS, MEMO, Column, period_name

FORM = "statutory_06"
COUNTED = "Đơn vị tính: số hồ sơ TTHC"
TOTAL = "Tổng cộng"
LEVEL_ROWS = "Lĩnh vực, công việc giải quyết theo cấp"
UNIT_ROWS = "Đơn vị"
EVERY_AGENCY = "Tất cả cơ quan"
UNFINISHED = "Kỳ báo cáo chưa kết thúc: số liệu tính đến {day}."
MOVES_COUNTED = "Chuyển đến, chuyển đi đếm lượt; danh sách có mỗi hồ sơ một dòng."
BROKEN = "Số liệu chưa cân đối: (3) khác (7) + (11)."

_RECEIVED, _RESOLVED, _OPEN = (
    "Số hồ sơ nhận giải quyết", "Số lượng hồ sơ đã giải quyết", "Số lượng hồ sơ đang giải quyết",
)  # fmt: skip
_ABOVE = {
    "received": (_RECEIVED,),
    "online": (_RECEIVED, "Trong kỳ"),
    "direct": (_RECEIVED, "Trong kỳ"),
    "carried": (_RECEIVED,),
    "resolved": (_RESOLVED,),
    "early": (_RESOLVED,),
    "on_time": (_RESOLVED,),
    "late": (_RESOLVED,),
    "open": (_OPEN,),
    "open_within": (_OPEN,),
    "open_overdue": (_OPEN,),
}
_WORDS = {"direct": "Trực tiếp, dịch vụ bưu chính", "carried": "Từ kỳ trước"}
# What each total of a line adds up, by the place of the columns: (3) = (4) + (5) + (6) and so on.
_SUMS = {"received": (3, 4, 5), "resolved": (7, 8, 9), "open": (11, 12)}
_FIRST = 2  # the place of column (3)


def columns(by: str) -> tuple[FormColumn, ...]:
    """The columns of the form over rows of that kind."""
    return (
        *_first(by),
        *(
            FormColumn(
                _WORDS.get(column.cell, column.head), column.number, _ABOVE[column.cell],
                sum_of=_SUMS.get(column.cell, ()), cell=column.cell,
            )
            for column in COLUMNS
        ),
    )  # fmt: skip


def _first(by: str) -> tuple[FormColumn, FormColumn]:
    rows = {"level": LEVEL_ROWS, "agency": UNIT_ROWS}.get(by) or GROUPINGS[by][1]
    return FormColumn("STT", "(1)", kind="place", width=5), FormColumn(rows, "(2)", kind="text", width=38)


def period_line(period: Period) -> str:
    """`Kỳ báo cáo: Quý III/2021 (Từ ngày 15/06/2021 đến ngày 14/09/2021)`."""
    days = f"Từ ngày {day(period.start)} đến ngày {day(period.end)}"
    if period.kind is PeriodKind.RANGE:
        return f"Kỳ báo cáo: {days}"
    return f"Kỳ báo cáo: {period_name(period)} ({days})"


def known_line(line: str, known_on: dt.date | None) -> str:
    """The line of the period, and by when what it counts had been recorded."""
    return line if known_on is None else f"{line}; {KNOWN.format(day=day(known_on))}"


KNOWN = "theo dữ liệu ghi nhận đến hết ngày {day}"


def form(table: Table, head: FormHead) -> FormTable:
    """The table as the form prints it."""
    notes = [UNFINISHED.format(day=day(table.as_of))] if table.as_of < table.end else []
    notes += [BROKEN] if table.faults else []
    name = f"bieu-06-{table.by}-{table.start.isoformat()}-{table.end.isoformat()}"
    return FormTable(name, head, COUNTED, columns(table.by), tuple(_lines(table, COLUMNS)), tuple(notes))


def memo(table: Table, head: FormHead) -> FormTable:
    """The columns that stand beside the form, over the same rows."""
    shown = (*_first(table.by), *(FormColumn(column.head, cell=column.cell) for column in MEMO))
    return FormTable("", head, COUNTED, shown, tuple(_lines(table, MEMO)), (MOVES_COUNTED,))


def _lines(table: Table, counted: Sequence[Column]) -> list[FormLine]:
    lines: list[FormLine] = []
    summed: list[int] = []
    for group in table.groups:
        first = len(lines) + bool(group.letter)
        of = tuple(range(first, first + len(group.rows)))
        if group.letter:
            summed.append(len(lines))
            lines.append(
                FormLine(
                    _cells(group.letter, group.label, group.sum, counted),
                    Rank.GROUP,
                    of,
                    group.key,
                    group.key,
                )
            )
        else:
            summed += of
        lines += [
            FormLine(_cells(place, each.label, each.row, counted), key=each.key, group=group.key)
            for place, each in enumerate(group.rows, 1)
        ]
    lines.append(FormLine(_cells("", TOTAL, table.total, counted), Rank.TOTAL, tuple(summed)))
    return lines


def _cells(
    place: str | int, label: str, row: StatutoryRow, counted: Sequence[Column]
) -> tuple[str | int, ...]:
    return (str(place), label, *(getattr(row, column.cell) for column in counted))
