"""Have PostgreSQL look after dossiers and events once a fiftieth of a year's has changed, not a fifth.

A scan or a morning's work gives every open dossier a new place on disk. Until its old ones are cleared away, a
list that could be answered from its index alone goes to the row for each entry.
"""

from alembic import op
from sqlalchemy import text

revision = "0101"
down_revision = "0110"
branch_labels = None
depends_on = None

_EARLY = {
    "autovacuum_vacuum_scale_factor": "0.02",
    "autovacuum_vacuum_insert_scale_factor": "0.02",
    "autovacuum_analyze_scale_factor": "0.02",
}
_YEARS = text(
    "SELECT inhrelid::regclass::text FROM pg_inherits"
    " WHERE inhparent IN ('dossier'::regclass, 'dossier_event'::regclass)"
)


def upgrade() -> None:
    settings = ", ".join(f"{name} = {value}" for name, value in _EARLY.items())
    for year in _years():
        op.execute(f"ALTER TABLE {year} SET ({settings})")


def downgrade() -> None:
    for year in _years():
        op.execute(f"ALTER TABLE {year} RESET ({', '.join(_EARLY)})")


def _years() -> list[str]:
    if op.get_bind().dialect.name == "sqlite":
        return []
    return sorted(op.get_bind().execute(_YEARS).scalars())
