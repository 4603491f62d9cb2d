"""The due date of a dossier: from a start and a limit, through pauses and a second date, with its working."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum

from tthc_tracker.domain.duerules import CalendarTime, DueRule, rule_of
from tthc_tracker.domain.errors import InvalidReappointment
from tthc_tracker.domain.ledger import Step, StepReason, StepUnit, step
from tthc_tracker.domain.localtime import DAY, midnight_after, minute_of, moment_of
from tthc_tracker.domain.pauses import Pause, PauseMinutes, PausePolicy, in_minutes
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.domain.workcalendar import WorkCalendar

__all__ = [
    "CUTOFF",
    "Deadline",
    "Pause",
    "PausePolicy",
    "Reappointment",
    "Rounding",
    "due_batch",
    "late_from",
    "reckon",
    "stated",
]

CUTOFF = time(15)
"""A limit of 0 working days received later than this is due on the next working day."""


class Rounding(StrEnum):
    """Whether a day limit is due at the clock time it was received at, or at the closing of the due date."""

    SAME_HOUR = "same_hour"
    END_OF_DAY = "end_of_day"


@dataclass(frozen=True, slots=True)
class Reappointment:
    """The one second date (hẹn lại), as approved by the head of the resolving unit. Aware moments."""

    approved_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """The dates of a clock; all moments aware, in Asia/Ho_Chi_Minh, to the minute (docs/law.md, three dates).

    first_due_at: as on the first receipt. due_at: lawful, valid pauses applied, the re-appointment not (D of
    the statistics). current_due_at: with the re-appointment. late_from belongs to due_at, overdue_from to
    current_due_at. paused_since: start of the valid pause that is still open; then the dates are `projected`.
    provisional: a year leaned on knows its statutory days only. valid_pauses: those that stopped the clock.
    """

    first_due_at: datetime
    due_at: datetime
    current_due_at: datetime
    late_from: datetime
    overdue_from: datetime
    projected: bool
    provisional: bool
    paused_since: datetime | None
    valid_pauses: tuple[Pause, ...]
    steps: tuple[Step, ...]


def reckon(  # noqa: PLR0913 (these are the facts the law asks for; a bundle would only hide them)
    start: datetime,
    limit: TimeLimit,
    calendar: WorkCalendar,
    *,
    pauses: Sequence[Pause] = (),
    reappointment: Reappointment | None = None,
    rounding: Rounding = Rounding.SAME_HOUR,
    cutoff: time = CUTOFF,
    as_of: datetime | None = None,
    with_steps: bool = True,
) -> Deadline:
    """When a dossier that started its clock at `start` is due.

    Pauses act in their order on the unrounded date; rounding comes once, last. A pause that starts when the
    dossier is late changes nothing. An open pause is taken to end at `as_of`. Pauses that begin after a
    re-appointment was approved move its date too, and it never stands before the lawful one.
    Source: docs/law.md (Bộ luật Dân sự Đ147, Đ148; NĐ 309/2026 Đ8.3).
    Raises InvalidMoment, InvalidPause, InvalidReappointment, CalendarHorizonError.
    """
    clock = _Clock(rule_of(limit, calendar, cutoff), minute_of(start), rounding, with_steps)
    if reappointment is not None:
        clock.reappoint(reappointment)
    valid = []
    for pause, row in zip(pauses, in_minutes(pauses, clock.start, as_of), strict=True):
        if clock.pause(row):
            valid.append(pause)
    paused_since = valid[-1].start if valid and valid[-1].end is None else None
    return clock.deadline(tuple(valid), None if paused_since is None else moment_of(minute_of(paused_since)))


def stated(
    start: datetime,
    limit: TimeLimit,
    calendar: WorkCalendar,
    *,
    pauses: Sequence[Pause] = (),
    reappointment: Reappointment | None = None,
    rounding: Rounding = Rounding.SAME_HOUR,
    cutoff: time = CUTOFF,
) -> Deadline:
    """What a dossier is promised as things stand: a pause moves its dates when it ends, not while it is open.

    So nothing here depends on when it is asked. `paused_since` is the start of the open pause if it is valid;
    the dates are those that it would have if that pause had not lasted. Raises what `reckon` raises.
    """
    ended = [pause for pause in pauses if pause.end is not None]
    deadline = reckon(
        start, limit, calendar, pauses=ended, reappointment=reappointment, rounding=rounding, cutoff=cutoff,
        with_steps=False,
    )  # fmt: skip
    if len(ended) == len(pauses):
        return deadline
    with_open = reckon(
        start, limit, calendar, pauses=pauses, rounding=rounding, cutoff=cutoff,
        as_of=pauses[-1].start, with_steps=False,
    )  # fmt: skip
    return replace(deadline, paused_since=with_open.paused_since)


def due_batch(
    cases: Iterable[tuple[datetime, TimeLimit]],
    calendar: WorkCalendar,
    *,
    rounding: Rounding = Rounding.SAME_HOUR,
    cutoff: time = CUTOFF,
) -> Iterator[datetime]:
    """The bare due date of each (start, limit), in their order: for imports and for what-if."""
    rules: dict[TimeLimit, DueRule] = {}
    for start, limit in cases:
        rule = rules.get(limit)
        if rule is None:
            rule = rules[limit] = rule_of(limit, calendar, cutoff)
        minute = minute_of(start)
        yield moment_of(rounded(rule, rule.settle(rule.begin(minute)), rounding))


def rounded(rule: DueRule, due: int, rounding: Rounding) -> int:
    """A due minute by the rounding of its agency or procedure; hour limits are never rounded."""
    if rounding is Rounding.SAME_HOUR or rule.limit.is_hour_limit:
        return due
    table = rule.calendar.table_of(due // DAY)
    return due // DAY * DAY + table.days[due // DAY - table.first][-1][1]


def late_from(due_at: datetime, limit_is_hour: bool) -> datetime:
    """From when a due date is missed: hour limits at the minute, day limits at 00:00 after the due date."""
    due = minute_of(due_at)
    return moment_of(due if limit_is_hour else midnight_after(due))


class _Clock:
    """A resolution clock while it is being reckoned, in local minutes."""

    def __init__(self, rule: DueRule, start: int, rounding: Rounding, with_steps: bool) -> None:
        self.rule = rule
        self.start = start
        self._rounding = rounding
        self._looked_at: list[tuple[int, int]] = []
        self._raw = rule.begin(start)
        self._due = self._settled(start, self._raw)
        self._first = rounded(rule, self._due, rounding)
        self._steps: list[Step] | None = rule.explain(start, self._raw) if with_steps else None
        self._approved: int | None = None
        self._given = self._promised = 0
        self._reappointment_moved = False

    def _settled(self, start: int, raw: int) -> int:
        """The due minute of a raw one, noting the days that had to be looked at on the way."""
        due = self.rule.settle(raw)
        self._looked_at.append(((raw if isinstance(self.rule, CalendarTime) else start) // DAY, due // DAY))
        return due

    def _late_from(self, due: int) -> int:
        return due if self.rule.limit.is_hour_limit else midnight_after(due)

    def reappoint(self, reappointment: Reappointment) -> None:
        """Take the second date."""
        self._approved = minute_of(reappointment.approved_at)
        self._given = self._promised = minute_of(reappointment.due_at)
        if self._approved < self.start:
            raise InvalidReappointment("a second date is approved after the clock has started")
        if self._given <= self._first:
            raise InvalidReappointment("a second date is later than the first")

    def pause(self, row: PauseMinutes) -> bool:
        """Apply a pause; whether it stopped the clock."""
        if row.policy is PausePolicy.RUNS:
            self._note(row, StepReason.CLOCK_RUNS)
            return False
        if row.start >= self._late_from(self._due):
            self._note(row, StepReason.PAUSED_TOO_LATE)
            return False
        if row.policy is PausePolicy.RESTART:
            self._raw = self.rule.restart(row.end, self.start)
            self._due = self._settled(row.end, self._raw)
            self._note(row, StepReason.RESTARTED)
        else:
            self._resume(row)
        if self._approved is not None and row.start >= self._approved:
            self._move_promise(row)
        return True

    def _resume(self, row: PauseMinutes) -> None:
        length = self.rule.pause_length(row.start, row.end)
        if isinstance(self.rule, CalendarTime):
            unit = StepUnit.MINUTE
        else:
            unit = StepUnit.WORKING_MINUTE
            self._looked_at.append((row.start // DAY, row.end // DAY))
        before, self._raw = self._raw, self.rule.resume(self._raw, length)
        self._due = self._settled(before, self._raw)
        self._note(row, StepReason.RESUMED, length, unit)

    def _move_promise(self, row: PauseMinutes) -> None:
        self._reappointment_moved = True
        if row.policy is PausePolicy.RESTART:
            self._promised = max(self._promised, self._due)
        else:
            length = self.rule.pause_length(row.start, row.end)
            self._promised = self.rule.resume(self._promised, length)

    def _note(
        self, row: PauseMinutes, reason: StepReason, length: int = 0, unit: StepUnit = StepUnit.WORKING_MINUTE
    ) -> None:
        if self._steps is not None:
            self._steps.append(step(row.start, row.end, reason, unit, counted=length, due=self._due))

    def _current(self, due: int) -> int:
        if self._approved is None:
            return due
        current = self._promised
        if self._reappointment_moved:
            current = rounded(self.rule, self._settled(self._given, current), self._rounding)
        current = max(due, current)
        if self._steps is not None:
            self._steps.append(
                step(self._approved, self._approved, StepReason.REAPPOINTED, StepUnit.MINUTE, due=current)
            )
        return current

    def deadline(self, valid: tuple[Pause, ...], paused_since: datetime | None) -> Deadline:
        """The dates as they stand after all pauses."""
        due = rounded(self.rule, self._due, self._rounding)
        if self._steps is not None and due != self._due:
            self._steps.append(step(self._due, due, StepReason.END_OF_DAY, StepUnit.WORKING_MINUTE, due=due))
        current = self._current(due)
        leans = self.rule.calendar.leans_on_provisional
        due_at = moment_of(due)
        late = moment_of(self._late_from(due))
        return Deadline(
            first_due_at=due_at if self._first == due else moment_of(self._first),
            due_at=due_at,
            current_due_at=due_at if current == due else moment_of(current),
            late_from=late,
            overdue_from=late if current == due else moment_of(self._late_from(current)),
            projected=paused_since is not None,
            provisional=any(leans(first, last) for first, last in self._looked_at),
            paused_since=paused_since,
            valid_pauses=valid,
            steps=() if self._steps is None else tuple(self._steps),
        )
