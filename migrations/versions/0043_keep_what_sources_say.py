"""Keep what the exchange vocabulary says of a dossier besides what is reckoned with."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId

revision = "0043"
down_revision = "0051"
branch_labels = None
depends_on = None

WORDS = (
    ("sector_code", 40), ("return_way", 100), ("note", 1000), ("digitised", 20), ("account_verified", 20),
    ("paid_online", 20),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "source_words",
        sa.Column("dossier_id", BigId, sa.ForeignKey("dossier.id"), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String(longest), nullable=False) for name, longest in WORDS),
        sa.Column("supplements", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("source_words")
