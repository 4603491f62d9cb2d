"""Field reports of citizens: kinds with their limits, reports, their way from agency to agency, their alerts."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0057"
down_revision = "0043"
branch_labels = None
depends_on = None

_OPEN = sa.text("answered_at IS NULL")
_PERSONAL = sa.text("answered_at IS NOT NULL AND erased_at IS NULL")
_OF_REPORT = sa.text("closed_at IS NULL AND field_report_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "field_report_kind",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("amount", sa.Numeric(6, 2), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
    )
    _create_reports()
    op.create_table(
        "field_report_passage",
        sa.Column("report_id", BigId, sa.ForeignKey("field_report.id"), primary_key=True),
        sa.Column("seq", BigId, primary_key=True),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("from_agency_id", BigId, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("to_agency_id", BigId, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", BigId, sa.ForeignKey("app_user.id"), nullable=False),
    )
    op.add_column("alert", sa.Column("field_report_id", BigId, nullable=True))
    op.create_index(
        "ix_alert_field_report_id", "alert", ["field_report_id"],
        sqlite_where=_OF_REPORT, postgresql_where=_OF_REPORT,
    )  # fmt: skip


def _create_reports() -> None:
    op.create_table(
        "field_report",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("source_id", BigId, sa.ForeignKey("source.id"), nullable=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("kind_id", BigId, sa.ForeignKey("field_report_kind.id"), nullable=False),
        sa.Column("receiving_agency_id", BigId, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("handling_agency_id", BigId, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("passed_by_id", BigId, sa.ForeignKey("agency.id"), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("words", sa.String(2000), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by_id", BigId, sa.ForeignKey("app_user.id"), nullable=True),
        sa.Column("limit_amount", sa.Numeric(6, 2), nullable=False),
        sa.Column("limit_unit", sa.String(32), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("soon_from", Moment(), nullable=False),
        sa.Column("late_from", Moment(), nullable=False),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answered_by_id", BigId, sa.ForeignKey("app_user.id"), nullable=True),
        sa.Column("answer", sa.String(4000), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("contact_name", sa.String(200), nullable=True),
        sa.Column("contact_phone", sa.String(40), nullable=True),
        sa.Column("contact_email", sa.String(254), nullable=True),
        sa.Column("photo", sa.String(40), nullable=True),
        sa.Column("version", BigId, nullable=False),
        sa.Column("erased_at", Moment(), nullable=True),
        sa.CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL)", name="answered"),
        sa.CheckConstraint("state = 'answered' OR NOT published", name="published"),
    )
    for name, columns, where in (
        ("open", ["handling_agency_id", "late_from", "id"], _OPEN),
        ("soon", ["soon_from", "id"], _OPEN),
        ("late", ["late_from", "id"], _OPEN),
        ("received_at", ["received_at", "id"], None),
        ("handling", ["handling_agency_id", "received_at", "id"], None),
        ("receiving", ["receiving_agency_id", "received_at", "id"], None),
        ("answered_at", ["answered_at"], None),
        ("kept", ["answered_at", "id"], _PERSONAL),
    ):
        op.create_index(
            f"ix_field_report_{name}", "field_report", columns, sqlite_where=where, postgresql_where=where
        )


def downgrade() -> None:
    op.drop_index("ix_alert_field_report_id", table_name="alert")
    op.execute(
        sa.text(
            "DELETE FROM alert_recipient WHERE alert_id IN (SELECT id FROM alert WHERE field_report_id IS NOT NULL)"
        )
    )
    op.execute(
        sa.text(
            "DELETE FROM alert_snooze WHERE alert_id IN (SELECT id FROM alert WHERE field_report_id IS NOT NULL)"
        )
    )
    op.execute(sa.text("DELETE FROM alert WHERE field_report_id IS NOT NULL"))
    op.drop_column("alert", "field_report_id")
    op.drop_table("field_report_passage")
    op.drop_table("field_report")
    op.drop_table("field_report_kind")
