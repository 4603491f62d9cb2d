"""Say who takes over what from an agency that ends, and note every move of a dossier to its heir."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId

revision = "0028"
down_revision = "0029"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.add_column(
        "agency_succession", sa.Column("takes_rest", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "succession_sector",
        sa.Column("predecessor_id", BigId, autoincrement=False, nullable=False),
        sa.Column("sector_id", BigId, autoincrement=False, nullable=False),
        sa.Column("successor_id", BigId, nullable=False),
        _key("succession_sector", "predecessor_id", "agency"),
        _key("succession_sector", "sector_id", "sector"),
        _key("succession_sector", "successor_id", "agency"),
        sa.PrimaryKeyConstraint("predecessor_id", "sector_id", name=op.f("pk_succession_sector")),
    )
    op.create_table(
        "dossier_transfer",
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        sa.Column("seq", BigId, autoincrement=False, nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("from_agency_id", BigId, nullable=False),
        sa.Column("to_agency_id", BigId, nullable=False),
        _key("dossier_transfer", "dossier_id", "dossier"),
        _key("dossier_transfer", "from_agency_id", "agency"),
        _key("dossier_transfer", "to_agency_id", "agency"),
        sa.PrimaryKeyConstraint("dossier_id", "seq", name=op.f("pk_dossier_transfer")),
    )
    op.create_index("ix_dossier_transfer_moved_on", "dossier_transfer", ["moved_on", "dossier_id"])


def downgrade() -> None:
    op.drop_table("dossier_transfer")
    op.drop_table("succession_sector")
    op.drop_column("agency_succession", "takes_rest")
