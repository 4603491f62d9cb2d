"""Keep the reports of a period that were signed, with the dossiers behind them."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0051"
down_revision = "0055"
branch_labels = None
depends_on = None

KEPT = ("signed_report", "signed_mark", "report_reopening")


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        "signed_report",
        sa.Column("id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("edition", BigId, nullable=False),
        sa.Column("signed_at", Moment(), nullable=False),
        sa.Column("signed_by_id", BigId, nullable=False),
        sa.Column("deputyship_id", BigId, nullable=True),
        sa.Column("dossiers", BigId, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        _key("signed_report", "agency_id", "agency"),
        _key("signed_report", "signed_by_id", "app_user"),
        _key("signed_report", "deputyship_id", "deputyship"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_report")),
        sa.UniqueConstraint(
            "agency_id", "period_start", "period_end", "edition",
            name=op.f("uq_signed_report_agency_id_period_start_period_end_edition"),
        ),
    )  # fmt: skip
    op.create_index("ix_signed_report_signed_at", "signed_report", ["signed_at", "id"])
    op.create_table(
        "signed_mark",
        sa.Column("report_id", BigId, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("number", BigId, nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=False),
        _key("signed_mark", "report_id", "signed_report"),
        sa.PrimaryKeyConstraint("report_id", "name", name=op.f("pk_signed_mark")),
    )
    op.create_table(
        "report_reopening",
        sa.Column("report_id", BigId, autoincrement=False, nullable=False),
        sa.Column("reopened_at", Moment(), nullable=False),
        sa.Column("reopened_by_id", BigId, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        _key("report_reopening", "report_id", "signed_report"),
        _key("report_reopening", "reopened_by_id", "app_user"),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report_reopening")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _guard_on_sqlite() -> None:
    for table in KEPT:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_on_postgresql() -> None:
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in reversed(KEPT):
        op.drop_table(table)
