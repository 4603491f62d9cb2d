"""The published field reports in the order of their answers, for the public page."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0067"
branch_labels = None
depends_on = None

_PUBLIC = sa.text("published AND erased_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_field_report_public", "field_report", ["answered_at", "id"],
        sqlite_where=_PUBLIC, postgresql_where=_PUBLIC,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_field_report_public", table_name="field_report")
