"""The words and the columns of the list of field reports."""

import datetime as dt
from decimal import Decimal
from typing import Any

from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.wording.columns import Column, Columns, See, dated
from tthc_tracker.wording.fieldreports import SATISFIED, TITLE, how_late
from tthc_tracker.wording.formats import amount
from tthc_tracker.wording.labels import label

TABS = {
    "open": "Chưa trả lời",
    "soon": "Sắp đến hạn",
    "overdue": "Quá hạn",
    "answered": "Đã trả lời",
    "all": "Tất cả",
}
EMPTY = {
    "open": "Không có phản ánh nào chưa trả lời khớp bộ lọc.",
    "soon": "Không có phản ánh nào sắp đến hạn.",
    "overdue": "Không có phản ánh nào quá hạn.",
    "answered": "Chưa có phản ánh nào đã trả lời khớp bộ lọc.",
    "all": "Không có phản ánh nào khớp bộ lọc.",
}
LEAD = "hạn trả lời theo loại; chuyển cơ quan khác không đổi hạn"
_CLOCKS = {
    "on_time": "Trả lời đúng hạn",
    "late": "Trả lời quá hạn",
    "due_soon": "Sắp đến hạn",
    "on_track": "Trong hạn",
}


def limit(how_much: Decimal, unit: LimitUnit) -> str:
    """A limit: `3 ngày làm việc`."""
    return f"{amount(how_much)} {label(unit)}"


def kind_with_limit(name: str, how_much: Decimal, unit: LimitUnit) -> str:
    """A kind as a form offers it."""
    return f"{name} – {limit(how_much, unit)}"


def clock(row: Any, see: See) -> str:
    """Where the clock of a line stands, in words."""
    return clock_words(row.standing, row.late_from, see.now)


def clock_words(standing: str, late_from: dt.datetime, now: dt.datetime) -> str:
    """Where the clock of a report stands, in words."""
    return how_late(late_from, now).capitalize() if standing == "overdue" else _CLOCKS[standing]


def _contact(row: Any, _see: See) -> str:
    return " · ".join(filter(None, (row.contact.name, row.contact.phone, row.contact.email)))


def _columns() -> Columns:
    words = Column("words", "Nội dung", lambda row, _: row.words, "long", quiet=lambda row, _: row.words[:90])
    receiving = Column(
        "receiving", "Nơi tiếp nhận", lambda row, _: row.receiving,
        quiet=lambda row, _: "" if row.receiving == row.handling else f"{row.receiving} chuyển",
    )  # fmt: skip
    handling_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.handling_code, "code")
    state = Column("state", "Bước", lambda row, _: label(row.state))
    contact = Column("contact", "Người phản ánh", _contact)
    photo = Column("photo", "Ảnh", lambda row, _: "có ảnh" if row.has_photo else "")
    published = Column("published", "Công khai", lambda row, _: "đã công khai" if row.published else "")
    satisfied = Column(
        "satisfied", "Hài lòng", lambda row, _: SATISFIED[row.satisfied] if row.answered_at else "",
    )  # fmt: skip
    every = (
        Column("code", "Mã phản ánh", lambda row, _: row.code, "code", parts=(photo,)),
        Column("kind", "Loại", lambda row, _: row.kind),
        Column("place", "Nơi xảy ra", lambda row, _: row.place, "long", parts=(words,)),
        words,
        Column("agency", "Cơ quan xử lý", lambda row, _: row.handling, parts=(receiving,)),
        receiving, handling_code,
        dated("received", "Nhận lúc", lambda row: row.received_at),
        dated("due", "Hạn trả lời", lambda row: row.due_at),
        Column("clock", "Thời hạn", clock, "mark", badge=lambda row: row.standing, parts=(state,)),
        state,
        dated("answered", "Trả lời lúc", lambda row: row.answered_at, parts=(published, satisfied)),
        published, satisfied, contact, photo,
    )  # fmt: skip
    unasked = ("code", "kind", "place", "agency", "received", "due", "clock")
    return Columns("field_reports", TITLE, "phan-anh", every, unasked)


COLUMNS = _columns()
