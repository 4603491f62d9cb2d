"""Words for agencies that end and for what their heirs take over."""

import datetime as dt

from tthc_tracker.wording.formats import day

BY_ITSELF = "Chuyển khi cơ quan kết thúc"

NO_LAST_DAY = "Hãy nhập ngày làm việc cuối cùng (dd/mm/yyyy)."
BEFORE_FIRST_DAY = "Ngày cuối cùng trước ngày cơ quan bắt đầu hoạt động."
NO_DECISION = "Hãy ghi số và ngày của quyết định hoặc nghị quyết (nhiều nhất 200 ký tự)."
ITSELF = "Cơ quan không thể kế thừa chính nó. Hãy chọn cơ quan khác."


def no_agency(code: str) -> str:
    """An heir that nobody knows, or that is not the actor's."""
    if not code:
        return "Hãy chọn cơ quan nhận."
    return f"Không có cơ quan mã {code} trong phạm vi quản trị của bạn. Hãy chọn trong danh sách gợi ý."


def no_sector(code: str) -> str:
    """A sector that is not in the catalogue."""
    return f"Không có lĩnh vực mã {code} trong danh mục."


def not_working(name: str, since: dt.date) -> str:
    """An heir that does not work on the day it would take over."""
    return f"{name} không hoạt động vào ngày {day(since)}. Hãy chọn cơ quan đang hoạt động."


def reason_of(decision: str) -> str:
    """Why a dossier moved."""
    return f"Theo {decision}" if decision else "Cơ quan đã kết thúc hoạt động"
