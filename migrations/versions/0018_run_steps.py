"""Run the steps of electronic processes, and note in whose hands a dossier was."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0018"
down_revision = "0012"
branch_labels = None
depends_on = None

_RUNNING = sa.text("closed_at IS NULL")
_HELD = sa.text("until IS NULL")
_ELSEWHERE = sa.text("step_agency_id IS NOT NULL")


def _keys(table: str, *references: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
        for column, target in references
    ]


def upgrade() -> None:
    op.add_column("dossier", sa.Column("case_code", sa.String(40), nullable=False, server_default=""))
    op.add_column("dossier", sa.Column("step_agency_id", BigId, nullable=True))
    op.create_index(
        "ix_dossier_elsewhere", "dossier", ["step_agency_id", "paused_since", "overdue_from"],
        sqlite_where=_ELSEWHERE, postgresql_where=_ELSEWHERE,
    )  # fmt: skip
    _create_processes()
    _create_runs()
    _create_custody()


def _create_processes() -> None:
    op.create_table(
        "process",
        sa.Column("id", BigId, nullable=False),
        sa.Column("procedure_id", BigId, nullable=False),
        sa.Column("case_code", sa.String(40), nullable=False),
        sa.Column("number", BigId, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by_id", BigId, nullable=True),
        *_keys("process", ("procedure_id", "procedure"), ("made_by_id", "app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process")),
        sa.UniqueConstraint("procedure_id", "case_code", "number", name=op.f("uq_process_procedure_id")),
    )
    op.create_table(
        "process_step",
        sa.Column("id", BigId, nullable=False),
        sa.Column("process_id", BigId, nullable=False),
        sa.Column("position", BigId, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("agency_id", BigId, nullable=True),
        sa.Column("unit_code", sa.String(40), nullable=False),
        sa.Column("amount", sa.Numeric(8, 2), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("signature", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_process_step_amount")),
        *_keys("process_step", ("process_id", "process"), ("agency_id", "agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_step")),
        sa.UniqueConstraint("process_id", "position", name=op.f("uq_process_step_process_id")),
    )


def _create_runs() -> None:
    op.create_table(
        "step_run",
        sa.Column("id", BigId, nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("seq", BigId, nullable=False),
        sa.Column("step_id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("unit_id", BigId, nullable=True),
        sa.Column("at_desk", sa.Boolean(), nullable=False),
        sa.Column("handover_id", BigId, nullable=True),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("late_from", Moment(), nullable=True),
        sa.Column("left_minutes", BigId, nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("finish_class", sa.String(32), nullable=True),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_step_run_outcome")),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name=op.f("ck_step_run_order")),
        *_keys(
            "step_run", ("dossier_id", "dossier"), ("step_id", "process_step"), ("agency_id", "agency"),
            ("unit_id", "unit"), ("handover_id", "handover"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_run")),
        sa.UniqueConstraint("dossier_id", "seq", name=op.f("uq_step_run_dossier_id")),
    )  # fmt: skip
    op.create_index(
        "uq_step_run_open", "step_run", ["dossier_id"], unique=True,
        sqlite_where=_RUNNING, postgresql_where=_RUNNING,
    )  # fmt: skip
    op.create_index(
        "ix_step_run_place", "step_run", ["agency_id", "unit_id", "due_at"],
        sqlite_where=_RUNNING, postgresql_where=_RUNNING,
    )  # fmt: skip
    op.create_index(
        "ix_step_run_late", "step_run", ["late_from"], sqlite_where=_RUNNING, postgresql_where=_RUNNING
    )
    op.create_index("ix_step_run_step", "step_run", ["step_id", "closed_at"])
    op.create_index("ix_step_run_handover_id", "step_run", ["handover_id"])


def _create_custody() -> None:
    op.create_table(
        "custody",
        sa.Column("id", BigId, nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("agency_id", BigId, nullable=True),
        sa.Column("unit_id", BigId, nullable=True),
        sa.Column("officer_id", BigId, nullable=True),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_custody_order")),
        *_keys(
            "custody", ("dossier_id", "dossier"), ("agency_id", "agency"), ("unit_id", "unit"),
            ("officer_id", "app_user"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody")),
    )  # fmt: skip
    op.create_index(
        "uq_custody_open", "custody", ["dossier_id"], unique=True, sqlite_where=_HELD, postgresql_where=_HELD
    )
    op.create_index("ix_custody_dossier_id", "custody", ["dossier_id", "id"])
    op.create_index("ix_custody_agency_id", "custody", ["agency_id", "since"])


def downgrade() -> None:
    for table in ("custody", "step_run", "process_step", "process"):
        op.drop_table(table)
    op.drop_index("ix_dossier_elsewhere", "dossier")
    op.drop_column("dossier", "step_agency_id")
    op.drop_column("dossier", "case_code")
