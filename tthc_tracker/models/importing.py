"""Files that were read in, and what became of each of their rows."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.importing import BatchState, Whole
from tthc_tracker.models.base import Base, one_of

_TO_DO = "state IN ('waiting', 'confirmed', 'undoing')"
_UNMATCHED = "matched_at IS NULL AND state = 'done'"


class ImportBatch(Base):
    """One file read in from one source."""

    __tablename__ = "import_batch"
    __table_args__ = (
        Index("ix_import_batch_source_id", "source_id", "started_at"),
        Index("ix_import_batch_agency_id", "agency_id", "id"),
        Index("ix_import_batch_actor_id", "actor_id", "id"),
        Index("ix_import_batch_sha256", "sha256"),
        Index(
            "ix_import_batch_sent", "source_id", "started_at", sqlite_where=text("actor_id IS NOT NULL"),
            postgresql_where=text("actor_id IS NOT NULL"),
        ),
        Index("ix_import_batch_to_do", "id", sqlite_where=text(_TO_DO), postgresql_where=text(_TO_DO)),
        Index(
            "ix_import_batch_unmatched", "id", sqlite_where=text(_UNMATCHED),
            postgresql_where=text(_UNMATCHED),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    data_as_of: Mapped[dt.datetime]  # dữ liệu nguồn lúc …
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    whole: Mapped[Whole] = mapped_column(
        one_of(Whole, "import_whole"), default=Whole.AS_DECLARED, server_default=""
    )
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    matched_to: Mapped[int] = mapped_column(default=0, server_default="0")  # the last dossier looked at
    matched_at: Mapped[dt.datetime | None]  # when all it brought had been looked at for what others show

    # of a file sent by screen; of one read in by command only the state
    state: Mapped[BatchState] = mapped_column(one_of(BatchState, "batch_state"), default=BatchState.CONFIRMED)
    agency_id: Mapped[int | None]  # of the sender: who may see it
    feed_id: Mapped[int | None]  # fetched by this, sent by nobody
    more_follows: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # its source is behind still
    stored: Mapped[str | None] = mapped_column(String(32))  # its name under var/ while it is kept
    kind: Mapped[str] = mapped_column(String(10), default="")
    size: Mapped[int] = mapped_column(default=0)  # bytes
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    fault: Mapped[str] = mapped_column(String(500), default="")
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)  # of what is being done now
    in_runs_of: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # the order in which its rows are done (jobs.importruns); 0: as they stand in the file
    pace_from: Mapped[dt.datetime | None]  # since when its rows are written without a pause,
    pace_rows: Mapped[int] = mapped_column(default=0, server_default="0")  # and how many were before
    source_columns_id: Mapped[int | None]  # by which it is read, if not in the vocabulary (models.columnmap)
    errors_size: Mapped[int] = mapped_column(default=0)  # bytes of the file of errors that are sure
    confirmed_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]
    undone_by_id: Mapped[int | None]


class ImportedRow(Base):
    """The last content a source gave for a code, as a hash: an unchanged row is known at once.

    `change` orders what has changed for the source's own system (services.changes); NULL: not in order yet.

    An empty hash: the dossier was taken back with its file; the next row of its code brings it again.
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
        Index("ix_imported_row_first_batch_id", "first_batch_id", "dossier_id"),
        Index("ix_imported_row_changed_batch_id", "changed_batch_id"),
    )  # fmt: skip

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))  # seen last in
    first_batch_id: Mapped[int]  # brought by
    changed_batch_id: Mapped[int]  # changed last by
    dossier_version: Mapped[int] = mapped_column(default=1)  # as that change left it
    row_number: Mapped[int]
    change: Mapped[int | None]


class SourceWords(Base):
    """What a source said of a dossier that nothing here is reckoned by (domain.exchangekept); '' for nothing.

    Only of dossiers whose source says any of it.
    """

    __tablename__ = "source_words"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    sector_code: Mapped[str] = mapped_column(String(40))
    return_way: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(String(1000))  # typed by somebody
    digitised: Mapped[str] = mapped_column(String(20))
    account_verified: Mapped[str] = mapped_column(String(20))
    paid_online: Mapped[str] = mapped_column(String(20))
    result_digitised: Mapped[str] = mapped_column(String(20), default="", server_default="")
    supplements: Mapped[str] = mapped_column(Text())  # typed by somebody
