"""Dates in fields: how they are typed, and what is said when they cannot be read."""

from datetime import date, datetime

from tthc_tracker.wording.formats import clock_time, day

DAY_TYPED = "ngày/tháng/năm"
MOMENT_TYPED = "ngày/tháng/năm giờ:phút"
NO_DAY = "Ngày không đọc được. Hãy ghi ngày/tháng/năm, ví dụ 05/09/1990."
NO_MOMENT = "Thời điểm không đọc được. Hãy ghi ngày/tháng/năm và giờ:phút, ví dụ 05/09/2026 08:30."


def typed_day(value: date | None) -> str:
    """`23/11/2026`; nothing is an empty field."""
    return day(value) if value else ""


def typed_moment(value: datetime | None) -> str:
    """`23/11/2026 14:05`, local, as it is typed; nothing is an empty field."""
    return f"{day(value)} {clock_time(value)}" if value else ""
