"""Send exports by screen: what becomes of a file, and what each file brought."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0008"
down_revision = "0010"
branch_labels = None
depends_on = None

TO_DO = sa.text("state IN ('waiting', 'confirmed', 'undoing')")
INDEXES = (
    ("agency_id", "import_batch", ["agency_id", "id"]),
    ("actor_id", "import_batch", ["actor_id", "id"]),
    ("sha256", "import_batch", ["sha256"]),
    ("first_batch_id", "imported_row", ["first_batch_id"]),
    ("changed_batch_id", "imported_row", ["changed_batch_id"]),
)


# Without foreign keys: SQLite adds none to a table that is there, and copying a table that others point at is
# no way to treat a register. What they name is never deleted.
OF_BATCH = (
    ("state", sa.String(length=32), "done"),
    ("agency_id", BigId, None),
    ("stored", sa.String(length=32), None),
    ("kind", sa.String(length=10), "csv"),
    ("size", BigId, "0"),
    ("warnings", sa.JSON(), "[]"),
    ("fault", sa.String(length=500), ""),
    ("rows_total", BigId, "0"),
    ("rows_done", BigId, "0"),
    ("errors_size", BigId, "0"),
    ("confirmed_at", Moment(), None),
    ("undone_at", Moment(), None),
    ("undone_by_id", BigId, None),
)
# Version 0: what earlier files brought cannot be told from what they changed, so none of it is taken back.
OF_ROW = (("first_batch_id", BigId, "0"), ("changed_batch_id", BigId, "0"), ("dossier_version", BigId, "0"))


def upgrade() -> None:
    for table, columns in (("import_batch", OF_BATCH), ("imported_row", OF_ROW)):
        for name, kind, default in columns:
            op.add_column(table, sa.Column(name, kind, server_default=default, nullable=default is None))
    op.execute("UPDATE import_batch SET state = 'failed' WHERE finished_at IS NULL")
    op.execute("UPDATE imported_row SET first_batch_id = batch_id, changed_batch_id = batch_id")
    for name, table, columns in INDEXES:
        op.create_index(f"ix_{table}_{name}", table, columns)
    op.create_index(
        "ix_import_batch_to_do", "import_batch", ["id"], sqlite_where=TO_DO, postgresql_where=TO_DO
    )


def downgrade() -> None:
    op.drop_index("ix_import_batch_to_do", "import_batch")
    for name, table, _ in INDEXES:
        op.drop_index(f"ix_{table}_{name}", table)
    for table, columns in (("import_batch", OF_BATCH), ("imported_row", OF_ROW)):
        for name, *_ in reversed(columns):
            op.drop_column(table, name)
