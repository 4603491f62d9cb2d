"""The words of the conclusions of a session."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.conclusions import Progress

PROGRESS = {
    Progress.OPEN: "Đang thực hiện",
    Progress.DUE_SOON: "Sắp đến hạn",
    Progress.OVERDUE: "Quá hạn",
    Progress.DONE: "Xong đúng hạn",
    Progress.DONE_LATE: "Xong, quá hạn",
}
CONCLUSION_LABELS: dict[type[Enum], dict[Any, str]] = {Progress: PROGRESS}
LOOKS = {
    Progress.OPEN: ("waiting", "info"),
    Progress.DUE_SOON: ("due-soon", "warn"),
    Progress.OVERDUE: ("overdue", "danger"),
    Progress.DONE: ("done", "ok"),
    Progress.DONE_LATE: ("late", "danger"),
}

NO_WORDS = "Hãy ghi nội dung kết luận."
NO_OWNER = "Hãy chọn cơ quan thực hiện trong phạm vi của bạn."
NO_DAY = "Hạn thực hiện phải sau ngày họp."
NOT_HELD = "Ngày họp không thể ở tương lai."
NO_RESULT = "Hãy ghi kết quả: đã làm gì, văn bản nào."
DONE_AHEAD = "Ngày xong phải từ ngày họp đến hôm nay."
DONE_ALREADY = "Kết luận này đã xong."
NO_REASON = "Hãy ghi vì sao đổi hạn."
NOTED = "Đã ghi kết luận phiên họp."
ENDED = "Đã ghi kết quả thực hiện."
MOVED = "Đã đổi hạn; hạn ban đầu vẫn được giữ."
