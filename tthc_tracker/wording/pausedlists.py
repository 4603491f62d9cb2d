"""The words and the columns of the list of open pauses."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from tthc_tracker.domain.pauses import PausePolicy
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.wording.columns import Column, Columns, See, dated, from_day
from tthc_tracker.wording.formats import moment, number
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.pausing import FLAGS, until
from tthc_tracker.wording.promiseddates import lawful_where_another

TITLE = "Hồ sơ tạm dừng"
EMPTY = "Không có hồ sơ nào đang tạm dừng khớp bộ lọc."
EVERY = "Tất cả"
TABS = {
    "": EVERY,
    "expired": "Quá hạn trả lời",
    "long": "Trên 30 ngày",
    "last_day": "Dừng vào ngày hẹn trả",
    "asked_late": "Yêu cầu bổ sung muộn",
    "again": "Yêu cầu lần nữa",
}


class PausedLine(Protocol):
    """What a row of the list has to give."""

    code: str
    reason: PauseReason
    policy: PausePolicy
    note: str
    asked_of: str
    started_at: dt.datetime
    expires_at: dt.datetime | None
    due_at: dt.datetime | None
    holds: bool
    mirrored: bool

    def flags(self, now: dt.datetime) -> Sequence[str]: ...


def _flags(row: PausedLine, see: See) -> str:
    return ", ".join(FLAGS[flag] for flag in row.flags(see.now)).capitalize()


def _clock(row: PausedLine, _see: See) -> str:
    if row.mirrored:
        return "theo nguồn, không đổi ngày hẹn"
    if row.holds:
        return label(row.policy)
    return "Thời hạn vẫn chạy" if row.policy is PausePolicy.RUNS else "Dừng khi đã quá hạn: không được tính"


def _length(row: PausedLine, see: See) -> str:
    return number((see.today - row.started_at.date()).days)


def _until(row: PausedLine, _see: See) -> str:
    return until(row.expires_at)


def _why(row: PausedLine, _see: See) -> str:
    return f"{label(row.reason)}: {row.asked_of}" if row.asked_of else label(row.reason)


def _columns() -> Columns:
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or "Chưa phân công")
    unit = Column("unit", "Phòng, đơn vị", lambda row, _: row.unit or "")
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    note = Column("note", "Nội dung chờ", lambda row, _: row.note, "long")
    by = Column("by", "Người ghi", lambda row, _: row.by or "")
    clock = Column("clock", "Cách tính thời hạn", _clock)
    source = Column("source", "Nguồn", lambda row, _: row.source)
    source_as_of = dated(
        "source_as_of", "Dữ liệu nguồn lúc", lambda row: row.source_as_of if row.mirrored else None,
        quiet=lambda row, _: f"dữ liệu lúc {moment(row.source_as_of)}" if row.mirrored else "",
    )  # fmt: skip
    due = dated(
        "due", "Hẹn trả đang lưu", lambda row: row.due_at, quiet=from_day("hẹn trả", lambda row: row.due_at)
    )
    lawful = lawful_where_another(lambda row: row.due_at)
    days = Column(
        "days", "Số ngày tạm dừng", _length, "num", quiet=lambda row, see: f"{_length(row, see)} ngày"
    )
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column(
            "procedure", "Thủ tục", lambda row, _: row.procedure, "long",
            parts=(procedure_code, source, source_as_of),
        ),
        procedure_code,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency, parts=(officer, unit)),
        agency_code, officer, unit,
        Column("why", "Lý do", _why, "long", parts=(note, by)),
        note, by,
        # The order is that of the index (ix_pause_open): the longest paused first.
        dated("since", "Tạm dừng từ", lambda row: row.started_at, parts=(days,)),
        days,
        Column("until", "Hạn trả lời", _until, parts=(due, lawful)),
        due, lawful, clock,
        Column("flags", "Cần xem", _flags, parts=(clock,)),
        source, source_as_of,
    )  # fmt: skip
    unasked = ("code", "procedure", "owner", "agency", "why", "since", "until", "flags")
    return Columns("paused", TITLE, "tam-dung", every, unasked)


COLUMNS = _columns()
