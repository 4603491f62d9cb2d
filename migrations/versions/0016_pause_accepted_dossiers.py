"""Pause accepted dossiers: the catalogue of rules, and what a pause says of itself to those who oversee."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId

revision = "0016"
down_revision = "0018"
branch_labels = None
depends_on = None

OPEN = "ended_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "pause_rule",
        sa.Column("id", BigId, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("procedure_id", BigId, nullable=True),
        sa.Column("procedure_key", BigId, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("policy", sa.String(32), nullable=False),
        sa.Column("restart_within", BigId, nullable=True),
        sa.Column("lasts_days", BigId, nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.CheckConstraint("lasts_days BETWEEN 1 AND 366", name=op.f("ck_pause_rule_lasts")),
        sa.CheckConstraint("procedure_key = coalesce(procedure_id, 0)", name=op.f("ck_pause_rule_procedure")),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f("fk_pause_rule_procedure_id_procedure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause_rule")),
    )
    op.create_index("uq_pause_rule", "pause_rule", ["reason", "procedure_key", "valid_from"], unique=True)
    op.add_column("pause", sa.Column("asked_of", sa.String(200), nullable=False, server_default=""))
    for name in ("last_day", "asked_late"):
        op.add_column("pause", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_pause_open",
        "pause",
        ["started_at", "id"],
        unique=False,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def downgrade() -> None:
    op.drop_index("ix_pause_open", table_name="pause")
    for name in ("asked_late", "last_day", "asked_of"):
        op.drop_column("pause", name)
    op.drop_table("pause_rule")
