"""Apologies with their second date, why dossiers are late, and the outages of other systems."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.apologies import ApologyState, Ground, LatenessCause
from tthc_tracker.domain.outages import OutsideSystem
from tthc_tracker.models.base import Base, BigId, one_of

_APPROVED, _DRAFT = text("state = 'approved'"), text("state = 'draft'")


class Apology(Base):
    """One apology: drafted, then approved (once a dossier, by constraint) or rejected.

    due_at: the date it proposes, or gave. late: approved after the day by which it had to be signed.
    """

    __tablename__ = "apology"
    __table_args__ = (
        Index("uq_apology_approved", "dossier_id", unique=True, sqlite_where=_APPROVED,
              postgresql_where=_APPROVED),
        Index("uq_apology_draft", "dossier_id", unique=True, sqlite_where=_DRAFT, postgresql_where=_DRAFT),
        Index("ix_apology_dossier_id", "dossier_id"),
        Index("ix_apology_open", "drafted_at", "id", sqlite_where=_DRAFT, postgresql_where=_DRAFT),
        Index("ix_apology_decided_at", "decided_at", "id"),
        CheckConstraint("(state = 'draft') = (decided_at IS NULL)", name="decided"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(BigId, ForeignKey("dossier.id"))
    state: Mapped[ApologyState] = mapped_column(one_of(ApologyState, "apology_state"))
    ground: Mapped[Ground] = mapped_column(one_of(Ground, "apology_ground"))
    cause: Mapped[LatenessCause | None] = mapped_column(one_of(LatenessCause, "lateness_cause"))
    reason: Mapped[str] = mapped_column(String(500), default="")  # as the letter prints it
    due_at: Mapped[dt.datetime]
    moved_from: Mapped[dt.datetime | None]  # the promise that it broke, as it stood when it was approved
    drafted_at: Mapped[dt.datetime]
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))  # None: of itself
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    late: Mapped[bool] = mapped_column(default=False)
    refused_because: Mapped[str] = mapped_column(String(500), default="")


class Lateness(Base):
    """Why one dossier is late, as the latest word on it says; who said it before stands in its history."""

    __tablename__ = "lateness"
    __table_args__ = (Index("ix_lateness_given_at", "given_at", "cause"),)

    dossier_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("dossier.id"), primary_key=True, autoincrement=False
    )
    cause: Mapped[LatenessCause] = mapped_column(one_of(LatenessCause, "lateness_cause"))
    note: Mapped[str] = mapped_column(String(500), default="")
    given_at: Mapped[dt.datetime]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class Outage(Base):
    """A system of others that was down. agency_id: whose desks it touched, with all below it.

    sector_id: of which procedures only (None: of all).
    """

    __tablename__ = "outage"
    __table_args__ = (
        Index("ix_outage_agency_id", "agency_id", "began_at"),
        CheckConstraint("ended_at IS NULL OR ended_at > began_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    system: Mapped[OutsideSystem] = mapped_column(one_of(OutsideSystem, "outside_system"))
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sector.id"))
    began_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    note: Mapped[str] = mapped_column(String(500), default="")
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))


class OutageEntry(Base):
    """That a dossier logged here during an outage has been entered in the other system since."""

    __tablename__ = "outage_entry"

    outage_id: Mapped[int] = mapped_column(ForeignKey("outage.id"), primary_key=True, autoincrement=False)
    dossier_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("dossier.id"), primary_key=True, autoincrement=False
    )
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
