"""Keep how long personal data is kept after a dossier's end, and of which dossiers it has been erased."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0030"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retention_rule",
        sa.Column("id", BigId, nullable=False),
        sa.Column("procedure_id", BigId, nullable=True),
        sa.Column("procedure_key", BigId, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("months", BigId, nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.CheckConstraint("months BETWEEN 1 AND 1200", name=op.f("ck_retention_rule_months")),
        sa.CheckConstraint(
            "procedure_key = coalesce(procedure_id, 0)", name=op.f("ck_retention_rule_procedure")
        ),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f("fk_retention_rule_procedure_id_procedure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
    )
    op.create_index("uq_retention_rule", "retention_rule", ["procedure_key", "valid_from"], unique=True)
    op.create_table(
        "personal_erasure",
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        sa.Column("erased_at", Moment(), nullable=False),
        sa.Column("erased_by_id", BigId, nullable=True),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_personal_erasure_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["erased_by_id"], ["app_user.id"], name=op.f("fk_personal_erasure_erased_by_id_app_user")
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_personal_erasure")),
    )


def downgrade() -> None:
    op.drop_table("personal_erasure")
    op.drop_table("retention_rule")
