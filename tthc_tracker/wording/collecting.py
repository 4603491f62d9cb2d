"""The words of results that wait and of results that were collected, on screen, in files and on paper."""

import datetime as dt
from typing import Any

from tthc_tracker.domain.handovers import CollectAuthority
from tthc_tracker.domain.lifecycle import ResultKind
from tthc_tracker.wording.formats import day
from tthc_tracker.wording.handovers import AUTHORITIES
from tthc_tracker.wording.lifecycle import RESULTS

TITLE = "Kết quả chờ trả"
SINCE = {0: "Tất cả", 5: "Từ 5 ngày", 15: "Từ 15 ngày", 30: "Từ 30 ngày"}
MY_DESK = "Quầy của tôi"
WAYS = {
    "": "Mọi cách nhận",
    "desk": "Người nộp đến nhận",
    "post": "Gửi qua bưu chính",
    "portal": "Trả trực tuyến",
}
OF_ITSELF = "Nhắc tự động"
DIGITISED = {"": "Không ghi", "yes": "Đã số hóa, lưu bản điện tử", "no": "Chưa số hóa"}
"""What may be said of the result when it is noted, and afterwards."""
RESULT_DIGITISED: dict[Any, str] = {True: "đã số hóa", False: "chưa số hóa", None: "chưa ghi số hóa"}
EMPTY = "Không có kết quả nào chờ trả trong khoảng này."


def result_words(kind: ResultKind | None, number: str, on: dt.date | None) -> str:
    """A result in a line: what it is, its number, its day."""
    parts = (RESULTS[kind] if kind else "", f"số {number}" if number else "", f"ngày {day(on)}" if on else "")
    return ", ".join(filter(None, parts))


def right_words(authority: CollectAuthority, number: str, on: dt.date | None) -> str:
    """By what right a result was collected, with its paper."""
    paper = " ".join(filter(None, (f"số {number}" if number else "", f"ngày {day(on)}" if on else "")))
    return AUTHORITIES[authority] + (f" ({paper})" if paper else "")


def waited_words(days: int) -> str:
    """Why somebody is reminded."""
    return f"Kết quả đã chờ nhận {days} ngày."
