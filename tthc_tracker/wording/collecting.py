"""The words of results that wait and of results that were collected, on screen, in files and on paper."""

import datetime as dt
from typing import Protocol

from tthc_tracker.domain.handovers import CollectAuthority
from tthc_tracker.domain.lifecycle import ResultKind
from tthc_tracker.wording.formats import day, moment
from tthc_tracker.wording.handovers import AUTHORITIES
from tthc_tracker.wording.lifecycle import RESULTS

TITLE = "Kết quả chờ trả"
SINCE = {0: "Tất cả", 5: "Từ 5 ngày", 15: "Từ 15 ngày", 30: "Từ 30 ngày"}
EMPTY = "Không có kết quả nào chờ trả trong khoảng này."

CSV_HEADER = (
    "Mã hồ sơ", "Mã thủ tục", "Thủ tục", "Chủ hồ sơ", "Mã nơi trả", "Nơi trả kết quả", "Có kết quả từ",
    "Số ngày chờ", "Kết quả", "Số văn bản", "Có thư điện tử", "Nhắc gần nhất",
)  # fmt: skip


class Waiting(Protocol):
    """What a row of the list has to give."""

    code: str
    procedure_code: str
    procedure: str
    owner: str
    agency_code: str
    agency: str
    since: dt.datetime
    result_kind: ResultKind | None
    result_number: str | None
    reachable: bool
    reminded_at: dt.datetime | None

    def days(self, today: dt.date) -> int: ...


def csv_cells(row: Waiting, today: dt.date) -> list[str]:
    """A row as the cells of `CSV_HEADER`."""
    return [
        row.code, row.procedure_code, row.procedure, row.owner, row.agency_code, row.agency,
        moment(row.since), str(row.days(today)), result_words(row.result_kind, "", None),
        row.result_number or "", "có" if row.reachable else "không",
        moment(row.reminded_at) if row.reminded_at else "",
    ]  # fmt: skip


def result_words(kind: ResultKind | None, number: str, on: dt.date | None) -> str:
    """A result in a line: what it is, its number, its day."""
    parts = (RESULTS[kind] if kind else "", f"số {number}" if number else "", f"ngày {day(on)}" if on else "")
    return ", ".join(filter(None, parts))


def right_words(authority: CollectAuthority, number: str, on: dt.date | None) -> str:
    """By what right a result was collected, with its paper."""
    paper = " ".join(filter(None, (f"số {number}" if number else "", f"ngày {day(on)}" if on else "")))
    return AUTHORITIES[authority] + (f" ({paper})" if paper else "")
