"""Answer the filters of the overdue list from its index, without looking at each dossier.

Whoever asks for what is late of one field and one channel had every late dossier of the province looked at:
30 ms of 15,170 on SQLite, 1.2 since the index tells what the list is filtered by (docs/benchmarks.md).
"""

import sqlalchemy as sa
from alembic import op

revision = "0117"
down_revision = "0111"
branch_labels = None
depends_on = None

_RUNNING = sa.text("closed_at IS NULL AND accepted_at IS NOT NULL AND paused_since IS NULL")
_ORDER = ["overdue_from", "id"]
_FILTERS = [
    "sector_id", "channel", "procedure_id", "source_id", "officer_id", "holding_unit_id",
    "resolving_agency_id", "receiving_agency_id",
]  # fmt: skip


def upgrade() -> None:
    _index([*_ORDER, *_FILTERS])


def downgrade() -> None:
    _index(_ORDER)


def _index(columns: list[str]) -> None:
    op.drop_index("ix_dossier_overdue", table_name="dossier")
    op.create_index(
        "ix_dossier_overdue", "dossier", columns, sqlite_where=_RUNNING, postgresql_where=_RUNNING
    )
