"""The words of outages of other systems."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.outages import OutsideSystem

SYSTEMS = {
    OutsideSystem.CIVIL_STATUS: "Phần mềm hộ tịch dùng chung",
    OutsideSystem.VNEID: "VNeID, định danh điện tử",
    OutsideSystem.PORTAL: "Cổng dịch vụ công",
    OutsideSystem.PAYMENT: "Cổng thanh toán",
    OutsideSystem.LAND: "Phần mềm đất đai",
    OutsideSystem.OTHER: "Hệ thống khác",
}
OUTAGE_LABELS: dict[type[Enum], dict[Any, str]] = {OutsideSystem: SYSTEMS}
