"""The words of electronic processes: who holds a step, how it ended, how the steps sum up."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.custody import HolderKind
from tthc_tracker.domain.processes import Balance, RunOutcome, StepHolder

HOLDERS = {
    HolderKind.DESK: "Một cửa",
    HolderKind.UNIT: "Đơn vị",
    HolderKind.OFFICER: "Cán bộ",
    HolderKind.APPLICANT: "Người nộp",
    HolderKind.OTHER_AGENCY: "Cơ quan khác",
}

STEP_HOLDERS = {
    StepHolder.DESK: "Một cửa nơi tiếp nhận",
    StepHolder.UNIT: "Đơn vị",
    StepHolder.LEADER: "Thủ trưởng cơ quan",
}

OUTCOMES = {
    RunOutcome.PASSED: "Đã chuyển bước",
    RunOutcome.RETURNED: "Trả lại bước trước",
    RunOutcome.UNDONE: "Nhầm, không tính",
    RunOutcome.ENDED: "Hồ sơ kết thúc",
}

BALANCES = {
    Balance.EVEN: "Tổng các bước bằng thời hạn của thủ tục.",
    Balance.LESS: "Tổng các bước ngắn hơn thời hạn của thủ tục.",
    Balance.MORE: "Tổng các bước dài hơn thời hạn của thủ tục: đúng hạn từng bước vẫn có thể quá hạn hồ sơ.",
    Balance.UNLIKE: "Các bước và thời hạn của thủ tục tính theo đơn vị khác nhau nên không cộng để so được.",
}

PROCESS_LABELS: dict[type[Enum], dict[Any, str]] = {
    HolderKind: HOLDERS,
    StepHolder: STEP_HOLDERS,
    RunOutcome: OUTCOMES,
    Balance: BALANCES,
}
