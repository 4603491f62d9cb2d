"""Electronic processes, the steps that dossiers ran, and in whose hands they were."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.custody import HolderKind
from tthc_tracker.domain.lifecycle import FinishClass
from tthc_tracker.domain.processes import RunOutcome, StepHolder
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.models.base import Base, one_of

_RUNNING = text("closed_at IS NULL")
_HELD = text("until IS NULL")


class Process(Base):
    """The process of one case of a procedure in one version; a change is the next version.

    The one in force is the latest whose day has come; a dossier keeps the one it began with.
    """

    __tablename__ = "process"
    __table_args__ = (UniqueConstraint("procedure_id", "case_code", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    case_code: Mapped[str] = mapped_column(String(40), default="")
    number: Mapped[int]
    valid_from: Mapped[dt.date]
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class ProcessStep(Base):
    """One step: who holds it, how long it may take.

    agency_id: another agency than the resolving one (một cửa liên thông). unit_code: a unit of that agency,
    or of whichever resolves, for processes are the same for a hundred communes.
    """

    __tablename__ = "process_step"
    __table_args__ = (
        UniqueConstraint("process_id", "position"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    process_id: Mapped[int] = mapped_column(ForeignKey("process.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    holder: Mapped[StepHolder] = mapped_column(one_of(StepHolder, "step_holder"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    unit_code: Mapped[str] = mapped_column(String(40), default="")
    amount: Mapped[Decimal] = mapped_column(Numeric(8, 2, asdecimal=True))
    unit: Mapped[LimitUnit] = mapped_column(one_of(LimitUnit, "limit_unit"))
    signature: Mapped[bool] = mapped_column(default=False)


class StepRun(Base):
    """A step as one dossier ran it: its clock, from the moment of its hand-over.

    left_minutes: working minutes that were left of the dossier's promise when the step began. late_from
    belongs to due_at. At most one run of a dossier is open.
    """

    __tablename__ = "step_run"
    __table_args__ = (
        UniqueConstraint("dossier_id", "seq"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="outcome"),
        CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="order"),
        Index(
            "uq_step_run_open", "dossier_id", unique=True,
            sqlite_where=_RUNNING, postgresql_where=_RUNNING,
        ),
        Index(
            "ix_step_run_place", "agency_id", "unit_id", "due_at",
            sqlite_where=_RUNNING, postgresql_where=_RUNNING,
        ),
        Index("ix_step_run_late", "late_from", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("ix_step_run_step", "step_id", "closed_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    seq: Mapped[int]
    step_id: Mapped[int] = mapped_column(ForeignKey("process_step.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    at_desk: Mapped[bool]
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handover.id"), index=True)
    opened_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None]  # None: the calendar is not known that far
    late_from: Mapped[dt.datetime | None]
    left_minutes: Mapped[int | None]
    closed_at: Mapped[dt.datetime | None]
    finish_class: Mapped[FinishClass | None] = mapped_column(one_of(FinishClass, "finish_class"))
    outcome: Mapped[RunOutcome | None] = mapped_column(one_of(RunOutcome, "run_outcome"))
    reason: Mapped[str] = mapped_column(String(500), default="")


class Custody(Base):
    """A stretch of time in one holder's hands; the rows of a dossier follow one another without a gap."""

    __tablename__ = "custody"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        Index("uq_custody_open", "dossier_id", unique=True, sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_custody_dossier_id", "dossier_id", "id"),
        Index("ix_custody_agency_id", "agency_id", "since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    kind: Mapped[HolderKind] = mapped_column(one_of(HolderKind, "holder_kind"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime | None]
