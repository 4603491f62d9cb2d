"""Keep how applicants rate the service, and who was reminded that his result waits."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0029"
down_revision = "0025"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        "dossier_rating",
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("rating", sa.String(32), nullable=False),
        sa.Column("rated_at", sa.String(32), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        _key("dossier_rating", "dossier_id", "dossier"),
        _key("dossier_rating", "agency_id", "agency"),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_dossier_rating")),
    )
    op.create_index("ix_dossier_rating_given_on", "dossier_rating", ["given_on", "agency_id", "rating"])
    op.create_table(
        "result_reminder",
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        sa.Column("band", BigId, autoincrement=False, nullable=False),
        sa.Column("reminded_at", Moment(), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        _key("result_reminder", "dossier_id", "dossier"),
        sa.PrimaryKeyConstraint("dossier_id", "band", name=op.f("pk_result_reminder")),
    )


def downgrade() -> None:
    op.drop_table("result_reminder")
    op.drop_table("dossier_rating")
