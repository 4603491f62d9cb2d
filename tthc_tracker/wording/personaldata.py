"""Words about personal data: why it is looked at, and what the pages about it say."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.personaldata import Ground

_GROUNDS = {
    Ground.CONTACT: "Liên hệ người nộp",
    Ground.CHECK: "Đối chiếu giấy tờ",
    Ground.WORK: "Giải quyết hồ sơ",
    Ground.REQUEST: "Yêu cầu của chính người đó",
    Ground.COMPLAINT: "Giải quyết khiếu nại, tố cáo",
    Ground.INSPECTION: "Kiểm tra, thanh tra",
    Ground.OTHER: "Lý do khác",
}

PERSONAL_LABELS: dict[type[Enum], dict[Any, str]] = {Ground: _GROUNDS}

SHOWN = "Đang hiện đầy đủ số giấy tờ, điện thoại; lần xem này đã ghi vào nhật ký."
NOTHING_FOUND = "Không có hồ sơ nào của số này trong phạm vi của bạn."
FORGOTTEN = "Số đã tìm không còn được nhớ. Hãy nhập lại."
