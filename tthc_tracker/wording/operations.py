"""The words of the page for administrators: what is checked, and the facts of an installation."""

import datetime as dt

from tthc_tracker.wording.formats import ago

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
