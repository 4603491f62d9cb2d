"""Keep who asked that what is held on a person leaves or is erased, and who consented."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0067"
down_revision = "0049"
branch_labels = None
depends_on = None

_WAITING = sa.text("verdict IS NULL")


def upgrade() -> None:
    op.create_table(
        "personal_request",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("ground", sa.String(20), nullable=False),
        sa.Column("said", sa.String(200), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("asked_by_id", BigId, sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=True),
        sa.Column("decided_by_id", BigId, sa.ForeignKey("app_user.id"), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("because", sa.String(200), nullable=False),
        sa.CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("decided_by_id <> asked_by_id", name="four_eyes"),
    )
    op.create_index(
        "ix_personal_request_waiting", "personal_request", ["id"], sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )  # fmt: skip
    op.create_index("ix_personal_request_asked_by_id", "personal_request", ["asked_by_id", "id"])
    op.create_index("ix_personal_request_asked_at", "personal_request", ["asked_at"])
    op.create_table(
        "personal_request_dossier",
        sa.Column(
            "request_id", BigId, sa.ForeignKey("personal_request.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("dossier_id", BigId, sa.ForeignKey("dossier.id"), primary_key=True, autoincrement=False),
    )
    op.create_index(
        "ix_personal_request_dossier_dossier_id", "personal_request_dossier", ["dossier_id"]
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("personal_request_dossier")
    op.drop_table("personal_request")
