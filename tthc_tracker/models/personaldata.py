"""How long personal data is kept, of which dossiers it has been erased, who asked for what of a person."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.personalrequests import RequestKind, Verdict
from tthc_tracker.domain.retention import ErasureCause
from tthc_tracker.models.base import Base, one_of

_WAITING = text("verdict IS NULL")


class RetentionRule(Base):
    """Months after a dossier's end, from a day on, for one procedure or (procedure_key 0) for all."""

    __tablename__ = "retention_rule"
    __table_args__ = (
        Index("uq_retention_rule", "procedure_key", "valid_from", unique=True),
        CheckConstraint("months BETWEEN 1 AND 1200", name="months"),
        CheckConstraint("procedure_key = coalesce(procedure_id, 0)", name="procedure"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedure.id"))
    procedure_key: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[dt.date]
    months: Mapped[int]
    basis: Mapped[str] = mapped_column(String(300), default="")


class PersonalErasure(Base):
    """Whoever is named on this dossier is so no longer; its history says by whose word."""

    __tablename__ = "personal_erasure"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    erased_at: Mapped[dt.datetime]
    erased_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))  # None: the term was over
    cause: Mapped[ErasureCause] = mapped_column(one_of(ErasureCause, "erasure_cause"))


class PersonalRequest(Base):
    """Somebody asks that what is held on a person leaves, or is erased; another consents or refuses.

    mark: of the person's number (domain.personaldata.mark): the number itself stands in no request. said and
    basis stand in the audit too, which says for good what housekeeping takes out of here after a while.
    """

    __tablename__ = "personal_request"
    __table_args__ = (
        CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decided_by_id <> asked_by_id", name="four_eyes"),
        Index("ix_personal_request_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_personal_request_asked_by_id", "asked_by_id", "id"),
        Index("ix_personal_request_asked_at", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RequestKind] = mapped_column(one_of(RequestKind, "personal_request_kind"))
    mark: Mapped[str] = mapped_column(String(64))
    ground: Mapped[str] = mapped_column(String(20), default="")  # of an export
    said: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(String(200), default="")  # of an erasure before its term
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    asked_at: Mapped[dt.datetime]
    verdict: Mapped[Verdict | None] = mapped_column(one_of(Verdict, "personal_request_verdict"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[dt.datetime | None]
    because: Mapped[str] = mapped_column(String(200), default="")  # of a refusal


class PersonalRequestDossier(Base):
    """A dossier that a request is about."""

    __tablename__ = "personal_request_dossier"
    __table_args__ = (Index("ix_personal_request_dossier_dossier_id", "dossier_id"),)

    request_id: Mapped[int] = mapped_column(
        ForeignKey("personal_request.id"), primary_key=True, autoincrement=False
    )
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
