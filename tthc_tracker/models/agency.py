"""Agencies, their units, who succeeded whom, and the tree flattened for scope."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.agencies import Level
from tthc_tracker.models.base import Base, one_of


class Agency(Base):
    """An agency (cơ quan), valid from `active_from` to `active_to`, both days included."""

    __tablename__ = "agency"
    __table_args__ = (
        Index("ix_agency_parent_id", "parent_id"),
        CheckConstraint("active_to IS NULL OR active_from IS NULL OR active_to >= active_from", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200))
    level: Mapped[Level] = mapped_column(one_of(Level, "agency_level"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    active_from: Mapped[dt.date | None]
    active_to: Mapped[dt.date | None]
    address: Mapped[str | None] = mapped_column(String(300))
    phone: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=1)


class Unit(Base):
    """A unit (phòng) inside an agency. An agency without units is its own unit."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("agency_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class AgencySuccession(Base):
    """On a day, by a decision, one agency takes over from another. Many to many.

    takes_rest: it takes what no `SuccessionSector` gives to another heir; at most one of a predecessor's.
    """

    __tablename__ = "agency_succession"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    on: Mapped[dt.date] = mapped_column("on_date")
    decision: Mapped[str | None] = mapped_column(String(200))
    takes_rest: Mapped[bool] = mapped_column(default=False)


class SuccessionSector(Base):
    """Which heir takes the dossiers of a sector (lĩnh vực)."""

    __tablename__ = "succession_sector"

    predecessor_id: Mapped[int] = mapped_column(
        ForeignKey("agency.id"), primary_key=True, autoincrement=False
    )
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id"), primary_key=True, autoincrement=False)
    successor_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))


class AgencyScope(Base):
    """Every (ancestor, descendant) pair, itself included; a predecessor counts as a child.

    Rebuilt by services.catalogue whenever an agency or a succession changes.
    """

    __tablename__ = "agency_scope"
    __table_args__ = (Index("ix_agency_scope_descendant_id", "descendant_id", "ancestor_id"),)

    ancestor_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    descendant_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
