"""Alerts as people see them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.models.alert import AlertRecipient


def open_count(session: Session, user_id: int) -> int:
    """How many alerts stand for this person: the bell."""
    mine = select(func.count()).where(AlertRecipient.user_id == user_id, AlertRecipient.open)
    return session.execute(mine.select_from(AlertRecipient)).scalar_one()
