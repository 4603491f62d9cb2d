"""Note which years lie in an archive of their own, with the codes, facts and proofs of what went there."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0126"
down_revision = "0129"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archived_year",
        sa.Column("year", BigId, autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", BigId, nullable=False),
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_archived_year")),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_archived_year_by_id_app_user")),
    )
    op.create_table(
        "archived_table",
        sa.Column("year", BigId, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("rows", BigId, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("year", "name", name=op.f("pk_archived_table")),
        sa.ForeignKeyConstraint(
            ["year"], ["archived_year.year"], name=op.f("fk_archived_table_year_archived_year")
        ),
    )
    places = ("receiving_agency_id", "resolving_agency_id", "returning_agency_id")
    op.create_table(
        "archived_code",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("source_id", BigId, autoincrement=False, nullable=False),
        sa.Column("year", BigId, nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        *(sa.Column(place, BigId, nullable=False) for place in places),
        sa.PrimaryKeyConstraint("code", "source_id", name=op.f("pk_archived_code")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_archived_code_source_id_source")),
        sa.ForeignKeyConstraint(
            ["year"], ["archived_year.year"], name=op.f("fk_archived_code_year_archived_year")
        ),
        *(
            sa.ForeignKeyConstraint([place], ["agency.id"], name=op.f(f"fk_archived_code_{place}_agency"))
            for place in places
        ),
    )
    op.create_index("ix_archived_code_year", "archived_code", ["year"])
    op.create_table(
        "archived_fact",
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        sa.Column("added", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_archived_fact")),
    )


def downgrade() -> None:
    for table in ("archived_fact", "archived_code", "archived_table", "archived_year"):
        op.drop_table(table)
