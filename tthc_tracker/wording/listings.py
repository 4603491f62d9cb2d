"""The words of the supervisor's lists and of their files."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from tthc_tracker.wording.formats import moment


@dataclass(frozen=True)
class ListWords:
    """What one list is called and says."""

    title: str
    empty: str
    started: str  # what `started_at` is
    deadline: str  # what `due_at` is
    organisation: str
    file_name: str
    days: str  # what the number of days in a file counts


WORDS = {
    "overdue": ListWords(
        title="Hồ sơ quá hạn",
        empty="Không có hồ sơ quá hạn nào khớp bộ lọc.",
        started="Tiếp nhận",
        deadline="Hẹn trả",
        organisation="Nơi giải quyết",
        file_name="qua-han",
        days="Số ngày trễ",
    ),
    "late_reception": ListWords(
        title="Chậm tiếp nhận",
        empty="Không có hồ sơ trực tuyến nào chậm tiếp nhận.",
        started="Nộp lúc",
        deadline="Hạn tiếp nhận",
        organisation="Nơi tiếp nhận",
        file_name="cham-tiep-nhan",
        days="Số ngày trễ",
    ),
    "due_soon": ListWords(
        title="Sắp đến hạn",
        empty="Không có hồ sơ nào sắp đến hạn.",
        started="Tiếp nhận",
        deadline="Hẹn trả",
        organisation="Nơi giải quyết",
        file_name="sap-den-han",
        days="Số ngày còn lại",
    ),
}


def csv_header(which: str) -> tuple[str, ...]:
    """The heads of the columns of a list's file."""
    words = WORDS[which]
    return (
        "Mã hồ sơ", "Mã thủ tục", "Thủ tục", "Chủ hồ sơ", "Mã cơ quan", words.organisation, "Phòng, đơn vị",
        "Cán bộ thụ lý", words.started, words.deadline, words.days, "Giữ hồ sơ từ", "Cảnh báo", "Nguồn",
        "Dữ liệu nguồn lúc",
    )  # fmt: skip


ALERT_STATES = {"open": "Chưa phản hồi", "acknowledged": "Đã phản hồi", None: ""}


class ListedRow(Protocol):
    """What a row of a list has to give."""

    code: str
    procedure_code: str
    procedure: str
    owner: str
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    started_at: dt.datetime
    due_at: dt.datetime
    held_since: dt.datetime | None
    alert: str | None
    source: str
    mirrored: bool
    source_as_of: dt.datetime | None

    def days_late(self, today: dt.date) -> int: ...


def csv_cells(which: str, row: ListedRow, now: dt.datetime) -> list[str]:
    """A row as the cells of `csv_header`."""
    late = row.days_late(now.date())
    return [
        row.code, row.procedure_code, row.procedure, row.owner, row.agency_code, row.agency, row.unit or "",
        row.officer or "", moment(row.started_at), moment(row.due_at),
        str(-late if which == "due_soon" else late),
        moment(row.held_since) if row.held_since else "", ALERT_STATES[row.alert], row.source,
        moment(row.source_as_of) if row.mirrored and row.source_as_of else "",
    ]  # fmt: skip
