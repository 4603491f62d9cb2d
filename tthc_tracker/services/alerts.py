"""Raise, close and readdress alerts by state, in bounded batches; acknowledge them.

Which alerts stand is the law's (domain.alerting); here they are written once for ever under their identity.
A dossier is looked at when its `next_check_at` has come (decision 0005), so a missed run is caught up.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, RowMapping, Table, and_, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import RULES, AlertIdentity, Audience, Rule, next_check, standing_alerts
from tthc_tracker.domain.errors import InvalidInput, NotFound
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.recipients import Directory, Place
from tthc_tracker.services.clockvalues import clockwork_of
from tthc_tracker.wording.alerts import NO_RECIPIENT, NOTE_MISSING, NOTE_TOO_LONG

BATCH = 500
LONGEST_NOTE = 500

COLUMNS = (
    Dossier.id, Dossier.accepted_at, Dossier.closed_at, Dossier.paused_since, Dossier.limit_amount,
    Dossier.limit_unit, Dossier.reception_round, Dossier.reception_late_from, Dossier.state,
    Dossier.due_version, Dossier.due_soon_from, Dossier.overdue_from, Dossier.very_overdue_from,
    Dossier.recorded_at, Dossier.reception_due_at, Dossier.current_due_at, Dossier.receiving_agency_id,
    Dossier.resolving_agency_id, Dossier.holding_unit_id, Dossier.officer_id,
)  # fmt: skip

# The moment that a rule speaks of, by column: known before the dossier was, it was taken over.
_MILESTONE = {
    Rule.LATE_RECEPTION: "reception_late_from",
    Rule.DUE_SOON: "due_soon_from",
    Rule.OVERDUE: "overdue_from",
    Rule.VERY_OVERDUE: "very_overdue_from",
    Rule.NO_DUE_DATE: "accepted_at",
}
_TO_OFFICER = [rule for rule, facts in RULES.items() if Audience.OFFICER in facts.audiences]


@dataclass
class Tally:
    """What a scan, or one batch of it, did."""

    examined: int = 0
    closed: int = 0
    raised: Counter[Rule] = field(default_factory=Counter)
    more: bool = False  # whether another batch may find something
    after: int = 0  # where the next batch of `settle_standing` goes on

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
    session: Session, directory: Directory, *, now: dt.datetime, token: int = 0, after: int = 0
) -> Tally:
    """Look again where an alert stands though its cause ended, its date moved or its holder changed.

    The verbs close what they end; this finds what any other way ended, `after` an alert id, in id order.
    """
    suspect = (
        select(Alert.id.label("alert_id"), *COLUMNS)
        .join(Dossier, Dossier.id == Alert.dossier_id)
        .where(Alert.closed_at.is_(None), Alert.id > after, _questionable(now))
        .order_by(Alert.id)
        .limit(BATCH)
    )
    found = session.execute(_locked(suspect)).mappings().all()
    rows = list({row["id"]: row for row in found}.values())
    tally = _examine(session, rows, directory, now=now, token=token)
    tally.more, tally.after = len(found) == BATCH, found[-1]["alert_id"] if found else after
    return tally


def _locked(statement: Any) -> Any:
    return statement.with_for_update(of=Dossier, skip_locked=True)


def _questionable(now: dt.datetime) -> ColumnElement[bool]:
    """A wide net: what it catches is decided by the law again."""
    late = Alert.rule == Rule.LATE_RECEPTION
    answered = or_(Dossier.accepted_at.is_not(None), Dossier.state != State.REGISTERED)
    moved = or_(
        Dossier.paused_since.is_not(None),
        Dossier.due_version != Alert.version,
        Alert.unit_id.is_distinct_from(Dossier.holding_unit_id),
        and_(Alert.rule == Rule.NO_DUE_DATE, Dossier.overdue_from.is_not(None)),
        and_(Alert.rule.in_(_TO_OFFICER), _officer_unaware()),
    )
    return or_(
        Dossier.closed_at.is_not(None),
        and_(late, or_(answered, Dossier.reception_round != Alert.version)),
        and_(~late, moved),
        # The clock of this machine was ahead for a while.
        *(and_(Alert.rule == rule, getattr(Dossier, name) > now) for rule, name in _MILESTONE.items()),
    )


def _officer_unaware() -> ColumnElement[bool]:
    in_office = exists().where(User.id == Dossier.officer_id, User.active)
    told = exists().where(AlertRecipient.alert_id == Alert.id, AlertRecipient.user_id == Dossier.officer_id)
    return and_(in_office, ~told)


def _examine(
    session: Session, rows: Sequence[RowMapping], directory: Directory, *, now: dt.datetime, token: int
) -> Tally:
    tally = Tally(examined=len(rows))
    if not rows:
        return tally
    by_dossier = {row["id"]: row for row in rows}
    clockworks = [clockwork_of(cast("dict[str, Any]", row)) for row in rows]
    wanted = {identity for clockwork in clockworks for identity in standing_alerts(clockwork, now)}
    known = _known(session, list(by_dossier))
    new = sorted(wanted - known.keys())
    _close(
        session, [known[one].id for one in known.keys() - wanted if known[one].closed_at is None], now, tally
    )
    _reopen(session, [known[one].id for one in known.keys() & wanted if known[one].closed_at is not None])
    ids = {known[one].id: one for one in known.keys() & wanted}
    written = _insert(session, new, by_dossier, now=now, token=token)
    _address(session, ids | written, by_dossier, directory)
    tally.raised.update(one.rule for one in written.values())
    moments = [{"id": work.dossier_id, "next_check_at": next_check(work, now)} for work in clockworks]
    session.execute(update(Dossier), moments)
    return tally


def _known(session: Session, dossier_ids: list[int]) -> dict[AlertIdentity, Any]:
    statement = select(
        Alert.id, Alert.subject_type, Alert.subject_id, Alert.rule, Alert.version, Alert.closed_at
    )
    statement = statement.where(Alert.subject_type == "dossier", Alert.subject_id.in_(dossier_ids))
    return {identity_of(row): row for row in session.execute(statement.order_by(Alert.id))}


def identity_of(row: Any) -> AlertIdentity:
    """The identity in four columns of a row of `alert`."""
    return AlertIdentity(row.subject_type, row.subject_id, row.rule, row.version)


def place_of(row: Any) -> Place:
    """Where a dossier's columns say that it stands."""
    return Place(
        row["receiving_agency_id"], row["resolving_agency_id"], row["holding_unit_id"], row["officer_id"]
    )


def agency_and_unit(rule: Rule, row: Any) -> tuple[int, int | None]:
    """Whom an alert is counted for: the desk for a reception, else whoever holds the dossier."""
    if rule is Rule.LATE_RECEPTION:
        return row["receiving_agency_id"], None
    return row["resolving_agency_id"], row["holding_unit_id"]


def deadline_of(rule: Rule, row: Any) -> dt.datetime | None:
    """The deadline an alert speaks of."""
    moment: dt.datetime | None = row["reception_due_at" if rule is Rule.LATE_RECEPTION else "current_due_at"]
    return moment


def _insert(
    session: Session,
    new: Sequence[AlertIdentity],
    by_dossier: dict[int, RowMapping],
    *,
    now: dt.datetime,
    token: int,
) -> dict[int, AlertIdentity]:
    """Write new alerts; those that another scan has just written are not ours to announce."""
    if not new:
        return {}
    values = [_values(one, by_dossier[one.subject_id], now=now, token=token) for one in new]
    statement = insert_for(session, Alert).values(values).on_conflict_do_nothing()
    columns = (Alert.id, Alert.subject_type, Alert.subject_id, Alert.rule, Alert.version)
    return {row.id: identity_of(row) for row in session.execute(statement.returning(*columns))}


def _values(identity: AlertIdentity, row: RowMapping, *, now: dt.datetime, token: int) -> dict[str, Any]:
    agency_id, unit_id = agency_and_unit(identity.rule, row)
    milestone = row[_MILESTONE[identity.rule]]
    return {
        "subject_type": identity.subject_type.value,
        "subject_id": identity.subject_id,
        "dossier_id": identity.subject_id,
        "rule": identity.rule,
        "version": identity.version,
        "severity": RULES[identity.rule].severity,
        "agency_id": agency_id,
        "unit_id": unit_id,
        "due_at": deadline_of(identity.rule, row),
        "raised_at": now,
        "scan_token": token,
        "from_before": milestone is not None and milestone <= row["recorded_at"],
        "note": "",
    }


# --- closing, opening again


def _close(session: Session, ids: list[int], now: dt.datetime, tally: Tally) -> None:
    close(session, ids, now)
    tally.closed += len(ids)


def close(session: Session, ids: list[int], now: dt.datetime) -> None:
    """Close alerts whose cause has ended; the bells of their recipients follow."""
    if ids:
        session.execute(update(Alert).where(Alert.id.in_(ids)).values(closed_at=now))
        session.execute(update(AlertRecipient).where(AlertRecipient.alert_id.in_(ids)).values(open=False))


def _reopen(session: Session, ids: list[int]) -> None:
    """The same cause stands again for the same date: the same alert, and no second mail."""
    if ids:
        session.execute(update(Alert).where(Alert.id.in_(ids)).values(closed_at=None))
        session.execute(update(AlertRecipient).where(AlertRecipient.alert_id.in_(ids)).values(open=True))


# --- addressing


def _address(
    session: Session,
    ids: dict[int, AlertIdentity],
    by_dossier: dict[int, RowMapping],
    directory: Directory,
) -> None:
    """Let these alerts belong to those whom they concern now."""
    wanted: dict[int, frozenset[int]] = {}
    stand_ins: list[int] = []
    units: list[dict[str, Any]] = []
    for alert_id, identity in ids.items():
        row = by_dossier[identity.subject_id]
        found = directory.of(identity.rule, place_of(row))
        wanted[alert_id] = found.user_ids
        if found.stand_in:
            stand_ins.append(alert_id)
        units.append({"id": alert_id, "unit_id": agency_and_unit(identity.rule, row)[1]})
    if units:
        session.execute(update(Alert), units)
    readdress(session, wanted)
    note_stand_ins(session, stand_ins)


def readdress(session: Session, wanted: dict[int, frozenset[int]]) -> None:
    """Give each alert exactly these open recipients; who has acknowledged one keeps his bell silent."""
    current: dict[int, dict[int, bool]] = defaultdict(dict)
    statement = select(AlertRecipient.alert_id, AlertRecipient.user_id, AlertRecipient.open)
    for alert_id, user_id, is_open in session.execute(
        statement.where(AlertRecipient.alert_id.in_(wanted)).order_by(AlertRecipient.alert_id)
    ):
        current[alert_id][user_id] = is_open
    added = [
        {"alert_id": alert_id, "user_id": user_id, "open": True}
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
        table = cast("Table", AlertRecipient.__table__)
        for alert_id, user_id in gone:
            session.execute(
                update(table)
                .where(table.c.alert_id == alert_id, table.c.user_id == user_id)
                .values(open=False)
            )


def note_stand_ins(session: Session, ids: Iterable[int]) -> None:
    """Say on an alert that it stands with the administrators for want of anybody else."""
    noted = list(ids)
    if noted:
        unsaid = update(Alert).where(Alert.id.in_(noted), Alert.note == "")
        session.execute(unsaid.values(note=NO_RECIPIENT))


# --- what people do


@dataclass(frozen=True)
class AcknowledgeAlert:
    """Say what is being done about an alert."""

    alert_id: int
    note: str


def acknowledge(session: Session, command: AcknowledgeAlert, *, user_id: int, now: dt.datetime) -> None:
    """Acknowledge one's own alert with a note: one's bell is silent, the alert stands while its cause does.

    Raises:
        NotFound: no standing alert of this person. InvalidInput: no note, or more than 500 characters.
    """
    note = command.note.strip()
    if not note:
        raise InvalidInput("note", NOTE_MISSING)
    if len(note) > LONGEST_NOTE:
        raise InvalidInput("note", NOTE_TOO_LONG)
    mine = select(AlertRecipient).where(
        AlertRecipient.alert_id == command.alert_id, AlertRecipient.user_id == user_id
    )
    recipient = session.execute(mine).scalar_one_or_none()
    alert = session.get(Alert, command.alert_id, with_for_update=True) if recipient else None
    if recipient is None or alert is None or alert.closed_at is not None:
        raise NotFound
    recipient.open = False
    alert.acknowledged_at, alert.acknowledged_by_id, alert.note = now, user_id, note
