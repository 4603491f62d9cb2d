"""The words of sources that are fetched from."""

import datetime as dt
import errno
from collections.abc import Mapping
from typing import Any, Protocol

from tthc_tracker.domain.feedpages import PageFault
from tthc_tracker.domain.feeds import DONE, REFUSED, ArrivalState, FeedKind
from tthc_tracker.wording.formats import ago, moment, number

KINDS = {FeedKind.FOLDER: "Thư mục trên máy chủ", FeedKind.HTTP: "Địa chỉ HTTP (hợp đồng của Cổng)"}
SHORT_KINDS = {FeedKind.FOLDER: "Thư mục", FeedKind.HTTP: "HTTP"}

PAGE_FAULTS = {
    PageFault.NO_JSON: "Câu trả lời không phải JSON trọn vẹn; không lấy gì của trang này.",
    PageFault.NO_PAGE: "Câu trả lời không đúng hợp đồng: thiếu items, next hoặc more.",
    PageFault.NO_DOSSIER: "Câu trả lời có mục không phải hồ sơ; không lấy gì của trang này.",
    PageFault.TOO_MANY: "Một trang trả lời có quá 2.000 hồ sơ; không lấy gì của trang này.",
    PageFault.BAD_CURSOR: "Câu trả lời có con trỏ next sai hoặc không tiến lên.",
}

ARRIVALS = {
    ArrivalState.SIGHTED: ("Chờ ghi xong", "info"),
    ArrivalState.TAKEN: ("Đang nạp", "info"),
    ArrivalState.DONE: ("Đã nạp", "ok"),
    ArrivalState.REFUSED: ("Bị từ chối", "danger"),
}
_FAULTS = {
    errno.ENOENT: "không có ở đó",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không có quyền",
    errno.ENOTDIR: "là liên kết hoặc không phải thư mục",
    errno.ELOOP: "là liên kết",
    errno.EROFS: "chỉ đọc được, không ghi được",
    errno.ENOSPC: "hết chỗ trên đĩa",
    errno.EDQUOT: "hết chỗ được dùng trên đĩa",
}

FETCHED = "Lấy tự động"
NO_ROOT = "Máy chủ chưa đặt thư mục gốc (TTHC_FEED_ROOT)."
NO_FOLDER = "Không mở được thư mục: {why}."
NO_MOVE = "Không chuyển được tệp đã xem vào thư mục done hoặc refused: {why}. Tệp không bị nạp lại."
NO_FILE = "Không đọc được tệp: {why}."
NO_PLAIN_FILE = "Không phải tệp thường (liên kết, ống hay thiết bị) nên không đọc."
NOT_HERE = "Máy chủ này chưa giữ được dữ liệu: {why}."
OLD_TIME = (
    "Thời điểm ghi của tệp quá một năm trước nên không biết dữ liệu tính đến lúc nào; hãy chép lại tệp."
)
TOO_LARGE = "Tệp lớn quá 4 GB."
STRANGE_NAME = "Bỏ qua {many} mục là liên kết hoặc có tên không đọc được."
UNREADABLE_CREDENTIAL = "Mã truy cập không mở được vì khoá của máy chủ đã đổi; hãy ghi lại."
NO_ROW = "Mọi dòng đều bị từ chối."
BROKEN_OFF = "Lần nạp bị bỏ dở."
PAGES = "{source} {at}.json"
REASON = ".ly-do.txt"
ERRORS = ".loi.csv"

NO_MINUTES = "Nhập số phút từ 5 đến 1.440."
SAVED = "Đã lưu. Lần chạy tới, trong vòng 15 giây, sẽ xem nguồn này."
ASKED = "Sẽ xem nguồn này ngay ở lần chạy tới, trong vòng 15 giây."
NOT_SET = "Nguồn này chưa được đặt lấy tự động, hoặc đang tắt."
ONLY_THE_WHOLE = (
    "Nguồn mang hồ sơ của mọi cơ quan, nên chỉ quản trị viên của cơ quan cao nhất đặt nơi lấy dữ liệu."
)
LOOKED_AT = f"Tệp đã xem được chuyển vào {DONE} hoặc {REFUSED} ngay bên cạnh, không bị xoá."
RUNNING, OFF, FAILING, SILENT, TAKING, NEW = (
    "Bình thường", "Đang tắt", "Lỗi", "Im lặng bất thường", "Đang nạp", "Chưa xem lần nào",
)  # fmt: skip


class Feed(Protocol):
    """How the fetching of a source stands."""

    @property
    def enabled(self) -> bool: ...
    @property
    def last_error(self) -> str: ...
    @property
    def silent_since(self) -> dt.datetime | None: ...
    @property
    def is_taking(self) -> bool: ...
    @property
    def last_ok_at(self) -> dt.datetime | None: ...
    @property
    def failures(self) -> int: ...
    @property
    def next_look_at(self) -> dt.datetime: ...


def standing(feed: Feed) -> tuple[str, str]:
    """How it stands, and in which tone that is said; the worst first."""
    said = (
        (not feed.enabled, OFF, "neutral"),
        (bool(feed.last_error), FAILING, "danger"),
        (feed.silent_since is not None, SILENT, "warn"),
        (feed.is_taking, TAKING, "info"),
        (feed.last_ok_at is None, NEW, "info"),
    )
    return next(((words, tone) for holds, words, tone in said if holds), (RUNNING, "ok"))


def next_look(feed: Feed, now: dt.datetime) -> str:
    """When it is looked at next."""
    if not feed.enabled:
        return "–"
    return moment(feed.next_look_at) if feed.next_look_at > now else "ngay khi rảnh"


def in_a_row(feed: Feed) -> str:
    """How often it has failed since it last did not."""
    return f"lỗi {number(feed.failures)} lần liên tiếp" if feed.failures > 1 else ""


def lag(as_of: dt.datetime | None, now: dt.datetime) -> str:
    """How far what is known lies behind."""
    return ago(as_of, now) if as_of else "chưa có"


def why(error: OSError) -> str:
    """What the machine says of a file or a folder."""
    return _FAULTS.get(error.errno or 0, error.strerror or type(error).__name__)


def came_to(counts: Mapping[str, Any]) -> str:
    """What became of the rows of something that came; '' while nothing has."""
    named = (("accepted", "mới"), ("updated", "cập nhật"), ("refused", "bị từ chối"))
    said = [f"{number(counts[name])} {words}" for name, words in named if counts.get(name)]
    return ", ".join(said) or ("không có gì mới" if counts.get("rows") else "")
