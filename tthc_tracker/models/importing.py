"""Files that were read in, and what became of each of their rows."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base


class ImportBatch(Base):
    """One file read in from one source."""

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_source_id", "source_id", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    data_as_of: Mapped[dt.datetime]  # dữ liệu nguồn lúc …
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class ImportedRow(Base):
    """The last content a source gave for a code, as a hash: an unchanged row is known at once.

    `change` orders what has changed for the source's own system (services.changes); NULL: not in order yet.
    """

    __tablename__ = "imported_row"
    __table_args__ = (
        Index(
            "uq_imported_row_change", "source_id", "change", unique=True,
            sqlite_where=text("change IS NOT NULL"), postgresql_where=text("change IS NOT NULL"),
        ),
        Index(
            "ix_imported_row_unordered", "source_id", "dossier_id",
            sqlite_where=text("change IS NULL"), postgresql_where=text("change IS NULL"),
        ),
    )  # fmt: skip

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    row_number: Mapped[int]
    change: Mapped[int | None]
