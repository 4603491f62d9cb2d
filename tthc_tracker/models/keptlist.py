"""What people keep of lists: how each wants a list to look, views under a name, files they asked for."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base

_SHARED = text("agency_id IS NOT NULL")
_WAITING = text("status = 'waiting'")
_UNSEEN = text("status = 'ready' AND fetched_at IS NULL")


class ListPreference(Base):
    """The columns a person wants of a list (none: as it comes); under list '' the density of all."""

    __tablename__ = "list_preference"

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True, autoincrement=False)
    list_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    density: Mapped[str] = mapped_column(String(20), default="")
    updated_at: Mapped[dt.datetime]


class SavedView(Base):
    """A name for filters, order, columns and density; shared with an agency, a unit of it, or nobody."""

    __tablename__ = "saved_view"
    __table_args__ = (
        CheckConstraint("unit_id IS NULL OR agency_id IS NOT NULL", name="shared_with"),
        Index("ix_saved_view_owner_id", "owner_id", "list_name"),
        Index(
            "ix_saved_view_agency_id",
            "agency_id",
            "list_name",
            sqlite_where=_SHARED,
            postgresql_where=_SHARED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_name: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    owner_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    question: Mapped[dict[str, Any]] = mapped_column(JSON)  # as in the address of the list
    columns: Mapped[list[str]] = mapped_column(JSON)
    density: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[dt.datetime]


class ListExport(Base):
    """A file that somebody asked for; it lies under var/exports by its id until housekeeping removes both."""

    __tablename__ = "list_export"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'ready', 'failed')", name="status"),
        Index("ix_list_export_user_id", "user_id", "created_at"),
        Index("ix_list_export_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_list_export_unseen", "user_id", sqlite_where=_UNSEEN, postgresql_where=_UNSEEN),
        Index("ix_list_export_created_at", "created_at"),
        {"sqlite_autoincrement": True},  # a file is named by its number: none is given twice
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    list_name: Mapped[str] = mapped_column(String(40))
    question: Mapped[dict[str, Any]] = mapped_column(JSON)
    columns: Mapped[list[str]] = mapped_column(JSON)
    form: Mapped[str] = mapped_column(String(10))  # csv|xlsx|pdf
    reason: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    row_count: Mapped[int | None]
    error: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[dt.datetime]
    ready_at: Mapped[dt.datetime | None]
    fetched_at: Mapped[dt.datetime | None]
