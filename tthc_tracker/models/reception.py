"""What belongs to the act of receiving: code counters, idempotent forms, rounds, papers."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base


class CodeCounter(Base):
    """The last number given out in one series: receiving desk and local day."""

    __tablename__ = "code_counter"
    __table_args__ = (CheckConstraint("last BETWEEN 1 AND 99999999", name="last"),)

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(10), primary_key=True, default="")
    last: Mapped[int]


class Submission(Base):
    """A form as rendered once; claimed first in the transaction that carries it out."""

    __tablename__ = "submission"
    __table_args__ = (
        CheckConstraint("length(key) = 32", name="key"),
        Index("ix_submission_created_at", "created_at"),
    )

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    action: Mapped[str] = mapped_column(String(40))
    fingerprint: Mapped[str] = mapped_column(String(64))
    result_kind: Mapped[str | None] = mapped_column(String(40))
    result: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]


class ReceptionRound(Base):
    """One round of the reception clock; each resubmission opens a new one."""

    __tablename__ = "reception_round"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    started_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    late_from: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None] = mapped_column(String(20))  # receipt|supplement|refusal


class DossierComponent(Base):
    """A paper handed in with the dossier."""

    __tablename__ = "dossier_component"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(500))
    originals: Mapped[int] = mapped_column(default=0)
    certified: Mapped[int] = mapped_column(default=0)
    copies: Mapped[int] = mapped_column(default=0)
    digitised: Mapped[bool] = mapped_column(default=False)
