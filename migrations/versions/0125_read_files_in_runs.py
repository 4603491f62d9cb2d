"""Note in which order the rows of a file are written, so that one that was broken off goes on in it.

Files that were begun before are done in their own order (0).
"""

import sqlalchemy as sa
from alembic import op

revision = "0125"
down_revision = "0118"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_batch", sa.Column("in_runs_of", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("import_batch", "in_runs_of")
