"""Values that people may change with effect from a day: settings, form titles, entered indicators."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.agencies import Level
from tthc_tracker.models.base import Base, one_of


class Setting(Base):
    """A named value from a day on, for one agency's subtree or (agency_key 0) for all."""

    __tablename__ = "setting"
    __table_args__ = (Index("uq_setting", "name", "agency_key", "valid_from", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    agency_key: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[dt.date]
    value: Mapped[Any] = mapped_column(JSON)


class FormTitle(Base):
    """Title, number and legal basis a printed form bears between two days."""

    __tablename__ = "form_title"
    __table_args__ = (UniqueConstraint("form_key", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_key: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(60), default="")
    basis: Mapped[str] = mapped_column(String(300), default="")
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class EnteredFigure(Base):
    """A figure somebody entered with its evidence, by level and period (not computed here)."""

    __tablename__ = "entered_figure"
    __table_args__ = (UniqueConstraint("indicator", "level", "period_start", "period_end"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(String(60))
    level: Mapped[Level] = mapped_column(one_of(Level, "figure_level"))
    period_start: Mapped[dt.date]
    period_end: Mapped[dt.date]
    percent: Mapped[Decimal] = mapped_column(Numeric(5, 2, asdecimal=True))
    evidence: Mapped[str] = mapped_column(String(300), default="")


class Revision(Base):
    """A number that rises with every change of what processes keep in memory: 'calendar', 'agencies'."""

    __tablename__ = "revision"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(default=1)
