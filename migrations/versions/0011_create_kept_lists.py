"""Create what people keep of lists: preferences, saved views, exported files."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0011"
down_revision = "0008"
branch_labels = None
depends_on = None

WAITING = "status = 'waiting'"
UNSEEN = "status = 'ready' AND fetched_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "list_preference",
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("list_name", sa.String(40), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("density", sa.String(20), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_list_preference_user_id_app_user")
        ),
        sa.PrimaryKeyConstraint("user_id", "list_name", name=op.f("pk_list_preference")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", BigId, nullable=False),
        sa.Column("list_name", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("owner_id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=True),
        sa.Column("unit_id", BigId, nullable=True),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("density", sa.String(20), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "unit_id IS NULL OR agency_id IS NOT NULL", name=op.f("ck_saved_view_shared_with")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_saved_view_agency_id_agency")),
        sa.ForeignKeyConstraint(["owner_id"], ["app_user.id"], name=op.f("fk_saved_view_owner_id_app_user")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_saved_view_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index("ix_saved_view_owner_id", "saved_view", ["owner_id", "list_name"], unique=False)
    op.create_index(
        "ix_saved_view_agency_id",
        "saved_view",
        ["agency_id", "list_name"],
        unique=False,
        sqlite_where=sa.text("agency_id IS NOT NULL"),
        postgresql_where=sa.text("agency_id IS NOT NULL"),
    )
    op.create_table(
        "list_export",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("list_name", sa.String(40), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("form", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempts", BigId, nullable=False),
        sa.Column("row_count", BigId, nullable=True),
        sa.Column("error", sa.String(200), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("ready_at", Moment(), nullable=True),
        sa.Column("fetched_at", Moment(), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'ready', 'failed')", name=op.f("ck_list_export_status")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_list_export_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_export")),
        sqlite_autoincrement=True,  # a file is named by its number: none is given twice
    )
    op.create_index("ix_list_export_user_id", "list_export", ["user_id", "created_at"], unique=False)
    op.create_index("ix_list_export_created_at", "list_export", ["created_at"], unique=False)
    for name, columns, where in (("waiting", ["id"], WAITING), ("unseen", ["user_id"], UNSEEN)):
        op.create_index(
            f"ix_list_export_{name}",
            "list_export",
            columns,
            unique=False,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    op.drop_table("list_export")
    op.drop_table("saved_view")
    op.drop_table("list_preference")
