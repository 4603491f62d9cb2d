"""Write fewer entries of indexes: none that serves no question, and none of events that nobody caused.

No question goes by the series of a code: numbers are given out by `code_counter`. What a person did is asked of
persons; an import writes an event without one for each of its rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_dossier_code_series", table_name="dossier_code")
    op.drop_index("ix_dossier_event_actor", table_name="dossier_event")
    of_persons = sa.text("actor_id IS NOT NULL")
    op.create_index(
        "ix_dossier_event_actor", "dossier_event", ["actor_id", "recorded_at"],
        sqlite_where=of_persons, postgresql_where=of_persons,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_dossier_event_actor", table_name="dossier_event")
    op.create_index("ix_dossier_event_actor", "dossier_event", ["actor_id", "recorded_at"])
    op.create_index("ix_dossier_code_series", "dossier_code", ["agency_id", "day", "seq"])
