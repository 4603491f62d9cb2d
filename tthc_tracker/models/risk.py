"""Risk before lateness: what is usual, and which open dossiers are likely to be late."""

import datetime as dt

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base, BigId


class UsualTime(Base):
    """How long a stage of a procedure took in the last twelve months; agency_id None: in the whole province.

    position: of the step that a stage begins with; 0 for a dossier without an electronic process, from its
    acceptance. minutes: working minutes to the finish, in order (domain.risk.Usual).
    """

    __tablename__ = "usual_time"
    __table_args__ = (
        CheckConstraint("cases >= 20", name="cases"),
        Index("ix_usual_time_agency_id", "agency_id", "procedure_id", "position"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    position: Mapped[int]
    cases: Mapped[int]
    minutes: Mapped[list[int]] = mapped_column(JSON)
    measured_at: Mapped[dt.datetime]


class DossierRisk(Base):
    """An open dossier that was likely to be late when it was looked at last (domain.risk.Risk)."""

    __tablename__ = "dossier_risk"
    __table_args__ = (Index("ix_dossier_risk_margin", "margin", "dossier_id"),)

    dossier_id: Mapped[int] = mapped_column(BigId, ForeignKey("dossier.id"), primary_key=True)
    position: Mapped[int]
    left_minutes: Mapped[int]
    needed_minutes: Mapped[int | None]
    cases: Mapped[int]
    of_province: Mapped[bool]
    margin: Mapped[int]
    assessed_at: Mapped[dt.datetime]
