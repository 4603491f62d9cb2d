"""Put down whose an alert was until now, before its row of recipients is changed or goes (decision 0056)."""

import datetime as dt
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, insert, literal, select
from sqlalchemy.orm import Session

from tthc_tracker.models.alert import AlertRecipient, PastRecipient
from tthc_tracker.models.base import Moment

UNSAID: dict[str, Any] = {"answered_at": None, "said": "", "promised_on": None}
"""What somebody has answered whose alert it has just become."""

_KEPT = ("alert_id", "user_id", "since", "climbed", "handed", "answered_at", "said", "promised_on")


def put_down(session: Session, condition: ColumnElement[bool], now: dt.datetime) -> None:
    """Keep the rows of recipients that the condition names, as they have been until now."""
    session.execute(_put(condition, literal(now, Moment)))


def put_down_pairs(session: Session, pairs: list[tuple[int, int]], now: dt.datetime) -> None:
    """The same of these alerts and people."""
    if pairs:
        his = (AlertRecipient.alert_id == bindparam("its")) & (AlertRecipient.user_id == bindparam("his"))
        given = [{"its": alert_id, "his": user_id, "now": now} for alert_id, user_id in pairs]
        session.execute(_put(his, bindparam("now", type_=Moment)), given)


def _put(condition: ColumnElement[bool], until: Any) -> Any:
    kept = [getattr(AlertRecipient, name) for name in _KEPT]
    rows = select(*kept, until).where(condition)
    table = cast("Table", PastRecipient.__table__)
    return insert(table).from_select([*_KEPT, "until"], rows, include_defaults=False)
