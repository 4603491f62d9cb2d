"""Which years lie in an archive of their own, and what has to be known of them without it (decision 0090)."""

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base, BigId


class ArchivedYear(Base):
    """A year whose dossiers were put into the schema `archive_YEAR`, when and by whom."""

    __tablename__ = "archived_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    revision: Mapped[str] = mapped_column(String(32))  # of the schema its rows are in


class ArchivedTable(Base):
    """What an archived year holds of one table. `hash` is over every row, in the order of the key, with the
    columns that are named (services.yearproofs)."""

    __tablename__ = "archived_table"

    year: Mapped[int] = mapped_column(ForeignKey("archived_year.year"), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(63), primary_key=True)
    columns: Mapped[list[str]] = mapped_column(JSON)
    rows: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class ArchivedCode(Base):
    """A code of an archived dossier, as a source calls it: never given again, never taken for a new one."""

    __tablename__ = "archived_code"
    __table_args__ = (Index("ix_archived_code_year", "year"),)

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(ForeignKey("archived_year.year"))
    dossier_id: Mapped[int] = mapped_column(BigId)
    receiving_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    resolving_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    returning_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))


class ArchivedFact(Base):
    """What an archived dossier adds to the statistics (as `dossier_fact`): what they are made anew from."""

    __tablename__ = "archived_fact"

    dossier_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    added: Mapped[str] = mapped_column(Text)
