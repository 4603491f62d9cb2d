"""Sources that are fetched from: where that may be, when to look again, when one is silent for too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.webhooks import Allowed, checked_url
from tthc_tracker.domain.workcalendar import WorkCalendar

EVERY = (5, 1440)
"""Minutes between two looks, at least and at most."""
DONE, REFUSED = "done", "refused"
"""The folders beside, into which what was looked at is moved."""
SETTLED_AFTER = timedelta(seconds=30)
"""How long a file keeps its size and its time before it is whole."""
LONGEST_PLACE = 300
LONGEST_TOKEN = 500
OLDEST = timedelta(days=366)
"""Whose time lies further back was written by nobody knows when: its data cannot be dated by it."""
REMEMBERED = 21
"""How many arrivals say what is usual."""

_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=6)
_FEWEST_GAPS = 5
_UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".crdownload")


class FeedKind(StrEnum):
    """Where a source is fetched from."""

    FOLDER = "folder"  # a ministry system's export, laid down in a folder of the server
    HTTP = "http"  # an address that speaks the portal's contract


class ArrivalState(StrEnum):
    """Where a file, or a stretch of pages, stands."""

    SIGHTED = "sighted"  # lies in the folder; whether it is whole, the next look will tell
    TAKEN = "taken"  # kept here, and being written
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as it lies in a folder."""

    name: str
    size: int
    mtime_ns: int

    @property
    def turn(self) -> tuple[int, str]:
        """What files are taken in the order of: the oldest first."""
        return self.mtime_ns, self.name


def wait_after(failures: int) -> timedelta:
    """How long to wait after that many failures in a row, at least one: doubled each time, to six hours."""
    return min(_FIRST_WAIT * (1 << min(failures - 1, 10)), _LONGEST_WAIT)


def is_unfinished(name: str) -> bool:
    """Whether a name says that its file is still being written (`.part` and its like, hidden names)."""
    return name.startswith((".", "~$")) or name.lower().endswith(_UNFINISHED)


def checked_folder(text: str) -> str:
    """A folder below the root of feeds, as `a/b`.

    Raises:
        InvalidInput: `place`, with what is wrong.
    """
    parts = [part for part in text.strip().split("/") if part]
    if text.strip().startswith("/") or "\\" in text or not parts or len(text) > LONGEST_PLACE:
        raise InvalidInput(
            "place", "Hãy ghi thư mục con của thư mục gốc (TTHC_FEED_ROOT), ví dụ bo-tu-phap/ho-tich."
        )
    if any(part.startswith(".") or not part.isprintable() for part in parts):
        raise InvalidInput("place", "Tên thư mục không bắt đầu bằng dấu chấm và không có ký tự lạ.")
    if parts[-1] in {DONE, REFUSED}:
        raise InvalidInput("place", f"Thư mục {DONE} và {REFUSED} dành cho tệp đã xem.")
    return "/".join(parts)


def checked_address(text: str, allowed: Allowed) -> str:
    """An address of the contract that may be called, by the same terms as webhooks (decision 0052).

    Raises:
        InvalidInput: `place`, with what is wrong.
    """
    try:
        url = checked_url(text, allowed)
    except InvalidInput as error:
        raise InvalidInput("place", error.message) from None
    if "?" in url:
        raise InvalidInput("place", "Địa chỉ không có phần sau dấu ?; mã truy cập ghi ở ô riêng.")
    return url


def origin_of(url: str) -> str:
    """Scheme, host and port: where a token goes."""
    return "/".join(url.split("/", 3)[:3]).lower()


def silent_from(
    news: Sequence[datetime], calendar: WorkCalendar, *, share: int, least_hours: int
) -> datetime | None:
    """From when a source is silent for longer than usual; None while too little is known of it.

    news: when it brought something new, oldest first. Usual is the median of the working time between those,
    so that no week-end cries; allowed is `share` percent of that, and `least_hours` working hours at least.
    """
    gaps = [calendar.working_minutes_between(one, other) for one, other in pairwise(news)]
    if len(gaps) < _FEWEST_GAPS:
        return None
    return calendar.add(news[-1], max(least_hours * 60, int(median(gaps) * share) // 100))
