"""Find what came last from a source, and who last sent something of it, without walking through all that came."""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0086"
branch_labels = None
depends_on = None

_SENT = sa.text("actor_id IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_feed_arrival_feed_id", "feed_arrival", ["feed_id", "id"])
    op.create_index(
        "ix_import_batch_sent", "import_batch", ["source_id", "started_at"], sqlite_where=_SENT,
        postgresql_where=_SENT,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_import_batch_sent", "import_batch")
    op.drop_index("ix_feed_arrival_feed_id", "feed_arrival")
