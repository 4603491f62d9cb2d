"""How the exports of a source are read whose columns are not the vocabulary's, and by which map a file was."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0090"
down_revision = "0092"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_columns",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("source_id", BigId, sa.ForeignKey("source.id"), nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("agency_id", BigId, sa.ForeignKey("agency.id")),
        sa.Column("encoding", sa.String(32), nullable=False),
        sa.Column("dates", sa.String(32), nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("fixed", sa.JSON, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("made_by_id", BigId, sa.ForeignKey("app_user.id"), nullable=False),
        sa.UniqueConstraint("source_id", "version", name="uq_source_columns_source_id_version"),
    )
    op.create_index("ix_source_columns_agency_id", "source_columns", ["source_id", "agency_id", "id"])
    op.add_column("import_batch", sa.Column("source_columns_id", BigId))


def downgrade() -> None:
    # A file that waits for its columns: the older program knows no such state, nor how to read it.
    op.execute("UPDATE import_batch SET state = 'dropped' WHERE state = 'unmapped'")
    op.drop_column("import_batch", "source_columns_id")
    op.drop_table("source_columns")
