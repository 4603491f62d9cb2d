"""Keep how old what was closed late had become while it stood overdue (decision 0057).

Only what was closed late has such numbers: it alone is noted and looked at again by the job `fold-facts`, which
then makes all sums anew. Until then tables are counted live.
"""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0095"
branch_labels = None
depends_on = None

AGED = ("aged_0", "aged_6", "aged_11", "aged_31", "aged_91")
TABLES = ("daily_fact", "fact_sum")


def upgrade() -> None:
    for table in TABLES:
        for name in AGED:
            op.add_column(table, sa.Column(name, sa.Integer(), nullable=True))
    op.execute(
        "INSERT INTO fact_queue (dossier_id) SELECT id FROM dossier "
        "WHERE late_from IS NOT NULL AND closed_at >= late_from ORDER BY id"
    )
    _count_again()


def downgrade() -> None:
    """What each dossier has added is forgotten: the older program knows no such numbers."""
    for table in ("fact_sum", "length_sum", "daily_fact", "daily_length", "dossier_fact", "fact_queue"):
        op.execute(sa.delete(sa.table(table)))
    for table in TABLES:
        for name in reversed(AGED):
            op.drop_column(table, name)
    op.execute("INSERT INTO fact_queue (dossier_id) SELECT id FROM dossier ORDER BY id")
    _count_again()


def _count_again() -> None:
    """Let the sums be made of the days anew, once the dossiers in the queue have been looked at."""
    op.execute(
        "UPDATE fact_ledger SET standing = 'filling', step = 0, turn = turn + 1 "
        "WHERE EXISTS (SELECT 1 FROM fact_queue)"
    )
