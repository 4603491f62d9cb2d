"""Endpoints of other systems, what they were told last, and the calls that wait."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("source_id", BigId, sa.ForeignKey("source.id"), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("events", sa.String(200), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("salt_before", sa.String(32)),
        sa.Column("salt_before_until", Moment),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("created_by_id", BigId, sa.ForeignKey("app_user.id")),
        sa.Column("stopped_at", Moment),
        sa.Column("sequence", BigId, nullable=False),
        sa.Column("failures", BigId, nullable=False),
        sa.Column("rest_until", Moment),
        sa.Column("last_ok_at", Moment),
        sa.Column("last_error", sa.String(200), nullable=False),
    )
    op.create_index("ix_webhook_endpoint_source_id", "webhook_endpoint", ["source_id"])
    op.create_table(
        "webhook_standing",
        sa.Column("endpoint_id", BigId, sa.ForeignKey("webhook_endpoint.id"), primary_key=True),
        sa.Column("dossier_id", BigId, sa.ForeignKey("dossier.id"), primary_key=True),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("due", sa.String(14), nullable=False),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("endpoint_id", BigId, sa.ForeignKey("webhook_endpoint.id"), nullable=False),
        sa.Column("event_id", sa.String(40), nullable=False, unique=True),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("sequence", BigId),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempts", BigId, nullable=False),
        sa.Column("next_at", Moment, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("settled_at", Moment),
        sa.Column("last_code", BigId),
        sa.Column("last_error", sa.String(200), nullable=False),
        sa.CheckConstraint("status IN ('pending', 'sent', 'dead')", name="ck_webhook_delivery_status"),
    )
    op.create_index("ix_webhook_delivery_waiting", "webhook_delivery", ["endpoint_id", "status", "id"])
    op.create_index("ix_webhook_delivery_created_at", "webhook_delivery", ["created_at"])


def downgrade() -> None:
    op.drop_table("webhook_delivery")
    op.drop_table("webhook_standing")
    op.drop_table("webhook_endpoint")
