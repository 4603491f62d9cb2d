"""The words of the law's own terms: days, steps of a due date, standings, and what is wrong with a case."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.deadlines import Rounding
from tthc_tracker.domain.errors import PauseFault
from tthc_tracker.domain.ledger import StepReason, StepUnit
from tthc_tracker.domain.pauses import PausePolicy
from tthc_tracker.domain.standing import Standing
from tthc_tracker.domain.workcalendar import DayKind

DAY_KINDS = {
    DayKind.WORKING: "Ngày làm việc",
    DayKind.WEEKLY_OFF: "Nghỉ hằng tuần",
    DayKind.HOLIDAY: "Nghỉ lễ, tết",
    DayKind.SWAP_OFF: "Hoán đổi nghỉ",
    DayKind.MAKE_UP: "Làm bù",
    DayKind.OTHER_HOURS: "Giờ làm việc riêng của ngày",
}

STEP_REASONS = {
    StepReason.OUTSIDE_HOURS: "Tiếp nhận ngoài giờ làm việc, tính từ giờ mở cửa kế tiếp",
    StepReason.START_DAY: "Ngày bắt đầu không tính (Bộ luật Dân sự Đ147)",
    StepReason.ORDINARY_DAYS: "Theo tuần làm việc",
    StepReason.HOLIDAY: "Nghỉ lễ, tết",
    StepReason.SWAP_OFF: "Nghỉ hoán đổi",
    StepReason.MAKE_UP: "Ngày làm bù",
    StepReason.OTHER_HOURS: "Ngày có giờ làm việc riêng",
    StepReason.CALENDAR_TIME: "Tính liên tục theo lịch",
    StepReason.SAME_DAY: "Trả trong ngày",
    StepReason.AFTER_CUTOFF: "Tiếp nhận sau giờ chốt, trả trong ngày làm việc kế tiếp",
    StepReason.OFF_DAY: "Rơi vào ngày nghỉ, chuyển sang ngày làm việc kế tiếp (Bộ luật Dân sự Đ148)",
    StepReason.CLOCK_TIME: "Giờ trả đưa vào giờ làm việc",
    StepReason.END_OF_DAY: "Trả vào cuối ngày làm việc",
    StepReason.RESUMED: "Tạm dừng, sau đó tính tiếp",
    StepReason.RESTARTED: "Tạm dừng, sau đó tính lại từ đầu",
    StepReason.CLOCK_RUNS: "Tạm dừng nhưng thời hạn vẫn chạy",
    StepReason.PAUSED_TOO_LATE: "Tạm dừng khi đã quá hạn, không được trừ thời gian",
    StepReason.REAPPOINTED: "Hẹn lại ngày trả",
}

STEP_UNITS = {
    StepUnit.WORKING_DAY: "ngày làm việc",
    StepUnit.WORKING_MINUTE: "phút làm việc",
    StepUnit.CALENDAR_DAY: "ngày",
    StepUnit.MONTH: "tháng",
    StepUnit.MINUTE: "phút",
}

STANDINGS = {
    Standing.AWAITING_RECEPTION: "Chờ tiếp nhận",
    Standing.RECEPTION_LATE: "Chậm tiếp nhận",
    Standing.AWAITING_APPLICANT: "Chờ người nộp",
    Standing.REFUSED: "Không được tiếp nhận",
    Standing.NO_DUE_DATE: "Không có ngày hẹn trả",
    Standing.PAUSED: "Đang tạm dừng",
    Standing.OVERDUE: "Quá hạn",
    Standing.REAPPOINTED: "Đã hẹn lại",
    Standing.PAST_HOUR: "Quá giờ hẹn",
    Standing.DUE_SOON: "Sắp đến hạn",
    Standing.IN_TIME: "Trong hạn",
    Standing.FINISHED_EARLY: "Đã xong trước hạn",
    Standing.FINISHED_ON_TIME: "Đã xong đúng hạn",
    Standing.FINISHED_LATE: "Đã xong quá hạn",
    Standing.WITHDRAWN: "Đã rút hồ sơ",
    Standing.STOPPED: "Đã dừng giải quyết",
    Standing.CANCELLED: "Đã huỷ nhập nhầm",
}

ROUNDINGS = {
    Rounding.SAME_HOUR: "Trả vào giờ đã tiếp nhận",
    Rounding.END_OF_DAY: "Trả vào cuối ngày",
}

PAUSE_POLICIES = {
    PausePolicy.RESUME: "Dừng rồi tính tiếp",
    PausePolicy.RESTART: "Dừng rồi tính lại từ đầu",
    PausePolicy.RUNS: "Không dừng thời hạn",
}

PAUSE_FAULTS = {
    PauseFault.BEFORE_THE_CLOCK: "Lần tạm dừng bắt đầu trước khi thời hạn bắt đầu tính.",
    PauseFault.ENDS_BEFORE_IT_STARTS: "Lần tạm dừng kết thúc trước khi bắt đầu.",
    PauseFault.OVERLAPS: "Các lần tạm dừng chồng nhau hoặc không theo thứ tự thời gian.",
    PauseFault.OPEN_BEFORE_ANOTHER: "Chỉ lần tạm dừng cuối cùng được để ngỏ; hãy ghi ngày kết thúc.",
    PauseFault.OPEN_WITHOUT_AS_OF: 'Lần tạm dừng còn để ngỏ: hãy thêm "as_of" để biết tính đến lúc nào.',
}

LAW_LABELS: dict[type[Enum], dict[Any, str]] = {
    DayKind: DAY_KINDS,
    StepReason: STEP_REASONS,
    StepUnit: STEP_UNITS,
    Standing: STANDINGS,
    Rounding: ROUNDINGS,
    PausePolicy: PAUSE_POLICIES,
    PauseFault: PAUSE_FAULTS,
}
