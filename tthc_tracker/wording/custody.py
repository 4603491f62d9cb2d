"""Who held a dossier, and how its steps went, in words; the bar with the numbers of its table."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Protocol

from tthc_tracker.domain.custody import HolderKind
from tthc_tracker.domain.processes import RunOutcome, length_of
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.wording.formats import WORKING_DAY_MINUTES, amount, iso, moment, percent, working_length
from tthc_tracker.wording.ledgers import limit_words
from tthc_tracker.wording.processes import OUTCOMES

_ROOM_FOR_NUMBER = 4  # percent of the bar


class Keeper(Protocol):
    """Whose a stretch is."""

    @property
    def kind(self) -> HolderKind: ...


class Stretch(Protocol):
    """A stretch in one holder's hands."""

    @property
    def keeper(self) -> Any: ...
    @property
    def agency(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def officer(self) -> str: ...
    @property
    def since(self) -> dt.datetime: ...
    @property
    def until(self) -> dt.datetime | None: ...
    @property
    def minutes(self) -> int: ...


def keeper_words(stretch: Stretch) -> str:
    """The holder by name: the desk, a unit, an agency, the applicant."""
    if stretch.keeper.kind is HolderKind.APPLICANT:
        return "Người nộp (tạm dừng)"
    if stretch.keeper.kind is HolderKind.DESK:
        return f"Một cửa {stretch.agency}"
    return f"{stretch.unit}, {stretch.agency}" if stretch.unit else stretch.agency


def bar(stretches: Sequence[Stretch]) -> list[dict[str, Any]]:
    """The stretches as pieces of the bar in percent, each with the number of its holder in the table."""
    total = sum(stretch.minutes for stretch in stretches)
    numbers = numbers_of(stretches)
    pieces, left = [], 0.0
    for stretch in stretches if total else ():
        width = 100 * stretch.minutes / total
        if stretch.minutes:
            pieces.append(
                {
                    "x": f"{left:.2f}",
                    "width": f"{width:.2f}",
                    "middle": f"{left + width / 2:.2f}",
                    "number": numbers[stretch.keeper] if width >= _ROOM_FOR_NUMBER else "",
                    "kind": stretch.keeper.kind.value,
                }
            )
        left += width
    return pieces


def numbers_of(stretches: Iterable[Stretch]) -> dict[Any, int]:
    """The holders numbered in the order in which each first held it."""
    numbers: dict[Any, int] = {}
    for stretch in stretches:
        numbers.setdefault(stretch.keeper, len(numbers) + 1)
    return numbers


def keepers(holding: Any) -> list[dict[str, Any]]:
    """The table beside the bar: each holder with his time, his part of all, and of the lateness."""
    late = {share.key: share.late_minutes for share in holding.shares}
    rows = []
    for keeper, number in numbers_of(holding.stretches).items():
        own = [stretch for stretch in holding.stretches if stretch.keeper == keeper]
        minutes = sum(stretch.minutes for stretch in own)
        rows.append(
            {
                "number": number,
                "name": keeper_words(own[0]),
                "officers": _officers(own),
                "periods": "; ".join(
                    f"{moment(one.since)} – {moment(one.until) if one.until else 'nay'}"
                    for one in _joined(own)
                ),
                "time": working_length(minutes),
                "part": percent(Decimal(100) * minutes / holding.minutes) if holding.minutes else "–",
                "late": working_length(late[keeper]) if late.get(keeper) else "–",
                "kind": keeper.kind.value,
            }
        )
    return rows


class _Period:
    def __init__(self, since: dt.datetime, until: dt.datetime | None) -> None:
        self.since, self.until = since, until


def _joined(own: Sequence[Stretch]) -> list[_Period]:
    """Stretches that follow at once on one another as one: the officer changed, the unit did not."""
    periods: list[_Period] = []
    for one in own:
        if periods and periods[-1].until == one.since:
            periods[-1].until = one.until
        else:
            periods.append(_Period(one.since, one.until))
    return periods


def _officers(own: Sequence[Stretch]) -> str:
    by_name: dict[str, int] = {}
    for one in own:
        if one.officer:
            by_name[one.officer] = by_name.get(one.officer, 0) + one.minutes
    return "; ".join(f"{name}: {working_length(minutes)}" for name, minutes in by_name.items())


def left_words(minutes: int | None) -> str:
    """`Nhận khi còn 0,5 ngày`: what was left of the promise when a step was received."""
    if minutes is None:
        return ""
    days = (Decimal(abs(minutes)) / WORKING_DAY_MINUTES).quantize(Decimal("0.1"))
    if minutes < 0:
        return f"Nhận khi đã trễ {amount(days)} ngày làm việc"
    return f"Nhận khi còn {amount(days)} ngày làm việc"


def step_rows(steps: Any, now: dt.datetime) -> list[dict[str, Any]]:
    """The steps as they ran, then those to come."""
    rows = [
        {
            "position": run.position,
            "name": run.name,
            "signature": run.signature,
            "place": _place(run),
            "limit": limit_words(run.limit),
            "opened": moment(run.opened_at),
            "due": moment(run.due_at),
            "left": left_words(run.left_minutes),
            "short": is_short(run.left_minutes, run.limit),
            "reason": run.reason,
            "state": _run_words(run, now),
        }
        for run in steps.runs
    ]
    ahead = [
        {
            "position": step.position,
            "name": step.name,
            "signature": step.signature,
            "place": "",
            "limit": limit_words(step.limit),
            "state": ("Chưa đến", "neutral", "dot"),
        }
        for step in steps.ahead
    ]
    return rows + ahead


def _place(run: Any) -> str:
    if run.at_desk:
        return f"Một cửa {run.agency}"
    return f"{run.unit}, {run.agency}" if run.unit else str(run.agency)


def is_short(left_minutes: int | None, limit: TimeLimit) -> bool:
    """Whether it was received with less left of the promise than the step itself may take."""
    length = length_of([limit])
    return left_minutes is not None and length is not None and left_minutes < length


def _run_words(run: Any, now: dt.datetime) -> tuple[str, str, str]:
    """Words, tone and shape."""
    if run.outcome is RunOutcome.UNDONE:
        return OUTCOMES[RunOutcome.UNDONE], "neutral", "closed"
    if run.closed_at is not None:
        late = run.is_late(run.closed_at)
        ended = f"{OUTCOMES[run.outcome]} {moment(run.closed_at)}"
        said = "Quá hạn bước" if late else "Trong hạn bước"
        return f"{said}; {ended}", "danger" if late else "ok", "overdue" if late else "check"
    if run.due_at is None:
        return "Đang thực hiện, chưa có lịch để tính hạn", "neutral", "no-date"
    return (
        ("Đang quá hạn bước", "danger", "overdue") if run.is_late(now) else ("Đang thực hiện", "info", "dot")
    )


def step_facts(steps: Any) -> list[dict[str, Any]]:
    """The steps as they ran, for scripts."""
    return [
        {
            "step": run.position,
            "name": run.name,
            "limit": {"amount": f"{run.limit.amount.normalize():f}", "unit": run.limit.unit.value},
            "opened_at": iso(run.opened_at),
            "due_at": iso(run.due_at) or None,
            "closed_at": iso(run.closed_at) or None,
            "outcome": run.outcome and run.outcome.value,
            "class": run.finish_class and run.finish_class.value,
        }
        for run in steps.runs
    ]


def step_lines(steps: Any, now: dt.datetime) -> list[str]:
    """The steps to be read at the command line."""
    return [
        " · ".join(
            filter(
                None,
                (
                    f"Bước {row['position']}: {row['name']}",
                    row["place"],
                    f"thời hạn {row['limit']}",
                    f"nhận {row['opened']}" if "opened" in row else "",
                    f"hạn {row['due']}" if "due" in row else "",
                    row["state"][0].lower(),
                ),
            )
        )
        for row in step_rows(steps, now)
    ]
