"""Electronic processes (quy trình điện tử): ordered steps, each with its holder, its limit and its clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from tthc_tracker.domain.deadlines import Deadline, Pause, reckon
from tthc_tracker.domain.localtime import HOUR
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.workcalendar import WorkCalendar

MOST_STEPS = 30


class StepHolder(StrEnum):
    """Who holds a step."""

    DESK = "desk"  # the receiving desk; the first step only
    UNIT = "unit"  # a unit by its code, of the resolving agency or of another one
    LEADER = "leader"  # the head of that agency


class RunOutcome(StrEnum):
    """How a run of a step ended."""

    PASSED = "passed"
    RETURNED = "returned"  # to an earlier step, with a reason
    UNDONE = "undone"  # its hand-over was taken back or rejected: the step before went on
    ENDED = "ended"  # the dossier ended with it


@dataclass(frozen=True, slots=True)
class StepStanding:
    """What the table of the lifecycle asks about steps: whether one follows, and whether one went before."""

    follows: bool = False
    precedes: bool = False


NO_STEPS = StepStanding()


def step_clock(
    opened_at: datetime, limit: TimeLimit, calendar: WorkCalendar, pauses: Iterable[Pause] = ()
) -> Deadline:
    """The clock of a step, from the moment of its hand-over (docs/law.md, clocks).

    It stands still, or begins anew, as the dossier's does; of a pause that began before the step only the
    part within it counts. Raises CalendarHorizonError, InvalidPause.
    """
    within = [_clipped(pause, opened_at) for pause in pauses if pause.end is None or pause.end > opened_at]
    open_one = next((pause for pause in within if pause.end is None), None)
    as_of = open_one.start if open_one else None  # what is paused is reckoned as if it went on at once
    return reckon(opened_at, limit, calendar, pauses=within, as_of=as_of, with_steps=False)


def _clipped(pause: Pause, opened_at: datetime) -> Pause:
    return Pause(max(pause.start, opened_at), pause.end, pause.policy)


@dataclass(frozen=True, slots=True)
class Planned:
    """When a step would open and be due if each one takes all its time."""

    opens_at: datetime
    due_at: datetime


def plan(
    start: datetime, limits: Iterable[TimeLimit], calendars: Callable[[int], WorkCalendar]
) -> tuple[Planned, ...]:
    """The steps one after the other from the acceptance; `calendars` gives that of each by its index.

    Raises CalendarHorizonError.
    """
    planned, opens = [], start
    for at, limit in enumerate(limits):
        due = step_clock(opens, limit, calendars(at)).due_at
        planned.append(Planned(opens, due))
        opens = due
    return tuple(planned)


class Balance(StrEnum):
    """The sum of the step limits against the limit of the procedure."""

    EVEN = "even"
    LESS = "less"
    MORE = "more"
    UNLIKE = "unlike"  # in units that do not add up to one another


NORMAL_DAY = 8 * HOUR
"""What a working day is taken for when hours and days of a process are added up."""


def length_of(limits: Iterable[TimeLimit]) -> Fraction | None:
    """Limits summed, in minutes of work; None where calendar days or months are among them."""
    minutes = Fraction(0)
    for limit in limits:
        if limit.unit is LimitUnit.WORKING_HOUR:
            minutes += Fraction(limit.amount) * HOUR
        elif limit.unit is LimitUnit.WORKING_DAY:
            minutes += Fraction(limit.amount) * NORMAL_DAY
        else:
            return None
    return minutes


def balance(steps: Sequence[TimeLimit], limit: TimeLimit) -> Balance:
    """How the steps' limits compare with that of the procedure's case; a mismatch is a warning only."""
    if limit.is_same_day:
        limit = TimeLimit(limit.amount + 1, LimitUnit.WORKING_DAY)
    whole = length_of([limit])
    parts = length_of(steps)
    if whole is None or parts is None:
        if len({one.unit for one in (*steps, limit)}) != 1:
            return Balance.UNLIKE
        parts, whole = Fraction(sum(one.amount for one in steps)), Fraction(limit.amount)
    if parts == whole:
        return Balance.EVEN
    return Balance.LESS if parts < whole else Balance.MORE


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a dossier is worked on: an agency, a unit of it or (None) the whole, or the receiving desk."""

    agency_id: int
    unit_id: int | None = None
    at_desk: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """A step as a dossier could run it: its position in the process, and where that is (None: unknown)."""

    position: int
    spot: Spot | None


def entered(stops: Sequence[Stop], current: int, spot: Spot, *, backwards: bool) -> int:
    """The position of the step that a dossier enters at a spot, however it got there.

    The next step that is held there; going back, or if none is, the latest one up to the current that is; if
    the process never passes there, simply the next step (the last one stays the last), back the one before.
    """
    after = [stop.position for stop in stops if stop.position > current and stop.spot == spot]
    before = [stop.position for stop in stops if stop.position <= current and stop.spot == spot]
    for found in (before[-1:], after[:1]) if backwards else (after[:1], before[-1:]):
        if found:
            return found[0]
    if backwards:
        return max((stop.position for stop in stops if stop.position < current), default=current)
    return min((stop.position for stop in stops if stop.position > current), default=current)
