"""Keep with an alert how it leaves and how far it has climbed, and since when it is whose."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0035"
down_revision = "0032"
branch_labels = None
depends_on = None

_SPREADS = sa.text("done_at IS NULL")
_CLIMBS = sa.text("closed_at IS NULL AND climbs_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("alert", sa.Column("delivery", sa.String(32), nullable=False, server_default="digest"))
    op.add_column("alert", sa.Column("rung", BigId, nullable=False, server_default="0"))
    op.add_column("alert", sa.Column("climbs_at", Moment(), nullable=True))
    op.create_index(
        "ix_alert_climbs_at", "alert", ["climbs_at"], sqlite_where=_CLIMBS, postgresql_where=_CLIMBS
    )
    op.add_column("alert_recipient", sa.Column("since", Moment(), nullable=True))
    op.add_column(
        "alert_recipient", sa.Column("climbed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "alert_rule_change",
        sa.Column("id", BigId, nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("after_id", BigId, nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_alert_rule_change_agency_id_agency")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rule_change")),
    )
    op.create_index(
        "ix_alert_rule_change_open", "alert_rule_change", ["id"], sqlite_where=_SPREADS,
        postgresql_where=_SPREADS,
    )  # fmt: skip
    op.execute("UPDATE alert SET delivery = 'at_once' WHERE rule IN ('late_reception', 'very_overdue')")


def downgrade() -> None:
    op.drop_table("alert_rule_change")
    op.drop_column("alert_recipient", "climbed")
    op.drop_column("alert_recipient", "since")
    op.drop_index("ix_alert_climbs_at", "alert")
    op.drop_column("alert", "climbs_at")
    op.drop_column("alert", "rung")
    op.drop_column("alert", "delivery")
