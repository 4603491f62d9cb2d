"""What stages of procedures usually take, and the open dossiers that are likely to be late by it."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0041"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "usual_time",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("agency_id", sa.Integer(), sa.ForeignKey("agency.id"), nullable=True),
        sa.Column("procedure_id", sa.Integer(), sa.ForeignKey("procedure.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.JSON(), nullable=False),
        sa.Column("measured_at", Moment(), nullable=False),
        sa.CheckConstraint("cases >= 20", name="cases"),
    )
    op.create_index("ix_usual_time_agency_id", "usual_time", ["agency_id", "procedure_id", "position"])
    op.create_table(
        "dossier_risk",
        sa.Column("dossier_id", BigId, sa.ForeignKey("dossier.id"), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("left_minutes", sa.Integer(), nullable=False),
        sa.Column("needed_minutes", sa.Integer(), nullable=True),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("of_province", sa.Boolean(), nullable=False),
        sa.Column("margin", sa.Integer(), nullable=False),
        sa.Column("assessed_at", Moment(), nullable=False),
    )
    op.create_index("ix_dossier_risk_margin", "dossier_risk", ["margin", "dossier_id"])


def downgrade() -> None:
    op.drop_table("dossier_risk")
    op.drop_table("usual_time")
