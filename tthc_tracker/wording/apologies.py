"""The words of apologies, second dates and lateness."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from tthc_tracker.domain.apologies import ApologyState, Ground, LatenessCause
from tthc_tracker.wording.formats import moment

OF_ITSELF = "Tự dự thảo trước hạn"

STATES = {
    ApologyState.DRAFT: "Dự thảo, chờ duyệt",
    ApologyState.APPROVED: "Đã duyệt",
    ApologyState.REJECTED: "Không duyệt",
}
GROUNDS = {
    Ground.SAID: "Cán bộ báo không kịp",
    Ground.STEP_OVERDUE: "Có bước đã quá hạn",
    Ground.SHORT: "Thời gian còn lại ít hơn thường lệ",
}
CAUSES = {
    LatenessCause.COORDINATING_UNIT: "Chờ đơn vị phối hợp",
    LatenessCause.OTHER_AGENCY: "Chờ cơ quan khác",
    LatenessCause.SYSTEM_OUTAGE: "Sự cố hệ thống",
    LatenessCause.STAFF: "Nhân lực",
    LatenessCause.FIELD_CHECK: "Xác minh thực địa",
    LatenessCause.APPLICANT: "Nghĩa vụ của người nộp",
    LatenessCause.LATE_UPDATE: "Cập nhật chậm",
    LatenessCause.OTHER: "Lý do khác",
}
APOLOGY_LABELS: dict[type[Enum], dict[Any, str]] = {
    ApologyState: STATES,
    Ground: GROUNDS,
    LatenessCause: CAUSES,
}

LATE = "xin lỗi muộn"


def facts_words(facts: Mapping[str, Any]) -> list[str]:
    """What an event tells of an apology or of lateness besides its reason."""
    parts = []
    if ground := facts.get("ground"):
        parts.append(GROUNDS[Ground(ground)])
    if cause := facts.get("cause"):
        parts.append(CAUSES[LatenessCause(cause)])
    if proposed := facts.get("proposed"):
        parts.append(f"đề nghị hẹn lại {moment(dt.datetime.fromisoformat(proposed))}")
    if facts.get("late_apology"):
        parts.append(LATE)
    return parts


# --- what the page answers

DRAFTED = "Đã ghi nhận không kịp hạn. Dự thảo xin lỗi đang chờ người đứng đầu đơn vị duyệt."
EDITED = "Đã sửa dự thảo."
REJECTED = "Không duyệt: ngày hẹn trả giữ nguyên."
APPROVED_AT_SOURCE = (
    "Đã duyệt. Ngày hẹn trả của hồ sơ này thuộc hệ thống nguồn: hãy hẹn lại trên hệ thống ấy."
)
EXPLAINED = "Đã ghi lý do trễ hạn."
NOT_NOW = "Hồ sơ không còn dự thảo chờ duyệt, đã được hẹn lại một lần, hoặc đã kết thúc."
TOO_SHORT = "Thủ tục có thời hạn từ một ngày trở xuống không hẹn lại ngày trả."
ONCE = "Mỗi hồ sơ chỉ hẹn lại một lần."


def moved(old: dt.datetime, new: dt.datetime) -> str:
    """That a second date stands now, for the person who gave it."""
    return f"Đã hẹn lại từ {moment(old)} sang {moment(new)}. Hãy in văn bản xin lỗi và giấy hẹn mới."


class Written(Protocol):
    """An apology as a page tells of it."""

    @property
    def state(self) -> ApologyState: ...
    @property
    def due_at(self) -> dt.datetime: ...
    @property
    def reason(self) -> str: ...
    @property
    def late(self) -> bool: ...


@dataclass(frozen=True)
class Standing:
    """What a dossier's page says at its top of an apology. kind: of the notice."""

    kind: str
    title: str
    text: str


def standing_words(written: Iterable[Written]) -> Standing | None:
    """The draft that waits, or the second date that was given; None for neither."""
    one = next((each for each in written if each.state is not ApologyState.REJECTED), None)
    if one is None:
        return None
    why = f" Lý do: {one.reason.rstrip('.')}." if one.reason else ""
    if one.state is ApologyState.DRAFT:
        text = f"Đề nghị hẹn lại {moment(one.due_at)}, chờ người đứng đầu đơn vị duyệt.{why}"
        return Standing("warning", "Có dự thảo xin lỗi, hẹn lại.", text)
    late = " Văn bản xin lỗi ký muộn." if one.late else ""
    return Standing("info", f"Đã xin lỗi và hẹn lại {moment(one.due_at)}.", f"{late}{why}".strip())


UNSAID = "Chưa có lý do"
SHORT = {
    LatenessCause.COORDINATING_UNIT: "Phối hợp",
    LatenessCause.OTHER_AGENCY: "Cơ quan khác",
    LatenessCause.SYSTEM_OUTAGE: "Hệ thống",
    LatenessCause.STAFF: "Nhân lực",
    LatenessCause.FIELD_CHECK: "Thực địa",
    LatenessCause.APPLICANT: "Người nộp",
    LatenessCause.LATE_UPDATE: "Cập nhật",
    LatenessCause.OTHER: "Khác",
    None: "Chưa có",
}
"""The heads of the table of causes."""
