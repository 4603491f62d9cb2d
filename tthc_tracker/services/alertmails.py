"""Which mails the standing alerts call for: one at once per head and scan, one digest per head and morning.

Both are derived from what stands, so a run that ended half-way is completed by the next one.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from tthc_tracker.domain.alertrules import LEAVES_AT_ONCE, Delivery
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.mailrhythm import MailFrequency, is_first_of_week, only_statutory
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.alert import STANDS_OPEN, Alert, AlertRecipient, OutboxMessage
from tthc_tracker.queries import deputies, settings, unitload
from tthc_tracker.queries.alertmail import statutory_since
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import jobruns, outbox

MOST_OFTEN = dt.timedelta(hours=1)
LASTS = dt.timedelta(hours=1)  # the longest from when a scan finds an alert to when it tells of it
_TOLD_UNTIL = "told-at-once"

# Clerks and officers have their screens; those who answer for others get mail. Administrators stand in.
MAILED = (Role.HEAD_OF_AGENCY, Role.HEAD_OF_UNIT, Role.CONTROLLER, Role.ADMINISTRATOR)


@dataclass
class Mailing:
    """What became of a morning, in heads: whose hour had come, who got a digest, had nothing, was off."""

    due: int = 0
    written: int = 0
    nothing: int = 0
    day_off: int = 0


def heads(session: Session, on: dt.date) -> dict[int, int]:
    """Everybody who gets mail about alerts on a day, with the agency whose hours he keeps; with those who
    stand in for them."""
    statement = (
        select(Membership.user_id, Membership.agency_id, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(User.active, Membership.role.in_(MAILED))
        .order_by(Membership.user_id, Membership.id)
    )
    found: dict[int, tuple[int, int]] = {}
    for user_id, agency_id, role in session.execute(statement):
        rank = MAILED.index(role)
        if user_id not in found or rank < found[user_id][0]:
            found[user_id] = (rank, agency_id)
    mailed = {user_id: agency_id for user_id, (_, agency_id) in found.items()}
    pairs = deputies.deputies(session, on)
    standing_in = {deputy: mailed[user] for user, deputy in pairs.items() if user in mailed}
    return standing_in | mailed


# --- at once


def announce(session: Session, *, now: dt.datetime, domain: str) -> int:
    """Write one mail to each head about the alerts he has not been told of; at most one an hour. How many.

    What is held back by the hour goes with the next mail. Alerts taken over by an import wait for the digest,
    and so does everything for whoever wants no more than that. A short text goes beside where a rule says so.

    What has been somebody's since long before this was done last is told, or is for his digest: it is not
    looked at again, so that the cost follows what is new.
    """
    done = min(jobruns.position(session, _TOLD_UNTIL), int(now.timestamp()))
    since = dt.datetime.fromtimestamp(done, now.tzinfo) - MOST_OFTEN - LASTS if done else None
    jobruns.move_on(session, _TOLD_UNTIL, int(now.timestamp()))
    seldom = _frequencies(session)
    mailed = {user: agency for user, agency in heads(session, now.date()).items() if user not in seldom}
    written = _announce(session, "at_once", _newest(session, LEAVES_AT_ONCE, since), mailed, domain, now)
    if not (by_text := _with_phones(session, mailed, now)):
        return written
    newest = _newest(session, (Delivery.TEXT,), since)
    return written + _announce(session, "text", newest, by_text, domain, now)


def _announce(
    session: Session, kind: str, newest_of: Mapping[int, int], to: Mapping[int, int | str], domain: str,
    now: dt.datetime,
) -> int:  # fmt: skip
    if not newest_of:
        return 0
    told, recently = _told(session, kind, now)
    written = 0
    for user_id, newest in newest_of.items():
        after = told.get(user_id, 0)
        if newest <= after or user_id in recently or user_id not in to:
            continue
        way = to[user_id]
        written += outbox.enqueue(
            session, dedup_key=f"{kind}:{user_id}:{newest}", kind=kind, user_id=user_id,
            context={"after": after, "upto": newest}, domain=domain, now=now,
            channel=way if isinstance(way, str) else outbox.EMAIL,
        )  # fmt: skip
    return written


def _with_phones(session: Session, mailed: Mapping[int, int], now: dt.datetime) -> dict[int, str]:
    """Of these people, who has a phone and an agency that sends texts, with the way they go."""
    ways = {
        agency_id: settings.setting(session, "text_channel", agency_id, now.date())
        for agency_id in set(mailed.values())
    }
    if not any(ways.values()):
        return {}
    phones = frozenset(session.execute(select(User.id).where(User.phone != "")).scalars())
    found = {user_id: ways[agency_id] for user_id, agency_id in mailed.items() if user_id in phones}
    return {user_id: way for user_id, way in found.items() if way}


def _newest(session: Session, deliveries: tuple[Delivery, ...], since: dt.datetime | None) -> dict[int, int]:
    """The newest standing alert to be told at once, by whom it concerns; since: of what is his since then.

    In the order of the index that finds it: grouped by person, SQLite would go through all that stands. Each
    alert is looked at by itself: joined, PostgreSQL would begin at the alerts for as long as it has no
    statistics of them, which is just when a scan has written many.
    """
    his = true() if since is None else AlertRecipient.since > since
    told = (Alert.closed_at.is_(None), ~Alert.from_before, Alert.delivery.in_(deliveries))
    alert = select(Alert.id).where(Alert.id == AlertRecipient.alert_id, *told).correlate(AlertRecipient)
    statement = select(AlertRecipient.user_id, alert.scalar_subquery()).where(STANDS_OPEN, his)
    newest: dict[int, int] = {}
    for user_id, alert_id in session.execute(statement.order_by(AlertRecipient.since)):
        if alert_id is not None:
            newest[user_id] = max(newest.get(user_id, 0), alert_id)
    return newest


def _told(session: Session, kind: str, now: dt.datetime) -> tuple[dict[int, int], frozenset[int]]:
    """The last alert each person was told of so, and who got such a message within the hour."""
    last = select(func.max(OutboxMessage.id)).where(OutboxMessage.kind == kind)
    last = last.group_by(OutboxMessage.user_id)
    statement = select(OutboxMessage.user_id, OutboxMessage.context, OutboxMessage.created_at)
    told: dict[int, int] = {}
    recently = set()
    for user_id, context, created_at in session.execute(statement.where(OutboxMessage.id.in_(last))):
        told[user_id or 0] = int(context["upto"])
        if now - MOST_OFTEN < created_at <= now:
            recently.add(user_id or 0)
    return told, frozenset(recently)


# --- each morning


def write_digests(session: Session, *, since: dt.datetime | None, now: dt.datetime, domain: str) -> Mailing:
    """Write the morning's digest to every head whose hour has come since `since` (None: whatever the hour).

    Nothing on a day off of the head's agency, never twice a day; nothing to whom no alert stands for and
    whose units (of who leads or controls) have nothing late. A morning missed by hours is made up for the
    same day; by days it is not: the next digest says all that stands.
    """
    mailing, morning = Mailing(), _Morning(session, now)
    for user_id, agency_id in heads(session, now.date()).items():
        moment = slot(session, agency_id, now)
        if since is not None and not since < moment <= now:
            continue
        mailing.due += 1
        if not works_on(session, agency_id, now.date()):
            mailing.day_off += 1
        elif (context := morning.context(user_id, agency_id)) is None:
            mailing.nothing += 1
        else:
            mailing.written += outbox.enqueue(
                session, dedup_key=f"digest:{user_id}:{now.date()}", kind="digest", user_id=user_id,
                context=context, domain=domain, now=now,
            )  # fmt: skip
    return mailing


class _Morning:
    """What is known of one morning before the first mail is written."""

    def __init__(self, session: Session, now: dt.datetime) -> None:
        self._session, self._now = session, now
        self._with_alerts, self._previous = _with_alerts(session), _previous_digests(session)
        self._late = unitload.late_agencies(session, now)
        self._led = unitload.leaders(session, now.date())
        self._frequencies = _frequencies(session)

    def context(self, user_id: int, agency_id: int) -> dict[str, Any] | None:
        """What somebody's digest is about; None when there is nothing to say."""
        since = self._previous.get(user_id) or self._now - dt.timedelta(days=1)
        context: dict[str, Any] = {"since": since.isoformat()}
        frequency = self._frequencies.get(user_id, MailFrequency.AT_ONCE)
        if frequency is MailFrequency.WEEKLY and only_statutory(
            frequency, first_of_week=is_first_morning(self._session, agency_id, self._now.date())
        ):
            return context | {"statutory": True} if self._statutory_news(user_id, since) else None
        return context if user_id in self._with_alerts or self._units_are_late(user_id) else None

    def _statutory_news(self, user_id: int, since: dt.datetime) -> bool:
        mine = select(Alert.id).join(AlertRecipient, AlertRecipient.alert_id == Alert.id)
        mine = mine.where(AlertRecipient.user_id == user_id, STANDS_OPEN, Alert.delivery != Delivery.SCREEN)
        return self._session.execute(mine.where(statutory_since(since)).limit(1)).first() is not None

    def _units_are_late(self, user_id: int) -> bool:
        led = (subtree(self._session, agency_id) for agency_id in self._led.get(user_id, ()))
        return any(agencies & self._late for agencies in led)


def _frequencies(session: Session) -> dict[int, MailFrequency]:
    """Who wants mail less often than as usual."""
    less = select(User.id, User.mail_frequency).where(User.mail_frequency != MailFrequency.AT_ONCE)
    return dict(session.execute(less.order_by(User.id)).all())


def slot(session: Session, agency_id: int, now: dt.datetime) -> dt.datetime:
    """The moment of today's digest by the agency's setting."""
    clock = dt.time.fromisoformat(settings.setting(session, "digest_time", agency_id, now.date()))
    return dt.datetime.combine(now.date(), clock, now.tzinfo)


def is_first_morning(session: Session, agency_id: int, on: dt.date) -> bool:
    """Whether an agency has not worked yet in the week of that day."""
    return is_first_of_week(on, lambda day: works_on(session, agency_id, day))


def works_on(session: Session, agency_id: int, on: dt.date) -> bool:
    """Whether an agency works on a day; an unknown year goes by the days of the week."""
    try:
        return work_calendar(session, agency_id).is_working_day(on)
    except CalendarHorizonError:
        return on.weekday() < 5  # an unknown year must not silence the alerts


def _with_alerts(session: Session) -> frozenset[int]:
    """Who has anything that a mail may say: what is for the screen alone is none of it."""
    mine = select(AlertRecipient.user_id).join(Alert, Alert.id == AlertRecipient.alert_id)
    mine = mine.where(STANDS_OPEN, Alert.delivery != Delivery.SCREEN).distinct()
    return frozenset(session.execute(mine).scalars())


def _previous_digests(session: Session) -> dict[int | None, dt.datetime]:
    """When each person's last digest was written: what was raised since is new to him."""
    statement = (
        select(OutboxMessage.user_id, func.max(OutboxMessage.created_at))
        .where(OutboxMessage.kind == "digest")
        .group_by(OutboxMessage.user_id)
    )
    return dict(session.execute(statement.order_by(OutboxMessage.user_id)).all())
