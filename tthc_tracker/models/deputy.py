"""Who stands in for whom, and what was done in somebody's stead."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.deputies import SignatureForm
from tthc_tracker.models.base import Base, BigId, one_of


class Deputyship(Base):
    """From one day to another, both included, `deputy` stands in for `user`; ended_at: sooner than that.

    form: how he signs, where `user` is a head (None: he signs nothing); the titles as a signature prints
    them, the basis as the paper that gives the right is called. applied: its alerts have gone to the deputy.
    """

    __tablename__ = "deputyship"
    __table_args__ = (
        Index("ix_deputyship_user_id", "user_id", "to_day"),
        Index("ix_deputyship_deputy_id", "deputy_id", "to_day"),
        CheckConstraint("to_day >= from_day", name="days"),
        CheckConstraint("user_id <> deputy_id", name="two"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    from_day: Mapped[dt.date]
    to_day: Mapped[dt.date]
    form: Mapped[SignatureForm | None] = mapped_column(one_of(SignatureForm, "signature_form"))
    user_title: Mapped[str] = mapped_column(String(100), default="")
    deputy_title: Mapped[str] = mapped_column(String(100), default="")
    basis: Mapped[str] = mapped_column(String(200), default="")
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    ended_at: Mapped[dt.datetime | None]
    applied: Mapped[bool] = mapped_column(default=False, server_default=false())


class DeputyWork(Base):
    """A dossier that was given to a deputy because the one it was meant for is away."""

    __tablename__ = "deputy_work"
    __table_args__ = (Index("ix_deputy_work_dossier_id", "dossier_id"),)

    deputyship_id: Mapped[int] = mapped_column(
        ForeignKey("deputyship.id"), primary_key=True, autoincrement=False
    )
    dossier_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("dossier.id"), primary_key=True, autoincrement=False
    )


class ApologySignature(Base):
    """An apology that a deputy has signed, and by which right."""

    __tablename__ = "apology_signature"

    apology_id: Mapped[int] = mapped_column(ForeignKey("apology.id"), primary_key=True, autoincrement=False)
    deputyship_id: Mapped[int] = mapped_column(ForeignKey("deputyship.id"))
