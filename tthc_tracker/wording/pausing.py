"""The words of pauses: why, by which rule, what it does to the promise, what the controller is told."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from tthc_tracker.domain.pauses import PausePolicy
from tthc_tracker.domain.pausing import PauseReason, PauseRule
from tthc_tracker.wording.formats import day, moment

REASONS = {
    PauseReason.SUPPLEMENT: "Chờ bổ sung giấy tờ",
    PauseReason.PAYMENT: "Chờ nghĩa vụ tài chính",
    PauseReason.OPINION: "Chờ ý kiến cơ quan, đơn vị khác",
    PauseReason.SURVEY: "Chờ đo đạc, thẩm tra thực địa",
    PauseReason.POSTING: "Chờ niêm yết, công khai",
    PauseReason.STOPPED: "Đã dừng, nay làm tiếp",
}

PAUSE_LABELS: dict[type[Enum], dict[Any, str]] = {PauseReason: REASONS}

EFFECTS = {
    PausePolicy.RESTART: "Khi tiếp tục, thời hạn được tính lại từ đầu.",
    PausePolicy.RESUME: "Thời gian làm việc trong lúc tạm dừng được cộng vào ngày hẹn trả.",
    PausePolicy.RUNS: "Thời hạn giải quyết vẫn chạy, ngày hẹn trả không đổi; việc chờ có hạn riêng.",
}

OUT_OF_TIME = "Bắt đầu khi hồ sơ đã quá hạn nên không được tính: ngày hẹn trả không đổi."
"""What a pause does that holds a clock by its rule, and was put down too late to."""

TOO_LATE = (
    "Hồ sơ đã quá hạn: tạm dừng từ bây giờ không làm lùi ngày hẹn trả và hồ sơ vẫn tính là quá hạn. "
    "Việc yêu cầu, chờ trả lời vẫn được ghi vào lịch sử."
)
LAST_DAY = (
    "Hôm nay là ngày hẹn trả: việc tạm dừng vẫn được tính nhưng sẽ nằm trong danh sách của kiểm soát TTHC."
)
ASKED_LATE = (
    "Đã quá {days} ngày làm việc kể từ khi tiếp nhận: thời hạn không được tính lại từ đầu, chỉ cộng thời "
    "gian chờ, và yêu cầu bị đánh dấu là yêu cầu muộn."
)

FLAGS = {
    "expired": "quá hạn trả lời",
    "long": "tạm dừng trên 30 ngày",
    "last_day": "tạm dừng vào ngày hẹn trả",
    "asked_late": "yêu cầu bổ sung muộn",
    "again": "yêu cầu bổ sung lần nữa",
    "after_due": "đổi khi ngày hẹn cũ đã qua",
}
_OF_A_STOP = {"basis": "căn cứ: {}", "request": "theo {}", "given_back": "trả lại: {}"}


def effect(rule: PauseRule) -> str:
    """What a pause by this rule does to the promise."""
    said = EFFECTS[rule.policy]
    if rule.policy is PausePolicy.RESTART and rule.restart_within is not None:
        return (
            f"Yêu cầu trong {rule.restart_within} ngày làm việc từ khi tiếp nhận: thời hạn tính lại từ đầu "
            "khi tiếp tục; muộn hơn: chỉ cộng thời gian chờ."
        )
    return said


def until(expires_at: dt.datetime | None) -> str:
    """The day by whose end an answer has to come."""
    return day((expires_at - dt.timedelta(minutes=1)).date()) if expires_at else ""


def facts_words(facts: Mapping[str, Any]) -> list[str]:
    """What an event tells of a pause besides its reason."""
    parts = []
    if kind := facts.get("pause"):
        parts.append(REASONS[PauseReason(kind)])
    if of := facts.get("asked_of"):
        parts.append(str(of))
    if last := facts.get("until"):
        parts.append(f"trả lời trước hết ngày {day(dt.date.fromisoformat(last))}")
    clock = facts.get("clock")
    if isinstance(clock, dict) and "policy" in clock:
        said = OUT_OF_TIME if facts.get("too_late") else EFFECTS[PausePolicy(clock["policy"])]
        parts.append(said.rstrip(".").lower())
    parts += [FLAGS[name] for name in ("last_day", "asked_late", "after_due") if facts.get(name)]
    parts += [words.format(facts[name]) for name, words in _OF_A_STOP.items() if facts.get(name)]
    return parts


def moved(old: dt.datetime, new: dt.datetime) -> str:
    """That a promise has moved, for the person who moved it."""
    return f"Ngày hẹn trả chuyển từ {moment(old)} sang {moment(new)}. Hãy in lại giấy hẹn cho người nộp."


class Held(Protocol):
    """An open pause as a page tells of it."""

    @property
    def reason(self) -> PauseReason: ...
    @property
    def policy(self) -> PausePolicy: ...
    @property
    def note(self) -> str: ...
    @property
    def asked_of(self) -> str: ...
    @property
    def started_at(self) -> dt.datetime: ...
    @property
    def expires_at(self) -> dt.datetime | None: ...
    @property
    def imported(self) -> bool: ...
    @property
    def by(self) -> str | None: ...
    def is_long(self, now: dt.datetime) -> bool: ...
    def has_expired(self, now: dt.datetime) -> bool: ...


@dataclass(frozen=True)
class OpenWords:
    """What a page says of an open pause. pressing: its answer is overdue, or it has lasted too long."""

    title: str
    text: str
    pressing: bool


def open_words(held: Held, now: dt.datetime, *, counts: bool) -> OpenWords:
    """Why, since when, who asked, until when, and what it does to the promise: to be read out.

    counts: the clock of the dossier is held, for the pause began in time.
    """
    title = f"{REASONS[held.reason]} từ {moment(held.started_at)}."
    parts = [f"Hỏi: {held.asked_of}." if held.asked_of else "", _sentence(held.note)]
    if held.by:
        parts.append(f"Người ghi: {held.by}.")
    if held.expires_at:
        expired = "Đã quá hạn trả lời" if held.has_expired(now) else "Trả lời trước hết ngày"
        parts.append(f"{expired} {until(held.expires_at)}.")
    if held.is_long(now):
        parts.append("Đã tạm dừng trên 30 ngày.")
    parts.append(_effect_on(held, counts))
    return OpenWords(title, " ".join(filter(None, parts)), held.has_expired(now) or held.is_long(now))


def _effect_on(held: Held, counts: bool) -> str:
    if held.imported:
        return "Theo nguồn; không đổi ngày hẹn."
    return EFFECTS[held.policy] if counts or held.policy is PausePolicy.RUNS else OUT_OF_TIME


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:].rstrip('.')}." if words else ""
