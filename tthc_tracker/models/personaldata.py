"""How long personal data is kept, and the dossiers of which it has been erased."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.retention import ErasureCause
from tthc_tracker.models.base import Base, one_of


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
