"""The words of alerts: what each rule says, how bad it is, how many there are and how late."""

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.wording.formats import number
from tthc_tracker.wording.online import past

RULES = {
    Rule.RECEPTION_DUE_SOON: "Sắp quá hạn tiếp nhận",
    Rule.LATE_RECEPTION: "Chậm tiếp nhận",
    Rule.LATE_HANDOVER: "Chậm chuyển hồ sơ",
    Rule.DUE_SOON: "Sắp đến hạn",
    Rule.APOLOGY_DUE: "Chờ ký văn bản xin lỗi",
    Rule.OVERDUE: "Quá hạn",
    Rule.VERY_OVERDUE: "Quá hạn lâu",
    Rule.STEP_OVERDUE: "Quá hạn bước xử lý",
    Rule.STALLED: "Đứng yên",
    Rule.LONG_PAUSE: "Tạm dừng quá lâu",
    Rule.BACKLOG: "Tồn đọng",
    Rule.NO_DUE_DATE: "Không có ngày hẹn trả",
    Rule.FINISH_TYPED_LATE: "Nhập kết thúc muộn",
    Rule.DUE_CHANGED_LATE: "Đổi ngày hẹn sau khi đã quá",
    Rule.PAUSED_ON_LAST_DAY: "Tạm dừng vào ngày cuối",
    Rule.STATUS_BACKWARDS: "Trạng thái đi lùi",
    Rule.ENDED_AGENCY: "Cơ quan đã kết thúc còn hồ sơ mở",
    Rule.NO_RECIPIENT: "Đơn vị không có người nhận cảnh báo",
    Rule.SOURCE_STALE: "Nguồn chưa cập nhật",
    Rule.SOURCE_SILENT: "Nguồn im lặng bất thường",
    Rule.INDICATOR_DUE_SOON: "Sắp đến hạn nhập chỉ tiêu",
    Rule.INDICATOR_OVERDUE: "Quá hạn nhập chỉ tiêu",
    Rule.CONCLUSION_DUE_SOON: "Kết luận phiên họp sắp đến hạn",
    Rule.CONCLUSION_OVERDUE: "Kết luận phiên họp quá hạn",
    Rule.FIELD_REPORT_SOON: "Phản ánh sắp đến hạn",
    Rule.FIELD_REPORT_OVERDUE: "Phản ánh quá hạn",
}

SEVERITIES = {
    Severity.NOTICE: "Nhắc việc",
    Severity.WARNING: "Cần xem",
    Severity.SERIOUS: "Nghiêm trọng",
    Severity.CRITICAL: "Rất nghiêm trọng",
}

# What follows the number of dossiers (or units) in a sentence.
_COUNTED = {
    Rule.VERY_OVERDUE: "hồ sơ quá hạn lâu",
    Rule.OVERDUE: "hồ sơ quá hạn",
    Rule.LATE_RECEPTION: "hồ sơ chậm tiếp nhận",
    Rule.BACKLOG: "đơn vị tồn đọng",
    Rule.FIELD_REPORT_OVERDUE: "phản ánh hiện trường quá hạn",
    Rule.APOLOGY_DUE: "văn bản xin lỗi chờ ký",
    Rule.STEP_OVERDUE: "hồ sơ quá hạn bước xử lý",
    Rule.LATE_HANDOVER: "hồ sơ chậm chuyển",
    Rule.STALLED: "hồ sơ đứng yên",
    Rule.LONG_PAUSE: "hồ sơ tạm dừng quá lâu",
    Rule.NO_DUE_DATE: "hồ sơ không có ngày hẹn trả",
    Rule.DUE_CHANGED_LATE: "hồ sơ đổi ngày hẹn sau khi đã quá",
    Rule.FINISH_TYPED_LATE: "hồ sơ nhập kết thúc muộn",
    Rule.PAUSED_ON_LAST_DAY: "hồ sơ tạm dừng vào ngày cuối",
    Rule.STATUS_BACKWARDS: "hồ sơ có trạng thái đi lùi",
    Rule.ENDED_AGENCY: "cơ quan đã kết thúc còn hồ sơ mở",
    Rule.NO_RECIPIENT: "đơn vị không có người nhận cảnh báo",
    Rule.SOURCE_STALE: "nguồn chưa cập nhật",
    Rule.SOURCE_SILENT: "nguồn im lặng bất thường",
    Rule.CONCLUSION_OVERDUE: "kết luận phiên họp quá hạn",
    Rule.INDICATOR_OVERDUE: "kỳ chỉ tiêu quá hạn nhập",
    Rule.CONCLUSION_DUE_SOON: "kết luận phiên họp sắp đến hạn",
    Rule.INDICATOR_DUE_SOON: "kỳ chỉ tiêu sắp đến hạn nhập",
    Rule.DUE_SOON: "hồ sơ sắp đến hạn",
    Rule.FIELD_REPORT_SOON: "phản ánh hiện trường sắp đến hạn",
    Rule.RECEPTION_DUE_SOON: "hồ sơ sắp quá hạn tiếp nhận",
}

WORST_FIRST = tuple(_COUNTED)
NO_RECIPIENT = "Đơn vị chưa có người nhận cảnh báo; gửi quản trị viên để phân công."

_BEFOREHAND = (  # said before the day
    Rule.DUE_SOON, Rule.INDICATOR_DUE_SOON, Rule.CONCLUSION_DUE_SOON, Rule.FIELD_REPORT_SOON,
)  # fmt: skip


def counted(counts: Mapping[Rule, int]) -> str:
    """`3 hồ sơ quá hạn lâu, 2 hồ sơ chậm tiếp nhận`, worst first; empty for nothing."""
    return ", ".join(counted_by_rule(counts).values())


def counted_by_rule(counts: Mapping[Rule, int]) -> dict[Rule, str]:
    """The same rule by rule."""
    return {rule: f"{number(counts[rule])} {words}" for rule, words in _COUNTED.items() if counts.get(rule)}


class Dated(Protocol):
    """What has a rule and perhaps a deadline."""

    @property
    def rule(self) -> Rule: ...
    @property
    def due_at(self) -> dt.datetime | None: ...


def lateness(line: Dated, today: dt.date, minutes: int | None = None) -> str:
    """What is wrong and by how much: `Quá hạn 6 ngày`, `Chậm tiếp nhận, quá 3 giờ làm việc`, `Tồn đọng`.

    minutes: of a late reception the working time since its deadline, where the calendar is known: its clock
    counts that, and the queue and its list say it so.
    """
    if line.due_at is None:
        return RULES[line.rule]
    if line.rule is Rule.LATE_RECEPTION and minutes is not None:
        return f"{RULES[line.rule]}, {past(minutes)}"
    days = (today - line.due_at.date()).days
    if line.rule in _BEFOREHAND:
        return f"{RULES[line.rule]}, còn {number(-days)} ngày" if days < 0 else f"{RULES[line.rule]}, hôm nay"
    return f"{RULES[line.rule]} {number(days)} ngày" if days > 0 else f"{RULES[line.rule]}, trong ngày"
