"""Look up which words begin with one that is not finished: a view of the search index, without rows of its own.

PostgreSQL's index has the words in order itself.
"""

from alembic import op

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE dossier_word USING fts5vocab (dossier_search, instance)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE dossier_word")
