"""What goes from hand to hand: hand-overs with their confirmation, and results collected."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.handovers import CollectAuthority, Direction, HandoverAnswer
from tthc_tracker.domain.lifecycle import ResultKind, ReturnMethod
from tthc_tracker.models.base import Base, one_of

_OPEN = text("answered_at IS NULL")


class Handover(Base):
    """Papers or a result on their way from one place to another, until the other side has answered.

    A place is an agency and a unit; without a unit it is the agency's desk, or the whole of an agency that
    has no units. At most one hand-over of a dossier is open. A step of an electronic process, when there are
    steps, is one more column.
    """

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answer"),
        CheckConstraint("answered_at IS NULL OR answered_at >= handed_at", name="order"),
        Index("uq_handover_open", "dossier_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_handover_dossier_id", "dossier_id", "id"),
        Index(
            "ix_handover_to", "to_agency_id", "to_unit_id", "handed_at",
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index(
            "ix_handover_from", "from_agency_id", "from_unit_id", "handed_at",
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index("ix_handover_day", "to_agency_id", "handed_at"),
        Index("ix_handover_given", "from_agency_id", "handed_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    direction: Mapped[Direction] = mapped_column(one_of(Direction, "handover_direction"))

    from_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    from_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    from_officer_id: Mapped[int | None] = mapped_column(
        ForeignKey("app_user.id")
    )  # he has it again if rejected
    to_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    handed_at: Mapped[dt.datetime]
    handed_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    note: Mapped[str] = mapped_column(String(500), default="")

    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    answer: Mapped[HandoverAnswer | None] = mapped_column(one_of(HandoverAnswer, "handover_answer"))
    reason: Mapped[str] = mapped_column(String(500), default="")

    # the result that travels; the dossier has one once it has arrived
    result_kind: Mapped[ResultKind | None] = mapped_column(one_of(ResultKind, "result_kind"))
    result_number: Mapped[str | None] = mapped_column(String(60))
    result_on: Mapped[dt.date | None]


class Collection(Base):
    """A result that somebody has collected: who, by what right, given by whom."""

    __tablename__ = "collection"
    __table_args__ = (Index("ix_collection_day", "agency_id", "collected_at"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))  # the returning desk, as it was then
    collected_at: Mapped[dt.datetime]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    receiver: Mapped[str] = mapped_column(String(200))
    method: Mapped[ReturnMethod] = mapped_column(one_of(ReturnMethod, "return_method"))
    authority: Mapped[CollectAuthority] = mapped_column(one_of(CollectAuthority, "collect_authority"))
    paper_number: Mapped[str] = mapped_column(String(60), default="")  # of the authority, or of the parcel
    paper_on: Mapped[dt.date | None]
