"""The words of hand-overs and of collecting a result."""

import datetime as dt
from enum import Enum
from typing import Any

from tthc_tracker.domain.handovers import CollectAuthority, Direction, HandoverAnswer
from tthc_tracker.wording.formats import moment

DIRECTIONS = {
    Direction.FORWARD: "Hồ sơ chuyển đến",
    Direction.BACK: "Hồ sơ trả về một cửa",
    Direction.RESULT: "Kết quả chuyển về một cửa",
}

ANSWERS = {
    HandoverAnswer.CONFIRMED: "Đã nhận",
    HandoverAnswer.REJECTED: "Không nhận",
    HandoverAnswer.TAKEN_BACK: "Nơi chuyển đã lấy lại",
    HandoverAnswer.LAPSED: "Hồ sơ kết thúc trước khi nhận",
}

AUTHORITIES = {
    CollectAuthority.SELF: "Người nộp hoặc chủ hồ sơ tự nhận",
    CollectAuthority.AUTHORISED: "Người được uỷ quyền",
    CollectAuthority.POST: "Gửi bưu chính",
}

HANDOVER_LABELS: dict[type[Enum], dict[Any, str]] = {
    Direction: DIRECTIONS,
    HandoverAnswer: ANSWERS,
    CollectAuthority: AUTHORITIES,
}


def clock_words(due_at: dt.datetime, confirmed_at: dt.datetime | None, now: dt.datetime) -> str:
    """How a dossier accepted for another agency stands with its hand-over clock."""
    if confirmed_at is not None:
        return f"nơi giải quyết xác nhận {moment(confirmed_at)}" + (", chậm" if confirmed_at > due_at else "")
    return "chậm chuyển: nơi giải quyết chưa xác nhận" if now > due_at else "nơi giải quyết chưa xác nhận"
