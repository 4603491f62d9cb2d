"""What a source sends, whether a file is a full list, and the dossiers that are missing from one."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import Moment

revision = "0046"
down_revision = "0048"
branch_labels = None
depends_on = None

_UNSEEN = sa.text("unseen_since IS NOT NULL")


def upgrade() -> None:
    op.add_column("source", sa.Column("sends", sa.String(7), nullable=False, server_default="changes"))
    op.add_column("source", sa.Column("most_unseen", sa.Integer(), nullable=False, server_default="20"))
    op.add_column("import_batch", sa.Column("whole", sa.String(4), nullable=False, server_default=""))
    op.add_column("dossier", sa.Column("unseen_since", Moment(), nullable=True))
    op.create_index(
        "ix_dossier_unseen", "dossier", ["source_id"], sqlite_where=_UNSEEN, postgresql_where=_UNSEEN
    )


def downgrade() -> None:
    op.drop_index("ix_dossier_unseen", "dossier")
    op.drop_column("dossier", "unseen_since")
    op.drop_column("import_batch", "whole")
    op.drop_column("source", "most_unseen")
    op.drop_column("source", "sends")
