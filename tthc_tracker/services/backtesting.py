"""How good the signs of risk would have been: told over past dossiers, with what was known before them."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from tthc_tracker.domain.deadlines import Pause
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.milestones import due_soon_from
from tthc_tracker.domain.risk import Usual, assess
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.queries import risks
from tthc_tracker.queries.apologies import pauses_of
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.risks import Past, Stage
from tthc_tracker.services.clockvalues import worked_minutes
from tthc_tracker.services.risks import BATCH, since, usual_between, usual_for

LOOKED_AT = dt.time(5, 40)
"""Every working morning, as the timetable has it."""


@dataclass
class Warned:
    """How a rule did: of so many warned of, so many were late."""

    warned: int = 0
    late: int = 0

    def precision(self) -> float | None:
        """The share of those warned of that were late."""
        return self.late / self.warned if self.warned else None

    def recall(self, late: int) -> float | None:
        """The share of the late that were warned of while there was time."""
        return self.late / late if late else None


@dataclass
class Outcome:
    """A backtest. gained: of each late one that risk told of, working days before "due soon" did (≥ 0)."""

    dossiers: int = 0
    late: int = 0
    risk: Warned = field(default_factory=Warned)
    due_soon: Warned = field(default_factory=Warned)
    gained: list[int] = field(default_factory=list)


def backtest(session: Session, first: dt.date, last: dt.date, zone: dt.tzinfo) -> Outcome:
    """Over the dossiers whose deadline came from one day to another, both included.

    What is usual is measured on the twelve months before `first`, so that nothing is known that was not. A
    dossier stands with its last deadline, which pauses may have moved since it was looked at.
    """
    usual = usual_between(session, first - risks.LOOKED_BACK, first - dt.timedelta(days=1))
    begin = dt.datetime.combine(first, dt.time(), zone)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone)
    outcome, after = Outcome(), 0
    while batch := risks.past_deadlines(session, begin, end, after=after, limit=BATCH):
        ids = [one.id for one in batch]
        held, begun = pauses_of(session, ids), risks.stages_of(session, ids)
        for one in batch:
            calendar = work_calendar(session, one.agency_id)
            told = _first_told(one, begun.get(one.id, []), held.get(one.id, ()), usual, calendar)
            _count(outcome, one, told, calendar)
        after = batch[-1].id
    return outcome


def _count(outcome: Outcome, one: Past, told: dt.datetime | None, calendar: WorkCalendar) -> None:
    late = one.ended_at is None or one.ended_at >= one.overdue_from
    soon = due_soon_from(one.accepted_at, one.due_at, one.limit, calendar)
    told_soon = one.ended_at is None or one.ended_at > soon
    outcome.dossiers += 1
    outcome.late += late
    outcome.risk.warned += told is not None
    outcome.due_soon.warned += told_soon
    outcome.due_soon.late += told_soon and late
    if told is not None and late:
        outcome.risk.late += 1
        outcome.gained.append(max(calendar.working_days_between(told.date(), soon.date()), 0))


def _first_told(
    one: Past,
    begun: Sequence[tuple[dt.datetime, int]],
    held: tuple[Pause, ...],
    usual: Mapping[Stage, Usual],
    calendar: WorkCalendar,
) -> dt.datetime | None:
    """The first morning on which it would have been told to be at risk."""
    starts = [moment for moment, _ in begun]
    for morning in _mornings(one, calendar):
        if any(pause.start <= morning and (pause.end is None or morning < pause.end) for pause in held):
            continue
        at = bisect_right(starts, morning)
        began, position = begun[at - 1] if at else (one.accepted_at, risks.WHOLE)
        known = usual_for(usual, one.agency_id, one.procedure_id, position)
        if known is None:
            continue
        spent = worked_minutes(calendar, began, morning, since(held, began))
        left = calendar.working_minutes_between(morning, one.overdue_from)
        if spent is not None and assess(left, spent, known) is not None:
            return morning
    return None


def _mornings(one: Past, calendar: WorkCalendar) -> Iterator[dt.datetime]:
    """Every working morning on which it was open and in time; none where the calendar does not reach."""
    until = min(one.ended_at or one.overdue_from, one.overdue_from)
    zone = one.accepted_at.tzinfo
    day = one.accepted_at.date()
    try:
        while True:
            day = calendar.nth_working_day_after(day, 1)
            morning = dt.datetime.combine(day, LOOKED_AT, zone)
            if morning >= until:
                return
            yield morning
    except CalendarHorizonError:
        return
