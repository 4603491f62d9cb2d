"""Alerts of what an agency owes to the session: figures to enter for a quarter, conclusions to carry out.

By state, as the others: a run that was missed is caught up, a second one adds nothing, what is done closes.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import OF_SESSIONS, Rule, SubjectType
from tthc_tracker.domain.conclusions import Progress
from tthc_tracker.domain.indicators import Entry, number_of
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.queries import conclusions, indicators
from tthc_tracker.queries.recipients import Directory, Place
from tthc_tracker.services import alerts, pastrecipients
from tthc_tracker.services.alertladder import Ladder
from tthc_tracker.services.alerts import Tally
from tthc_tracker.services.pastrecipients import UNSAID

_OF_ENTRY = {Entry.DUE_SOON: Rule.INDICATOR_DUE_SOON, Entry.OVERDUE: Rule.INDICATOR_OVERDUE}
_OF_CONCLUSION = {Progress.DUE_SOON: Rule.CONCLUSION_DUE_SOON, Progress.OVERDUE: Rule.CONCLUSION_OVERDUE}


@dataclass(frozen=True)
class Duty:
    """What an alert is raised for; version: the period (20241), or the conclusion's number."""

    agency_id: int
    rule: Rule
    version: int


def settle(session: Session, directory: Directory, *, now: dt.datetime, token: int = 0) -> Tally:
    """Raise what is due soon or overdue, close what has been done or has moved."""
    wanted = due(session, directory, now.date())
    tally, known = Tally(), _known(session)
    over = [row.id for duty, row in known.items() if row.closed_at is None and duty not in wanted]
    alerts.close(session, over, now)
    tally.closed = len(over)
    for duty, due_on in wanted.items():
        row = known.get(duty)
        if row is None:
            _raise(session, directory, duty, due_on, now, token)
            tally.raised[duty.rule] += 1
        elif row.closed_at is not None:
            _reopen(session, directory, duty, row, due_on, now)
            tally.raised[duty.rule] += 1
    return tally


def due(session: Session, directory: Directory, today: dt.date) -> dict[Duty, dt.date]:
    """What is owed soon, or has been for too long, and its day; only what an agency wants to hear of."""
    found: dict[Duty, dt.date] = {}
    for (agency_id, period), (entry, due_on) in indicators.owed(session, today, directory.terms).items():
        if rule := _OF_ENTRY.get(entry):
            found[Duty(agency_id, rule, number_of(period))] = due_on
    for one in conclusions.open_ones(session, today, directory.terms):
        if rule := _OF_CONCLUSION.get(one.progress):
            found[Duty(one.owner_id, rule, one.id)] = one.due_on
    terms = directory.terms
    return {duty: day for duty, day in found.items() if terms.of(duty.rule, duty.agency_id).active}


def _known(session: Session) -> dict[Duty, Alert]:
    of_sessions = Alert.rule.in_(sorted(OF_SESSIONS)), Alert.subject_type == SubjectType.AGENCY.value
    found = session.execute(select(Alert).where(*of_sessions).order_by(Alert.id)).scalars()
    return {Duty(row.subject_id, row.rule, row.version): row for row in found}


def _raise(
    session: Session, directory: Directory, duty: Duty, due_on: dt.date, now: dt.datetime, token: int
) -> None:
    terms = directory.terms.of(duty.rule, duty.agency_id)
    values = {
        "subject_type": SubjectType.AGENCY.value, "subject_id": duty.agency_id, "rule": duty.rule,
        "version": duty.version, "severity": terms.severity, "delivery": terms.delivery,
        "agency_id": duty.agency_id, "due_at": end_of(due_on), "raised_at": now, "scan_token": token,
        "from_before": False, "note": "", "rung": 0,
        "climbs_at": Ladder(session, directory.terms).climbs_at(duty.rule, duty.agency_id, 0, now),
    }  # fmt: skip
    statement = alerts.insert_for(session, Alert).values(values).on_conflict_do_nothing()
    alert_id = session.execute(statement.returning(Alert.id)).scalar_one_or_none()
    if alert_id is not None:
        _address(session, directory, duty, alert_id, now)


def _reopen(
    session: Session, directory: Directory, duty: Duty, row: Alert, due_on: dt.date, now: dt.datetime
) -> None:
    """It was closed because its day had moved, or a figure stood for a while: it is told as if new."""
    row.closed_at, row.acknowledged_at, row.promised_on, row.rung = None, None, None, 0
    row.due_at, row.raised_at = end_of(due_on), now
    row.climbs_at = Ladder(session, directory.terms).climbs_at(duty.rule, duty.agency_id, 0, now)
    session.flush()
    its = AlertRecipient.alert_id == row.id
    pastrecipients.put_down(session, its, now)
    anew = {"open": True, "answered": False, "hushed": False, "climbed": False, "since": now}
    session.execute(update(AlertRecipient).where(its).values(anew | UNSAID))
    _address(session, directory, duty, row.id, now)


def _address(session: Session, directory: Directory, duty: Duty, alert_id: int, now: dt.datetime) -> None:
    found = directory.of(duty.rule, Place(duty.agency_id, duty.agency_id, None))
    alerts.readdress(session, {alert_id: found.user_ids}, now)
    alerts.note_stand_ins(session, [alert_id] if found.stand_in else [])


def end_of(day: dt.date) -> dt.datetime:
    """The last minute of the day that an alert speaks of: by it days are counted."""
    return dt.datetime.combine(day, dt.time(23, 59), VIETNAM)
