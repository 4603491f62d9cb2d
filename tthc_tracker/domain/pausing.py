"""What may hold the clock of an accepted dossier, by which rule, and what the controller is told of.

The rule belongs to the procedure and the reason (docs/law.md, pauses); rows of a catalogue say otherwise than
`DEFAULTS`, each from a day on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from tthc_tracker.domain.deadlines import reckon
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.pauses import PausePolicy
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.workcalendar import WorkCalendar

LONG = timedelta(days=30)
"""A pause that has lasted longer is told of, whatever its end was to be."""

LONGEST_DAYS = 366


class PauseReason(StrEnum):
    """Why a clock is held."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    OPINION = "opinion"
    SURVEY = "survey"
    POSTING = "posting"
    STOPPED = "stopped"  # from a stop to the resumption, put down when it is resumed


@dataclass(frozen=True, slots=True)
class PauseRule:
    """What a reason does to the clock. lasts_days: calendar days given to the answer, unless said otherwise.

    restart_within: the limit restarts only if asked within so many working days of the acceptance; asked
    later it resumes (None: whenever). basis: the words that a slip may print, empty where none is confirmed.
    """

    reason: PauseReason
    policy: PausePolicy
    lasts_days: int
    restart_within: int | None = None
    basis: str = ""


DEFAULTS: Mapping[PauseReason, PauseRule] = {
    rule.reason: rule
    for rule in (
        PauseRule(PauseReason.SUPPLEMENT, PausePolicy.RESTART, 30, restart_within=3),
        PauseRule(PauseReason.PAYMENT, PausePolicy.RESUME, 30),
        PauseRule(PauseReason.OPINION, PausePolicy.RUNS, 10),
        PauseRule(PauseReason.SURVEY, PausePolicy.RESUME, 15),
        PauseRule(PauseReason.POSTING, PausePolicy.RESUME, 30),
        PauseRule(PauseReason.STOPPED, PausePolicy.RESUME, LONGEST_DAYS),
    )
}
"""What holds while no row of the catalogue says otherwise (docs/law.md names the source of each)."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule comes to for one pause. asked_late: after the days in which the limit would restart."""

    policy: PausePolicy
    asked_late: bool = False


def ruling(rule: PauseRule, accepted_at: datetime, asked_at: datetime, calendar: WorkCalendar) -> Ruling:
    """The policy of a pause asked for at `asked_at`: aware moments.

    The working days are counted as those of a limit are, to the end of the last (NĐ 61/2018 Đ19.4).
    Raises CalendarHorizonError.
    """
    if rule.policy is not PausePolicy.RESTART or rule.restart_within is None:
        return Ruling(rule.policy)
    days = TimeLimit(Decimal(rule.restart_within), LimitUnit.WORKING_DAY)
    last = reckon(accepted_at, days, calendar, with_steps=False).due_at.astimezone(VIETNAM).date()
    if asked_at.astimezone(VIETNAM).date() > last:
        return Ruling(PausePolicy.RESUME, asked_late=True)
    return Ruling(PausePolicy.RESTART)


def on_last_day(accepted_at: datetime, asked_at: datetime, due_at: datetime, late_from: datetime) -> bool:
    """Whether a pause begins on the very day of the promise, while that is not missed yet.

    Where the first day is the last, no pause could begin on another: nothing is told of it.
    """
    due_on = due_at.astimezone(VIETNAM).date()
    first, asked = (moment.astimezone(VIETNAM).date() for moment in (accepted_at, asked_at))
    return first < due_on <= asked and asked_at < late_from


def end_of(day: date) -> datetime:
    """The moment from which an answer that was to come by the end of `day` is missing."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)
