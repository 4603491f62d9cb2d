"""Hand over with confirmation, and collect by a right that is kept."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0010"
down_revision = "0006"
branch_labels = None
depends_on = None

_OPEN = sa.text("answered_at IS NULL")
_OWED = sa.text("handover_due_at IS NOT NULL AND handover_confirmed_at IS NULL AND closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("id", BigId, nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("direction", sa.String(32), nullable=False),
        sa.Column("from_agency_id", BigId, nullable=False),
        sa.Column("from_unit_id", BigId, nullable=True),
        sa.Column("from_officer_id", BigId, nullable=True),
        sa.Column("to_agency_id", BigId, nullable=False),
        sa.Column("to_unit_id", BigId, nullable=True),
        sa.Column("handed_at", Moment(), nullable=False),
        sa.Column("handed_by_id", BigId, nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answered_by_id", BigId, nullable=True),
        sa.Column("answer", sa.String(32), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("result_kind", sa.String(32), nullable=True),
        sa.Column("result_number", sa.String(length=60), nullable=True),
        sa.Column("result_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_handover_answer")),
        sa.CheckConstraint("answered_at IS NULL OR answered_at >= handed_at", name=op.f("ck_handover_order")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_handover_dossier_id_dossier")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_handover_{column}_{table}"))
            for column, table in (
                ("from_agency_id", "agency"), ("to_agency_id", "agency"), ("from_unit_id", "unit"),
                ("to_unit_id", "unit"), ("from_officer_id", "app_user"), ("handed_by_id", "app_user"),
                ("answered_by_id", "app_user"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )  # fmt: skip
    op.create_index(
        "uq_handover_open",
        "handover",
        ["dossier_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_handover_dossier_id", "handover", ["dossier_id", "id"])
    for side in ("to", "from"):
        columns = [f"{side}_agency_id", f"{side}_unit_id", "handed_at"]
        op.create_index(
            f"ix_handover_{side}", "handover", columns, sqlite_where=_OPEN, postgresql_where=_OPEN
        )
    op.create_index("ix_handover_day", "handover", ["to_agency_id", "handed_at"])
    op.create_index("ix_handover_given", "handover", ["from_agency_id", "handed_at"])
    op.create_table(
        "collection",
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("collected_at", Moment(), nullable=False),
        sa.Column("given_by_id", BigId, nullable=True),
        sa.Column("receiver", sa.String(length=200), nullable=False),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("authority", sa.String(32), nullable=False),
        sa.Column("paper_number", sa.String(length=60), nullable=False),
        sa.Column("paper_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_collection_agency_id_agency")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_collection_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["app_user.id"], name=op.f("fk_collection_given_by_id_app_user")
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_collection")),
    )
    op.create_index("ix_collection_day", "collection", ["agency_id", "collected_at"])
    op.add_column("dossier", sa.Column("handover_due_at", Moment(), nullable=True))
    op.add_column("dossier", sa.Column("handover_confirmed_at", Moment(), nullable=True))
    op.create_index(
        "ix_dossier_handover_owed",
        "dossier",
        ["receiving_agency_id", "handover_due_at"],
        sqlite_where=_OWED,
        postgresql_where=_OWED,
    )


def downgrade() -> None:
    op.drop_index("ix_dossier_handover_owed", "dossier")
    op.drop_column("dossier", "handover_confirmed_at")
    op.drop_column("dossier", "handover_due_at")
    op.drop_table("collection")
    op.drop_table("handover")
