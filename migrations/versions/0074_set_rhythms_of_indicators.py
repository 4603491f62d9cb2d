"""In which periods an indicator is told: by month, quarter, half-year or year."""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("indicator", sa.Column("rhythm", sa.String(32), nullable=False, server_default="quarter"))


def downgrade() -> None:
    op.drop_column("indicator", "rhythm")
