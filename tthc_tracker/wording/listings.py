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


WORDS = {
    "overdue": ListWords(
        title="Hồ sơ quá hạn",
        empty="Không có hồ sơ quá hạn nào khớp bộ lọc.",
        started="Tiếp nhận",
        deadline="Hẹn trả",
        organisation="Nơi giải quyết",
        file_name="qua-han",
    ),
    "late_reception": ListWords(
        title="Chậm tiếp nhận",
        empty="Không có hồ sơ trực tuyến nào chậm tiếp nhận.",
        started="Nộp lúc",
        deadline="Hạn tiếp nhận",
        organisation="Nơi tiếp nhận",
        file_name="cham-tiep-nhan",
    ),
    "due_soon": ListWords(
        title="Sắp đến hạn",
        empty="Không có hồ sơ nào sắp đến hạn.",
        started="Tiếp nhận",
        deadline="Hẹn trả",
        organisation="Nơi giải quyết",
        file_name="sap-den-han",
    ),
}

CSV_HEADER = (
    "Mã hồ sơ", "Mã thủ tục", "Thủ tục", "Chủ hồ sơ", "Mã cơ quan", "Cơ quan", "Phòng, đơn vị",
    "Cán bộ thụ lý", "Bắt đầu tính", "Hạn", "Số ngày trễ", "Giữ hồ sơ từ", "Cảnh báo", "Nguồn",
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
    source_as_of: dt.datetime | None

    def days_late(self, today: dt.date) -> int: ...


def csv_cells(row: ListedRow, now: dt.datetime) -> list[str]:
    """A row as the cells of CSV_HEADER."""
    return [
        row.code, row.procedure_code, row.procedure, row.owner, row.agency_code, row.agency, row.unit or "",
        row.officer or "", moment(row.started_at), moment(row.due_at), str(row.days_late(now.date())),
        moment(row.held_since) if row.held_since else "", ALERT_STATES[row.alert], row.source,
        moment(row.source_as_of) if row.source_as_of else "",
    ]  # fmt: skip
