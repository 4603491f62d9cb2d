"""Letters that urge a unit to end what is late (công văn đôn đốc), and what it says to each dossier."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.models.base import Base, BigId, one_of


class UrgingLetter(Base):
    """One letter; its number counts within the agency that sends it and the year.

    symbol: what stands behind the number. to_unit_id None: to the whole agency. What it says is kept as
    printed (subject "letter:<id>"). deputyship_id: by which right its signer signs for a head.
    """

    __tablename__ = "urging_letter"
    __table_args__ = (
        UniqueConstraint("agency_id", "year", "number"),
        Index("ix_urging_letter_to_agency_id", "to_agency_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    year: Mapped[int]
    number: Mapped[int]
    symbol: Mapped[str] = mapped_column(String(40))
    to_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    issued_at: Mapped[dt.datetime]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    answer_by: Mapped[dt.date]
    signer_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    deputyship_id: Mapped[int | None] = mapped_column(ForeignKey("deputyship.id"))


class UrgingRow(Base):
    """A dossier on a letter, and the unit's explanation: why it is late, and until when it will be done."""

    __tablename__ = "urging_row"
    __table_args__ = (Index("ix_urging_row_dossier_id", "dossier_id"),)

    letter_id: Mapped[int] = mapped_column(
        ForeignKey("urging_letter.id"), primary_key=True, autoincrement=False
    )
    dossier_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("dossier.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int]
    days_late: Mapped[int]
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    cause: Mapped[LatenessCause | None] = mapped_column(one_of(LatenessCause, "lateness_cause"))
    words: Mapped[str] = mapped_column(String(500), default="")
    promised_on: Mapped[dt.date | None]
