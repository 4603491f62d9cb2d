"""Sectors, procedures and their versions: a dossier keeps the version it was received under."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.importing import MOST_UNSEEN, Sends
from tthc_tracker.domain.lifecycle import Channel, SourceKind
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.models.base import Base, one_of


class Sector(Base):
    """A field of work (lĩnh vực)."""

    __tablename__ = "sector"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200))


class Procedure(Base):
    """An administrative procedure, known by the first eight characters of its national code."""

    __tablename__ = "procedure"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    confirmed: Mapped[bool] = mapped_column(default=True)


class ProcedureVersion(Base):
    """What a procedure was called and promised between two days. `levels` as `tinh;xa`.

    same_day: its result is given on the spot, so that the desk may receive, finish and return in one go.
    """

    __tablename__ = "procedure_version"
    __table_args__ = (
        UniqueConstraint("procedure_id", "valid_from"),
        Index("ix_procedure_version_sector_id", "sector_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    full_code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(500))
    search_text: Mapped[str] = mapped_column(String(600))
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id"))
    levels: Mapped[str] = mapped_column(String(40))
    service_level: Mapped[str] = mapped_column(String(20), default="mot_phan")
    rounding: Mapped[str | None] = mapped_column(String(20))
    same_day: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class ProcedureLimit(Base):
    """The time limit of one case (trường hợp), for one channel or (NULL) for all."""

    __tablename__ = "procedure_limit"
    __table_args__ = (CheckConstraint("promised_amount >= 0", name="promised"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("procedure_version.id"), index=True)
    case_code: Mapped[str] = mapped_column(String(40), default="")
    case_name: Mapped[str] = mapped_column(String(200), default="")
    channel: Mapped[Channel | None] = mapped_column(one_of(Channel, "limit_channel"))
    promised_amount: Mapped[Decimal] = mapped_column(Numeric(8, 2, asdecimal=True))
    legal_amount: Mapped[Decimal | None] = mapped_column(Numeric(8, 2, asdecimal=True))
    unit: Mapped[LimitUnit] = mapped_column(one_of(LimitUnit, "limit_unit"))


class ProcedureComponent(Base):
    """A paper the procedure asks for, and how many of each kind."""

    __tablename__ = "procedure_component"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("procedure_version.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(500))
    originals: Mapped[int] = mapped_column(default=0)
    certified: Mapped[int] = mapped_column(default=0)
    copies: Mapped[int] = mapped_column(default=0)


class Source(Base):
    """Where dossiers come from. `home`: their whole life is here; `mirror`: the facts are theirs.

    as_of: the moment its newest data speaks of; stale_since: when that was found too old to raise alerts by.
    known_to: up to then all that it shows is known, of what it has shown since known_from (NULL: of
    everything), for it sent a whole list then, what had changed until then, or that nothing had.
    """

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[SourceKind] = mapped_column(one_of(SourceKind, "source_kind"))
    as_of: Mapped[dt.datetime | None]
    known_from: Mapped[dt.datetime | None]
    known_to: Mapped[dt.datetime | None]
    url: Mapped[str] = mapped_column(String(300), default="", server_default="")  # where people work in it
    stale_since: Mapped[dt.datetime | None]
    sends: Mapped[Sends] = mapped_column(
        one_of(Sends, "source_sends"), default=Sends.CHANGES, server_default=Sends.CHANGES.value
    )
    most_unseen: Mapped[int] = mapped_column(default=MOST_UNSEEN, server_default=str(MOST_UNSEEN))  # percent
