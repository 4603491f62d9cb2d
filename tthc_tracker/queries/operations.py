"""How the timed work is doing: the line under every page, and what administrators look at."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.job import Heartbeat, JobLease, JobRun

SCAN = "scan-deadlines"
DELIVERY = "deliver-mail"
BACKUP = "backup"
CLOCK = "clock"
"""No job: its runs are the jumps of the machine's clock."""
NO_JOBS = ("scheduler", CLOCK)
"""What gives signs of life, or has runs, and stands in no timetable."""

LEASE = "scheduler"
"""One lease for the whole timetable: a second process idles instead of doubling."""


def database_now(session: Session) -> dt.datetime:
    """The database's own clock: what leases go by."""
    if session.get_bind().dialect.name == "postgresql":
        moment: dt.datetime = session.execute(select(func.clock_timestamp())).scalar_one()
        return moment
    text: str = session.execute(select(func.strftime("%Y-%m-%d %H:%M:%f", "now"))).scalar_one()
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class LastScan:
    """The last scan that came to its end: how many dossiers it looked at, and what stopped a later one."""

    at: dt.datetime
    examined: int
    fault: str


def last_scan(session: Session) -> dt.datetime | None:
    """When a scan last came to its end."""
    return session.execute(
        select(Heartbeat.last_ok_at).where(Heartbeat.component == SCAN)
    ).scalar_one_or_none()


def scan_told(
    ended_at: dt.datetime | None, counts: dict[str, Any] | None, fault: str | None
) -> LastScan | None:
    """The last scan as its heartbeat tells of it, for the foot of every page; None before the first."""
    return LastScan(ended_at, (counts or {}).get("examined", 0), fault or "") if ended_at else None


@dataclass(frozen=True)
class Sign:
    """The last sign of life of a component."""

    component: str
    instance: str
    last_tick_at: dt.datetime | None
    last_ok_at: dt.datetime | None
    last_duration_ms: int | None
    last_error: str
    last_counts: dict[str, Any]
    next_at: dt.datetime | None


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

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        return None if self.finished_at is None else (self.finished_at - self.started_at).total_seconds()


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
        Heartbeat.last_duration_ms, Heartbeat.last_error, Heartbeat.last_counts, Heartbeat.next_at,
    )  # fmt: skip
    rows = session.execute(select(*columns).order_by(Heartbeat.component))
    return {row.component: Sign(*row) for row in rows}


def runs(session: Session, limit: int = 30, name: str | None = None) -> list[Run]:
    """The last runs, of one job or of all, newest first."""
    columns = (
        JobRun.id, JobRun.name, JobRun.token, JobRun.started_at, JobRun.finished_at, JobRun.status,
        JobRun.counts, JobRun.error,
    )  # fmt: skip
    statement = select(*columns).limit(limit)
    if name is None:
        statement = statement.order_by(JobRun.id.desc())
    else:
        statement = statement.where(JobRun.name == name).order_by(JobRun.started_at.desc())
    return [Run(*row) for row in session.execute(statement)]


def run(session: Session, run_id: int) -> Run:
    """One run."""
    return next(found for found in runs(session, 1000) if found.id == run_id)


def last_good_run(session: Session, name: str) -> dt.datetime | None:
    """When the last run of a job that ended well began."""
    good = select(func.max(JobRun.started_at)).where(JobRun.name == name, JobRun.status == "ok")
    return session.execute(good).scalar_one_or_none()


def dossiers_to_look_at(session: Session, now: dt.datetime) -> int:
    """How many dossiers have come to a moment that no scan has looked at yet."""
    due = select(func.count()).select_from(Dossier).where(Dossier.next_check_at <= now)
    return session.execute(due).scalar_one()


def mail_counts(session: Session) -> dict[str, int]:
    """How many mails wait, are leaving, were given up or are held; those that have left are not counted."""
    unsettled = OutboxMessage.status
    parts = (unsettled == "pending", unsettled.in_(("leased", "data")), unsettled.in_(("dead", "held")))
    counted = [
        select(unsettled, func.count()).where(part).group_by(unsettled) for part in parts
    ]  # an index each
    return dict(session.execute(union_all(*counted)).all())


def oldest_unsent(session: Session) -> dt.datetime | None:
    """Since when the oldest mail that should leave has been waiting."""
    parts = (OutboxMessage.status == "pending", OutboxMessage.status.in_(("leased", "data")))  # an index each
    oldest = [select(func.min(OutboxMessage.created_at)).where(part) for part in parts]
    found: list[dt.datetime | None] = [session.execute(part).scalar_one() for part in oldest]
    return min((moment for moment in found if moment is not None), default=None)


def troubled_mails(session: Session, limit: int = 50) -> list[Mail]:
    """Mails given up, held back, or tried in vain, newest first, with what the server said."""
    columns = (
        OutboxMessage.id, OutboxMessage.kind, OutboxMessage.to_address, OutboxMessage.status,
        OutboxMessage.attempts, OutboxMessage.created_at, OutboxMessage.next_attempt_at,
        OutboxMessage.last_code, OutboxMessage.last_error,
    )  # fmt: skip
    newest = select(*columns).order_by(OutboxMessage.id.desc()).limit(limit)
    stuck = newest.where(OutboxMessage.status.in_(("dead", "held")))
    in_vain = newest.where(OutboxMessage.status == "pending", OutboxMessage.last_error != "")
    found = [Mail(*row) for part in (stuck, in_vain) for row in session.execute(part)]
    return sorted(found, key=lambda mail: mail.id, reverse=True)[:limit]


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
