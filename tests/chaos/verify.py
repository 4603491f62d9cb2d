"""What must hold of the database after any fault: each function names what contradicts it, and nothing else.

I1 to I15 as docs/reliability counts them; a clean database gives an empty list.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import AlertIdentity, Rule, SubjectType, standing_alerts
from tthc_tracker.domain.dossiercode import parse_code
from tthc_tracker.domain.lifecycle import BIRTH, MOVES, EventKind, State
from tthc_tracker.queries.alertrules import Terms
from tthc_tracker.services.alertclocks import COLUMNS, watch

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def rows(connection: Connection, statement: str, **values: Any) -> list[Any]:
    return list(connection.execute(text(statement), values).all())


def acknowledged(connection: Connection, acked: Mapping[str, str]) -> list[str]:
    """I1: every acknowledged key leads to its code, and the dossier of that code is there."""
    known = {row.key: row.result for row in rows(connection, "SELECT key, result FROM submission")}
    there = {row.code for row in rows(connection, "SELECT code FROM dossier")}
    faults = []
    for key, code in acked.items():
        if code not in there:
            faults.append(f"I1 lost: {code} was acknowledged and is not there")
        if known.get(key) != code:
            faults.append(f"I1 form {key} was answered with {code}, now leads to {known.get(key)}")
    return faults


def codes_unique(connection: Connection) -> list[str]:
    """I2: no code twice, and each dossier bears exactly the primary code that is kept for it."""
    twice = rows(connection, "SELECT code, count(*) AS n FROM dossier GROUP BY code HAVING count(*) > 1")
    astray = rows(
        connection,
        "SELECT d.code FROM dossier d LEFT JOIN dossier_code c ON c.code = d.code AND c.dossier_id = d.id"
        " AND c.kind = 'primary' WHERE c.code IS NULL",
    )
    return [f"I2 {row.n} dossiers bear {row.code}" for row in twice] + [
        f"I2 {row.code} is not kept as the code of its dossier" for row in astray
    ]


def series_gapless(connection: Connection) -> list[str]:
    """I3: in each series count = max = last number given out, beginning with 1."""
    given = {
        (row.agency_id, str(row.day)): row.last
        for row in rows(connection, "SELECT agency_id, day, last FROM code_counter")
    }
    used = {
        (row.agency_id, str(row.day)): (row.n, row.low, row.high)
        for row in rows(
            connection,
            "SELECT agency_id, day, count(*) AS n, min(seq) AS low, max(seq) AS high FROM dossier_code"
            " WHERE agency_id IS NOT NULL GROUP BY agency_id, day",
        )
    }
    return [
        f"I3 series {series}: numbers {used.get(series)}, counter at {given.get(series)}"
        for series in sorted(given.keys() | used.keys())
        if used.get(series) != (given.get(series), 1, given.get(series))
    ]


def days_agree(connection: Connection) -> list[str]:
    """I4: the day in a code is the local day of the reception."""
    faults = []
    statement = (
        "SELECT d.code, c.day, d.accepted_on FROM dossier d JOIN dossier_code c ON c.code = d.code"
        " WHERE c.day IS NOT NULL AND d.accepted_on IS NOT NULL AND d.submitted_at IS NULL"
    )
    for row in rows(connection, statement):
        code = parse_code(row.code)
        if code is None or not str(row.day) == str(row.accepted_on) == str(code.day):
            faults.append(f"I4 {row.code}: day {row.day}, received on {row.accepted_on}")
    return faults


def one_a_form(connection: Connection) -> list[str]:
    """I5: each form made one dossier, no two forms the same, none is left half-way."""
    forms = rows(connection, "SELECT key, result, done_at FROM submission WHERE action = 'receive'")
    made = Counter(row.result for row in forms)
    events = rows(connection, "SELECT count(*) AS n FROM dossier d WHERE d.submitted_at IS NULL")[0].n
    faults = [f"I5 form {row.key} is claimed and made nothing" for row in forms if row.done_at is None]
    faults += [f"I5 {times} forms lead to {code}" for code, times in made.items() if times > 1]
    if len(forms) != events:
        faults.append(f"I5 {len(forms)} forms made {events} dossiers")
    return faults


def events_counted(connection: Connection) -> list[str]:
    """I6: the events of a dossier are numbered 1 to its version."""
    found = rows(
        connection,
        "SELECT d.code, d.version, count(e.seq) AS n, min(e.seq) AS low, max(e.seq) AS high FROM dossier d"
        " LEFT JOIN dossier_event e ON e.dossier_id = d.id GROUP BY d.id, d.code, d.version",
    )
    return [
        f"I6 {row.code}: version {row.version}, {row.n} events {row.low}..{row.high}"
        for row in found
        if (row.n, row.low, row.high) != (row.version, 1, row.version)
    ]


_BIRTHS = {EventKind.REGISTERED: State.REGISTERED, BIRTH.event: State.RECEIVED}


def histories_possible(connection: Connection) -> list[str]:
    """I7: the events of a dossier are a path of the table of states, and it ends where the dossier stands."""
    told: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows(connection, "SELECT dossier_id, kind FROM dossier_event ORDER BY dossier_id, seq"):
        told[row.dossier_id].append(row.kind)
    faults = []
    for row in rows(connection, "SELECT id, code, state FROM dossier"):
        ends = states_after([EventKind(kind) for kind in told[row.id]])
        if State(row.state) not in ends:
            faults.append(f"I7 {row.code} is {row.state} after {told[row.id]}")
    return faults


def states_after(kinds: list[EventKind]) -> frozenset[State]:
    """Where a dossier may stand after these events, by the table."""
    if not kinds or kinds[0] not in _BIRTHS:
        return frozenset()
    states = frozenset({_BIRTHS[kinds[0]]})
    for kind in kinds[1:]:
        if kind is EventKind.DUE_CHANGED:
            continue
        states = frozenset(
            move.becomes or state
            for state in states
            for move in MOVES
            if move.event is kind and state in move.sources
        )
    return states


def milestones_alerted(connection: Connection, scanned_at: dt.datetime) -> list[str]:
    """I10: whatever stood at the last scan has its alert, open and once; nothing else is open."""
    with Session(connection) as session:
        dossiers = session.execute(select(*COLUMNS)).mappings().all()
        watched = watch(session, dossiers, Terms(session, scanned_at.date()))
    wanted = {one for each in watched for one in standing_alerts(each.clockwork, scanned_at)}
    found = rows(
        connection,
        "SELECT subject_id, rule, version, count(*) AS n,"
        " sum(CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END) AS standing"
        " FROM alert WHERE subject_type = 'dossier' GROUP BY subject_id, rule, version",
    )
    standing = {
        AlertIdentity(SubjectType.DOSSIER, row.subject_id, Rule(row.rule), row.version)
        for row in found
        if row.standing
    }
    faults = [f"I10 missing: {one}" for one in sorted(wanted - standing)]
    faults += [f"I10 stands without cause: {one}" for one in sorted(standing - wanted)]
    return faults + [f"I10 {row.n} times: {row.rule} of {row.subject_id}" for row in found if row.n > 1]


def alerts_told(connection: Connection) -> list[str]:
    """I11: every head was written to about each alert that leaves at once, in exactly one mail's range."""
    told: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in connection.execute(_mails()).all():
        told[row.user_id].append((row.context["after"], row.context["upto"]))
    faults = []
    for user_id, ranges in told.items():
        ordered = sorted(ranges)
        for (_, upto), (after, _) in pairwise(ordered):
            if after < upto:
                faults.append(f"I11 user {user_id} is told twice of alerts {after + 1}..{upto}")
    statement = (
        "SELECT r.user_id, max(a.id) AS newest FROM alert_recipient r"
        " JOIN alert a ON a.id = r.alert_id"
        " WHERE r.open AND a.closed_at IS NULL AND NOT a.from_before"
        " AND a.rule IN ('late_reception', 'very_overdue')"
        " AND EXISTS (SELECT 1 FROM membership m WHERE m.user_id = r.user_id AND m.role IN"
        " ('head_of_agency', 'head_of_unit', 'controller', 'administrator')) GROUP BY r.user_id"
    )
    return faults + [
        f"I11 user {row.user_id} was never told of alert {row.newest}"
        for row in rows(connection, statement)
        if max((upto for _, upto in told[row.user_id]), default=0) < row.newest
    ]


def _mails() -> Any:
    from tthc_tracker.models.alert import OutboxMessage

    return select(OutboxMessage.user_id, OutboxMessage.context).where(OutboxMessage.kind == "at_once")


def outbox_settled(connection: Connection) -> list[str]:
    """I12: after the last run every mail has been sent, cancelled or given up with a reason."""
    left = rows(
        connection,
        "SELECT id, kind, status, attempts, last_error FROM outbox WHERE status NOT IN ('sent', 'cancelled')",
    )
    return [
        f"I12 mail {row.id} ({row.kind}) is {row.status} after {row.attempts}: {row.last_error}"
        for row in left
    ]


def mails_delivered(connection: Connection, arrived: Iterable[str], kills_in_data: int) -> list[str]:
    """I13: each sent mail arrived under its Message-ID; copies only as many as senders died with one."""
    copies = Counter(arrived)
    sent = {row.message_id for row in rows(connection, "SELECT message_id FROM outbox WHERE status = 'sent'")}
    faults = [f"I13 {message_id} is sent and never arrived" for message_id in sorted(sent - copies.keys())]
    faults += [f"I13 {message_id} arrived and is not sent" for message_id in sorted(copies.keys() - sent)]
    extra = sum(copies.values()) - len(copies)
    if extra > kills_in_data:
        faults.append(f"I13 {extra} copies too many after {kills_in_data} kills in the data phase")
    return faults


def database_sound(connection: Connection) -> list[str]:
    """I15: the file is whole and no row refers to one that is not there (PostgreSQL sees to that itself)."""
    if connection.dialect.name != "sqlite":
        return []
    said = [row[0] for row in rows(connection, "PRAGMA integrity_check")]
    faults = [] if said == ["ok"] else [f"I15 {line}" for line in said]
    return faults + [f"I15 foreign key: {tuple(row)}" for row in rows(connection, "PRAGMA foreign_key_check")]


def receptions(engine: Engine, acked: Mapping[str, str]) -> list[str]:
    """Everything that receptions must leave behind: I1 to I7 and I15."""
    with engine.execution_options(readonly=True).connect() as connection:
        return [
            *acknowledged(connection, acked),
            *codes_unique(connection),
            *series_gapless(connection),
            *days_agree(connection),
            *one_a_form(connection),
            *events_counted(connection),
            *histories_possible(connection),
            *database_sound(connection),
        ]


def alerts_and_mail(
    engine: Engine, *, scanned_at: dt.datetime, arrived: Iterable[str], kills_in_data: int
) -> list[str]:
    """Everything that scans and mail must leave behind: I10 to I13 and I15."""
    with engine.execution_options(readonly=True).connect() as connection:
        return [
            *milestones_alerted(connection, scanned_at),
            *alerts_told(connection),
            *outbox_settled(connection),
            *mails_delivered(connection, arrived, kills_in_data),
            *database_sound(connection),
        ]
