"""The words of the trail's check."""

import datetime as dt

from tthc_tracker.domain.trail import Kind
from tthc_tracker.wording.formats import day, number

FAULTS = {
    "changed": "dòng nhật ký bị sửa",
    "missing": "dòng nhật ký bị xoá",
    "added": "dòng nhật ký không thuộc mắt xích nào (bị chèn thêm)",
    "link_changed": "mắt xích bị sửa hoặc đổi chỗ",
    "link_missing": "thiếu mắt xích",
    "key_unknown": "thiếu khoá để kiểm tra",
    "head": "chuỗi không kết thúc ở chỗ đã ghi (đuôi bị cắt)",
    "seal_changed": "niêm phong bị sửa",
    "truncated": "chuỗi khác với niêm phong (bị cắt hoặc bị thay)",
}
KINDS = {
    Kind.EVENT: "hồ sơ {0}, sự kiện {1}",
    Kind.AUDIT: "nhật ký số {0}",
    Kind.PRIVATE: "phần riêng tư, hồ sơ {0}, sự kiện {1}",
}


def where(agency: str, link: int, place: int, kind: str, row: tuple[int, int], day: str) -> str:
    """The place of a fault, in words."""
    parts = [f"chuỗi {agency}"]
    if link:
        parts.append(f"mắt xích {link}")
    if place:
        parts.append(f"dòng {place}")
    if kind:
        parts.append(KINDS[Kind[kind.upper()]].format(*row))
    if day:
        parts.append(f"niêm phong ngày {day}")
    return ", ".join(parts)


def archived(year: int, at: dt.datetime, by: str, events: int, hashed: str, *, read: bool) -> str:
    """What is said of a year's history that lies in an archive. read: it was looked at there."""
    told = f"Năm {year}: {number(events)} sự kiện, cất vào kho ngày {day(at)}, người quyết định {by}"
    if read:
        return f"{told}; đã đối chiếu từng dòng trong kho."
    return f"{told}; không đọc được kho từ đây, còn giữ số lượng và mã băm {hashed}."
