"""Reckon an open dossier by a calendar that is not in force yet: a row of `calendar_move` a dossier.

The same engine and the same facts as services.reckoning and services.stepruns go by, many dossiers at a time;
tests hold the two together.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.calendarchanges import Effect, Notice, effect_of
from tthc_tracker.domain.deadlines import CUTOFF, Rounding, stated
from tthc_tracker.domain.errors import CalendarHorizonError, InvalidPause
from tthc_tracker.domain.milestones import handover_due, reception_dates
from tthc_tracker.domain.processes import step_clock
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.queries import settings
from tthc_tracker.queries.alertrules import Terms
from tthc_tracker.queries.calendars import AsWritten, work_calendar
from tthc_tracker.queries.openclocks import OpenClock
from tthc_tracker.queries.promises import reckoned
from tthc_tracker.services.clockvalues import is_on_day_off, milestones

Values = dict[str, Any]


class Reckoner:
    """Reckons the dossiers of one batch. calendars: as they would be; those in force are read beside."""

    def __init__(self, session: Session, calendars: AsWritten, change_id: int, now: dt.datetime) -> None:
        self._session, self._calendars = session, calendars
        self._change_id, self._now = change_id, now
        self._terms = Terms(session, now.date())
        self._limits: dict[tuple[Any, Any], TimeLimit] = {}
        self._cutoffs: dict[tuple[int, dt.date], dt.time] = {}
        self._in_force: dict[int, WorkCalendar] = {}

    def move(self, one: OpenClock) -> Values:
        """The dossier as it is and as it would be."""
        row = one.row
        was, unknown = one.stored, False
        becomes = dict(was)
        try:
            becomes |= self._resolution(one)
        except (CalendarHorizonError, InvalidPause):
            unknown = True
        becomes |= self._reception(one) | self._handover(one)
        run = self._run(one)
        moves = (was["due_at"], was["current_due_at"]) != (becomes["due_at"], becomes["current_due_at"])
        told = was["current_due_at"] != becomes["current_due_at"] and one.home and one.reachable
        paused = becomes["paused_since"] is not None
        effect = effect_of(was["overdue_from"], becomes["overdue_from"], self._now, paused=paused)
        return {
            "change_id": self._change_id, "dossier_id": row.id, "version": row.version,
            "agency_id": row.resolving_agency_id, "unit_id": row.holding_unit_id, "moves": moves,
            "touched": was != becomes or (one.run is not None and run != (one.run.due_at, one.run.late_from)),
            "written": 0, "effect": Effect.UNKNOWN if unknown else effect,
            "notice": Notice.DRAFT if told else Notice.NONE,
            "was_due_at": was["due_at"], "was_current_due_at": was["current_due_at"],
            "was_late_from": was["late_from"], **becomes, "reception_round": row.reception_round,
            "run_id": one.run.id if one.run else None, "run_due_at": run[0], "run_late_from": run[1],
        }  # fmt: skip

    # --- the promise

    def _resolution(self, one: OpenClock) -> Values:
        row, calendar = one.row, self._calendars.of(one.promised_by)
        if row.accepted_at is None or row.current_due_at is None:
            return {}
        limit = None if row.limit_amount is None else self._limit(row.limit_amount, row.limit_unit)
        thresholds = self._terms.thresholds(row.resolving_agency_id)
        if row.due_given or limit is None:
            day_off = row.due_given and is_on_day_off(calendar, row.due_at.date())
            given = {"due_on_day_off": day_off}
            return given | milestones(calendar, row.accepted_at, row.current_due_at, limit, thresholds)
        deadline = reckoned(
            stated, start=row.accepted_at, limit=limit, calendar=calendar, pauses=one.pauses,
            reappointment=one.second, rounding=Rounding(row.rounding),
            cutoff=self._cutoff(one.promised_by, row.accepted_at.date()) if limit.amount == 0 else CUTOFF,
        )  # fmt: skip
        return {
            "due_at": deadline.due_at, "due_on": deadline.due_at.date(),
            "current_due_at": deadline.current_due_at, "late_from": deadline.late_from,
            "overdue_from": deadline.overdue_from, "due_provisional": deadline.provisional,
            "paused_since": deadline.paused_since,
            **milestones(calendar, row.accepted_at, deadline.current_due_at, limit, thresholds),
        }  # fmt: skip

    def _limit(self, amount: Any, unit: Any) -> TimeLimit:
        known = self._limits.get((amount, unit))
        if known is None:
            known = self._limits[amount, unit] = TimeLimit(amount, unit)
        return known

    def _cutoff(self, agency_id: int, on: dt.date) -> dt.time:
        known = self._cutoffs.get((agency_id, on))
        if known is None:
            known = settings.same_day_cutoff(self._session, agency_id, on)
            self._cutoffs[agency_id, on] = known
        return known

    # --- the other clocks

    def _reception(self, one: OpenClock) -> Values:
        row = one.row
        if row.reception_due_at is None or row.reception_answered_at is not None or one.round_at is None:
            return {}
        desk, start = row.receiving_agency_id, one.round_at
        limit = settings.reception_limit(self._session, desk, start.date())
        found = self._known(lambda: reception_dates(start, self._calendars.of(desk), limit))
        if found is None:
            return {}
        due_at, late_from = found
        return {
            "reception_due_at": due_at, "reception_due_on": due_at.date(), "reception_late_from": late_from
        }  # fmt: skip

    def _handover(self, one: OpenClock) -> Values:
        """Owed since the acceptance. Owed since the desk had it back, it stays: no column says since when."""
        row, desk = one.row, one.row.receiving_agency_id
        if row.handover_due_at is None or row.handover_confirmed_at is not None or row.accepted_at is None:
            return {}
        if self._known(lambda: handover_due(row.accepted_at, self._present(desk))) != row.handover_due_at:
            return {}
        due_at = self._known(lambda: handover_due(row.accepted_at, self._calendars.of(desk)))
        return {} if due_at is None else {"handover_due_at": due_at}

    def _run(self, one: OpenClock) -> tuple[dt.datetime | None, dt.datetime | None]:
        if (run := one.run) is None:
            return None, None
        calendar = self._calendars.of(run.agency_id)
        try:
            clock = step_clock(run.opened_at, run.limit, calendar, one.pauses)
        except (CalendarHorizonError, InvalidPause):
            return None, None
        return clock.due_at, clock.late_from

    def _present(self, agency_id: int) -> WorkCalendar:
        known = self._in_force.get(agency_id)
        if known is None:
            known = self._in_force[agency_id] = work_calendar(self._session, agency_id)
        return known

    @staticmethod
    def _known(reckon: Callable[[], Any]) -> Any:
        """What is reckoned; None where the calendar is not known that far."""
        try:
            return reckon()
        except CalendarHorizonError:
            return None
