"""Keep that an applicant wishes his result by post, and where to."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dossier", sa.Column("by_post", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("person", sa.Column("post_address", sa.String(300), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "post_address")
    op.drop_column("dossier", "by_post")
