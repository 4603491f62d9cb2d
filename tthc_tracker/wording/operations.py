"""The words of the page for administrators: what is checked, and the facts of an installation."""

import datetime as dt
from math import isinf

from tthc_tracker.wording.formats import ago
from tthc_tracker.wording.jobs import seconds

CHECKS = {
    "database": "Kết nối cơ sở dữ liệu",
    "schema": "Lược đồ đúng phiên bản",
    "write": "Ghi được",
    "disk": "Còn chỗ trên đĩa",
    "restored": "Không phải bản sao chờ khôi phục",
}

FACTS = {
    "version": "Phiên bản",
    "database": "Cơ sở dữ liệu",
    "standby": "Máy chủ dự phòng (chỉ đọc)",
    "schema": "Lược đồ",
    "mail": "Thư đi",
    "backup": "Bản sao lưu mới nhất",
}
NONE = "chưa có"
MAIL_BY_SERVER = "qua máy chủ thư"
BACKUP_ELSEWHERE = "do công cụ của PostgreSQL đảm nhiệm"
BACKUP_LATE = dt.timedelta(hours=26)


def backup_age(made: dt.datetime | None, now: dt.datetime, name: str, embedded: bool) -> tuple[str, str]:
    """When the last backup was made, and its file; says so when that is too long ago."""
    if not embedded:
        return BACKUP_ELSEWHERE, ""
    if made is None:
        return (NONE, name)
    late = " – quá 26 giờ" if now - made > BACKUP_LATE else ""
    return f"{ago(made, now)}{late}", name


def standby(behind: float, fault: str, is_read: bool) -> tuple[str, str]:
    """Whether pages are read from the standby, and how it stands. behind: seconds, infinite where unknown."""
    if fault:
        return "không kết nối được", f"Trang đang được đọc từ cơ sở dữ liệu chính ({fault})."
    if isinf(behind):
        said = "chưa theo kịp, chưa rõ chậm bao lâu"
    elif behind < 1:
        said = "theo kịp"
    else:
        said = f"chậm {seconds(behind)}"
    return said, "Trang đang được đọc từ đây." if is_read else "Trang đang được đọc từ cơ sở dữ liệu chính."
