"""Whether the applicant has asked for the result online, through the portal."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dossier", sa.Column("by_portal", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("dossier", "by_portal")
