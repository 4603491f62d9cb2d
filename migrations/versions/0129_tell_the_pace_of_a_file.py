"""Note since when the rows of a file are written without a pause, so that its pace leaves out what lay between.

A file that is being written has no pace until its next run.
"""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import Moment

revision = "0129"
down_revision = "0131"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_batch", sa.Column("pace_from", Moment))
    op.add_column("import_batch", sa.Column("pace_rows", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("import_batch", "pace_rows")
    op.drop_column("import_batch", "pace_from")
