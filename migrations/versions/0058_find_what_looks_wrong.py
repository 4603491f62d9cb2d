"""Find dossiers promised for a day off, and those that ended in no column, without a look at the others."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0046"
branch_labels = None
depends_on = None

_DAY_OFF = sa.text("due_on_day_off AND closed_at IS NULL")
_UNBALANCED = sa.text(
    "finish_class IS NULL AND closed_at IS NOT NULL AND due_at IS NOT NULL AND accepted_at IS NOT NULL"
)


def upgrade() -> None:
    for name, where in (("day_off", _DAY_OFF), ("unbalanced", _UNBALANCED)):
        op.create_index(
            f"ix_dossier_{name}", "dossier", ["resolving_agency_id", "id"],
            sqlite_where=where, postgresql_where=where,
        )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_dossier_unbalanced", "dossier")
    op.drop_index("ix_dossier_day_off", "dossier")
