"""Whose an alert is and was: from when, by which mail he was told of it, what he has answered and when."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alertrules import STATUTORY, Delivery
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import Alert, AlertRecipient, OutboxMessage, PastRecipient
from tthc_tracker.queries.alertmail import DIGEST

_DAYS = 15  # in which the first digest that counts an alert is looked for: no row of days off is as long
_AT_ONCE = dt.timedelta(hours=3)  # the same of a mail at once: it waits an hour for the one before
_NOT_TOLD = ("cancelled", "dead")


@dataclass(frozen=True)
class Recipient:
    """Somebody whose alert it is, or was until `until`. rings: he is waited for.

    mailed_at: when the first mail that counts it for him left; mail_waits: it was written, and waits.
    """

    user_id: int
    name: str
    since: dt.datetime
    until: dt.datetime | None
    rings: bool
    answered: bool
    climbed: bool
    handed: bool
    answered_at: dt.datetime | None
    said: str
    promised_on: dt.date | None
    mailed_at: dt.datetime | None
    mail_waits: bool


class _Mail(NamedTuple):
    user_id: int
    kind: str
    context: dict[str, Any]
    created_at: dt.datetime
    sent_at: dt.datetime | None


def recipients(session: Session, alert_id: int) -> tuple[Recipient, ...]:
    """Whose it is, those below first; then whose it was, the latest first. Five queries at most."""
    given = {"alert_id": alert_id}
    alert = session.execute(_alert(), given).one()
    present = session.execute(_present(), given).all()
    past = session.execute(_past(), given).all()
    mails = _mails(session, alert, [*present, *past])
    found = [_recipient(row, alert, mails, row.open, row.answered) for row in present]
    return (*found, *(_recipient(row, alert, mails, False, False, row.until) for row in past))


@cache
def _alert() -> Any:
    columns = (Alert.id, Alert.rule, Alert.delivery, Alert.raised_at, Alert.from_before)
    return select(*columns).where(Alert.id == bindparam("alert_id"))


def _columns(row: type[AlertRecipient] | type[PastRecipient]) -> tuple[Any, ...]:
    return (
        row.user_id, User.full_name, row.since, row.climbed, row.handed, row.answered_at, row.said,
        row.promised_on,
    )  # fmt: skip


@cache
def _present() -> Any:
    row = AlertRecipient
    his = select(*_columns(row), row.open, row.answered).join(User, User.id == row.user_id)
    return his.where(row.alert_id == bindparam("alert_id")).order_by(row.climbed, User.name_folded, User.id)


@cache
def _past() -> Any:
    row = PastRecipient
    was = select(*_columns(row), row.until).join(User, User.id == row.user_id)
    return was.where(row.alert_id == bindparam("alert_id")).order_by(row.until.desc(), row.id)


def _recipient(
    row: Any, alert: Any, mails: dict[int, list[_Mail]], rings: bool, answered: bool,
    until: dt.datetime | None = None,
) -> Recipient:  # fmt: skip
    since = row.since or alert.raised_at
    told = next(_telling(alert, mails.get(row.user_id, []), since, until), None)
    return Recipient(
        row.user_id, row.full_name, since, until, rings, answered, row.climbed, row.handed, row.answered_at,
        row.said, row.promised_on, told.sent_at if told else None, told is not None and told.sent_at is None,
    )  # fmt: skip


# --- by which mail


def _telling(
    alert: Any, mails: list[_Mail], since: dt.datetime, until: dt.datetime | None
) -> Iterator[_Mail]:
    """The mails that counted an alert for somebody whose it was then, in their order."""
    for mail in mails:
        meanwhile = since <= mail.created_at and (until is None or mail.created_at < until)
        if meanwhile and _counts(mail, alert):
            yield mail


def _counts(mail: _Mail, alert: Any) -> bool:
    if mail.kind == DIGEST:
        return not mail.context.get("statutory") or alert.rule in STATUTORY
    within = int(mail.context["after"]) < alert.id <= int(mail.context["upto"])
    return within and not alert.from_before


def _mails(session: Session, alert: Any, rows: Sequence[Any]) -> dict[int, list[_Mail]]:
    """What may have told each of these people, in the order in which it was written."""
    if not rows or alert.delivery is Delivery.SCREEN:
        return {}
    came = [(row.user_id, row.since or alert.raised_at) for row in rows]
    days = [dt.timedelta(days=number) for number in range(_DAYS)]
    keys = {f"{DIGEST}:{user_id}:{since.date() + day}" for user_id, since in came for day in days}
    message = OutboxMessage
    columns = (message.user_id, message.kind, message.context, message.created_at, message.sent_at)
    left = select(*columns).where(message.status.not_in(_NOT_TOLD)).order_by(message.created_at, message.id)
    soon = or_(
        *(
            and_(message.user_id == user_id, message.created_at.between(since, since + _AT_ONCE))
            for user_id, since in came
        )
    )
    digests = left.where(message.dedup_key.in_(sorted(keys)))
    at_once = left.where(message.kind == "at_once", soon)
    found: defaultdict[int, list[_Mail]] = defaultdict(list)
    for row in (*session.execute(at_once), *session.execute(digests)):
        found[row.user_id].append(_Mail(*row))
    return {user_id: sorted(mails, key=lambda mail: mail.created_at) for user_id, mails in found.items()}
