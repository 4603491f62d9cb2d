"""The catalogue of what holds a clock, and how: rules with effect from a day."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.pauses import PausePolicy
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.models.base import Base, one_of


class PauseRule(Base):
    """What a reason does to the clock from a day on, for one procedure or (procedure_key 0) for all."""

    __tablename__ = "pause_rule"
    __table_args__ = (
        Index("uq_pause_rule", "reason", "procedure_key", "valid_from", unique=True),
        CheckConstraint("lasts_days BETWEEN 1 AND 366", name="lasts"),
        CheckConstraint("procedure_key = coalesce(procedure_id, 0)", name="procedure"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[PauseReason] = mapped_column(one_of(PauseReason, "pause_rule_reason"))
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedure.id"))
    procedure_key: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[dt.date]
    policy: Mapped[PausePolicy] = mapped_column(one_of(PausePolicy, "pause_rule_policy"))
    restart_within: Mapped[int | None]  # working days from the acceptance; asked later, it resumes
    lasts_days: Mapped[int]
    basis: Mapped[str] = mapped_column(String(300), default="")
