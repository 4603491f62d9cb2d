"""The working of a due date in sentences that a clerk can read out at the counter."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Protocol

from tthc_tracker.domain.deadlines import Deadline
from tthc_tracker.domain.ledger import Step, StepReason, StepUnit
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.wording.formats import amount, day, iso, moment, working_length
from tthc_tracker.wording.labels import label

_KINDS = {
    StepReason.RESUMED: "pause",
    StepReason.RESTARTED: "pause",
    StepReason.CLOCK_RUNS: "pause",
    StepReason.PAUSED_TOO_LATE: "pause",
    StepReason.REAPPOINTED: "move",
    StepReason.OFF_DAY: "move",
    StepReason.AFTER_CUTOFF: "move",
    StepReason.HOLIDAY: "skip",
    StepReason.SWAP_OFF: "skip",
    StepReason.OUTSIDE_HOURS: "skip",
    StepReason.START_DAY: "start",
}


def limit_words(limit: TimeLimit) -> str:
    """`3 ngày làm việc`; a limit of 0 days is the same day."""
    if limit.is_same_day:
        return "trong ngày làm việc"
    return f"{amount(limit.amount)} {label(limit.unit)}"


def lines(steps: Iterable[Step]) -> list[dict[str, str]]:
    """The steps as the lines of the ledger component."""
    return [
        {
            "when": _when(step),
            "what": label(step.reason),
            "amount": _amount(step),
            "kind": _KINDS.get(step.reason, "count"),
        }
        for step in steps
    ]


def _when(step: Step) -> str:
    if step.reason in {
        StepReason.OUTSIDE_HOURS,
        StepReason.RESUMED,
        StepReason.RESTARTED,
        StepReason.CLOCK_RUNS,
    }:
        return f"{moment(step.from_at)} → {moment(step.to_at)}"
    if step.first_on >= step.last_on:
        return day(step.first_on)
    return f"{day(step.first_on)} – {day(step.last_on)}"


def _amount(step: Step) -> str:
    words = []
    if step.counted:
        words.append(_counted(step))
    if step.skipped:
        words.append(f"bỏ {step.skipped} ngày nghỉ")
    if not words and step.due_at is not None:
        return f"→ {moment(step.due_at)}"
    return ", ".join(words)


def _counted(step: Step) -> str:
    match step.unit:
        case StepUnit.WORKING_MINUTE:
            return working_length(step.counted)
        case StepUnit.MINUTE:
            return f"{step.counted} phút"
        case StepUnit.WORKING_DAY:
            return f"{step.counted} ngày làm việc"
        case StepUnit.CALENDAR_DAY:
            return f"{step.counted} ngày"
        case StepUnit.MONTH:
            return f"{step.counted} tháng"


def result(deadline: Deadline, limit: TimeLimit) -> dict[str, Any]:
    """The last line of the ledger."""
    note = f"Thời hạn {limit_words(limit)}"
    if deadline.provisional:
        note += "; lịch nghỉ của năm này còn là dự kiến"
    return {"label": "Hẹn trả", "value": moment(deadline.current_due_at), "note": note}


# --- a stored date reckoned again (`flask deadlines explain`)

DATES = {
    "first_due_at": "Hẹn lần đầu",
    "due_at": "Hạn theo luật",
    "current_due_at": "Hẹn trả",
    "late_from": "Trễ theo luật từ",
    "overdue_from": "Quá hạn từ",
}
GIVEN = "Ngày hẹn trả do hệ thống nguồn đưa, được giữ nguyên và không tính lại."
NO_PROMISE = "Hồ sơ chưa được tiếp nhận hoặc không có thời hạn nên chưa có ngày hẹn trả để tính lại."
SAME = "Khớp với ngày đang lưu."
DIFFERS = "KHÁC với ngày đang lưu:"
PROJECTED = (
    "Hồ sơ đang tạm dừng: các ngày dưới đây giả định tiếp tục ngay bây giờ; ngày đang lưu được so với ngày "
    "tính đến lúc tạm dừng."
)


class Stored(Protocol):
    """What a dossier keeps of its clock."""

    code: str
    accepted_at: dt.datetime | None
    due_given: bool
    limit_amount: Decimal | None


class Explained(Protocol):
    """A limit, and what the engine makes of it."""

    @property
    def limit(self) -> TimeLimit: ...
    @property
    def deadline(self) -> Deadline: ...
    @property
    def stated(self) -> Deadline: ...


def unknown(code: str) -> str:
    """That there is no dossier of this code."""
    return f"Không có hồ sơ mã «{code}»."


def account(stored: Stored, explained: Explained | None) -> dict[str, Any]:
    """What is stored beside what is reckoned; `same` is None where there is nothing to reckon again."""
    kept = {name: getattr(stored, name) for name in DATES}
    answer: dict[str, Any] = {
        "code": stored.code,
        "accepted_at": _iso(stored.accepted_at),
        "given": stored.due_given,
        "stored": {name: _iso(moment_) for name, moment_ in kept.items()},
        "same": None,
    }
    if explained is None:
        return answer
    deadline, limit = explained.deadline, explained.limit
    wanted = {name: getattr(explained.stated, name) for name in DATES}
    return answer | {
        "limit": {"amount": f"{limit.amount.normalize():f}", "unit": limit.unit.value},
        "limit_words": limit_words(limit),
        "reckoned": {name: _iso(getattr(deadline, name)) for name in DATES},
        "projected": deadline.projected,
        "provisional": deadline.provisional,
        "same": kept == wanted,
        "differences": [name for name in DATES if kept[name] != wanted[name]],
        "steps": lines(deadline.steps),
    }


def page(answer: dict[str, Any]) -> str:
    """The same to be read."""
    head = f"{answer['code']}: tiếp nhận {_shown(answer['accepted_at'])}"
    if answer["same"] is None:
        return "\n".join([head, GIVEN if answer["given"] else NO_PROMISE])
    said = [f"{head}, thời hạn {answer['limit_words']}", *([PROJECTED] if answer["projected"] else [])]
    said += [
        f"  {' · '.join(filter(None, (step['when'], step['what'], step['amount'])))}"
        for step in answer["steps"]
    ]
    said += [f"{words}: {_shown(answer['reckoned'][name])}" for name, words in DATES.items()]
    said.append(DIFFERS if answer["differences"] else SAME)
    said += [f"  {DATES[name]}: đang lưu {_shown(answer['stored'][name])}" for name in answer["differences"]]
    return "\n".join(said)


def _iso(value: dt.datetime | None) -> str | None:
    return iso(value) or None


def _shown(value: str | None) -> str:
    return moment(dt.datetime.fromisoformat(value) if value else None)
