"""An index for whose an alert has newly become: a scan tells of what is new without going through what stands."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0042"
branch_labels = None
depends_on = None

_OPEN = sa.text("open")


def upgrade() -> None:
    op.create_index(
        "ix_alert_recipient_since", "alert_recipient", ["since"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_alert_recipient_since", "alert_recipient")
