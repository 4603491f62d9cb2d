"""The words of the online queue and of its answers."""

from dataclasses import dataclass

from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.onlinequeue import Part, Urgency
from tthc_tracker.wording.formats import working_length

PARTS = {
    Part.UNANSWERED: "Chờ trả lời",
    Part.LATE: "Chậm tiếp nhận",
    Part.SOON: "Sắp quá hạn tiếp nhận",
    Part.APPLICANT: "Chờ người nộp",
    Part.MARKED: "Đã tiếp nhận trên Cổng, chờ đồng bộ",
}

EMPTY = {
    Part.UNANSWERED: "Không còn hồ sơ nào chờ trả lời.",
    Part.LATE: "Không có hồ sơ nào chậm tiếp nhận.",
    Part.SOON: "Không có hồ sơ nào còn dưới 2 giờ làm việc.",
    Part.APPLICANT: "Không có hồ sơ nào chờ người nộp bổ sung hoặc nộp phí.",
    Part.MARKED: "Không có hồ sơ nào chờ đồng bộ.",
}

URGENCIES = {
    Urgency.LATE: "Chậm tiếp nhận",
    Urgency.SOON: "Sắp quá hạn tiếp nhận",
    Urgency.IN_TIME: "Trong hạn",
    Urgency.NO_CLOCK: "Không có hạn tiếp nhận",
}

# urgency → kind of the badge (components/status.html)
_KINDS = {
    Urgency.LATE: "late_reception",
    Urgency.SOON: "due_soon",
    Urgency.IN_TIME: "waiting",
    Urgency.NO_CLOCK: "no_due_date",
}

TITLES = {
    Action.ACCEPT: "Tiếp nhận",
    Action.ASK_SUPPLEMENT: "Yêu cầu bổ sung",
    Action.REFUSE: "Từ chối tiếp nhận",
    Action.RESUBMIT: "Người nộp đã bổ sung",
    Action.MARK_AT_SOURCE: "Đã tiếp nhận trên Cổng, chờ đồng bộ",
}


@dataclass(frozen=True)
class Badge:
    """How a clock stands: the kind gives the shape, the words say it, the length says how far."""

    kind: str
    words: str
    length: str


def badge(urgency: Urgency, minutes: int | None) -> Badge:
    """`Chậm tiếp nhận` and `quá 3 giờ làm việc`; `Sắp quá hạn tiếp nhận` and `còn 40 phút làm việc`."""
    if minutes is None:
        length = ""
    elif urgency is Urgency.LATE:
        length = past(minutes)
    else:
        length = f"còn {working_length(minutes)}"
    return Badge(_KINDS[urgency], URGENCIES[urgency], length)


def past(minutes: int) -> str:
    """How late a reception is, by its own clock wherever it is told: `quá 3 giờ làm việc`."""
    # No working minute may have passed since: the harm is done all the same.
    return f"quá {working_length(minutes)}" if minutes else "vừa quá hạn"


def basis(procedure_code: str) -> str:
    """The basis that the form proposes: what the procedure is published to ask for."""
    return f"Thành phần hồ sơ đã công bố của thủ tục {procedure_code}"
