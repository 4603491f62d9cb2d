"""The words of letters that urge, and of their answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tthc_tracker.wording.formats import day

NO_SYMBOL = "Hãy ghi ký hiệu văn bản, ví dụ UBND-KSTT, nhiều nhất 40 ký tự."
WRONG_DAY = "Hạn giải trình phải sau hôm nay và không quá {days} ngày."
NO_SIGNER = "Hãy chọn người ký: thủ trưởng cơ quan hoặc người đang được giao ký thay."
NOBODY_SIGNS = "Cơ quan chưa có tài khoản thủ trưởng nào để ký. Hãy báo quản trị viên."
NOT_LATE = "Hồ sơ này không trễ hạn theo luật nên không đưa vào công văn đôn đốc."
ELSEWHERE = "Hồ sơ đã chuyển sang nơi khác. Hãy mở lại danh sách rồi chọn lại."
NO_NOTE = "Hãy ghi lý do chậm của hồ sơ."
NO_PROMISE = "Hãy ghi ngày cam kết có kết quả, từ hôm nay trở đi."
NO_CAUSE = "Hãy chọn nguyên nhân."
NONE_CHOSEN = "Hãy đánh dấu ít nhất một hồ sơ."
NOT_ISSUED = "Không có hồ sơ nào đưa vào được, nên chưa có công văn."
SUBJECT = "V/v đôn đốc giải quyết hồ sơ thủ tục hành chính quá hạn"


def facts_words(facts: Mapping[str, Any]) -> list[str]:
    """What an event says of a letter."""
    parts = []
    if letter := facts.get("letter"):
        parts.append(f"công văn số {letter}")
    if promised := facts.get("promised_on"):
        parts.append(f"cam kết có kết quả ngày {day(date.fromisoformat(promised))}")
    return parts
