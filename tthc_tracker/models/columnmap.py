"""How the exports of a source are read that do not use the vocabulary (domain.columnmaps)."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.columnmaps import DateStyle
from tthc_tracker.domain.encodings import Encoding
from tthc_tracker.models.base import Base, one_of


class SourceColumns(Base):
    """One version; never changed. agency_id: of whoever may import there only, for files sent from there;
    NULL: for all files of the source, those of commands too.
    """

    __tablename__ = "source_columns"
    __table_args__ = (
        UniqueConstraint("source_id", "version"),
        Index("ix_source_columns_agency_id", "source_id", "agency_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    version: Mapped[int]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    encoding: Mapped[Encoding] = mapped_column(one_of(Encoding, "columns_encoding"))
    dates: Mapped[DateStyle] = mapped_column(one_of(DateStyle, "columns_dates"))
    columns: Mapped[dict[str, str]] = mapped_column(JSON)  # field → the name of its column
    fixed: Mapped[dict[str, str]] = mapped_column(JSON)  # field → what it is in every row
    words: Mapped[dict[str, Any]] = mapped_column(JSON)  # field → word, folded → what that is
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
