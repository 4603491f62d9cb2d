"""Office hours, days that differ from the week, and how far the calendar is known."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base


class OfficeHours(Base):
    """Weekly hours from a day on; `windows` as `07:00-11:30;13:30-17:00`, empty = day off.

    `agency_id` NULL is the national default. `purpose` 'work' counts deadlines, 'intake' only
    opens the counter. `weekday` 0 is Monday.
    """

    __tablename__ = "office_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("purpose IN ('work', 'intake')", name="purpose"),
        Index("uq_office_hours", "agency_key", "purpose", "valid_from", "weekday", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    agency_key: Mapped[int] = mapped_column(default=0)  # agency_id or 0: NULLs are not unique
    purpose: Mapped[str] = mapped_column(String(10), default="work")
    valid_from: Mapped[dt.date]
    weekday: Mapped[int]
    windows: Mapped[str] = mapped_column(String(100))
    basis: Mapped[str] = mapped_column(String(300), default="")


class CalendarDay(Base):
    """A day that differs from its week, with what it rests on. kind: holiday|swap_off|make_up."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        CheckConstraint("kind IN ('holiday', 'swap_off', 'make_up')", name="kind"),
        Index("uq_calendar_day", "agency_key", "date", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    agency_key: Mapped[int] = mapped_column(default=0)
    date: Mapped[dt.date]
    kind: Mapped[str] = mapped_column(String(20))
    windows: Mapped[str] = mapped_column(String(100), default="")
    basis: Mapped[str] = mapped_column(String(300), default="")


class IntakeDay(Base):
    """A single day on which the counter is open besides its week. Nothing is reckoned by it: a Saturday on
    which dossiers are taken in is no working day."""

    __tablename__ = "intake_day"
    __table_args__ = (Index("uq_intake_day", "agency_key", "date", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    agency_key: Mapped[int] = mapped_column(default=0)
    date: Mapped[dt.date]
    windows: Mapped[str] = mapped_column(String(100))
    basis: Mapped[str] = mapped_column(String(300))


class CalendarYear(Base):
    """A year whose days off are known. status: published|provisional; a missing row is unknown."""

    __tablename__ = "calendar_year"
    __table_args__ = (CheckConstraint("status IN ('published', 'provisional')", name="status"),)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(300), default="")
