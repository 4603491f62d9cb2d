"""Where sources are fetched from, and what came of it."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0092"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_feed",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("source_id", BigId, sa.ForeignKey("source.id"), nullable=False, unique=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("place", sa.String(500), nullable=False),
        sa.Column("sealed_token", sa.Text, nullable=False),
        sa.Column("every_minutes", BigId, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("set_by_id", BigId, sa.ForeignKey("app_user.id")),
        sa.Column("cursor", sa.String(500), nullable=False),
        sa.Column("next_look_at", Moment, nullable=False),
        sa.Column("failures", BigId, nullable=False),
        sa.Column("last_ok_at", Moment),
        sa.Column("last_news_at", Moment),
        sa.Column("last_error", sa.String(300), nullable=False),
        sa.Column("last_error_at", Moment),
        sa.Column("silent_since", Moment),
    )
    op.create_table(
        "feed_arrival",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("feed_id", BigId, sa.ForeignKey("source_feed.id"), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("size", BigId, nullable=False),
        sa.Column("mtime_ns", BigId, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("batch_id", BigId, sa.ForeignKey("import_batch.id")),
        sa.Column("feed_version", BigId, nullable=False),
        sa.Column("cursor", sa.String(500), nullable=False),
        sa.Column("more", sa.Boolean, nullable=False),
        sa.Column("is_news", sa.Boolean, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("settled_at", Moment),
        sa.Column("gone_at", Moment),
        sa.Column("fault", sa.String(500), nullable=False),
    )
    op.create_index(
        "uq_feed_arrival_file",
        "feed_arrival",
        ["feed_id", "name", "size", "mtime_ns"],
        unique=True,
        sqlite_where=sa.text("gone_at IS NULL"),
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    for name, columns, where in (
        ("ix_feed_arrival_taken", ["feed_id"], sa.text("state = 'taken'")),
        ("ix_feed_arrival_news", ["feed_id", "id"], sa.text("is_news")),
    ):
        op.create_index(name, "feed_arrival", columns, sqlite_where=where, postgresql_where=where)
    op.add_column("import_batch", sa.Column("feed_id", BigId))
    behind = sa.Column("more_follows", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("import_batch", behind)


def downgrade() -> None:
    op.drop_column("import_batch", "more_follows")
    op.drop_column("import_batch", "feed_id")
    op.drop_table("feed_arrival")
    op.drop_table("source_feed")
