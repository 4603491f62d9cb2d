"""Find what one person did without reading what all did."""

from alembic import op

revision = "0025"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_dossier_event_actor", "dossier_event", ["actor_id", "recorded_at"])
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_audit_entry_actor", table_name="audit_entry")
    op.drop_index("ix_dossier_event_actor", table_name="dossier_event")
