"""Dossiers that two systems show: matches proposed and decided, and what the other system says."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0095"
down_revision = "0090"
branch_labels = None
depends_on = None

_STANDS = sa.text("state = 'confirmed'")
_DIFFERS = sa.text("differs_since IS NOT NULL")
_UNMATCHED = sa.text("matched_at IS NULL AND state = 'done'")


def upgrade() -> None:
    op.add_column("dossier", sa.Column("matched", sa.String(32)))
    op.add_column("import_batch", sa.Column("matched_to", BigId, server_default="0", nullable=False))
    op.add_column("import_batch", sa.Column("matched_at", Moment))
    # What files brought before is looked at only when somebody asks for it anew.
    op.execute("UPDATE import_batch SET matched_at = started_at")
    op.create_index(
        "ix_import_batch_unmatched", "import_batch", ["id"], sqlite_where=_UNMATCHED,
        postgresql_where=_UNMATCHED,
    )  # fmt: skip
    op.drop_index("ix_imported_row_first_batch_id", "imported_row")
    op.create_index("ix_imported_row_first_batch_id", "imported_row", ["first_batch_id", "dossier_id"])
    _create_match()
    _create_sighting()


def _create_match() -> None:
    op.create_table(
        "dossier_match",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("first_id", BigId, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("second_id", BigId, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("proposed_at", Moment, nullable=False),
        sa.Column("batch_id", BigId, sa.ForeignKey("import_batch.id"), nullable=False),
        sa.Column("decided_at", Moment),
        sa.Column("decided_by_id", BigId, sa.ForeignKey("app_user.id")),
        sa.Column("kept_id", BigId),
        sa.Column("merged_id", BigId),
        sa.Column("kept_version", BigId),
        sa.Column("merged_version", BigId),
        sa.Column("before", sa.JSON, nullable=False),
        sa.UniqueConstraint("first_id", "second_id", name="uq_dossier_match_first_id_second_id"),
    )
    op.create_index("ix_dossier_match_second_id", "dossier_match", ["second_id"])
    op.create_index("ix_dossier_match_state", "dossier_match", ["state", "id"])
    op.create_index(
        "uq_dossier_match_merged_id", "dossier_match", ["merged_id"], unique=True, sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )  # fmt: skip
    op.create_index("ix_dossier_match_kept_id", "dossier_match", ["kept_id"])


def _create_sighting() -> None:
    op.create_table(
        "sighting",
        sa.Column("source_id", BigId, sa.ForeignKey("source.id"), primary_key=True, autoincrement=False),
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("dossier_id", BigId, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("merged_id", BigId, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("submitted_at", Moment),
        sa.Column("accepted_at", Moment),
        sa.Column("due_at", Moment),
        sa.Column("closed_at", Moment),
        sa.Column("returned_at", Moment),
        sa.Column("as_of", Moment),
        sa.Column("state_since", Moment, nullable=False),
        sa.Column("differs_since", Moment),
    )
    op.create_index("ix_sighting_dossier_id", "sighting", ["dossier_id"])
    op.create_index(
        "ix_sighting_differs", "sighting", ["differs_since", "merged_id"], sqlite_where=_DIFFERS,
        postgresql_where=_DIFFERS,
    )  # fmt: skip


def downgrade() -> None:
    """Refused once two dossiers have been one: their history says so in words that the older program cannot read,
    and cannot be written anew."""
    said = sa.text(
        "SELECT 1 FROM dossier_event WHERE kind IN ('matched', 'merged', 'sighted', 'separated') LIMIT 1"
    )
    if op.get_bind().execute(said).first() is not None:
        raise RuntimeError("0095: dossiers have been matched; go back to a backup from before instead")
    op.drop_table("sighting")
    op.drop_table("dossier_match")
    op.drop_index("ix_imported_row_first_batch_id", "imported_row")
    op.create_index("ix_imported_row_first_batch_id", "imported_row", ["first_batch_id"])
    op.drop_index("ix_import_batch_unmatched", "import_batch")
    op.drop_column("import_batch", "matched_at")
    op.drop_column("import_batch", "matched_to")
    op.drop_column("dossier", "matched")
