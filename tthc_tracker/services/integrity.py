"""Signs that a record may not be what happened: flagged by the deed itself, in its transaction.

Such an alert cannot end by itself: it stands until the controller has looked at it (docs/law.md, flags).
"""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule, SubjectType
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.milestones import finish_is_typed_late
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.alertrules import Terms
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.recipients import Directory, Place
from tthc_tracker.services.alerts import insert_for, note_stand_ins


def flag_late_finish(session: Session, dossier: Dossier, now: dt.datetime) -> None:
    """Flag a finish that has just been put down, if it lies back too far (docs/law.md, flags)."""
    assert dossier.closed_at is not None
    agency = dossier.resolving_agency_id
    hours = Terms(session, now.date()).of(Rule.FINISH_TYPED_LATE, agency).thresholds["hours"]
    try:
        late = finish_is_typed_late(dossier.closed_at, now, work_calendar(session, agency), hours)
    except CalendarHorizonError:
        return  # an unknown year accuses nobody
    if late:
        flag(session, dossier, Rule.FINISH_TYPED_LATE, now)


def flag_backward(session: Session, dossiers: Iterable[Dossier], now: dt.datetime) -> None:
    """Flag what a file would have moved backwards: refused, and told once while the dossier stays so."""
    directory = Directory(session, now.date())
    for dossier in dossiers:
        flag(session, dossier, Rule.STATUS_BACKWARDS, now, directory)


def flag(
    session: Session, dossier: Dossier, rule: Rule, now: dt.datetime, directory: Directory | None = None
) -> None:
    """Raise a deed's alert on a dossier, named by its last event: mostly the one just appended."""
    place = Place(
        dossier.receiving_agency_id, dossier.resolving_agency_id, dossier.holding_unit_id, dossier.officer_id
    )
    directory = directory or Directory(session, now.date())
    terms = directory.terms_of(rule, place)
    if not terms.active:
        return
    values = {
        "subject_type": SubjectType.DOSSIER.value, "subject_id": dossier.id, "dossier_id": dossier.id,
        "rule": rule, "version": dossier.version, "severity": terms.severity, "delivery": terms.delivery,
        "agency_id": dossier.resolving_agency_id, "unit_id": dossier.holding_unit_id,
        "due_at": dossier.current_due_at, "raised_at": now, "scan_token": 0, "from_before": False, "note": "",
        "rung": 0,
    }  # fmt: skip
    statement = insert_for(session, Alert).values(values).on_conflict_do_nothing().returning(Alert.id)
    alert_id = session.execute(statement).scalar_one_or_none()
    if alert_id is None:
        return
    found = directory.of(rule, place)
    session.add_all(
        AlertRecipient(alert_id=alert_id, user_id=user_id, since=now) for user_id in sorted(found.user_ids)
    )
    note_stand_ins(session, [alert_id] if found.stand_in else [])
