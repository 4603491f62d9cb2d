"""The working of a due date in sentences that a clerk can read out at the counter."""

from collections.abc import Iterable
from typing import Any

from tthc_tracker.domain.deadlines import Deadline
from tthc_tracker.domain.ledger import Step, StepReason, StepUnit
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.wording.formats import amount, day, moment, working_length
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
