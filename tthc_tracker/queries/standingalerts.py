"""The alerts that stand on one dossier, as its page shows them."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import Alert, AlertRecipient, SourceDispute
from tthc_tracker.queries import underway


@dataclass(frozen=True)
class StandingAlert:
    """An alert that stands on a dossier. `mine`: it is addressed to the reader.

    promised_on: by when whoever answered it said that the matter would be done; resolved_on: as a head says
    of a dossier whose source has not said so yet.
    """

    id: int
    rule: Rule
    severity: Severity
    due_at: dt.datetime | None
    raised_at: dt.datetime
    acknowledged_at: dt.datetime | None
    acknowledged_by: str | None
    note: str
    mine: bool
    promised_on: dt.date | None
    resolved_on: dt.date | None


def begin(session: Session, dossier_id: int, user_id: int) -> None:
    """Have under way what `alerts_on` asks."""
    underway.begin(session, _alerts_on(), {"dossier_id": dossier_id, "user_id": user_id})


def alerts_on(session: Session, dossier_id: int, user_id: int) -> list[StandingAlert]:
    """What stands on a dossier, the earliest first."""
    found = underway.answer(session, _alerts_on(), {"dossier_id": dossier_id, "user_id": user_id})
    return [StandingAlert(*row) for row in found]


@cache
def _alerts_on() -> Select[*tuple[Any, ...]]:
    """The alerts of the dossier `dossier_id`, as `user_id` sees them."""
    my_copy = and_(AlertRecipient.alert_id == Alert.id, AlertRecipient.user_id == bindparam("user_id"))
    return (
        select(
            Alert.id, Alert.rule, Alert.severity, Alert.due_at, Alert.raised_at, Alert.acknowledged_at,
            User.full_name, Alert.note, AlertRecipient.user_id.is_not(None), Alert.promised_on,
            SourceDispute.resolved_on,
        )
        .outerjoin(
            SourceDispute,
            and_(SourceDispute.dossier_id == Alert.dossier_id, SourceDispute.ended_at.is_(None)),
        )
        .outerjoin(AlertRecipient, my_copy)
        .outerjoin(User, User.id == Alert.acknowledged_by_id)
        .where(Alert.dossier_id == bindparam("dossier_id"), Alert.closed_at.is_(None))
        .order_by(Alert.raised_at, Alert.id)
    )  # fmt: skip
