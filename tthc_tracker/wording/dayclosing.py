"""The words of the close of a day."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.dayclosing import Mismatch
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotNow, RefusedUse, StaleVersion

MISMATCHES = {
    Mismatch.NO_PAPERS: "Tiếp nhận mà không ghi giấy tờ nào",
    Mismatch.NO_DUE_DATE: "Không có ngày hẹn trả",
    Mismatch.NOT_HANDED_OVER: "Nhận cho cơ quan khác, đã quá giờ chuyển mà chưa chuyển",
    Mismatch.NO_RESULT_NUMBER: "Có kết quả mà chưa ghi số văn bản",
    Mismatch.RETURNED_UNPAID: "Đã trả kết quả mà phí, lệ phí chưa nộp",
}

CLOSING_LABELS: dict[type[Enum], dict[Any, str]] = {Mismatch: MISMATCHES}


def refusal(error: RefusedUse) -> str:
    """Why one row of a batch was not carried out, and what to do."""
    match error:
        case InvalidInput():
            return error.message
        case StaleVersion():
            return "Người khác vừa sửa hồ sơ này. Hãy xem bản mới rồi bàn giao lại."
        case NotNow():
            return "Hồ sơ đã chuyển trạng thái, không bàn giao được nữa."
        case NotAllowed():
            return "Bạn không được chuyển hồ sơ này."
        case _:
            return "Không tìm thấy hồ sơ trong phạm vi của bạn."
