"""Answer online dossiers: supplement requests, marks on mirrored ones, the address of a source."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supplement_request",
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        sa.Column("seq", BigId, autoincrement=False, nullable=False),
        sa.Column("round", BigId, nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_by_id", BigId, nullable=True),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("content", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=False),
        sa.Column("again_because", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id", "seq"],
            ["dossier_event.dossier_id", "dossier_event.seq"],
            name=op.f("fk_supplement_request_dossier_id_dossier_event"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["app_user.id"], name=op.f("fk_supplement_request_asked_by_id_app_user")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "seq", name=op.f("pk_supplement_request")),
    )
    repeated = sa.text("again_because <> ''")
    op.create_index(
        "ix_supplement_request_repeated",
        "supplement_request",
        ["asked_at"],
        sqlite_where=repeated,
        postgresql_where=repeated,
    )
    op.create_table(
        "source_mark",
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        sa.Column("marked_at", Moment(), nullable=False),
        sa.Column("marked_by_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_source_mark_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["app_user.id"], name=op.f("fk_source_mark_marked_by_id_app_user")
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_source_mark")),
    )
    op.add_column("source", sa.Column("url", sa.String(length=300), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("source", "url")
    op.drop_table("source_mark")
    op.drop_table("supplement_request")
