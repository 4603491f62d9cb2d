"""Whose an alert was before, from when until when; of each recipient his own words, and when he gave them."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0084"
down_revision = "0077"
branch_labels = None
depends_on = None

# Of answers from before the last one is known: it stood with the alert.
_LAST_ANSWERS = """
UPDATE alert_recipient SET
    answered_at = (SELECT a.acknowledged_at FROM alert a WHERE a.id = alert_id),
    said = (SELECT a.note FROM alert a WHERE a.id = alert_id),
    promised_on = (SELECT a.promised_on FROM alert a WHERE a.id = alert_id)
WHERE answered AND EXISTS (
    SELECT 1 FROM alert a
    WHERE a.id = alert_id AND a.acknowledged_by_id = user_id AND a.acknowledged_at IS NOT NULL
)
"""


def upgrade() -> None:
    op.add_column("alert_recipient", sa.Column("answered_at", Moment))
    op.add_column("alert_recipient", sa.Column("said", sa.String(500), nullable=False, server_default=""))
    op.add_column("alert_recipient", sa.Column("promised_on", sa.Date))
    op.execute(sa.text(_LAST_ANSWERS))
    op.create_table(
        "past_recipient",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("alert_id", BigId, sa.ForeignKey("alert.id"), nullable=False),
        sa.Column("user_id", BigId, sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("since", Moment),
        sa.Column("until", Moment, nullable=False),
        sa.Column("climbed", sa.Boolean, nullable=False),
        sa.Column("handed", sa.Boolean, nullable=False),
        sa.Column("answered_at", Moment),
        sa.Column("said", sa.String(500), nullable=False),
        sa.Column("promised_on", sa.Date),
    )
    op.create_index("ix_past_recipient_alert_id", "past_recipient", ["alert_id"])


def downgrade() -> None:
    op.drop_table("past_recipient")
    for column in ("promised_on", "said", "answered_at"):
        op.drop_column("alert_recipient", column)
