"""Apologise and give a second date, keep why dossiers are late, and the outages of other systems."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None

_APPROVED, _DRAFT = sa.text("state = 'approved'"), sa.text("state = 'draft'")
_REAPPOINTED = sa.text("reappointed_at IS NOT NULL AND closed_at IS NULL")


def _keys(table: str, *references: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
        for column, target in references
    ]


def upgrade() -> None:
    op.add_column("dossier", sa.Column("reappointed_at", Moment(), nullable=True))
    op.create_index(
        "ix_dossier_reappointed", "dossier", ["overdue_from", "id"],
        sqlite_where=_REAPPOINTED, postgresql_where=_REAPPOINTED,
    )  # fmt: skip
    _create_apology()
    op.create_table(
        "lateness",
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("given_at", Moment(), nullable=False),
        sa.Column("given_by_id", BigId, nullable=True),
        *_keys("lateness", ("dossier_id", "dossier"), ("given_by_id", "app_user")),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_lateness")),
    )
    op.create_index("ix_lateness_given_at", "lateness", ["given_at", "cause"])
    _create_outages()


def _create_apology() -> None:
    op.create_table(
        "apology",
        sa.Column("id", BigId, nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("ground", sa.String(32), nullable=False),
        sa.Column("cause", sa.String(32), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("moved_from", Moment(), nullable=True),
        sa.Column("drafted_at", Moment(), nullable=False),
        sa.Column("drafted_by_id", BigId, nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by_id", BigId, nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("refused_because", sa.String(500), nullable=False),
        sa.CheckConstraint("(state = 'draft') = (decided_at IS NULL)", name=op.f("ck_apology_decided")),
        *_keys(
            "apology", ("dossier_id", "dossier"), ("drafted_by_id", "app_user"),
            ("decided_by_id", "app_user"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apology")),
    )  # fmt: skip
    op.create_index(
        "uq_apology_approved", "apology", ["dossier_id"], unique=True,
        sqlite_where=_APPROVED, postgresql_where=_APPROVED,
    )  # fmt: skip
    op.create_index(
        "uq_apology_draft", "apology", ["dossier_id"], unique=True, sqlite_where=_DRAFT,
        postgresql_where=_DRAFT,
    )  # fmt: skip
    op.create_index("ix_apology_dossier_id", "apology", ["dossier_id"])
    op.create_index(
        "ix_apology_open", "apology", ["drafted_at", "id"], sqlite_where=_DRAFT, postgresql_where=_DRAFT
    )
    op.create_index("ix_apology_decided_at", "apology", ["decided_at", "id"])


def _create_outages() -> None:
    op.create_table(
        "outage",
        sa.Column("id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("system", sa.String(32), nullable=False),
        sa.Column("sector_id", BigId, nullable=True),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by_id", BigId, nullable=False),
        sa.CheckConstraint("ended_at IS NULL OR ended_at > began_at", name=op.f("ck_outage_order")),
        *_keys("outage", ("agency_id", "agency"), ("sector_id", "sector"), ("recorded_by_id", "app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    op.create_index("ix_outage_agency_id", "outage", ["agency_id", "began_at"])
    op.create_table(
        "outage_entry",
        sa.Column("outage_id", BigId, nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by_id", BigId, nullable=False),
        *_keys(
            "outage_entry", ("outage_id", "outage"), ("dossier_id", "dossier"), ("entered_by_id", "app_user")
        ),
        sa.PrimaryKeyConstraint("outage_id", "dossier_id", name=op.f("pk_outage_entry")),
    )


def downgrade() -> None:
    for table in ("outage_entry", "outage", "lateness", "apology"):
        op.drop_table(table)
    op.drop_index("ix_dossier_reappointed", "dossier")
    op.drop_column("dossier", "reappointed_at")
