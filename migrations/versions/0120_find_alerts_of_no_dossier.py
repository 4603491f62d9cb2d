"""Find the episodes of units and agencies without passing every alert there ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0119"
branch_labels = None
depends_on = None

_OF_NONE = sa.text("dossier_id IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_alert_episode", "alert", ["rule", "version"], sqlite_where=_OF_NONE, postgresql_where=_OF_NONE
    )


def downgrade() -> None:
    op.drop_index("ix_alert_episode", table_name="alert")
