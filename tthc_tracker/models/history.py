"""What happened: append-only events, their personal part apart, and the pauses of the clock."""

import datetime as dt
import secrets
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.models.base import Base, one_of

_BY_SOMEBODY = text("actor_id IS NOT NULL")


class DossierEvent(Base):
    """One thing that happened to one dossier. Never changed, never deleted (triggers refuse it).

    `seq` counts 1.. and equals the dossier's version after the event. `facts` holds nothing personal.
    """

    __tablename__ = "dossier_event"
    __table_args__ = (
        Index("ix_dossier_event_recorded_at", "recorded_at"),
        Index(
            "ix_dossier_event_actor", "actor_id", "recorded_at",
            sqlite_where=_BY_SOMEBODY, postgresql_where=_BY_SOMEBODY,
        ),
        {"postgresql_partition_by": "RANGE (dossier_id)"},
    )  # fmt: skip

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[EventKind] = mapped_column(one_of(EventKind, "event_kind"))
    occurred_at: Mapped[dt.datetime]
    recorded_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    actor_name: Mapped[str] = mapped_column(String(200), default="")  # as it was then; or the source
    reason: Mapped[str] = mapped_column(String(500), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class EventPrivate(Base):
    """The personal old and new values of an event, erasable without touching the event."""

    __tablename__ = "event_private"
    __table_args__ = (
        ForeignKeyConstraint(["dossier_id", "seq"], ["dossier_event.dossier_id", "dossier_event.seq"]),
    )

    dossier_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Goes when the payload goes: what the trail keeps of it (domain.trail.private_digest) then says nothing.
    salt: Mapped[bytes] = mapped_column(LargeBinary, default=lambda: secrets.token_bytes(16))


_OPEN = text("ended_at IS NULL")


class Pause(Base):
    """The clock held, by a policy, from a moment to a moment. Rows are the truth, never a flag.

    last_day: it began on the very day of the promise; asked_late: a supplement asked for after the days in
    which the limit would have begun anew. Both are told to the controller.
    """

    __tablename__ = "pause"
    __table_args__ = (
        Index("ix_pause_dossier_id", "dossier_id", "started_at"),
        Index("ix_pause_open", "started_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    policy: Mapped[PausePolicy] = mapped_column(one_of(PausePolicy, "pause_policy"))
    reason: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(500), default="")
    basis: Mapped[str] = mapped_column(String(300), default="")
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    expires_at: Mapped[dt.datetime | None]
    imported: Mapped[bool] = mapped_column(
        default=False
    )  # known from a source without its dates: moves no date
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    asked_of: Mapped[str] = mapped_column(String(200), default="", server_default="")  # whose opinion
    last_day: Mapped[bool] = mapped_column(default=False, server_default=false())
    asked_late: Mapped[bool] = mapped_column(default=False, server_default=false())


class DossierTransfer(Base):
    """A running dossier went from an agency that ended to its heir, by the event `seq`: what statistics of
    days before ask for (the row is the agency's that resolved it then)."""

    __tablename__ = "dossier_transfer"
    __table_args__ = (Index("ix_dossier_transfer_moved_on", "moved_on", "dossier_id"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    moved_on: Mapped[dt.date]
    from_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    to_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))


class AuditEntry(Base):
    """What was done outside a dossier: accounts, catalogue, exports, unmasking, logins."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_at", "at"),
        Index("ix_audit_entry_actor", "actor_id", "at"),
        Index("ix_audit_entry_object", "object_type", "object_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    action: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40), default="")
    object_id: Mapped[str] = mapped_column(String(60), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
