"""Keep what is promised about an alert, that it is put off, to whom it was handed, and what is disputed.

A source keeps since when its data has been too old to say anything by it.
"""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0036"
down_revision = "0040"
branch_labels = None
depends_on = None

_UNANSWERED = "closed_at IS NULL AND acknowledged_at IS NULL AND (rung > 0 OR promised_on IS NOT NULL)"
_ANSWERED = "closed_at IS NULL AND acknowledged_at IS NOT NULL"
_OF_SOURCE = "closed_at IS NULL AND source_id IS NOT NULL"
_STANDS = "ended_at IS NULL"
_ASLEEP = "woken_at IS NULL"


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    clause = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=clause, postgresql_where=clause)


def upgrade() -> None:
    op.add_column("alert", sa.Column("promised_on", sa.Date(), nullable=True))
    op.add_column("alert", sa.Column("counts_from", Moment(), nullable=True))
    op.add_column("alert", sa.Column("source_id", BigId, nullable=True))
    op.add_column("alert", sa.Column("handed_to_id", BigId, nullable=True))
    op.add_column("alert", sa.Column("handed_by_id", BigId, nullable=True))
    op.add_column("alert", sa.Column("handed_at", Moment(), nullable=True))
    _index("ix_alert_unanswered", "alert", ["agency_id", "id"], _UNANSWERED)
    _index("ix_alert_answered_by", "alert", ["acknowledged_by_id", "id"], _ANSWERED)
    _index("ix_alert_promised", "alert", ["promised_on"], _ANSWERED)
    _index("uq_alert_source", "alert", ["source_id"], _OF_SOURCE, unique=True)
    for name in ("answered", "hushed", "handed"):
        no = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column("alert_recipient", no)
    op.execute(
        "UPDATE alert_recipient SET answered = true WHERE NOT open AND EXISTS (SELECT 1 FROM alert"
        " WHERE alert.id = alert_recipient.alert_id AND alert.closed_at IS NULL"
        " AND alert.acknowledged_by_id = alert_recipient.user_id)"
    )
    op.create_table(
        "alert_snooze",
        sa.Column("alert_id", BigId, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", BigId, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("woken_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_snooze_alert_id_alert")),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_alert_snooze_by_id_app_user")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alert_snooze")),
    )
    _index("ix_alert_snooze_asleep", "alert_snooze", ["until"], _ASLEEP)
    op.create_table(
        "source_dispute",
        sa.Column("id", BigId, nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", BigId, nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_source_dispute_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_source_dispute_by_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_dispute")),
    )
    _index("uq_source_dispute_dossier_id", "source_dispute", ["dossier_id"], _STANDS, unique=True)
    op.add_column("source", sa.Column("stale_since", Moment(), nullable=True))


def downgrade() -> None:
    op.drop_column("source", "stale_since")
    op.drop_table("source_dispute")
    op.drop_table("alert_snooze")
    for name in ("handed", "hushed", "answered"):
        op.drop_column("alert_recipient", name)
    for name in ("uq_alert_source", "ix_alert_promised", "ix_alert_answered_by", "ix_alert_unanswered"):
        op.drop_index(name, "alert")
    for name in ("handed_at", "handed_by_id", "handed_to_id", "source_id", "counts_from", "promised_on"):
        op.drop_column("alert", name)
