"""Numbers about the installation for whoever watches it from outside: no names, no addresses, no dossier."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.models.alert import Alert
from tthc_tracker.models.job import JobRun
from tthc_tracker.queries import operations


@dataclass(frozen=True)
class Measure:
    """One number at one moment; `labels` tell it from others of its name."""

    name: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


def measures(session: Session, now: dt.datetime) -> list[Measure]:
    """Every measure, those of one name together. Durations and ages in seconds, moments since 1970."""
    of_jobs = sorted(_of_jobs(session, now), key=lambda one: one.name)
    return [*of_jobs, *_of_mail(session, now), *_of_work(session, now)]


def _of_jobs(session: Session, now: dt.datetime) -> Iterator[Measure]:
    for name, sign in operations.signs(session).items():
        of = {"job": name}
        if sign.last_ok_at is not None:
            yield Measure("tthc_job_last_success_timestamp_seconds", sign.last_ok_at.timestamp(), of)
            yield Measure("tthc_job_last_success_age_seconds", (now - sign.last_ok_at).total_seconds(), of)
        if sign.last_duration_ms is not None:
            yield Measure("tthc_job_last_duration_seconds", sign.last_duration_ms / 1000, of)
            yield Measure("tthc_job_failing", float(sign.last_error != ""), of)


def _of_mail(session: Session, now: dt.datetime) -> Iterator[Measure]:
    for status, many in operations.mail_counts(session).items():
        yield Measure("tthc_mails", many, {"status": status})
    oldest = operations.oldest_unsent(session)
    waited = 0 if oldest is None else (now - oldest).total_seconds()
    yield Measure("tthc_mail_oldest_unsent_age_seconds", waited)


def _of_work(session: Session, now: dt.datetime) -> Iterator[Measure]:
    standing = select(func.count()).select_from(Alert).where(Alert.closed_at.is_(None))
    yield Measure("tthc_open_alerts", session.execute(standing).scalar_one())
    yield Measure("tthc_dossiers_to_look_at", operations.dossiers_to_look_at(session, now))
    owner = operations.lease_owner(session, operations.LEASE)
    yield Measure("tthc_scheduler_alive", float(owner is not None and owner.alive))
    jumps = select(func.count()).select_from(JobRun).where(JobRun.name == operations.CLOCK)
    yield Measure("tthc_clock_jumps_in_90_days", session.execute(jumps).scalar_one())
    yield Measure("tthc_database_bytes", operations.database_bytes(session))
