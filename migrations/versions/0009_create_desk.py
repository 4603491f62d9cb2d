"""Create what the desk's day needs: results on the spot, copies counted, digit keys, joint receipts."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

# Given on the spot in the shipped catalogue. A database that promises days for one of them keeps its promise.
ON_THE_SPOT = ("1.001193", "2.000635", "2.000815", "2.000884", "1.000656", "2.000908")

AT_DESK = "closed_at IS NULL AND accepted_at IS NOT NULL AND holding_unit_id IS NULL AND officer_id IS NULL"


def upgrade() -> None:
    op.add_column("dossier", sa.Column("quantity", BigId, nullable=True))
    op.create_index(
        "ix_dossier_at_desk",
        "dossier",
        ["receiving_agency_id", "accepted_at"],
        unique=False,
        sqlite_where=sa.text(AT_DESK),
        postgresql_where=sa.text(AT_DESK),
    )
    op.add_column(
        "procedure_version", sa.Column("same_day", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _mark_results_on_the_spot()
    op.create_table(
        "pinned_procedure",
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("digit", BigId, nullable=False),
        sa.Column("procedure_id", BigId, nullable=False),
        sa.Column("pinned_by_id", BigId, nullable=False),
        sa.Column("pinned_at", Moment(), nullable=False),
        sa.CheckConstraint("digit BETWEEN 0 AND 9", name=op.f("ck_pinned_procedure_digit")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_pinned_procedure_agency_id_agency")
        ),
        sa.ForeignKeyConstraint(
            ["pinned_by_id"], ["app_user.id"], name=op.f("fk_pinned_procedure_pinned_by_id_app_user")
        ),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f("fk_pinned_procedure_procedure_id_procedure")
        ),
        sa.PrimaryKeyConstraint("agency_id", "digit", name=op.f("pk_pinned_procedure")),
    )
    op.create_table(
        "joint_reception",
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("first_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_joint_reception_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["dossier.id"], name=op.f("fk_joint_reception_first_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_joint_reception")),
    )
    op.create_index("ix_joint_reception_first_id", "joint_reception", ["first_id"], unique=False)


def _mark_results_on_the_spot() -> None:
    procedure = sa.table("procedure", sa.column("id", sa.Integer), sa.column("code", sa.String))
    version = sa.table(
        "procedure_version",
        sa.column("id", sa.Integer),
        sa.column("procedure_id", sa.Integer),
        sa.column("same_day", sa.Boolean),
    )
    limit = sa.table(
        "procedure_limit", sa.column("version_id", sa.Integer), sa.column("promised_amount", sa.Numeric)
    )
    named = sa.select(procedure.c.id).where(procedure.c.code.in_(ON_THE_SPOT))
    promising = sa.select(limit.c.version_id).where(limit.c.promised_amount > 0)
    op.execute(
        version.update()
        .where(version.c.procedure_id.in_(named), version.c.id.not_in(promising))
        .values(same_day=True)
    )


def downgrade() -> None:
    op.drop_table("joint_reception")
    op.drop_table("pinned_procedure")
    op.drop_column("procedure_version", "same_day")
    op.drop_index("ix_dossier_at_desk", table_name="dossier")
    op.drop_column("dossier", "quantity")
