"""The words and the columns of the list of conclusions of sessions."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from tthc_tracker.domain.conclusions import Progress
from tthc_tracker.domain.periods import parse_period
from tthc_tracker.wording.columns import Column, Columns, See
from tthc_tracker.wording.formats import day
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.statistics import period_name

TITLE = "Kết luận phiên họp"
TABS = {
    "open": "Đang thực hiện",
    "overdue": "Quá hạn",
    "done": "Đã xong",
    "all": "Tất cả",
}
EMPTY = {
    "open": "Không có kết luận nào đang thực hiện khớp bộ lọc.",
    "overdue": "Không có kết luận nào quá hạn.",
    "done": "Chưa có kết luận nào đã xong khớp bộ lọc.",
    "all": "Chưa có kết luận nào khớp bộ lọc. Kết luận được ghi ở trang Phiên họp của từng kỳ.",
}
LEAD = "kết luận của mọi phiên họp, theo dõi như hồ sơ; hạn gần nhất xếp trước"
_STANDINGS = {
    Progress.OPEN: "on_track",
    Progress.DUE_SOON: "due_soon",
    Progress.OVERDUE: "overdue",
    Progress.DONE: "on_time",
    Progress.DONE_LATE: "late",
}


def quarter_name(key: str) -> str:
    """The quarter of a session, by its key."""
    found = parse_period(key)
    return period_name(found) if found else key


def _on(key: str, head: str, which: Callable[[Any], dt.date | None], **more: Any) -> Column:
    def text(row: Any, _see: See) -> str:
        found = which(row)
        return day(found) if found else ""

    return Column(key, head, text, "date", **more)


def _first_due(row: Any, _see: See) -> str:
    return f"ban đầu {day(row.first_due_on)}" if row.first_due_on != row.due_on else ""


def _columns() -> Columns:
    held = _on("held", "Ngày họp", lambda row: row.held_on)
    quarter = Column("quarter", "Phiên họp", lambda row, _: quarter_name(row.period_key))
    duty = Column("duty", "Phụ trách", lambda row, _: row.duty)
    owner_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.owner_code, "code")
    first = _on("first_due", "Hạn ban đầu", lambda row: row.first_due_on, quiet=_first_due)
    result = Column("result", "Kết quả", lambda row, _: row.done_note, "long")
    every = (
        Column("number", "Số", lambda row, _: row.code, "code"),
        Column("words", "Kết luận", lambda row, _: row.words, "long", parts=(quarter,)),
        quarter, held,
        Column("concluded", "Nơi kết luận", lambda row, _: row.agency),
        Column("agency", "Cơ quan thực hiện", lambda row, _: row.owner, parts=(duty,)),
        owner_code, duty,
        _on("due", "Hạn", lambda row: row.due_on, parts=(first,)),
        first,
        Column(
            "progress", "Tình trạng", lambda row, _: label(row.progress), "mark",
            badge=lambda row: _STANDINGS[row.progress],
        ),
        _on("done", "Xong ngày", lambda row: row.done_on, parts=(result,)),
        result,
    )  # fmt: skip
    unasked = ("number", "words", "agency", "due", "progress", "done")
    return Columns("conclusions", TITLE, "ket-luan", every, unasked)


COLUMNS = _columns()
