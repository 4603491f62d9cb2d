"""Create api."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0006"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", BigId, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=4), nullable=False),
        sa.Column("source_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scopes", sa.String(length=60), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", BigId, nullable=True),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("last_used_at", Moment(), nullable=True),
        sa.CheckConstraint("length(token_hash) = 64", name=op.f("ck_api_token_token")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["app_user.id"], name=op.f("fk_api_token_created_by_id_app_user")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_api_token_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_source_id"), "api_token", ["source_id"], unique=False)
    op.create_table(
        "api_answer",
        sa.Column("token_id", BigId, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", BigId, nullable=True),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"], ["api_token.id"], name=op.f("fk_api_answer_token_id_api_token")
        ),
        sa.PrimaryKeyConstraint("token_id", "key", name=op.f("pk_api_answer")),
    )
    op.create_index("ix_api_answer_created_at", "api_answer", ["created_at"], unique=False)
    op.create_table(
        "change_counter",
        sa.Column("source_id", BigId, autoincrement=False, nullable=False),
        sa.Column("last", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_change_counter_source_id_source")
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_change_counter")),
    )
    op.add_column("imported_row", sa.Column("change", BigId, nullable=True))
    for name, column, where, unique in (
        ("uq_imported_row_change", "change", sa.text("change IS NOT NULL"), True),
        ("ix_imported_row_unordered", "dossier_id", sa.text("change IS NULL"), False),
    ):
        op.create_index(
            name,
            "imported_row",
            ["source_id", column],
            unique=unique,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    op.drop_index("ix_imported_row_unordered", "imported_row")
    op.drop_index("uq_imported_row_change", "imported_row")
    op.drop_column("imported_row", "change")
    op.drop_table("change_counter")
    op.drop_table("api_answer")
    op.drop_table("api_token")
