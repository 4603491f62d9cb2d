"""Values that people may change with effect from a day: settings, form titles."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base


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


class Revision(Base):
    """A number that rises with every change of what processes keep in memory: 'calendar', 'agencies'."""

    __tablename__ = "revision"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(default=1)
