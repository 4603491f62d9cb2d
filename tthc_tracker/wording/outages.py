"""The words of outages of other systems."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.outages import OutsideSystem
from tthc_tracker.wording.formats import number

SYSTEMS = {
    OutsideSystem.CIVIL_STATUS: "Phần mềm hộ tịch dùng chung",
    OutsideSystem.VNEID: "VNeID, định danh điện tử",
    OutsideSystem.PORTAL: "Cổng dịch vụ công",
    OutsideSystem.PAYMENT: "Cổng thanh toán",
    OutsideSystem.LAND: "Phần mềm đất đai",
    OutsideSystem.OTHER: "Hệ thống khác",
}
OUTAGE_LABELS: dict[type[Enum], dict[Any, str]] = {OutsideSystem: SYSTEMS}

EVERY_SECTOR = "Mọi lĩnh vực"
NOTED = "Đã ghi sự cố. Hồ sơ tiếp nhận trong thời gian này nằm trong danh sách cần nhập lại."
ENDED = "Đã ghi thời điểm hết sự cố."
REUSED = "Biểu mẫu này đã gửi với nội dung khác. Hãy mở lại trang rồi ghi lại."


def entered(done: int, refused: int) -> str:
    """What became of the rows that were ticked."""
    more = f" {number(refused)} hồ sơ chưa đánh dấu được: không thuộc phạm vi của bạn." if refused else ""
    return f"Đã đánh dấu {number(done)} hồ sơ đã nhập lại.{more}"
