"""Alerts that nobody acknowledges climb, on working time only, to whom their rule's ladder names next."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.localtime import HOUR
from tthc_tracker.queries.alertrules import Terms
from tthc_tracker.queries.calendars import work_calendar


@dataclass(frozen=True)
class Ladder:
    """The ladders of all rules."""

    session: Session
    terms: Terms

    def climbs_at(self, rule: Rule, agency_id: int, rung: int, since: dt.datetime) -> dt.datetime | None:
        """When an alert on a rung leaves it for the next, if it has one and nobody answers until then.

        The hours of every rung count by the agency's calendar, since the alert was raised or, if it kept
        still or a promise was not kept, since it has stood again.
        """
        ladder = self.terms.of(rule, agency_id).ladder
        if rung >= len(ladder):
            return None
        calendar = work_calendar(self.session, agency_id)
        try:
            return calendar.add(calendar.snap(since), ladder[rung].after_hours * HOUR)
        except CalendarHorizonError:
            return None
