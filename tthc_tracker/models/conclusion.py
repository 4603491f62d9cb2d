"""Conclusions of a session (kết luận phiên họp): who is to do what by which day."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base

_OPEN = text("done_on IS NULL")


class Conclusion(Base):
    """One conclusion. agency_id: who held the session; owner_id: the agency that is to carry it out.

    period_key: the quarter that the session was about. first_due_on: the day it was given, due_on: the day
    that holds now. done_note: with what it was done.
    """

    __tablename__ = "conclusion"
    __table_args__ = (
        Index("ix_conclusion_owner_id", "owner_id", "due_on", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_conclusion_period", "agency_id", "period_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    period_key: Mapped[str] = mapped_column(String(24))
    held_on: Mapped[dt.date]
    words: Mapped[str] = mapped_column(String(1000))
    owner_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    duty: Mapped[str] = mapped_column(String(200), default="")
    first_due_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    noted_at: Mapped[dt.datetime]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    done_on: Mapped[dt.date | None]
    done_note: Mapped[str] = mapped_column(String(500), default="")
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    version: Mapped[int] = mapped_column(default=1)
