"""Answer whose dossiers wait for their reception too long from the index of what waits.

To count those of one agency, every dossier of the province that waits too long was looked at: 95 ms of a
head's start page where ten million dossiers are, 4 since the index tells whose they are (docs/benchmarks.md).
"""

import sqlalchemy as sa
from alembic import op

revision = "0118"
down_revision = "0117"
branch_labels = None
depends_on = None

_WAITING = sa.text("closed_at IS NULL AND accepted_at IS NULL")
_ORDER = ["reception_due_at", "id"]
_FILTERS = [
    "reception_late_from", "reception_answered_at", "resolving_agency_id", "receiving_agency_id",
    "returning_agency_id", "step_agency_id", "sector_id", "channel", "procedure_id", "source_id",
]  # fmt: skip


def upgrade() -> None:
    _index([*_ORDER, *_FILTERS])


def downgrade() -> None:
    _index(_ORDER)


def _index(columns: list[str]) -> None:
    op.drop_index("ix_dossier_waiting", table_name="dossier")
    op.create_index(
        "ix_dossier_waiting", "dossier", columns, sqlite_where=_WAITING, postgresql_where=_WAITING
    )
