"""Which alerts keep still for a while, and how they are let ring again: put off, or their dossier disputed
or no longer seen at its source.

A hushed alert stands: it is in its lists, and in nobody's bell, mail or climb.
"""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tthc_tracker.models.alert import Alert, AlertRecipient, AlertSnooze, SourceDispute
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.alertrules import Terms
from tthc_tracker.services import audit
from tthc_tracker.services.alertladder import Ladder

BATCH = 500


def hushed(session: Session, alert_ids: Collection[int]) -> frozenset[int]:
    """Those of these alerts that keep still."""
    asleep = select(AlertSnooze.alert_id).where(
        AlertSnooze.alert_id.in_(alert_ids), AlertSnooze.woken_at.is_(None)
    )
    disputed = (
        select(Alert.id)
        .join(SourceDispute, SourceDispute.dossier_id == Alert.dossier_id)
        .where(Alert.id.in_(alert_ids), SourceDispute.ended_at.is_(None))
    )
    unseen = (
        select(Alert.id)
        .join(Dossier, Dossier.id == Alert.dossier_id)
        .where(Alert.id.in_(alert_ids), Dossier.unseen_since.is_not(None))
    )
    return frozenset(one for still in (asleep, disputed, unseen) for one in session.execute(still).scalars())


def hush(session: Session, alert_ids: Collection[int]) -> None:
    """Let these ring for nobody and climb no further."""
    rings = (AlertRecipient.alert_id.in_(alert_ids), AlertRecipient.open)
    session.execute(update(AlertRecipient).where(*rings).values(open=False, hushed=True))
    session.execute(update(Alert).where(Alert.id.in_(alert_ids)).values(climbs_at=None))


def let_ring(session: Session, alert_ids: Collection[int], *, now: dt.datetime) -> None:
    """Let those that nothing else keeps still ring again for whoever has not answered.

    The hours of their ladders count from now.
    """
    if not alert_ids:
        return
    ids = frozenset(alert_ids) - hushed(session, alert_ids)
    standing = select(Alert).where(Alert.id.in_(ids), Alert.closed_at.is_(None)).order_by(Alert.id)
    found = session.execute(standing.execution_options(populate_existing=True)).scalars().all()
    quiet = (AlertRecipient.alert_id.in_([alert.id for alert in found]), AlertRecipient.hushed)
    rings = update(AlertRecipient).where(*quiet, ~AlertRecipient.answered).values(open=True)
    session.execute(rings)
    session.execute(
        update(AlertRecipient)
        .where(AlertRecipient.alert_id.in_(ids), AlertRecipient.hushed)
        .values(hushed=False)
    )
    ladder = Ladder(session, Terms(session, now.date()))
    for alert in found:
        if alert.acknowledged_at is None and not alert.from_before:
            alert.counts_from = now
            alert.climbs_at = ladder.climbs_at(alert.rule, alert.agency_id, alert.rung, now)
    session.flush()


def wake_due(session: Session, *, now: dt.datetime, limit: int = BATCH) -> tuple[int, bool]:
    """Let the alerts stand again whose day has come; how many, and whether more wait.

    By state: what was missed while nothing ran is woken by the next run.
    """
    due = (
        select(AlertSnooze)
        .where(AlertSnooze.woken_at.is_(None), AlertSnooze.until <= now.date())
        .order_by(AlertSnooze.until, AlertSnooze.alert_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = session.execute(due).scalars().all()
    for snooze in found:
        snooze.woken_at = now
    session.flush()
    let_ring(session, [snooze.alert_id for snooze in found], now=now)
    return len(found), len(found) == limit


def note(
    session: Session, action: str, alert: Alert, *, by_id: int, now: dt.datetime, **facts: object
) -> None:
    """Keep in the audit what somebody did with an alert."""
    code = select(Dossier.code).where(Dossier.id == alert.dossier_id)
    about = session.execute(code).scalar_one_or_none() if alert.dossier_id else None
    given = {"rule": alert.rule.value, "code": about} | facts
    told = {name: value for name, value in given.items() if value is not None}
    audit.note(
        session, action, actor_id=by_id, now=now, object_type="alert", object_id=alert.id,
        agency_id=alert.agency_id, facts=told,
    )  # fmt: skip
