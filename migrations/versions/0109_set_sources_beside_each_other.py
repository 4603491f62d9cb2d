"""Sources beside each other: codes that two of them name, fields of which they differ, how far each is known."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0109"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source", sa.Column("known_from", Moment))
    op.add_column("source", sa.Column("known_to", Moment))
    op.add_column("dossier", sa.Column("refused_since", Moment))
    op.add_column("dossier", sa.Column("claimed", sa.Boolean, server_default=sa.false(), nullable=False))
    _create_claim()
    _create_difference()


def _create_claim() -> None:
    op.create_table(
        "source_claim",
        sa.Column("source_id", BigId, sa.ForeignKey("source.id"), primary_key=True, autoincrement=False),
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("dossier_id", BigId, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("batch_id", BigId),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("procedure_code", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("receiving_id", BigId, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("resolving_id", BigId, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("same_owner", sa.Boolean, nullable=False),
        sa.Column("submitted_at", Moment),
        sa.Column("accepted_at", Moment),
        sa.Column("due_at", Moment),
        sa.Column("closed_at", Moment),
        sa.Column("returned_at", Moment),
        sa.Column("first_at", Moment, nullable=False),
        sa.Column("as_of", Moment, nullable=False),
    )
    op.create_index("ix_source_claim_dossier_id", "source_claim", ["dossier_id"])
    op.create_index("ix_source_claim_batch_id", "source_claim", ["batch_id"])


def _create_difference() -> None:
    op.create_table(
        "source_difference",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("source_id", BigId, sa.ForeignKey("source.id"), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("dossier_id", BigId, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("said", sa.String(100), nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.UniqueConstraint("source_id", "code", "field", name="uq_source_difference_source_id_code_field"),
    )
    op.create_index("ix_source_difference_dossier_id", "source_difference", ["dossier_id"])
    op.create_index("ix_source_difference_since", "source_difference", ["since", "id"])


def downgrade() -> None:
    op.drop_table("source_difference")
    op.drop_table("source_claim")
    op.drop_column("dossier", "claimed")
    op.drop_column("dossier", "refused_since")
    op.drop_column("source", "known_to")
    op.drop_column("source", "known_from")
