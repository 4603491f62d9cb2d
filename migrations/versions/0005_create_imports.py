"""Create imports."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source_id", BigId, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data_as_of", Moment(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("actor_id", BigId, nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["app_user.id"], name=op.f("fk_import_batch_actor_id_app_user")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_import_batch_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index("ix_import_batch_source_id", "import_batch", ["source_id", "started_at"], unique=False)
    op.create_table(
        "imported_row",
        sa.Column("source_id", BigId, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("batch_id", BigId, nullable=False),
        sa.Column("row_number", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_imported_row_batch_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_imported_row_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_imported_row_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", "code", name=op.f("pk_imported_row")),
    )
    op.create_index(op.f("ix_imported_row_dossier_id"), "imported_row", ["dossier_id"], unique=False)


def downgrade() -> None:
    op.drop_table("imported_row")
    op.drop_table("import_batch")
