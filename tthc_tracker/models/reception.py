"""What belongs to the act of receiving: code counters, idempotent forms, rounds, papers."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, text
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
    __table_args__ = (
        # Everything the statistics ask of a round: they read nothing else of it.
        Index("ix_reception_round_due_at", "due_at", "dossier_id", "late_from", "answered_at"),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    started_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    late_from: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None] = mapped_column(String(20))  # receipt|supplement|refusal


class JointReception(Base):
    """A dossier handed in together with another (`first_id`): one receipt speaks of them all."""

    __tablename__ = "joint_reception"
    __table_args__ = (Index("ix_joint_reception_first_id", "first_id"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    first_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))


class PinnedProcedure(Base):
    """A procedure that a desk keeps on a digit key; the other keys follow what it receives most."""

    __tablename__ = "pinned_procedure"
    __table_args__ = (CheckConstraint("digit BETWEEN 0 AND 9", name="digit"),)

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True, autoincrement=False)
    digit: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    pinned_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    pinned_at: Mapped[dt.datetime]


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


class SupplementRequest(Base):
    """What an applicant was asked to bring, all at once; `seq` is that of the event that asked.

    papers: a list of {name, originals, certified, copies}. `again_because` is filled in from the second
    request on, which the list of oversight counts.
    """

    __tablename__ = "supplement_request"
    __table_args__ = (
        ForeignKeyConstraint(["dossier_id", "seq"], ["dossier_event.dossier_id", "dossier_event.seq"]),
        Index(
            "ix_supplement_request_repeated",
            "asked_at",
            sqlite_where=text("again_because <> ''"),
            postgresql_where=text("again_because <> ''"),
        ),
    )

    dossier_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    round: Mapped[int]  # of the reception clock
    asked_at: Mapped[dt.datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    papers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    content: Mapped[str] = mapped_column(String(500), default="")  # what is to be put right besides papers
    reason: Mapped[str] = mapped_column(String(500))
    basis: Mapped[str] = mapped_column(String(300), default="")
    reply_by: Mapped[dt.date]
    again_because: Mapped[str] = mapped_column(String(500), default="")


class SourceMark(Base):
    """A desk says of a mirrored dossier: accepted over there; true until its source's next file."""

    __tablename__ = "source_mark"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    marked_at: Mapped[dt.datetime]
    marked_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
