"""What concerns the applicant once his result is ready: how he was served, and reminders to collect it."""

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.ratings import RatedAt, Rating
from tthc_tracker.models.base import Base, one_of


class DossierRating(Base):
    """The one rating of a dossier, for the agency that resolved it. Nothing in it says who gave it."""

    __tablename__ = "dossier_rating"
    # All that the summary counts: it reads nothing else.
    __table_args__ = (Index("ix_dossier_rating_given_on", "given_on", "agency_id", "rating"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    rating: Mapped[Rating] = mapped_column(one_of(Rating, "rating"))
    rated_at: Mapped[RatedAt] = mapped_column(one_of(RatedAt, "rated_at"))
    given_on: Mapped[dt.date]


class ResultReminder(Base):
    """A result has waited so many days. mailed: its applicant was written to; False: he gave no address."""

    __tablename__ = "result_reminder"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reminded_at: Mapped[dt.datetime]
    mailed: Mapped[bool]
