"""Count for start pages what is open, due soon or late from its indexes, without looking at each dossier.

Where a million dossiers are open, a head's start page took 108 ms to look at each of those of one agency
(docs/benchmarks.md).
"""

import sqlalchemy as sa
from alembic import op

revision = "0119"
down_revision = "0125"
branch_labels = None
depends_on = None

_OPEN = "closed_at IS NULL AND accepted_at IS NOT NULL"
_RUNNING = f"{_OPEN} AND paused_since IS NULL"
_COUNTED = ["due_soon_from", "reappointed_at", "limit_unit", "limit_amount"]
_LATE = [
    "overdue_from", "id", "sector_id", "channel", "procedure_id", "source_id", "officer_id",
    "holding_unit_id", "resolving_agency_id", "receiving_agency_id",
]  # fmt: skip
_OF_AGENCY = {
    "resolving_open": ("resolving_agency_id", _OPEN, ["officer_id", "holding_unit_id"]),
    "receiving_open": ("receiving_agency_id", _OPEN, []),
    "returning_open": ("returning_agency_id", _OPEN, []),
    "elsewhere": ("step_agency_id", "step_agency_id IS NOT NULL", []),
}


def upgrade() -> None:
    _index("overdue", [*_LATE, "returning_agency_id", "step_agency_id", *_COUNTED], _RUNNING)
    for name, (agency, where, more) in _OF_AGENCY.items():
        _index(name, [agency, "paused_since", "overdue_from", *_COUNTED, *more], where)


def downgrade() -> None:
    _index("overdue", _LATE, _RUNNING)
    for name, (agency, where, _) in _OF_AGENCY.items():
        _index(name, [agency, "paused_since", "overdue_from"], where)


def _index(name: str, columns: list[str], where: str) -> None:
    op.drop_index(f"ix_dossier_{name}", table_name="dossier")
    op.create_index(
        f"ix_dossier_{name}", "dossier", columns,
        sqlite_where=sa.text(where), postgresql_where=sa.text(where),
    )  # fmt: skip
