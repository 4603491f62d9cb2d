"""Conclusions of a session: whose each is, by which day, and whether it was carried out."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_OPEN = sa.text("done_on IS NULL")


def upgrade() -> None:
    op.create_table(
        "conclusion",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("agency_id", BigId, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("period_key", sa.String(24), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("owner_id", BigId, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("duty", sa.String(200), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("noted_at", Moment(), nullable=False),
        sa.Column("noted_by_id", BigId, sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_note", sa.String(500), nullable=False),
        sa.Column("done_by_id", BigId, sa.ForeignKey("app_user.id"), nullable=True),
        sa.Column("version", BigId, nullable=False),
    )
    op.create_index(
        "ix_conclusion_owner_id", "conclusion", ["owner_id", "due_on"], sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )  # fmt: skip
    op.create_index("ix_conclusion_period", "conclusion", ["agency_id", "period_key"])


def downgrade() -> None:
    op.drop_table("conclusion")
