"""How the timed work is doing: the line under every page, and what administrators look at."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.job import Heartbeat, JobLease, JobRun
from tthc_tracker.wording import alerts as words

SCAN = "scan-deadlines"
DELIVERY = "deliver-mail"
BACKUP = "backup"

LEASE = "scheduler"
"""One lease for the whole timetable: a second process idles instead of doubling."""


def database_now(session: Session) -> dt.datetime:
    """The database's own clock: what leases go by."""
    if session.get_bind().dialect.name == "postgresql":
        moment: dt.datetime = session.execute(select(func.clock_timestamp())).scalar_one()
        return moment
    text: str = session.execute(select(func.strftime("%Y-%m-%d %H:%M:%f", "now"))).scalar_one()
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def last_scan(session: Session) -> dt.datetime | None:
    """When a scan last came to its end."""
    return session.execute(_last_scan()).scalar_one_or_none()


@cache
def _last_scan() -> Select[dt.datetime | None]:
    """Asked with every page: put together once."""
    return select(Heartbeat.last_ok_at).where(Heartbeat.component == SCAN)


def scan_line(session: Session, now: dt.datetime) -> str | None:
    """The last scan in one line, for the foot of every page."""
    return words.scan_line(last_scan(session), now)


@dataclass(frozen=True)
class Sign:
    """The last sign of life of a component."""

    component: str
    instance: str
    last_tick_at: dt.datetime | None
    last_ok_at: dt.datetime | None
    last_duration_ms: int | None
    last_error: str


@dataclass(frozen=True)
class Run:
    """One run of one job."""

    id: int
    name: str
    token: int
    started_at: dt.datetime
    finished_at: dt.datetime | None
    status: str
    counts: dict[str, Any]
    error: str


@dataclass(frozen=True)
class Mail:
    """A mail that has not left, or never will; whose it is, not what it says."""

    id: int
    kind: str
    to_address: str
    status: str
    attempts: int
    created_at: dt.datetime
    next_attempt_at: dt.datetime
    last_code: int | None
    last_error: str


@dataclass(frozen=True)
class Owner:
    """Who does the timed work."""

    owner: str
    token: int
    expires_at: dt.datetime
    alive: bool


def signs(session: Session) -> dict[str, Sign]:
    """The signs of life by component."""
    columns = (
        Heartbeat.component, Heartbeat.instance, Heartbeat.last_tick_at, Heartbeat.last_ok_at,
        Heartbeat.last_duration_ms, Heartbeat.last_error,
    )  # fmt: skip
    rows = session.execute(select(*columns).order_by(Heartbeat.component))
    return {row.component: Sign(*row) for row in rows}


def runs(session: Session, limit: int = 30) -> list[Run]:
    """The last runs, newest first."""
    columns = (
        JobRun.id, JobRun.name, JobRun.token, JobRun.started_at, JobRun.finished_at, JobRun.status,
        JobRun.counts, JobRun.error,
    )  # fmt: skip
    statement = select(*columns).order_by(JobRun.id.desc()).limit(limit)
    return [Run(*row) for row in session.execute(statement)]


def run(session: Session, run_id: int) -> Run:
    """One run."""
    return next(found for found in runs(session, 1000) if found.id == run_id)


def last_good_run(session: Session, name: str) -> dt.datetime | None:
    """When the last run of a job that ended well began."""
    good = select(func.max(JobRun.started_at)).where(JobRun.name == name, JobRun.status == "ok")
    return session.execute(good).scalar_one_or_none()


def mail_counts(session: Session) -> dict[str, int]:
    """How many mails are in each status."""
    counted = select(OutboxMessage.status, func.count()).group_by(OutboxMessage.status)
    return dict(session.execute(counted.order_by(OutboxMessage.status)).all())


def oldest_unsent(session: Session) -> dt.datetime | None:
    """Since when the oldest mail that should leave has been waiting."""
    waiting = OutboxMessage.status.in_(("pending", "leased", "data"))
    return session.execute(select(func.min(OutboxMessage.created_at)).where(waiting)).scalar_one_or_none()


def troubled_mails(session: Session, limit: int = 50) -> list[Mail]:
    """Mails given up, held back, or tried in vain, newest first, with what the server said."""
    troubled = OutboxMessage.status.in_(("dead", "held")) | (
        (OutboxMessage.status == "pending") & (OutboxMessage.last_error != "")
    )
    columns = (
        OutboxMessage.id, OutboxMessage.kind, OutboxMessage.to_address, OutboxMessage.status,
        OutboxMessage.attempts, OutboxMessage.created_at, OutboxMessage.next_attempt_at,
        OutboxMessage.last_code, OutboxMessage.last_error,
    )  # fmt: skip
    statement = select(*columns).where(troubled).order_by(OutboxMessage.id.desc()).limit(limit)
    return [Mail(*row) for row in session.execute(statement)]


def lease_owner(session: Session, name: str) -> Owner | None:
    """Who holds a lease, or held it last."""
    row = session.execute(select(JobLease).where(JobLease.name == name)).scalar_one_or_none()
    if row is None or not row.owner:
        return None
    return Owner(row.owner, row.token, row.expires_at, row.expires_at > database_now(session))


def database_bytes(session: Session) -> int:
    """How large the database is."""
    if session.get_bind().dialect.name == "postgresql":
        size: int = session.execute(select(func.pg_database_size(func.current_database()))).scalar_one()
        return size
    pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
    return int(pages) * int(session.connection().exec_driver_sql("PRAGMA page_size").scalar_one())


def database_version(session: Session) -> str:
    """The server's version, or that of the SQLite library."""
    if session.get_bind().dialect.name == "postgresql":
        return str(session.execute(select(func.current_setting("server_version"))).scalar_one())
    return str(session.execute(select(func.sqlite_version())).scalar_one())
