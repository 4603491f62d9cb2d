"""Timed work: who holds the lease, what ran, who is alive."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Float, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base, BigId


class JobLease(Base):
    """The fenced lease of one duty; the token rises whenever the owner changes."""

    __tablename__ = "job_lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(120), default="")
    token: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[dt.datetime]
    heartbeat_at: Mapped[dt.datetime | None]


class JobRun(Base):
    """One run of one job."""

    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_name", "name", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    token: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[dt.datetime | None]
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    status: Mapped[str] = mapped_column(String(20), default="running")  # running|ok|failed
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(String(500), default="")


class JobPosition(Base):
    """How far work that goes round a table, a stretch a run, has come."""

    __tablename__ = "job_position"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    after_id: Mapped[int] = mapped_column(BigId)


class Heartbeat(Base):
    """A component's last sign of life; only a finished scan refreshes the scan's `last_ok_at`.

    last_counts: what its last good run did. next_at: when a job is due next, as its scheduler said last.
    """

    __tablename__ = "heartbeat"

    component: Mapped[str] = mapped_column(String(40), primary_key=True)
    instance: Mapped[str] = mapped_column(String(120), default="")
    last_tick_at: Mapped[dt.datetime | None]
    last_ok_at: Mapped[dt.datetime | None]
    last_duration_ms: Mapped[int | None]
    last_error: Mapped[str] = mapped_column(String(500), default="")
    wall_mono_offset: Mapped[float | None] = mapped_column(Float)
    last_counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    next_at: Mapped[dt.datetime | None]
