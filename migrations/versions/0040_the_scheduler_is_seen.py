"""A sign of life says what the last good run did and when the next is due: pages ask for nothing more.

Mails that are stuck are found without a look at those that have left.
"""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import Moment

revision = "0040"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("heartbeat", sa.Column("last_counts", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("heartbeat", sa.Column("next_at", Moment(), nullable=True))
    stuck = sa.text("status IN ('dead', 'held')")
    op.create_index("ix_outbox_stuck", "outbox", ["id"], sqlite_where=stuck, postgresql_where=stuck)


def downgrade() -> None:
    op.drop_index("ix_outbox_stuck", table_name="outbox")
    with op.batch_alter_table("heartbeat") as table:
        table.drop_column("next_at")
        table.drop_column("last_counts")
