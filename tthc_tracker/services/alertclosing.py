"""Close what stands on a dossier when its cause has ended, in the transaction that ends it.

A deed's alert has no cause that could end: it stays until somebody has looked at it.
"""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import DEEDS
from tthc_tracker.models.alert import Alert, AlertRecipient


def close_for_dossier(session: Session, dossier_id: int, now: dt.datetime) -> None:
    """Close every alert that stands on this dossier; the bell of its recipients follows."""
    close_for_dossiers(session, [dossier_id], now)


def close_for_dossiers(session: Session, dossier_ids: Sequence[int], now: dt.datetime) -> None:
    """Close every alert that stands on one of these dossiers."""
    standing = select(Alert.id).where(Alert.dossier_id.in_(dossier_ids), Alert.closed_at.is_(None))
    standing = standing.where(Alert.rule.not_in(DEEDS))
    ids = session.execute(standing.order_by(Alert.id)).scalars().all()
    if not ids:
        return
    session.execute(update(Alert).where(Alert.id.in_(ids)).values(closed_at=now))
    session.execute(update(AlertRecipient).where(AlertRecipient.alert_id.in_(ids)).values(open=False))
