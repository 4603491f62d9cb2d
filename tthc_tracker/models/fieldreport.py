"""Reports of citizens from the field (phản ánh hiện trường): kinds with their limits, reports, their way."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.fieldreports import ReportAct, ReportChannel, ReportState
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.models.base import Base, one_of

_OPEN = text("answered_at IS NULL")
_PUBLIC = text("published AND erased_at IS NULL")
_PERSONAL = text("answered_at IS NOT NULL AND erased_at IS NULL")


class FieldReportKind(Base):
    """What is reported, and how soon it is answered. A report keeps the limit it was taken in with."""

    __tablename__ = "field_report_kind"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    amount: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    unit: Mapped[LimitUnit] = mapped_column(one_of(LimitUnit, "field_report_limit_unit"))
    active: Mapped[bool] = mapped_column(default=True)


class FieldReport(Base):
    """One report. receiving: the agency that took it in; handling: with which it lies now.

    words, place, answer and the photo may name people: they go with the contact (services.erasure).
    passed_by_id: the agency that has given it to the present one, if any did.
    """

    __tablename__ = "field_report"
    __table_args__ = (
        Index(
            "ix_field_report_open", "handling_agency_id", "late_from", "id",
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index("ix_field_report_soon", "soon_from", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_field_report_late", "late_from", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_field_report_received_at", "received_at", "id"),
        Index("ix_field_report_handling", "handling_agency_id", "received_at", "id"),
        Index("ix_field_report_receiving", "receiving_agency_id", "received_at", "id"),
        Index("ix_field_report_answered_at", "answered_at"),
        Index(
            "ix_field_report_kept", "answered_at", "id",
            sqlite_where=_PERSONAL, postgresql_where=_PERSONAL,
        ),
        Index(
            "ix_field_report_public", "answered_at", "id", sqlite_where=_PUBLIC, postgresql_where=_PUBLIC,
        ),
        CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL)", name="answered"),
        CheckConstraint("state = 'answered' OR NOT published", name="published"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    channel: Mapped[ReportChannel] = mapped_column(one_of(ReportChannel, "field_report_channel"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))  # of the system that sent it
    fingerprint: Mapped[str] = mapped_column(String(64), default="")  # of what it sent
    kind_id: Mapped[int] = mapped_column(ForeignKey("field_report_kind.id"))
    receiving_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    handling_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    passed_by_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    state: Mapped[ReportState] = mapped_column(one_of(ReportState, "field_report_state"))
    place: Mapped[str] = mapped_column(String(300))
    words: Mapped[str] = mapped_column(String(2000))
    received_at: Mapped[dt.datetime]
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    limit_amount: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    limit_unit: Mapped[LimitUnit] = mapped_column(one_of(LimitUnit, "field_report_unit"))
    due_at: Mapped[dt.datetime]
    soon_from: Mapped[dt.datetime]
    late_from: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    answer: Mapped[str] = mapped_column(String(4000), default="")
    published: Mapped[bool] = mapped_column(default=False, server_default=false())
    satisfied: Mapped[bool | None]
    contact_name: Mapped[str | None] = mapped_column(String(200))
    contact_phone: Mapped[str | None] = mapped_column(String(40))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    photo: Mapped[str | None] = mapped_column(String(40))  # its name under var; the kind is in the bytes
    version: Mapped[int] = mapped_column(default=1)
    erased_at: Mapped[dt.datetime | None]


class FieldReportPassage(Base):
    """A report went from one agency to another: forwarded, or handed back. Rows are only added."""

    __tablename__ = "field_report_passage"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("field_report.id"), primary_key=True, autoincrement=False
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[ReportAct] = mapped_column(one_of(ReportAct, "field_report_act"))
    from_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    to_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[dt.datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
