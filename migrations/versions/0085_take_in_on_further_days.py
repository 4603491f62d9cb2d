"""Single days on which a desk takes dossiers in besides its week: none of them counts for a deadline."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_day",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("agency_id", BigId, sa.ForeignKey("agency.id")),
        sa.Column("agency_key", BigId, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("windows", sa.String(100), nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
    )
    op.create_index("uq_intake_day", "intake_day", ["agency_key", "date"], unique=True)


def downgrade() -> None:
    op.drop_table("intake_day")
