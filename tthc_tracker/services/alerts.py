"""Raise, close and readdress alerts by state, in bounded batches. What people answer: services.alertanswers.

Which alerts stand is the law's (domain.alerting); here they are written once for ever under their identity.
A dossier is looked at when its `next_check_at` has come (decision 0005), so a missed run is caught up.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, RowMapping, Table, and_, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import (
    DEEDS,
    AlertIdentity,
    Rule,
    milestones,
    next_check,
    standing_alerts,
)
from tthc_tracker.domain.alertrules import SHIPPED, Audience
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.deputies import is_away
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alerthush, alertladder, jobruns, pastrecipients
from tthc_tracker.services.alertclocks import COLUMNS, Watched, watch
from tthc_tracker.services.clockvalues import UNTIL_ITS_SOURCE_SPEAKS
from tthc_tracker.wording.alerts import NO_RECIPIENT

BATCH = 500

# How many standing alerts one run goes through for what no event tells of: what it costs does not grow.
ROUND = 1_000
_ROUND = "standing-alerts"

# Whose alerts end when the date they speak of moves, and with a valid pause; the column they go by.
_BY_DATE = {
    Rule.DUE_SOON: Dossier.due_soon_from,
    Rule.OVERDUE: Dossier.overdue_from,
    Rule.VERY_OVERDUE: Dossier.very_overdue_from,
}
_BY_DUE_VERSION = (*_BY_DATE, Rule.NO_DUE_DATE, Rule.APOLOGY_DUE)
_BY_ROUND = (Rule.RECEPTION_DUE_SOON, Rule.LATE_RECEPTION)
_TO_OFFICER = [rule for rule, terms in SHIPPED.items() if Audience.OFFICER in terms.audiences]


@dataclass
class Tally:
    """What a scan, or one batch of it, did."""

    examined: int = 0
    closed: int = 0
    raised: Counter[Rule] = field(default_factory=Counter)
    more: bool = False  # whether another batch may find something

    def add(self, other: "Tally") -> None:
        """Take another batch's numbers in."""
        self.examined += other.examined
        self.closed += other.closed
        self.raised += other.raised


def insert_for(session: Session, table: type[Any]) -> Any:
    """INSERT of this database's dialect, which knows ON CONFLICT."""
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)


# --- scanning


def raise_due(
    session: Session, directory: Directory, *, now: dt.datetime, token: int = 0, limit: int = BATCH
) -> Tally:
    """Look at the next dossiers whose time has come, longest waiting first; their next milestone is set.

    One that a clerk is changing at this moment is left to the next run.
    """
    due = select(*COLUMNS).where(Dossier.next_check_at <= now)
    due = due.order_by(Dossier.next_check_at, Dossier.id).limit(limit)
    rows = session.execute(_locked(due)).mappings().all()
    tally = _examine(session, rows, directory, now=now, token=token)
    tally.more = len(rows) == limit
    return tally


def settle_standing(
    session: Session, directory: Directory, *, now: dt.datetime, token: int = 0, most: int = ROUND
) -> Tally:
    """Look again where an alert stands though its cause ended, its date moved or its holder changed.

    The verbs close what they end; this finds what any other way ended. It goes round the dossiers of all
    standing alerts, `most` of them a run, and on at once where it finds much.
    """
    after = jobruns.position(session, _ROUND)
    standing = select(Alert.dossier_id).where(Alert.closed_at.is_(None), Alert.dossier_id > after)
    rows = session.execute(standing.order_by(Alert.dossier_id).limit(most)).scalars()
    ids = [dossier_id for dossier_id in rows if dossier_id is not None]
    if not ids:
        jobruns.move_on(session, _ROUND, 0)
        return Tally()
    suspect = (
        select(*COLUMNS)
        .join(Alert, Dossier.id == Alert.dossier_id)
        # As a stretch: to plan a look at a thousand numbers took PostgreSQL most of the time of the look.
        .where(Alert.dossier_id > after, Alert.dossier_id <= ids[-1])
        .where(Dossier.id > after, Dossier.id <= ids[-1])
        .where(Alert.closed_at.is_(None), _questionable(now))
        .order_by(Dossier.id)
        .limit(BATCH)
    )
    found = session.execute(_locked(suspect)).mappings().all()
    tally = _examine(
        session, list({row["id"]: row for row in found}.values()), directory, now=now, token=token
    )
    tally.more = len(found) == BATCH
    reached = found[-1]["id"] if tally.more else ids[-1]
    jobruns.move_on(session, _ROUND, reached if tally.more or len(ids) == most else 0)
    return tally


def _locked(statement: Any) -> Any:
    return statement.with_for_update(of=Dossier, skip_locked=True)


def _questionable(now: dt.datetime) -> ColumnElement[bool]:
    """A wide net for what no event tells of: what it catches is decided by the law again."""
    waiting = Alert.rule.in_(_BY_ROUND)
    answered = or_(Dossier.accepted_at.is_not(None), Dossier.state != State.REGISTERED)
    moved = or_(
        Dossier.due_version != Alert.version,
        Alert.unit_id.is_distinct_from(Dossier.holding_unit_id),
        and_(Alert.rule == Rule.NO_DUE_DATE, Dossier.overdue_from.is_not(None)),
    )
    held = select(Source.id).where(Source.stale_since.is_not(None))
    return and_(
        Alert.rule.not_in(DEEDS),
        or_(
            Dossier.closed_at.is_not(None),
            Dossier.source_id.in_(held),
            and_(waiting, or_(answered, Dossier.reception_round != Alert.version)),
            and_(Alert.rule.in_(_BY_DUE_VERSION), moved),
            and_(Alert.rule.in_(_BY_DATE), Dossier.paused_since.is_not(None)),
            and_(Alert.rule.in_(_TO_OFFICER), _officer_unaware(now.date())),
            # The clock of this machine was ahead for a while.
            and_(Alert.rule == Rule.LATE_RECEPTION, Dossier.reception_late_from > now),
            *(and_(Alert.rule == rule, column > now) for rule, column in _BY_DATE.items()),
        ),
    )


def _officer_unaware(on: dt.date) -> ColumnElement[bool]:
    """Whoever is away is not to be told: his deputy is."""
    in_office = exists().where(User.id == Dossier.officer_id, User.active)
    told = exists().where(AlertRecipient.alert_id == Alert.id, AlertRecipient.user_id == Dossier.officer_id)
    return and_(in_office, ~told, ~is_away(Dossier.officer_id, on))


def _examine(
    session: Session, rows: Sequence[RowMapping], directory: Directory, *, now: dt.datetime, token: int
) -> Tally:
    tally = Tally(examined=len(rows))
    if not rows:
        return tally
    watched = {one.row["id"]: one for one in watch(session, rows, directory.terms)}
    wanted = {
        identity
        for one in watched.values()
        for identity in standing_alerts(one.clockwork, now)
        if directory.terms_of(identity.rule, one.place(identity.rule)).active
    }
    known = _known(session, list(watched))
    new = sorted(wanted - known.keys())
    over = [known[one].id for one in known.keys() - wanted if known[one].closed_at is None]
    close(session, over, now)
    tally.closed += len(over)
    again = [known[one] for one in sorted(known.keys() & wanted) if known[one].closed_at is not None]
    _reopen(session, again, directory, now)
    rungs = {known[one].id: known[one].rung for one in known.keys() & wanted}
    ids = {known[one].id: one for one in known.keys() & wanted}
    written = _insert(session, new, watched, directory, now=now, token=token)
    _address(session, ids | written, rungs, watched, directory, now)
    tally.raised.update(one.rule for one in written.values())
    moments = [
        {
            "id": dossier_id,
            "next_check_at": UNTIL_ITS_SOURCE_SPEAKS
            if one.clockwork.held and not one.clockwork.closed
            else next_check(one.clockwork, now),
            "due_soon_from": one.clockwork.due_soon_from,
            "very_overdue_from": one.clockwork.very_overdue_from,
        }
        for dossier_id, one in watched.items()
    ]
    session.execute(update(Dossier), moments)
    return tally


def _known(session: Session, dossier_ids: list[int]) -> dict[AlertIdentity, Any]:
    """Every alert that these dossiers ever had; a deed's is none of the scan's."""
    statement = select(
        Alert.id, Alert.subject_type, Alert.subject_id, Alert.rule, Alert.version, Alert.closed_at,
        Alert.rung, Alert.climbs_at, Alert.agency_id,
    )  # fmt: skip
    mine = (Alert.subject_type == "dossier", Alert.subject_id.in_(dossier_ids), Alert.rule.not_in(DEEDS))
    statement = statement.where(*mine)
    return {identity_of(row): row for row in session.execute(statement.order_by(Alert.id))}


def identity_of(row: Any) -> AlertIdentity:
    """The identity in four columns of a row of `alert`."""
    return AlertIdentity(row.subject_type, row.subject_id, row.rule, row.version)


def _insert(
    session: Session,
    new: Sequence[AlertIdentity],
    watched: dict[int, Watched],
    directory: Directory,
    *,
    now: dt.datetime,
    token: int,
) -> dict[int, AlertIdentity]:
    """Write new alerts; those that another scan has just written are not ours to announce."""
    if not new:
        return {}
    ladder = alertladder.Ladder(session, directory.terms)
    values = [_values(one, watched[one.subject_id], directory, ladder, now=now, token=token) for one in new]
    statement = insert_for(session, Alert).values(values).on_conflict_do_nothing()
    columns = (Alert.id, Alert.subject_type, Alert.subject_id, Alert.rule, Alert.version)
    return {row.id: identity_of(row) for row in session.execute(statement.returning(*columns))}


def _values(
    identity: AlertIdentity,
    one: Watched,
    directory: Directory,
    ladder: alertladder.Ladder,
    *,
    now: dt.datetime,
    token: int,
) -> dict[str, Any]:
    agency_id, unit_id = one.counted_for(identity.rule)
    terms = directory.terms_of(identity.rule, one.place(identity.rule))
    since = milestones(one.clockwork).get(identity.rule) or one.row["accepted_at"]
    from_before = one.taken_over and since is not None and since <= one.row["recorded_at"]
    return {
        "subject_type": identity.subject_type.value,
        "subject_id": identity.subject_id,
        "dossier_id": identity.subject_id,
        "rule": identity.rule,
        "version": identity.version,
        "severity": terms.severity,
        "delivery": terms.delivery,
        "agency_id": agency_id,
        "unit_id": unit_id,
        "due_at": one.deadline(identity.rule),
        "raised_at": now,
        "scan_token": token,
        "from_before": from_before,
        "note": "",
        "rung": 0,
        # What was taken over is known to be old: it is told, and does not climb.
        "climbs_at": None if from_before else ladder.climbs_at(identity.rule, agency_id, 0, now),
    }


# --- closing, opening again


def close(session: Session, ids: list[int], now: dt.datetime) -> None:
    """Close alerts whose cause has ended; the bells of their recipients follow."""
    if ids:
        session.execute(update(Alert).where(Alert.id.in_(ids)).values(closed_at=now))
        session.execute(update(AlertRecipient).where(AlertRecipient.alert_id.in_(ids)).values(open=False))


def _reopen(session: Session, rows: Sequence[Any], directory: Directory, now: dt.datetime) -> None:
    """The same cause stands again for the same date: the same alert, and no second mail.

    What was answered stays answered; the hours of the ladder do not count while the cause was away.
    """
    if not rows:
        return
    ids, ladder = [row.id for row in rows], alertladder.Ladder(session, directory.terms)
    session.execute(update(Alert).where(Alert.id.in_(ids)).values(closed_at=None))
    his = update(AlertRecipient).where(AlertRecipient.alert_id.in_(ids))
    session.execute(his.values(open=and_(~AlertRecipient.answered, ~AlertRecipient.hushed)))
    climbing = [
        {
            "id": row.id,
            "counts_from": now,
            "climbs_at": ladder.climbs_at(row.rule, row.agency_id, row.rung, now),
        }
        for row in rows
        if row.climbs_at is not None
    ]
    if climbing:
        session.execute(update(Alert), climbing)


# --- addressing


def _address(
    session: Session,
    ids: dict[int, AlertIdentity],
    rungs: dict[int, int],
    watched: dict[int, Watched],
    directory: Directory,
    now: dt.datetime,
) -> None:
    """Let these alerts belong to those whom they concern now; rungs: how far each has climbed."""
    wanted: dict[int, frozenset[int]] = {}
    stand_ins: list[int] = []
    units: list[dict[str, Any]] = []
    for alert_id, identity in ids.items():
        one = watched[identity.subject_id]
        found = directory.of(identity.rule, one.place(identity.rule), rungs.get(alert_id, 0))
        wanted[alert_id] = found.user_ids
        if found.stand_in:
            stand_ins.append(alert_id)
        units.append({"id": alert_id, "unit_id": one.counted_for(identity.rule)[1]})
    if units:
        session.execute(update(Alert), units)
    readdress(session, wanted, now)
    note_stand_ins(session, stand_ins)
    if still := alerthush.hushed(session, list(wanted)):
        alerthush.hush(session, still)


def readdress(session: Session, wanted: dict[int, frozenset[int]], now: dt.datetime) -> None:
    """Give each alert exactly these open recipients, and whoever was handed it.

    Who has acknowledged one keeps his bell silent. To whom it belongs no more, it is new when it comes back
    to him. His row goes, since a row says whose it is: who may answer, whom a scan need not tell, whose bell
    rings when the cause stands again (decision 0031); that it was his is put down beside.
    """
    current: dict[int, dict[int, bool]] = defaultdict(dict)
    rings = and_(AlertRecipient.open, ~AlertRecipient.handed)
    statement = select(AlertRecipient.alert_id, AlertRecipient.user_id, rings)
    for alert_id, user_id, is_open in session.execute(
        statement.where(AlertRecipient.alert_id.in_(wanted)).order_by(AlertRecipient.alert_id)
    ):
        current[alert_id][user_id] = is_open
    added = [
        {"alert_id": alert_id, "user_id": user_id, "open": True, "since": now}
        for alert_id, users in wanted.items()
        for user_id in sorted(users - current[alert_id].keys())
    ]
    gone = [
        (alert_id, user_id)
        for alert_id, users in current.items()
        for user_id, is_open in users.items()
        if is_open and user_id not in wanted[alert_id]
    ]
    if added:
        session.execute(insert_for(session, AlertRecipient).on_conflict_do_nothing(), added)
    if gone:
        pastrecipients.put_down_pairs(session, gone, now)
        table = cast("Table", AlertRecipient.__table__)
        for alert_id, user_id in gone:
            session.execute(delete(table).where(table.c.alert_id == alert_id, table.c.user_id == user_id))


def note_stand_ins(session: Session, ids: Iterable[int]) -> None:
    """Say on an alert that it stands with the administrators for want of anybody else."""
    noted = list(ids)
    if noted:
        unsaid = update(Alert).where(Alert.id.in_(noted), Alert.note == "")
        session.execute(unsaid.values(note=NO_RECIPIENT))
