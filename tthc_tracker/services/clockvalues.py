"""What a clock says, in the columns of a dossier: reckoned from values, far from any database.

The process that reads the rows of an import beside the one that writes them (jobs.importchild) reckons here:
nothing of SQLAlchemy may be reached from this module.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tthc_tracker.domain.alerting import Clockwork, next_check, standing_alerts
from tthc_tracker.domain.deadlines import Pause, PausePolicy, late_from
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.exchangerow import ExchangeRow
from tthc_tracker.domain.lifecycle import WAITING, Channel, State
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.milestones import (
    RECEPTION_LIMIT,
    THRESHOLDS,
    Thresholds,
    due_soon_from,
    reception_dates,
    very_overdue_from,
)
from tthc_tracker.domain.performance import finish_class
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.workcalendar import WorkCalendar


def milestones(
    calendar: WorkCalendar,
    start: dt.datetime,
    due_at: dt.datetime,
    limit: TimeLimit | None,
    thresholds: Thresholds = THRESHOLDS,
) -> dict[str, dt.datetime | None]:
    """When it is due soon and very overdue; None where the calendar is not known."""
    overdue = late_from(due_at, limit is not None and limit.is_hour_limit)
    try:
        soon: dt.datetime | None = due_soon_from(start, due_at, limit, calendar, thresholds)
    except CalendarHorizonError:
        soon = None
    try:
        very: dt.datetime | None = very_overdue_from(overdue, limit, calendar, thresholds)
    except CalendarHorizonError:
        very = None
    return {"due_soon_from": soon, "very_overdue_from": very}


def worked_minutes(
    calendar: WorkCalendar, start: dt.datetime, end: dt.datetime, pauses: Iterable[Pause] = ()
) -> int | None:
    """Working minutes from start to end without those in pauses that hold the clock; None: not known."""
    try:
        total = calendar.working_minutes_between(start, end)
        for pause in pauses:
            if pause.policy is PausePolicy.RUNS:
                continue
            stop = min(pause.end or end, end)
            total -= calendar.working_minutes_between(pause.start, stop) if stop > pause.start else 0
    except CalendarHorizonError:
        return None
    return max(total, 0)


# --- looking again

UNTIL_ITS_SOURCE_SPEAKS = dt.datetime(2400, 1, 1, tzinfo=VIETNAM)
"""When the scan looks at a dossier whose source is too old to say anything by: `services.sourcefreshness`
sets another moment when the source has spoken, and finds the dossiers by this one."""


def clockwork_of(values: Mapping[str, Any]) -> Clockwork:
    """A dossier's columns as the alert rules ask for them; `values` by column name."""
    amount, unit = values["limit_amount"], values["limit_unit"]
    return Clockwork(
        dossier_id=values["id"],
        accepted=values["accepted_at"] is not None,
        closed=values["closed_at"] is not None,
        paused=values["paused_since"] is not None,
        same_day=amount is not None and amount == 0 and unit == LimitUnit.WORKING_DAY,
        reception_round=values["reception_round"],
        # One waiting for its applicant has been answered.
        reception_late_from=values["reception_late_from"] if values["state"] == State.REGISTERED else None,
        due_version=values["due_version"],
        due_soon_from=values["due_soon_from"],
        overdue_from=values["overdue_from"],
        very_overdue_from=values["very_overdue_from"],
    )


CLOCK_COLUMNS = (
    "id", "accepted_at", "closed_at", "paused_since", "limit_amount", "limit_unit", "reception_round",
    "reception_late_from", "state", "due_version", "due_soon_from", "overdue_from", "very_overdue_from",
)  # fmt: skip


def next_look(values: Mapping[str, Any], now: dt.datetime) -> dt.datetime | None:
    """When the scan must look at a dossier: now if an alert stands, else at its next milestone."""
    clockwork = clockwork_of(values)
    return now if standing_alerts(clockwork, now) else next_check(clockwork, now)


# --- what a source gave


class Place(NamedTuple):
    """By what an agency counts: its calendar, and from which days on how long its desk has to answer."""

    calendar: WorkCalendar
    answers: tuple[tuple[dt.date, TimeLimit], ...] = ((dt.date.min, RECEPTION_LIMIT),)

    def answer_within(self, on: dt.date) -> TimeLimit:
        """How long its desk has to answer what was filed on a day."""
        return next(limit for since, limit in reversed(self.answers) if since <= on)


def imported_reception(desk: Place, row: ExchangeRow, as_of: dt.datetime | None = None) -> dict[str, Any]:
    """The reception clock of a mirrored dossier, as columns; none where the calendar is not known.

    desk: by what its receiving desk counts.

    as_of: of its file, by when a request or a refusal was given that the source does not date.
    """
    undated = row.accepted_at is None and (row.state in WAITING or row.state is State.REFUSED)
    values: dict[str, Any] = {
        "reception_round": 0, "reception_due_at": None, "reception_due_on": None,
        "reception_late_from": None,
        "reception_answered_at": row.accepted_at or row.refused_at or (as_of if undated else None),
    }  # fmt: skip
    if row.channel is not Channel.ONLINE or row.submitted_at is None:
        return values
    try:
        limit = desk.answer_within(row.submitted_at.date())
        due_at, late = reception_dates(row.submitted_at, desk.calendar, limit)
    except CalendarHorizonError:
        return values
    values["reception_round"], values["reception_late_from"] = 1, late
    values["reception_due_at"], values["reception_due_on"] = due_at, due_at.date()
    return values


def imported_resolution(
    calendar: WorkCalendar,
    row: ExchangeRow,
    values: Mapping[str, Any],
    *,
    as_of: dt.datetime,
    now: dt.datetime,
) -> dict[str, Any]:
    """The resolution clock of a mirrored dossier, as columns: its promise is kept and compared as given."""
    accepted, due = row.accepted_at, row.due_at
    closed = row.closed_at if accepted else _closed_unaccepted(row, as_of)
    clock: dict[str, Any] = {
        "accepted_at": accepted, "accepted_on": accepted and accepted.date(),
        "limit_amount": None, "limit_unit": None, "due_given": due is not None,
        "due_on_day_off": due is not None and is_on_day_off(calendar, due.date()), "due_version": 1,
        "first_due_at": due, "due_at": due, "due_on": due and due.date(), "current_due_at": due,
        "late_from": None, "overdue_from": None, "due_soon_from": None, "very_overdue_from": None,
        "paused_since": None, "closed_at": closed, "closed_on": closed and closed.date(),
        "finish_class": None, "worked_minutes": None, "next_check_at": None,
    }  # fmt: skip
    if accepted and due:
        clock["late_from"] = clock["overdue_from"] = late_from(due, limit_is_hour=False)
        if closed is None:
            clock |= milestones(calendar, accepted, due, None)
        else:
            clock["finish_class"] = finish_class(due, closed, is_hour_limit=False)
    if accepted and closed:
        clock["worked_minutes"] = worked_minutes(calendar, accepted, closed)
    if closed is None:  # nothing changes its mind about one that has ended
        known = {name: clock[name] if name in clock else values[name] for name in CLOCK_COLUMNS}
        clock["next_check_at"] = next_look(known, now)
    return clock


def _closed_unaccepted(row: ExchangeRow, as_of: dt.datetime) -> dt.datetime | None:
    """The end of a dossier that was never accepted; where the source does not date it, when it was known."""
    return (row.closed_at or as_of) if row.state in {State.REFUSED, State.WITHDRAWN} else None


def is_on_day_off(calendar: WorkCalendar, on: dt.date) -> bool:
    """Whether a promise falls on a day off of a year that the calendar knows."""
    return on.year in calendar.years and not calendar.is_working_day(on)
