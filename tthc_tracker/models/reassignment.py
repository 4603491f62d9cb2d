"""What several assignments at once have moved, for as long as they may be taken back."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base, BigId


class Reassignment(Base):
    """One dossier that a form assigned with others: where it lay before, and its version right after.

    batch: what was done by one form together. confirmed: the assignment itself confirmed that the papers had
    arrived. firm: it cannot be taken back, for it took back an earlier hand-over.
    """

    __tablename__ = "reassignment"
    __table_args__ = (Index("ix_reassignment_by_id", "by_id", "at"),)

    batch: Mapped[str] = mapped_column(String(32), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("dossier.id"), primary_key=True, autoincrement=False
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[dt.datetime]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    step_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    confirmed: Mapped[bool]
    firm: Mapped[bool]
    version: Mapped[int]
    undone_at: Mapped[dt.datetime | None]
