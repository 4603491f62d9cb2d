"""Keep from which day on what is open still is overdue, and how long after its due date that is (decision 0067).

Only what is open and may become late has such a number: it alone is noted, and looked at by the job
`fold-facts`, which adds it to the sums as it adds any change. While very many wait, tables are counted live.
"""

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0101"
branch_labels = None
depends_on = None

STILL = ("still_0", "still_1")
TABLES = ("daily_fact", "fact_sum")


def upgrade() -> None:
    for table in TABLES:
        for name in STILL:
            op.add_column(table, sa.Column(name, sa.Integer(), nullable=True))
    op.execute(
        "INSERT INTO fact_queue (dossier_id) SELECT id FROM dossier "
        "WHERE closed_at IS NULL AND late_from IS NOT NULL ORDER BY id"
    )


def downgrade() -> None:
    """What each dossier has added is forgotten: the older program knows no such numbers."""
    for table in ("fact_sum", "length_sum", "daily_fact", "daily_length", "dossier_fact", "fact_queue"):
        op.execute(sa.delete(sa.table(table)))
    for table in TABLES:
        for name in reversed(STILL):
            op.drop_column(table, name)
    op.execute("INSERT INTO fact_queue (dossier_id) SELECT id FROM dossier ORDER BY id")
    op.execute(
        "UPDATE fact_ledger SET standing = 'filling', step = 0, turn = turn + 1 "
        "WHERE EXISTS (SELECT 1 FROM fact_queue)"
    )
