"""How far work that goes round a table, a stretch a run, has come."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId

revision = "0060"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_position",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("after_id", BigId, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("job_position")
