"""The bell, and one alert as its page shows it. The list of alerts: queries.alertlist."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.models.account import User
from tthc_tracker.models.alert import STANDS_OPEN, Alert, AlertRecipient, AlertSnooze, SourceDispute
from tthc_tracker.queries import alertlist
from tthc_tracker.queries.alertlist import AlertLine
from tthc_tracker.queries.alertrecipients import Recipient, recipients


def open_count(session: Session, user_id: int) -> int:
    """How many alerts stand for this person: the bell."""
    return session.execute(_open_count(), {"user_id": user_id}).scalar_one()


@cache
def _open_count() -> Select[int]:
    """Asked with every page: put together once."""
    mine = (AlertRecipient.user_id == bindparam("user_id"), STANDS_OPEN)
    return select(func.count()).select_from(AlertRecipient).where(*mine)


@dataclass(frozen=True)
class AlertView:
    """One alert. mine: it concerns the reader; climbed: it has come up to him; snoozed: put off once."""

    line: AlertLine
    agency_id: int
    closed_at: dt.datetime | None
    mine: bool
    climbed: bool
    recipients: tuple[Recipient, ...]
    snoozed: bool
    snoozed_by: str | None
    snoozed_because: str
    handed_by: str | None
    handed_at: dt.datetime | None
    disputed_by: str | None
    disputed_at: dt.datetime | None

    @property
    def dossier_code(self) -> str | None:
        """The dossier it speaks of, if it does of one."""
        return self.line.dossier_code


def view(session: Session, alert_id: int, user_id: int, now: dt.datetime) -> AlertView | None:
    """One alert as a reader meets it; who may see it is the caller's to know. Eight queries at most."""
    line = alertlist.one(session, alert_id, now)
    if line is None:
        return None
    more = session.execute(_more(), {"alert_id": alert_id}).one()
    people = recipients(session, alert_id)
    his = next((one for one in people if one.user_id == user_id and one.until is None), None)
    return AlertView(
        line, more.agency_id, more.closed_at, his is not None, his is not None and his.climbed, people,
        more.snoozed_at is not None, more.snoozed_by, more.reason or "", more.handed_by, more.handed_at,
        more.disputed_by, more.disputed_at,
    )  # fmt: skip


@cache
def _more() -> Any:
    sleeper, giver, head = aliased(User), aliased(User), aliased(User)
    return (
        select(
            Alert.agency_id, Alert.closed_at, AlertSnooze.at.label("snoozed_at"), AlertSnooze.reason,
            sleeper.full_name.label("snoozed_by"), giver.full_name.label("handed_by"), Alert.handed_at,
            head.full_name.label("disputed_by"), SourceDispute.at.label("disputed_at"),
        )
        .outerjoin(AlertSnooze, AlertSnooze.alert_id == Alert.id)
        .outerjoin(sleeper, sleeper.id == AlertSnooze.by_id)
        .outerjoin(giver, giver.id == Alert.handed_by_id)
        .outerjoin(
            SourceDispute,
            (SourceDispute.dossier_id == Alert.dossier_id) & SourceDispute.ended_at.is_(None),
        )
        .outerjoin(head, head.id == SourceDispute.by_id)
        .where(Alert.id == bindparam("alert_id"))
    )  # fmt: skip
