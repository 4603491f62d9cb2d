"""Let what has a second date be counted again: it is told from the day of its approval on, not before.

Those dossiers are noted, and looked at by the job `fold-facts`; a table counts them live until then. What they
have added is kept as it was put in, so the older program takes out the same.
"""

from alembic import op

revision = "0134"
down_revision = "0122"
branch_labels = None
depends_on = None


def _look_again() -> None:
    op.execute(
        "INSERT INTO fact_queue (dossier_id) SELECT id FROM dossier "
        "WHERE reappointed_at IS NOT NULL AND accepted_on IS NOT NULL ORDER BY id"
    )


def upgrade() -> None:
    _look_again()


def downgrade() -> None:
    _look_again()
