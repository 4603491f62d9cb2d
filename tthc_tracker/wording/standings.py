"""The standing of a dossier in a word for its badge and a sentence for its page."""

import datetime as dt
from typing import Protocol

from tthc_tracker.domain.standing import Standing
from tthc_tracker.wording.formats import late_by, moment

# standing → kind of the badge (components/status.html)
BADGES = {
    Standing.AWAITING_RECEPTION: "waiting",
    Standing.RECEPTION_LATE: "late_reception",
    Standing.AWAITING_APPLICANT: "awaiting_applicant",
    Standing.REFUSED: "refused",
    Standing.NO_DUE_DATE: "no_due_date",
    Standing.PAUSED: "paused",
    Standing.OVERDUE: "overdue",
    Standing.REAPPOINTED: "late",
    Standing.PAST_HOUR: "past_hour",
    Standing.DUE_SOON: "due_soon",
    Standing.IN_TIME: "on_track",
    Standing.FINISHED_EARLY: "early",
    Standing.FINISHED_ON_TIME: "on_time",
    Standing.FINISHED_LATE: "late",
    Standing.WITHDRAWN: "withdrawn",
    Standing.STOPPED: "stopped",
    Standing.CANCELLED: "cancelled",
}

WORDS = {
    Standing.AWAITING_RECEPTION: "Chờ tiếp nhận",
    Standing.RECEPTION_LATE: "Chậm tiếp nhận",
    Standing.AWAITING_APPLICANT: "Chờ người nộp",
    Standing.REFUSED: "Từ chối tiếp nhận",
    Standing.NO_DUE_DATE: "Không có hạn",
    Standing.PAUSED: "Tạm dừng",
    Standing.OVERDUE: "Quá hạn",
    Standing.REAPPOINTED: "Đã hẹn lại",
    Standing.PAST_HOUR: "Quá giờ hẹn",
    Standing.DUE_SOON: "Sắp đến hạn",
    Standing.IN_TIME: "Trong hạn",
    Standing.FINISHED_EARLY: "Trước hạn",
    Standing.FINISHED_ON_TIME: "Đúng hạn",
    Standing.FINISHED_LATE: "Giải quyết quá hạn",
    Standing.WITHDRAWN: "Đã rút",
    Standing.STOPPED: "Dừng giải quyết",
    Standing.CANCELLED: "Huỷ nhập nhầm",
}


class Dated(Protocol):
    """The dates a sentence speaks of."""

    reception_due_at: dt.datetime | None
    due_at: dt.datetime | None
    current_due_at: dt.datetime | None
    paused_since: dt.datetime | None
    closed_at: dt.datetime | None


SENTENCES = {
    Standing.AWAITING_RECEPTION: "Chưa được trả lời; hạn tiếp nhận {reception}.",
    Standing.RECEPTION_LATE: "Chưa được trả lời và đã quá hạn tiếp nhận {reception}.",
    Standing.AWAITING_APPLICANT: "Đang chờ người nộp bổ sung hoặc nộp phí, chưa tính hạn giải quyết.",
    Standing.REFUSED: "Không được tiếp nhận ({closed}).",
    Standing.NO_DUE_DATE: "Không có ngày hẹn trả nên đứng ngoài thống kê; cần bổ sung ở nguồn.",
    Standing.PAUSED: "Tạm dừng từ {paused}; hạn đang là {current} và sẽ lùi khi tiếp tục.",
    Standing.OVERDUE: "{late}; hẹn trả {current}.",
    Standing.REAPPOINTED: "Đã hẹn lại {current}; hạn theo luật {due} đã qua.",
    Standing.PAST_HOUR: "Đã quá giờ hẹn {current} nhưng còn trong ngày hẹn.",
    Standing.DUE_SOON: "Sắp đến hạn: hẹn trả {current}.",
    Standing.IN_TIME: "Trong hạn: hẹn trả {current}.",
    Standing.FINISHED_EARLY: "Xử lý xong {closed}, trước hạn {due}.",
    Standing.FINISHED_ON_TIME: "Xử lý xong {closed}, đúng hạn {due}.",
    Standing.FINISHED_LATE: "Xử lý xong {closed}, quá hạn {due}.",
    Standing.WITHDRAWN: "Người nộp rút hồ sơ {closed}.",
    Standing.STOPPED: "Dừng giải quyết {closed}.",
    Standing.CANCELLED: "Huỷ vì nhập nhầm {closed}.",
}


def sentence(standing: Standing, dates: Dated, today: dt.date) -> str:
    """One plain sentence about the clock, to be read out at the counter."""
    current = dates.current_due_at
    return SENTENCES[standing].format(
        reception=moment(dates.reception_due_at),
        due=moment(dates.due_at),
        current=moment(current),
        paused=moment(dates.paused_since),
        closed=moment(dates.closed_at),
        late=late_by((today - current.date()).days) if current else "Quá hạn",
    )
