"""Pause an address of another system: what it is to be told waits."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import Moment

revision = "0110"
down_revision = "0109"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("webhook_endpoint", sa.Column("paused_at", Moment))


def downgrade() -> None:
    op.drop_column("webhook_endpoint", "paused_at")
