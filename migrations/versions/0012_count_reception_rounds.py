"""Index rounds of reception by their deadline, and give a round to each dossier that has a clock but no row."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Rounds are counted since now, not dossiers. When it was submitted is what started the first of them; of a
# dossier registered before its submission was kept, when it was known.
_NUMBER = """
UPDATE dossier SET reception_round = 1 WHERE reception_round = 0 AND reception_due_at IS NOT NULL
"""
_ROUNDS = """
INSERT INTO reception_round (dossier_id, round, started_at, due_at, late_from, answered_at, answer)
SELECT id, reception_round, COALESCE(submitted_at, arrived_at, recorded_at), reception_due_at,
       COALESCE(reception_late_from, reception_due_at), reception_answered_at,
       CASE WHEN reception_answered_at IS NULL THEN NULL
            WHEN accepted_at IS NOT NULL THEN 'receipt'
            WHEN state = 'refused' THEN 'refusal'
            ELSE 'supplement' END
FROM dossier
WHERE reception_due_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM reception_round
    WHERE reception_round.dossier_id = dossier.id AND reception_round.round = dossier.reception_round
)
"""


def upgrade() -> None:
    op.execute(sa.text(_NUMBER))
    op.execute(sa.text(_ROUNDS))
    op.create_index(
        "ix_reception_round_due_at", "reception_round", ["due_at", "dossier_id", "late_from", "answered_at"]
    )
    op.drop_index("ix_dossier_reception_day", table_name="dossier")


def downgrade() -> None:
    """The rounds stay: they are true for the older program too."""
    op.create_index("ix_dossier_reception_day", "dossier", ["reception_due_on", "receiving_agency_id"])
    op.drop_index("ix_reception_round_due_at", table_name="reception_round")
