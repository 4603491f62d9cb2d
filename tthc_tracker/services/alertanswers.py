"""What people answer to an alert of theirs: what will be done and by when, not before a day, or another's.

Each leaves an entry in the audit; none ends the alert, which stands while its cause does.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alertanswers import Fault, promise_fault, snooze_fault
from tthc_tracker.domain.alerting import DEEDS
from tthc_tracker.domain.errors import CalendarHorizonError, InvalidInput, NotFound, NotNow
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import Alert, AlertRecipient, AlertSnooze
from tthc_tracker.queries import alerttakers
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.services import alerthush, alerts, pastrecipients
from tthc_tracker.services.acting import Person
from tthc_tracker.services.pastrecipients import UNSAID
from tthc_tracker.wording import alertanswers as words

LONGEST_NOTE = 500


@dataclass(frozen=True)
class AcknowledgeAlert:
    """Say what will be done about an alert and by when; of what has been done (DEEDS) only what was seen."""

    alert_id: int
    note: str
    by: dt.date | None = None


@dataclass(frozen=True)
class SnoozeAlert:
    """Let an alert keep still until a day; once."""

    alert_id: int
    until: dt.date | None
    reason: str


@dataclass(frozen=True)
class HandAlert:
    """Give an alert to somebody who can act."""

    alert_id: int
    to_id: int | None


def acknowledge(session: Session, command: AcknowledgeAlert, *, user_id: int, now: dt.datetime) -> None:
    """Acknowledge one's own alert: one's bell is silent, it climbs no further until that day is over.

    Raises:
        NotFound: no standing alert of this person. InvalidInput: no note or too long a one; no day, a day
        that is over, or one too far ahead.
    """
    note = _text("note", command.note)
    alert, recipient = _mine(session, command.alert_id, user_id)
    deed = alert.rule in DEEDS
    if not deed:
        _refuse("by", promise_fault(command.by, now.date()), words.PROMISE)
    alert.acknowledged_at, alert.acknowledged_by_id, alert.note = now, user_id, note
    alert.promised_on, alert.climbs_at = None if deed else command.by, None
    _answer(recipient, now, note, alert.promised_on)
    alerthush.note(session, "alert_acknowledged", alert, by_id=user_id, now=now, by=_day(alert.promised_on))
    session.flush()
    if deed:  # it cannot end by itself: that it has been looked at ends it
        alerts.close(session, [alert.id], now)


def snooze(session: Session, command: SnoozeAlert, *, person: Person, now: dt.datetime) -> None:
    """Let one's own alert keep still until a day: once, for two weeks at most, for everybody it concerns.

    One that has climbed is put off only by those to whom it has come up.

    Raises:
        NotFound: no standing alert of this person. NotNow: it was put off before. InvalidInput: no reason, a
        day that cannot be, or it has climbed above him.
    """
    reason = _text("reason", command.reason)
    alert, recipient = _mine(session, command.alert_id, person.user_id)
    _refuse("until", snooze_fault(command.until, now.date()), words.SNOOZE)
    if alert.rung > 0 and not recipient.climbed:
        raise InvalidInput("until", words.CLIMBED)
    values = {
        "alert_id": alert.id, "until": command.until, "at": now, "by_id": person.user_id, "reason": reason,
    }  # fmt: skip
    statement = alerts.insert_for(session, AlertSnooze).values(values).on_conflict_do_nothing()
    if session.execute(statement.returning(AlertSnooze.alert_id)).scalar_one_or_none() is None:
        raise NotNow("put off once already")
    alerthush.hush(session, [alert.id])
    alerthush.note(session, "alert_snoozed", alert, by_id=person.user_id, now=now, until=_day(command.until))


def hand_on(session: Session, command: HandAlert, *, person: Person, now: dt.datetime) -> None:
    """Give one's own alert to somebody within one's reach who can answer it: it rings for him from now on.

    It goes on climbing from when it was raised, until he answers.

    Raises:
        NotFound: no standing alert of this person. InvalidInput: nobody chosen, or nobody who may take it.
    """
    alert, recipient = _mine(session, command.alert_id, person.user_id)
    if command.to_id is None:
        raise InvalidInput("to", words.NOBODY)
    may = alerttakers.takers(session, alert.agency_id, person.scope, but=person.user_id)
    taker = next((one for one in may if one.user_id == command.to_id), None)
    if taker is None:
        raise InvalidInput("to", words.NO_TAKER)
    _answer(recipient, now)
    session.flush()
    still = alert.id in alerthush.hushed(session, [alert.id])
    pastrecipients.put_down_pairs(session, [(alert.id, taker.user_id)], now)  # who has had it, has it anew
    given = {"open": not still, "hushed": still, "answered": False, "handed": True, "since": now} | UNSAID
    row = {"alert_id": alert.id, "user_id": taker.user_id, "climbed": recipient.climbed} | given
    upsert = alerts.insert_for(session, AlertRecipient).values(row)
    session.execute(upsert.on_conflict_do_update(index_elements=["alert_id", "user_id"], set_=given))
    session.expire_all()
    alert.handed_to_id, alert.handed_by_id, alert.handed_at = taker.user_id, person.user_id, now
    username = session.get_one(User, taker.user_id).username
    alerthush.note(session, "alert_handed", alert, by_id=person.user_id, now=now, taker=username)


def _answer(recipient: AlertRecipient, now: dt.datetime, said: str = "", by: dt.date | None = None) -> None:
    """It rings for him no more; what he said is his own, whatever others say after him."""
    recipient.open, recipient.answered = False, True
    recipient.answered_at, recipient.said, recipient.promised_on = now, said, by


# --- what becomes of a promise


def lapse_due(session: Session, *, now: dt.datetime, limit: int = alerthush.BATCH) -> tuple[int, bool]:
    """Let the alerts stand unanswered again whose promised day is over; how many, and whether more wait.

    They ring again for whoever promised, and climb with the opening of the next working day. By state: what
    was missed while nothing ran lapses with the next run.
    """
    broken = (
        select(Alert)
        .where(Alert.closed_at.is_(None), Alert.acknowledged_at.is_not(None), Alert.promised_on < now.date())
        .order_by(Alert.promised_on, Alert.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = session.execute(broken.execution_options(populate_existing=True)).scalars().all()
    still = alerthush.hushed(session, [alert.id for alert in found])
    for alert in found:
        assert alert.promised_on is not None
        alert.acknowledged_at = None
        its = (alert.id, alert.acknowledged_by_id)
        recipient = session.get(AlertRecipient, its, populate_existing=True)
        if recipient is not None:
            _has_anew(session, recipient, now, still=alert.id in still)
        if alert.id not in still:
            alert.counts_from = alert.climbs_at = _opening_after(session, alert.agency_id, alert.promised_on)
    session.flush()
    return len(found), len(found) == limit


def _has_anew(session: Session, recipient: AlertRecipient, now: dt.datetime, *, still: bool) -> None:
    """It is his again as if it had just come to him; what he had said is put down."""
    pastrecipients.put_down_pairs(session, [(recipient.alert_id, recipient.user_id)], now)
    recipient.open, recipient.hushed, recipient.answered, recipient.since = not still, still, False, now
    recipient.answered_at, recipient.said, recipient.promised_on = None, "", None


def _opening_after(session: Session, agency_id: int, day: dt.date) -> dt.datetime:
    """When the agency opens after a day."""
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), VIETNAM)
    try:
        return work_calendar(session, agency_id).snap(midnight)
    except CalendarHorizonError:
        return midnight


# --- checks


def _mine(session: Session, alert_id: int, user_id: int) -> tuple[Alert, AlertRecipient]:
    recipient = session.get(AlertRecipient, (alert_id, user_id), populate_existing=True)
    alert = session.get(Alert, alert_id, with_for_update=True, populate_existing=True) if recipient else None
    if recipient is None or alert is None or alert.closed_at is not None:
        raise NotFound
    return alert, recipient


def _text(field: str, typed: str) -> str:
    text = typed.strip()
    if not text:
        raise InvalidInput(field, words.MISSING[field])
    if len(text) > LONGEST_NOTE:
        raise InvalidInput(field, words.TOO_LONG)
    return text


def _refuse(field: str, fault: Fault | None, said: Mapping[Fault, str]) -> None:
    if fault is not None:
        raise InvalidInput(field, said[fault])


def _day(on: dt.date | None) -> str | None:
    return on.isoformat() if on else None
