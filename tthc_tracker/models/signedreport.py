"""Reports of a period that were signed: figures, the dossiers behind them, and that one was opened again.

Append-only, all three (decision 0037): a period is signed anew as another edition, and the first one stays.
"""

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base


class SignedReport(Base):
    """An agency's report of a period as its head signed it. content: compressed JSON of the words and tables;
    sha256: over it and every mark. deputyship_id: by which right somebody signed for the head."""

    __tablename__ = "signed_report"
    __table_args__ = (
        UniqueConstraint("agency_id", "period_start", "period_end", "edition"),
        Index("ix_signed_report_signed_at", "signed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    period_start: Mapped[dt.date]
    period_end: Mapped[dt.date]
    edition: Mapped[int]
    signed_at: Mapped[dt.datetime]
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    deputyship_id: Mapped[int | None] = mapped_column(ForeignKey("deputyship.id"))
    dossiers: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))


class SignedMark(Base):
    """The dossiers of one cell or one row of a signed report (domain.signedreports)."""

    __tablename__ = "signed_mark"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("signed_report.id"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[int]
    ids: Mapped[bytes] = mapped_column(LargeBinary)


class ReportReopening(Base):
    """That a signed report no longer holds, by whom and why: its period may be signed again."""

    __tablename__ = "report_reopening"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("signed_report.id"), primary_key=True, autoincrement=False
    )
    reopened_at: Mapped[dt.datetime]
    reopened_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    reason: Mapped[str] = mapped_column(String(500))
